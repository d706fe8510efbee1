import EventKernel

// Nodes fail: what is on them is gone, what depended on it too, and calls start anew elsewhere.
extension Engine {
    /// Sets the times at which nodes fail and are back; of one instant the failures come first.
    mutating func scheduleFailures() {
        for failure in scenario.failures.nodes {
            schedule(.nodeTurns, at: failure.at.nanoseconds, index: failure.node << 1)
        }
        for failure in scenario.failures.nodes where failure.lasts < .forever {
            schedule(
                .nodeTurns, at: (failure.at + failure.lasts).nanoseconds, index: failure.node << 1 | 1)
        }
    }

    /// A node fails or is back: twice its number, and 1 for back.
    mutating func nodeTurns(_ turn: Int) {
        if turn & 1 == 0 { nodeFails(turn >> 1) } else { nodeReturns(turn >> 1) }
    }

    /// `node` fails.
    private mutating func nodeFails(_ node: Int) {
        guard !cluster.ledger.isClosed[node] else { return }
        var calls: [Call] = []
        // Forks elsewhere of what is lost.
        var unfinished: [Int] = []
        // Sandboxes that calls which wait may take.
        var freed: [Int] = []
        if isMeasuring { mechanism.failures.nodes += 1 }
        var lostBases: Set<UInt32> = []
        for sandbox in 0..<cluster.sandboxes.count
        where Int(cluster.sandboxes[sandbox].node) == node && cluster.sandboxes[sandbox].phase != .gone {
            if cluster.bases.isBase(sandbox) { lostBases.insert(UInt32(sandbox)) }
        }
        // Those elsewhere first: they refer to sandboxes that still have their places.
        let dependants = (0..<cluster.sandboxes.count).filter { sandbox in
            Int(cluster.sandboxes[sandbox].node) != node && dependsOn(sandbox, lostBases)
        }
        if starts.readsBasePages { _ = fabric.fail(node: node, now: clock) }
        for place in jobs.places where jobs[place].wait != .abandoned {
            let job = jobs[place]
            let sandbox = Int(job.sandbox)
            let record = cluster.sandboxes[sandbox]
            // What executes and was warm before has all of its pages.
            let needsBases = job.purpose != .execution || record.state != 0
            let losesDonor = job.donor != .max && isLost(Int(job.donor), node: node, bases: lostBases)
            guard
                Int(record.node) == node || losesDonor || (needsBases && dependsOn(sandbox, lostBases))
            else { continue }
            if let call = breakOff(place) { calls.append(call) }
            if losesDonor, Int(record.node) != node { unfinished.append(sandbox) }
            if job.donor != .max, letGo(donor: Int(job.donor)), !losesDonor {
                freed.append(Int(job.donor))
            }
        }
        cores.clear(node: node, now: clock)
        for sandbox in unfinished { destroy(sandbox) }
        var lost: [Lost] = []
        for sandbox in dependants {
            if let again = loseBase(sandbox, freed: &freed) { lost.append(again) }
        }
        destroyAll(on: node, bases: lostBases)
        cluster.resources.release(node: node, at: clock)
        cluster.ledger.close(node)
        if starts.readsBasePages { setFabricTimer() }
        if isMeasuring { mechanism.failures.callsRestarted += UInt64(calls.count) }
        for call in calls.sorted(by: { $0.id < $1.id }) { restart(call) }
        if !waiting.isEmpty { serveAfterFailure(freed: freed) }
        // Calls come before what may be of use later.
        for again in lost { startAgain(again) }
    }

    /// Takes away all sandboxes of `node`, those first that may depend on its `bases`.
    private mutating func destroyAll(on node: Int, bases: Set<UInt32>) {
        for isBase in [false, true] {
            for sandbox in 0..<cluster.sandboxes.count
            where Int(cluster.sandboxes[sandbox].node) == node && cluster.sandboxes[sandbox].phase != .gone
                && bases.contains(UInt32(sandbox)) == isBase
            {
                if isMeasuring { mechanism.failures.sandboxes += 1 }
                destroy(sandbox)
            }
        }
    }

    /// Starts a call that was broken off as if it arrived now.
    private mutating func restart(_ call: Call) {
        let available = cluster.nextAvailable(of: Int(call.unit))
        if let available, cluster.sandboxes[available].state == 0 { return startBeside(available, call) }
        start(call, idle: available)
    }

    /// Calls that wait take what is `freed`; those that wait for a sandbox that is gone get another.
    private mutating func serveAfterFailure(freed: [Int]) {
        for sandbox in freed { serveWaiting(freed: sandbox) }
        for unit in 0..<cluster.units.count where cluster.units[unit].waiting != .max {
            serveBusyWaiters(of: unit)
        }
        serveFirstForMemory()
    }

    /// A node that failed is back, empty, unless another of its failures lasts longer.
    private mutating func nodeReturns(_ node: Int) {
        guard cluster.ledger.isClosed[node] else { return }
        let now = SimDuration(nanoseconds: clock)
        let isAway = failuresOfNode[node, default: []].contains { $0.at <= now && $0.at + $0.lasts > now }
        if isAway { return }
        cluster.ledger.open(node)
        cluster.roomGrew(of: node)
        if !waiting.isEmpty { serveWaitingForMemory(on: node) }
    }

    /// Whether the idle `sandbox` is gone with `node` and its `bases`.
    private func isLost(_ sandbox: Int, node: Int, bases: Set<UInt32>) -> Bool {
        Int(cluster.sandboxes[sandbox].node) == node || dependsOn(sandbox, bases)
    }

    /// Whether the image of `sandbox` refers to one of `bases`.
    private func dependsOn(_ sandbox: Int, _ bases: Set<UInt32>) -> Bool {
        let image = cluster.details[sandbox].image
        return cluster.sandboxes[sandbox].phase != .gone && image != .max && !bases.isEmpty
            && cluster.images[image].references.contains { bases.contains($0.sandbox) }
    }

    /// Breaks a job off.
    /// - Returns: the call that it was for.
    private mutating func breakOff(_ place: Int) -> Call? {
        let job = jobs[place]
        let sandbox = Int(job.sandbox)
        let node = Int(cluster.sandboxes[sandbox].node)
        switch job.wait {
        case .event: jobs[place].wait = .abandoned
        case .gate:
            let gates = starts.paths[Int(job.path)].gates
            cluster.gates.abandon(gates[Int(job.gates)], node: node, job: place)
            _ = jobs.remove(place)
        case .fabric:
            fabric.cancel(place, now: clock)
            _ = jobs.remove(place)
        case .cores:
            if let turn = cores.leave(place, node: node, now: clock) {
                schedule(.coresTurn, at: turn, index: node)
            }
            _ = jobs.remove(place)
        case .nothing, .abandoned: _ = jobs.remove(place)
        }
        if job.purpose != .execution { letGo(job) }
        switch job.purpose {
        case .start, .execution:
            underWay -= 1
            let record = cluster.sandboxes[sandbox]
            cluster.sandboxes[sandbox].running -= 1
            cluster.units[Int(record.unit)].running -= 1
            // A sandbox has a slot free from here on, and is taken off the lists with its last call.
            if record.running == concurrency, concurrency > 1, record.phase == .ready {
                cluster.list(sandbox)
            }
            if record.running == 1 { fail(sandbox) }
            return job.call
        case .move(to: let state), .leave(for: let state):
            mechanism.states[Int(state)].brokenOff += isMeasuring ? 1 : 0
            return nil
        case .load, .donation: return nil
        }
    }

    /// The last call of a sandbox was broken off: nothing can be done with it any more.
    private mutating func fail(_ sandbox: Int) {
        if concurrency > 1, cluster.sandboxes[sandbox].phase == .ready { cluster.unlist(sandbox) }
        if cluster.details[sandbox].isClaimable { cluster.unlistClaimable(sandbox) }
        cluster.sandboxes[sandbox].phase = .failed
    }

    /// What must be started again of a sandbox that is lost.
    private struct Lost {
        var unit: Int
        var node: Int
        var state: UInt8
    }

    /// A base sandbox that `sandbox` depends on is gone.
    /// - Returns: what is to be started in its place.
    private mutating func loseBase(_ sandbox: Int, freed: inout [Int]) -> Lost? {
        let record = cluster.sandboxes[sandbox]
        guard record.phase != .gone else { return nil }
        if isMeasuring { mechanism.failures.dependants += 1 }
        // What runs or is warm only loses the image that it kept.
        if record.phase == .ready, record.state == 0 {
            cluster.removeImage(of: sandbox, at: clock)
            return nil
        }
        // On the way into a state nothing of it is given up yet; on the way out of one not all of it is back.
        let isLeaving = isLeaving(sandbox)
        if record.phase == .moving, !isLeaving {
            becomeWarmAgain(sandbox, keepsImage: false)
            freed.append(sandbox)
            return nil
        }
        let lost = Lost(unit: Int(record.unit), node: Int(record.node), state: record.state)
        let wasIdle = record.phase == .ready || isLeaving
        destroy(sandbox)
        guard wasIdle else { return nil }
        switch scenario.failures.dependants {
        case .lost: return nil
        case .restarted: return Lost(unit: lost.unit, node: lost.node, state: 0)
        case .rebased: return lost
        }
    }

    /// Takes a sandbox away that executes nothing, wherever it stands.
    private mutating func destroy(_ sandbox: Int) {
        let record = cluster.sandboxes[sandbox]
        if record.phase == .ready, record.running == 0 { return evict(sandbox) }
        precondition(record.running == 0, "a sandbox that executes is taken away")
        let node = Int(record.node)
        if cluster.details[sandbox].isClaimable { cluster.unlistClaimable(sandbox) }
        if record.phase == .failed {
            cluster.ledger.release(
                cluster.residentRunning(sandbox), of: node, from: .running, at: clock)
        } else {
            let held = cluster.resident(sandbox)
            cluster.closeWaste(held, of: sandbox, at: clock)
            cluster.ledger.release(held, of: node, from: .loading, at: clock)
        }
        if hasIdleStates {
            cluster.removeImage(of: sandbox, at: clock)
            // One that was on the way shares nothing yet; one that executed did if it comes back to its state.
            if record.phase == .failed { leaveSharing(sandbox) }
        }
        cluster.roomGrew(of: node)
        recorder.sandbox(serial: cluster.details[sandbox].serial, node: record.node, at: clock, event: 3)
        cluster.remove(sandbox, at: clock)
    }

    /// Starts a sandbox in the place of one that was lost, if its node has the memory and no call waits for that.
    private mutating func startAgain(_ lost: Lost) {
        let need = memoryNeeded(by: lost.unit)
        guard waiting.firstForMemory == nil, cluster.ledger.free(of: lost.node) >= need, !cluster.isFull
        else { return }
        loadSandbox(of: lost.unit, on: lost.node, then: lost.state)
    }
}
