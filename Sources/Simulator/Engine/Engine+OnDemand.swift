import EventKernel

// Ends of executions that are settled when somebody looks, instead of one by one in order of time.
//
// An end changes nothing that anyone can see before the unit is called again, one of its sandboxes expires or is
// evicted, or memory is sampled: the sandbox stays where it is. So as long as no call waits and no policy asks, each
// unit keeps its own ends, and the run is a third faster. The first time that memory gets too short for that the run
// goes over to ends in order, for good. Results are the same to the last bit.
extension Engine {
    /// Whether ends may be settled on demand: one call a sandbox, fixed keep-alives, and nobody who observes. Nor may
    /// reuse be random: sandboxes that expire in one instant may then go in another order than their timers were set in,
    /// which is seen only in the order of the array that a random one is taken from.
    static func allowsOnDemand(_ scenario: Scenario, _ policies: PolicySet, allConstant: Bool) -> Bool {
        scenario.sandbox.concurrency == 1 && scenario.sandbox.keepAliveReset
            && scenario.idleStates.count == 1 && scenario.sandbox.reuse != .random
            && scenario.sandbox.keepAliveFrom == .executionEnd
            && scenario.waiting.forBusy == .zero && scenario.waiting.startsAtOnce == nil
            && scenario.contention == .off && scenario.failures.nodes.isEmpty && policies.prewarm == nil
            && !policies.idle.observesArrivals
            && allConstant
    }

    /// Notes that an execution on `sandbox` will end at `end`, and sees to its expiry after that.
    @inline(__always)
    mutating func noteEnd(at end: UInt64, on sandbox: Int, of call: Call) {
        let unit = Int(call.unit)
        // Of two ends at one time the one settled first comes first, as it would in the queue: not always the one of the
        // earlier call, when starts wait for a resource.
        let key = EventKey(
            time: SimTime(nanoseconds: end), kind: EventKind.executionEnd.rawValue,
            sequence: endsNoted, index: UInt32(truncatingIfNeeded: sandbox))
        endsNoted &+= 1
        busy.add(key, unit: unit)
        setExpiry(of: sandbox, after: end)
    }

    @inline(__always)
    private mutating func setExpiry(of sandbox: Int, after end: UInt64) {
        let keepAlive = cluster.units[Int(cluster.sandboxes[sandbox].unit)].keepAlive
        if keepAlive != .max {
            cluster.sandboxes[sandbox].stepAt = end &+ keepAlive
            setTimer(of: sandbox)
        }
    }

    /// Settles the ends of `unit` up to now.
    @inline(__always)
    mutating func settle(_ unit: Int) {
        if busy.nextEnd(of: unit) <= clock { settleSlowly(unit) }
    }

    @inline(never)
    private mutating func settleSlowly(_ unit: Int) {
        let now = clock
        repeat {
            let key = busy.removeFirst(of: unit)
            clock = key.time
            eventsHandled &+= 1
            executionEnded(on: key.index)
        } while busy.nextEnd(of: unit) <= now
        clock = now
    }

    /// Settles every end up to now, as a sample needs it. With many executions under way for each unit, a unit's heap of
    /// ends costs more than the wheel: then ends come in order from now on.
    mutating func settleAll() {
        guard isOnDemand else { return }
        for unit in 0..<cluster.units.count { settle(unit) }
        if underWay > 2 * UInt64(cluster.units.count) { leaveOnDemand() }
    }

    /// A timer of `sandbox` went off while it is executing: it is set for after the end.
    mutating func deferExpiry(of sandbox: Int) {
        setExpiry(of: sandbox, after: cluster.sandboxes[sandbox].freeAt)
    }

    /// From now on ends come in order.
    mutating func leaveOnDemand() {
        guard isOnDemand else { return }
        for unit in 0..<cluster.units.count { settle(unit) }
        isOnDemand = false
        var keys: [EventKey] = []
        for unit in 0..<cluster.units.count {
            while busy.nextEnd(of: unit) != .max { keys.append(busy.removeFirst(of: unit)) }
        }
        for key in keys.sorted() { schedule(.executionEnd, at: key.time, index: key.index) }
    }
}
