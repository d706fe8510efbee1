import EventKernel
import Workload

// Ways to start a call that finds no warm sandbox.
extension Engine {
    /// Starts `call` in the best way there is; `idle` is a sandbox of its unit in a state other than warm, idle
    /// or, when sandboxes take several calls at once, with a free slot.
    @inline(never)
    mutating func start(_ call: Call, idle: Int?) {
        let unit = Int(call.unit)
        if let idle, startOnIdle(idle, call) {
            if cluster.hasNewRoom { serveNewRoom() }
            return
        }
        if scenario.waiting.forStarting, cluster.unitDetails[unit].loading != .max {
            claim(Int(cluster.unitDetails[unit].loading), for: call)
        } else if !cluster.unitDetails[unit].fits {
            fail(call, .neverFits)
        } else if scenario.waiting.forBusy > .zero, cluster.units[unit].running > 0 {
            wait(call, forMemory: false, upTo: scenario.waiting.forBusy)
        } else {
            startCold(call)
        }
    }

    /// Starts `call` on `idle` or, when there is no memory for that, on a sandbox in a state further down the order.
    /// - Returns: whether one could be had.
    private mutating func startOnIdle(_ idle: Int, _ call: Call) -> Bool {
        let unit = Int(call.unit)
        let first = Int(cluster.sandboxes[idle].state)
        var isBehind = false
        for state in cluster.lookUpOrder {
            // There is nothing in the states before that of the sandbox that was found.
            isBehind = isBehind || state == first
            guard isBehind else { continue }
            let found = state == first ? idle : cluster.nextAvailable(of: unit, in: state)
            guard let sandbox = found else { continue }
            if state == 0 || cluster.sandboxes[sandbox].running > 0 {
                startBeside(sandbox, call)
                return true
            }
            if restore(sandbox, for: call) { return true }
        }
        return false
    }

    /// Starts `call` in a free slot of a ready sandbox, or on an idle warm one.
    mutating func startBeside(_ sandbox: Int, _ call: Call) {
        let first = cluster.sandboxes[sandbox].uses == 0
        take(sandbox)
        execute(
            call, on: sandbox, at: clock &+ starts.warmDelay(for: call), as: .warm, onPrewarmed: first)
    }

    /// Builds a sandbox for `call`, or lets it wait for memory. Calls that wait are not overtaken. A call that waited
    /// already, for a busy sandbox, did so since `start`.
    mutating func startCold(_ call: Call, since start: UInt64? = nil) {
        let unit = Int(call.unit)
        if waiting.firstForMemory == nil, let node = nodeWithMemory(for: unit) {
            if let start { recorder.waitEnded(after: clock - start, arrivedAt: call.arrivedAt) }
            build(call, on: node)
        } else if scenario.waiting.whenFull > .zero {
            wait(call, forMemory: true, upTo: scenario.waiting.whenFull, since: start)
        } else {
            fail(call, .full)
        }
    }

    /// Free memory that a node must have for a sandbox of `unit`: where nodes can be away, at least a byte, which those
    /// that are away have not.
    func memoryNeeded(by unit: Int) -> UInt64 {
        max(cluster.units[unit].memory, tracksJobs ? 1 : 0)
    }

    /// A node that has the memory for one more sandbox of `unit`, freed by evictions if need be; nil when there is none.
    mutating func nodeWithMemory(for unit: Int) -> Int? {
        if cluster.isFull { return nil }
        let need = memoryNeeded(by: unit)
        let preferred = policies.placement.node(for: UnitID(UInt32(unit)), memory: Bytes(need), in: cluster)
            .index
        precondition(preferred < cluster.nodeCount, "the placement policy named a node that does not exist")
        if cluster.ledger.free(of: preferred) >= need { return preferred }
        if reclaimer == nil {
            return cluster.ledger.free.maximum >= need ? cluster.ledger.free.indexOfMaximum : nil
        }
        if isOnDemand {
            // What is idle there must be known; on a node of many sandboxes it is cheaper to know it always.
            if cluster.reclaimHeaps[preferred].entries.count > 64 {
                leaveOnDemand()
            } else {
                for entry in cluster.reclaimHeaps[preferred].entries {
                    settle(Int(cluster.sandboxes[entry.sandbox].unit))
                }
            }
        }
        if let reclaimer, reclaimer.choosesVictims { return nodeWithVictims(for: unit) }
        if cluster.room(of: preferred) >= need {
            makeRoom(for: need, on: preferred)
            return preferred
        }
        leaveOnDemand()
        guard let node = cluster.nodeWithMostRoom(atLeast: need) else { return nil }
        makeRoom(for: need, on: node)
        return node
    }

    /// Lets the reclaimer name victims anywhere until the placement policy names a node with the memory.
    private mutating func nodeWithVictims(for unit: Int) -> Int? {
        guard let reclaimer else { return nil }
        let memory = Bytes(memoryNeeded(by: unit))
        leaveOnDemand()
        while let victim = reclaimer.victim(for: memory, now: SimTime(nanoseconds: clock), in: cluster) {
            precondition(cluster.isEvictable(victim), "the reclaimer named a sandbox that cannot go")
            let node = Int(cluster.sandboxes[victim.index].node)
            evict(victim.index)
            recorder.evictions.reclaimed += isMeasuring ? 1 : 0
            readMark(on: node)
            let preferred = policies.placement.node(for: UnitID(UInt32(unit)), memory: memory, in: cluster)
            for candidate in [preferred.index, node]
            where cluster.ledger.free(of: candidate) >= memory.count { return candidate }
        }
        return cluster.ledger.free.maximum >= memory.count ? cluster.ledger.free.indexOfMaximum : nil
    }

    /// Evicts idle sandboxes of `node` in the reclaimer's order until `need` bytes are free: below the node's limit, or
    /// `beyondLimit` for a sandbox that is there already. There must be enough. By priority even for who chooses victims:
    /// it names some anywhere for a sandbox that may be built anywhere, and this is for a restore, which has its node.
    mutating func makeRoom(for need: UInt64, on node: Int, beyondLimit: Bool = false) {
        guard let reclaimer else { preconditionFailure("no reclaimer to make room") }
        // More may be free then than is needed here, and with chosen victims a call that waits counts free memory only.
        if reclaimer.choosesVictims { cluster.hasNewRoom = true }
        var busy: [Int] = []
        while (beyondLimit ? cluster.ledger.spare(of: node) : cluster.ledger.free(of: node)) < need {
            guard let first = cluster.reclaimHeaps[node].first else {
                preconditionFailure("the idle sandboxes of a node do not make up its idle memory")
            }
            let sandbox = first.sandbox
            let record = cluster.sandboxes[sandbox]
            let view = cluster.view(of: sandbox)
            let priority = reclaimer.priority(of: view, unit: reclaimersView(ofUnitOf: sandbox))
            if priority.key > first.priority {
                cluster.reclaimHeaps[node].raiseFirst(to: priority.key, places: &cluster.details)
            } else if record.phase != .ready || record.running > 0 || cluster.isProtected(sandbox) {
                cluster.reclaimHeaps[node].remove(at: 0, places: &cluster.details)
                busy.append(sandbox)
            } else {
                evict(sandbox)
                recorder.evictions.reclaimed += isMeasuring ? 1 : 0
                reclaimer.evicted(view, priority: priority)
                readMark(on: node)
            }
        }
        for sandbox in busy {
            // Its priority may have been taken from a future end; zero is a bound that always holds.
            let entry = ReclaimHeap.Entry(
                priority: 0, serial: cluster.details[sandbox].serial, sandbox: sandbox)
            cluster.reclaimHeaps[node].insert(entry, places: &cluster.details)
        }
    }

    /// What the reclaimer wants stamped on sandboxes of `node`.
    @inline(__always)
    func mark(on node: UInt32) -> UInt64 { cluster.countsUsesByNode ? marksByNode[Int(node)] : mark }

    /// The reclaimer's mark may have changed with an eviction on `node`.
    private mutating func readMark(on node: Int) {
        guard let reclaimer else { return }
        let now = reclaimer.mark(on: NodeID(UInt32(node)))
        if cluster.countsUsesByNode { marksByNode[node] = now } else { mark = now }
    }

    /// What the reclaimer sees of the unit of `sandbox`.
    func reclaimersView(ofUnitOf sandbox: Int) -> UnitView {
        cluster.view(ofUnitOf: sandbox, warmStart: SimDuration(nanoseconds: starts.meanWarm))
    }

    /// Builds a sandbox for `call` on `node`, which has the memory free.
    mutating func build(_ call: Call, on node: Int) {
        let unit = Int(call.unit)
        let sandbox = cluster.create(unit: unit, node: node, for: .running, at: clock)
        recorder.sandbox(serial: cluster.details[sandbox].serial, node: UInt32(node), at: clock, event: 0)
        occupy(sandbox)
        let start = newStart(of: unit, on: node)
        begin(call, on: sandbox, path: start.path, as: start.kind, donor: start.donor)
    }

    /// Counts `sandbox`, which is starting, as used by one more call.
    mutating func occupy(_ sandbox: Int) {
        let unit = Int(cluster.sandboxes[sandbox].unit)
        cluster.sandboxes[sandbox].running += 1
        cluster.countUse(of: sandbox)
        cluster.sandboxes[sandbox].mark = mark(on: cluster.sandboxes[sandbox].node)
        cluster.units[unit].running += 1
    }

    /// Takes `sandbox` down the stages of `path` and lets `call` execute on it.
    mutating func begin(
        _ call: Call, on sandbox: Int, path: Int, as kind: StartKind, donor: Int? = nil
    ) {
        var job = Job(
            call: call, sandbox: UInt32(sandbox), purpose: .start, kind: kind, onPrewarmed: false,
            path: UInt32(path), draw: call.id)
        if let donor { job.donor = UInt32(donor) }
        if starts.paths[path].isEventful || releasesImage(job) || tracksJobs {
            underWay += 1
            beginJob(job)
            return
        }
        let delay =
            starts.paths[path].constant
            ?? starts.delay(path: path, draw: call.id, amounts: amounts(of: sandbox))
        let ready = clock + delay
        willBeReady(sandbox, at: ready)
        noteRestore(call, kind, at: ready)
        execute(call, on: sandbox, at: ready, as: kind, onPrewarmed: false)
        if let donor { hold(donor: donor, until: ready) }
    }

    /// Tells of a start from another idle state than `warm`, whose call begins to execute at `time`.
    func noteRestore(_ call: Call, _ kind: StartKind, at time: UInt64) {
        guard case .restored(let state) = kind else { return }
        let startup = time - call.arrivedAt
        if call.arrivedAt >= recorder.countedFrom { mechanism.restored(from: Int(state), startup: startup) }
        if observesRestores {
            policies.idle.restored(
                UnitID(call.unit), from: IdleStateID(state), startup: SimDuration(nanoseconds: startup))
        }
    }

    /// It is now known when `sandbox` will be ready. Calls may claim it from here on if it has a slot free.
    mutating func willBeReady(_ sandbox: Int, at time: UInt64) {
        let record = cluster.sandboxes[sandbox]
        cluster.details[sandbox].readyAt = time
        if concurrency == 1, record.running == 1 {
            // Nobody else can want it before the end of its call.
            cluster.sandboxes[sandbox].phase = .ready
            return
        }
        schedule(.sandboxReady, at: time, index: sandbox)
        if record.running < concurrency { cluster.listClaimable(sandbox) }
    }

    /// Gives `call` a sandbox that is still starting: it waits for the rest of the start.
    private mutating func claim(_ sandbox: Int, for call: Call) {
        let record = cluster.sandboxes[sandbox]
        let isPrewarmed = record.running == 0
        if isPrewarmed {
            cluster.closeWaste(of: sandbox, at: clock)
            cluster.ledger.move(
                cluster.units[Int(record.unit)].memory, of: Int(record.node), from: .loading, to: .running,
                at: clock)
            cluster.sandboxes[sandbox].since = clock
        }
        occupy(sandbox)
        if record.running + 1 == concurrency { cluster.unlistClaimable(sandbox) }
        execute(
            call, on: sandbox, at: cluster.details[sandbox].readyAt, as: .partial, onPrewarmed: isPrewarmed)
    }

    /// A sandbox that calls could claim while it started is ready.
    mutating func sandboxReady(_ sandbox: Int) {
        let record = cluster.sandboxes[sandbox]
        cluster.sandboxes[sandbox].phase = .ready
        if cluster.details[sandbox].isClaimable { cluster.unlistClaimable(sandbox) }
        if record.running == 0 {
            cluster.sandboxes[sandbox].freeAt = clock
            becomeIdle(sandbox, from: .loading)
            let state = cluster.details[sandbox].stateAfterLoad
            if state != 0 {
                cluster.details[sandbox].stateAfterLoad = 0
                enter(state, sandbox)
            }
        } else if record.running < concurrency {
            cluster.list(sandbox)
        }
        if !waiting.isEmpty { serveWaiting(freed: sandbox) }
    }
}
