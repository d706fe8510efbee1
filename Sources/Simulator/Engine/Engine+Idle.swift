import EventKernel

// A sandbox has nothing to do: its idle states, and its eviction.
extension Engine {
    /// `sandbox` is ready and executes nothing: it becomes idle and warm, and its idle plan begins.
    mutating func becomeIdle(_ sandbox: Int, from purpose: MemoryPurpose = .running) {
        let record = cluster.sandboxes[sandbox]
        let unit = Int(record.unit)
        let node = Int(record.node)
        let moment = cluster.ledger.move(
            cluster.units[unit].memory, of: node, from: purpose, to: .idle, at: clock)
        if purpose == .running { cluster.units[unit].wasted &-= moment }
        cluster.units[unit].idle &+= 1
        cluster.idleCount &+= 1
        cluster.sandboxes[sandbox].since = clock
        cluster.list(sandbox)
        cluster.roomGrew(of: node)
        let keepAlive = cluster.units[unit].keepAlive
        if keepAlive == Unit.ask {
            askNextStep(of: sandbox)
        } else if keepAlive != .max {
            if keepAliveReset || record.stepAt == .max {
                let from = keepAliveFromEnd ? clock : record.since
                cluster.sandboxes[sandbox].stepAt = from &+ keepAlive
            }
            setTimer(of: sandbox)
        }
    }

    /// Makes sure that a timer goes off no later than the sandbox's next step. One timer serves a sandbox for long: when
    /// it goes off too early, because the sandbox was used meanwhile, it is set anew.
    @inline(__always)
    mutating func setTimer(of sandbox: Int) {
        let step = cluster.sandboxes[sandbox].stepAt
        if step < cluster.sandboxes[sandbox].timerAt {
            cluster.sandboxes[sandbox].timerAt = step
            schedule(.idleStep, at: max(step, clock), index: sandbox)
        }
    }

    /// Asks the idle policy what to do next with an idle sandbox.
    mutating func askNextStep(of sandbox: Int) {
        let unit = Int(cluster.sandboxes[sandbox].unit)
        let step = policies.idle.nextStep(
            of: cluster.view(of: sandbox), unit: view(ofUnit: unit), now: SimTime(nanoseconds: clock),
            in: cluster)
        let after: SimDuration
        switch step {
        case .stay:
            cluster.sandboxes[sandbox].stepAt = .max
            return
        case .reconsider(let delay):
            cluster.details[sandbox].stepTarget = SandboxDetails.reconsider
            after = delay
        case .evict(let delay):
            cluster.details[sandbox].stepTarget = SandboxDetails.evict
            after = delay
        case .enter(let state, let delay):
            precondition(
                state.index < cluster.idleStateCount,
                "the idle policy named an idle state that does not exist")
            cluster.details[sandbox].stepTarget = state.raw
            after = delay
        }
        cluster.sandboxes[sandbox].stepAt = (SimTime(nanoseconds: clock) + after).nanoseconds
        if after != .forever { setTimer(of: sandbox) }
    }

    /// A timer of `sandbox` goes off. It may be out of date: the sandbox gone, used, or with a later step.
    mutating func idleStepDue(_ sandbox: Int) {
        guard cluster.sandboxes[sandbox].phase != .gone, cluster.sandboxes[sandbox].timerAt <= clock else {
            return
        }
        cluster.sandboxes[sandbox].timerAt = .max
        if isOnDemand {
            settle(Int(cluster.sandboxes[sandbox].unit))
            if cluster.sandboxes[sandbox].running > 0 { deferExpiry(of: sandbox) }
        }
        let record = cluster.sandboxes[sandbox]
        guard record.phase == .ready, record.running == 0 else { return }
        if record.stepAt > clock {
            if record.stepAt != .max { setTimer(of: sandbox) }
            return
        }
        let target = cluster.details[sandbox].stepTarget
        if target == SandboxDetails.evict {
            let node = Int(record.node)
            evict(sandbox)
            recorder.evictions.policy += isMeasuring ? 1 : 0
            if !waiting.isEmpty { serveWaitingForMemory(on: node) }
        } else if target == SandboxDetails.reconsider {
            askNextStep(of: sandbox)
        } else {
            enter(target, sandbox)
        }
    }

    /// Moves an idle sandbox to another idle state; one that would take more memory than is free stays as it is.
    private mutating func enter(_ state: UInt8, _ sandbox: Int) {
        let record = cluster.sandboxes[sandbox]
        let unit = Int(record.unit)
        let node = Int(record.node)
        let before = cluster.held(sandbox)
        let after = cluster.heldInState[unit * cluster.idleStateCount + Int(state)]
        if after > before, cluster.ledger.free(of: node) < after - before { return }
        cluster.unlist(sandbox)
        cluster.closeWaste(of: sandbox, at: clock)
        if after > before {
            cluster.ledger.take(after - before, of: node, for: .idle, at: clock)
        } else {
            cluster.ledger.release(before - after, of: node, from: .idle, at: clock)
        }
        cluster.sandboxes[sandbox].state = state
        cluster.openWaste(of: sandbox, at: clock)
        cluster.sandboxes[sandbox].since = clock
        cluster.list(sandbox)
        askNextStep(of: sandbox)
        if !waiting.isEmpty { serveWaitingForMemory(on: node) }
    }

    /// Evicts an idle sandbox: its memory is free at once.
    mutating func evict(_ sandbox: Int) {
        let record = cluster.sandboxes[sandbox]
        precondition(record.phase == .ready && record.running == 0, "only an idle sandbox can be evicted")
        let unit = Int(record.unit)
        cluster.closeWaste(of: sandbox, at: clock)
        cluster.unlist(sandbox)
        cluster.ledger.release(cluster.held(sandbox), of: Int(record.node), from: .idle, at: clock)
        cluster.units[unit].idle -= 1
        cluster.idleCount -= 1
        recorder.sandbox(serial: cluster.details[sandbox].serial, node: record.node, at: clock, event: 1)
        cluster.remove(sandbox, at: clock)
    }
}
