import EventKernel

// Loads ahead of need.
extension Engine {
    /// Asks for the unit's next load now that one of its executions has ended.
    @inline(never)
    mutating func orderPrewarm(after unit: Int) {
        guard let order = prewarm?.order(after: SimTime(nanoseconds: clock), for: view(ofUnit: unit)) else {
            cluster.unitDetails[unit].prewarmAt = .max
            return
        }
        accept(order, for: unit)
    }

    /// Notes when the unit's load is to begin.
    mutating func accept(_ order: PrewarmOrder, for unit: Int) {
        let time = max(order.at.nanoseconds, clock)
        cluster.unitDetails[unit].prewarmAt = time
        if time < horizon { schedule(.prewarmLoad, at: time, index: unit) }
    }

    /// The unit's load is to begin, unless the order was replaced or withdrawn.
    mutating func prewarmLoad(of unit: Int) {
        guard cluster.unitDetails[unit].prewarmAt == clock else { return }
        cluster.unitDetails[unit].prewarmAt = .max
        let counts: UInt64 = clock >= recorder.countedFrom ? 1 : 0
        if idleForRequests(of: unit) > 0 || cluster.unitDetails[unit].loading != .max {
            recorder.prewarms.unneeded += counts
            return
        }
        let need = memoryNeeded(by: unit)
        var node = policies.placement.node(for: UnitID(UInt32(unit)), memory: Bytes(need), in: cluster).index
        precondition(node < cluster.nodeCount, "the placement policy named a node that does not exist")
        if cluster.ledger.free(of: node) < need { node = cluster.ledger.free.indexOfMaximum }
        guard cluster.ledger.free(of: node) >= need, !cluster.isFull else {
            recorder.prewarms.noRoom += counts
            return
        }
        recorder.prewarms.loaded += counts
        loadSandbox(of: unit, on: node, then: 0)
    }

    /// Begins to load a sandbox of `unit` on `node`, which has the memory free; once it is ready it enters `state`,
    /// unless that is `warm`.
    mutating func loadSandbox(of unit: Int, on node: Int, then state: UInt8) {
        let sandbox = cluster.create(unit: unit, node: node, for: .loading, at: clock)
        let serial = cluster.details[sandbox].serial
        cluster.openWaste(of: sandbox, at: clock)
        recorder.sandbox(serial: serial, node: UInt32(node), at: clock, event: 2)
        let none = Call(id: 0, arrivedAt: 0, execution: 0, function: 0, unit: UInt32(unit))
        let start = newStart(of: unit, on: node)
        // Loads draw from the upper half of the positions, by sandbox; calls from the lower, by call.
        beginJob(
            Job(
                call: none, sandbox: UInt32(sandbox), donor: start.donor.map { UInt32($0) } ?? .max,
                purpose: .load(then: state), kind: .cold, onPrewarmed: true, path: UInt32(start.path),
                draw: 1 << 58 | serial))
    }
}
