import EventKernel

// A sandbox has nothing to do: its idle states, and its eviction.
extension Engine {
    /// `sandbox` is ready and executes nothing: it becomes idle and warm, and its idle plan begins.
    mutating func becomeIdle(_ sandbox: Int, from purpose: MemoryPurpose = .running) {
        let record = cluster.sandboxes[sandbox]
        if record.state != 0 { return becomeIdleAgain(sandbox) }
        let unit = Int(record.unit)
        let node = Int(record.node)
        let moment = cluster.ledger.move(
            cluster.units[unit].memory, of: node, from: purpose, to: .idle, at: clock)
        if hasIdleStates { cluster.idleInState[0].add(1, at: clock) }
        if purpose == .running { cluster.units[unit].wasted &-= moment }
        cluster.units[unit].idle &+= 1
        cluster.idleCount &+= 1
        cluster.sandboxes[sandbox].since = clock
        cluster.list(sandbox)
        cluster.roomGrew(of: node)
        let keepAlive = cluster.units[unit].keepAlive
        if keepAlive == Unit.ask {
            if purpose == .running, let step = afterUse[0] {
                plan(step, for: sandbox)
            } else {
                askNextStep(of: sandbox)
            }
        } else if keepAlive != .max {
            if keepAliveReset || record.stepAt == .max {
                let from = keepAliveFromEnd ? clock : record.since
                cluster.sandboxes[sandbox].stepAt = from &+ keepAlive
            }
            setTimer(of: sandbox)
        }
    }

    /// `sandbox` comes back to the idle state that it was used from.
    private mutating func becomeIdleAgain(_ sandbox: Int) {
        let record = cluster.sandboxes[sandbox]
        let unit = Int(record.unit)
        let node = Int(record.node)
        cluster.ledger.move(
            cluster.resident(sandbox), of: node, from: .running, to: cluster.idlePurpose(of: sandbox),
            at: clock)
        cluster.openWaste(of: sandbox, at: clock)
        cluster.units[unit].idle &+= 1
        cluster.idleCount &+= 1
        cluster.idleInState[Int(record.state)].add(1, at: clock)
        cluster.sandboxes[sandbox].since = clock
        cluster.list(sandbox)
        if cluster.traits[Int(record.state)].forks {
            cluster.donors.add(sandbox, unit: unit, node: record.node)
        }
        cluster.countEvictable(sandbox)
        cluster.roomGrew(of: node)
        if let step = afterUse[Int(record.state)] {
            plan(step, for: sandbox)
        } else {
            askNextStep(of: sandbox)
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
        plan(step, for: sandbox)
    }

    /// Sees to it that an idle sandbox takes `step` in time.
    mutating func plan(_ step: IdleStep, for sandbox: Int) {
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
        var due = (SimTime(nanoseconds: clock) + after).nanoseconds
        if due == clock { due = boundedStep(of: sandbox) }
        cluster.sandboxes[sandbox].stepAt = due
        if after != .forever { setTimer(of: sandbox) }
    }

    /// When a step of `sandbox` that is due at once is taken: now, but after many that followed each other in this
    /// instant (`IdleStep.mostAtOnce`) later. A policy that tries again and again what cannot be done would else stop
    /// the clock.
    private mutating func boundedStep(of sandbox: Int) -> UInt64 {
        let follows = cluster.sandboxes[sandbox].stepAt == clock
        let count = follows ? cluster.details[sandbox].stepsAtOnce + 1 : 0
        if count < IdleStep.mostAtOnce {
            cluster.details[sandbox].stepsAtOnce = count
            return clock
        }
        cluster.details[sandbox].stepsAtOnce = 0
        return (SimTime(nanoseconds: clock) + IdleStep.pause).nanoseconds
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
        // What others are being forked from stays as it is; the policy is asked when that is over.
        if cluster.donors.isForking(sandbox) { return }
        let target = cluster.details[sandbox].stepTarget
        if target == SandboxDetails.evict {
            // A base sandbox that others depend on stays; the policy may think again.
            if cluster.isProtected(sandbox) { return askNextStep(of: sandbox) }
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

    /// Evicts an idle sandbox: its memory is free at once.
    mutating func evict(_ sandbox: Int) {
        let record = cluster.sandboxes[sandbox]
        precondition(record.phase == .ready && record.running == 0, "only an idle sandbox can be evicted")
        let unit = Int(record.unit)
        let purpose = cluster.idlePurpose(of: sandbox)
        cluster.closeWaste(of: sandbox, at: clock)
        cluster.unlist(sandbox)
        cluster.uncountEvictable(sandbox)
        cluster.ledger.release(cluster.resident(sandbox), of: Int(record.node), from: purpose, at: clock)
        if hasIdleStates {
            cluster.idleInState[Int(record.state)].subtract(1, at: clock)
            cluster.removeImage(of: sandbox, at: clock)
            leaveSharing(sandbox)
            if cluster.traits[Int(record.state)].forks { cluster.donors.remove(sandbox, unit: unit) }
        }
        cluster.units[unit].idle -= 1
        cluster.idleCount -= 1
        recorder.sandbox(serial: cluster.details[sandbox].serial, node: record.node, at: clock, event: 1)
        cluster.remove(sandbox, at: clock)
    }
}
