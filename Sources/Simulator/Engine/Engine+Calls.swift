import EventKernel
import Workload

// A call arrives, executes, ends.
extension Engine {
    /// A call arrives: onto an available sandbox if there is one; the other ways are in Engine+Starts.
    @inline(__always)
    mutating func arrive(_ arrival: Arrival) {
        let function = Int(arrival.function.raw)
        let unit = recorder.tallies[function].unit
        let call = Call(
            id: nextCall, arrivedAt: clock, execution: arrival.execution.nanoseconds,
            function: arrival.function.raw,
            unit: unit)
        nextCall &+= 1
        recorder.arrived(function, at: clock)
        if observesArrivals || prewarm != nil { announce(call) }
        if sharesCores, underWay == UInt64(EventKey.largestIndex) {
            return recorder.failed(call, .full, at: clock)
        }
        if limitsStarts { return admit(call) }
        if isOnDemand { settle(Int(unit)) }
        place(call)
    }

    /// Finds a sandbox for `call`.
    @inline(__always)
    mutating func place(_ call: Call) {
        let available = cluster.nextAvailable(of: Int(call.unit))
        if let sandbox = available, cluster.sandboxes[sandbox].state == 0 {
            let first = cluster.sandboxes[sandbox].uses == 0
            take(sandbox)
            if starts.isWarmConstant, !sharesCores, !first, !limitsStarts {
                executeAtOnce(call, on: sandbox)
            } else {
                execute(
                    call, on: sandbox, at: clock &+ starts.warmDelay(for: call), as: .warm, onPrewarmed: first
                )
            }
        } else {
            start(call, idle: available)
        }
    }

    /// Tells the policies of an arrival, and withdraws the unit's load ahead of need.
    @inline(never)
    private mutating func announce(_ call: Call) {
        let unit = Int(call.unit)
        if prewarm != nil { cluster.unitDetails[unit].prewarmAt = .max }
        if observesArrivals {
            let record = cluster.units[unit]
            let idle = record.running > 0 || record.lastEnd == .max ? nil : clock - record.lastEnd
            policies.idle.arrived(
                at: view(ofUnit: unit), now: SimTime(nanoseconds: clock),
                idleTime: idle.map(SimDuration.init(nanoseconds:)))
        }
    }

    /// Gives a request to a ready sandbox that is available: it is idle, or runs with a free slot.
    @inline(__always)
    mutating func take(_ sandbox: Int) {
        let record = cluster.sandboxes[sandbox]
        if concurrency == 1 {
            cluster.unlist(sandbox)
            leaveIdle(sandbox, record)
        } else {
            if record.running == 0 { leaveIdle(sandbox, record) }
            cluster.unlist(sandbox)
            if record.running + 1 < concurrency { cluster.list(sandbox) }
        }
        cluster.sandboxes[sandbox].running &+= 1
        cluster.countUse(of: sandbox)
        cluster.sandboxes[sandbox].mark = mark(on: record.node)
        cluster.units[Int(record.unit)].running &+= 1
    }

    @inline(__always)
    private mutating func leaveIdle(_ sandbox: Int, _ record: Sandbox) {
        let unit = Int(record.unit)
        let moment = cluster.ledger.move(
            cluster.units[unit].memory, of: Int(record.node), from: .idle, to: .running, at: clock)
        cluster.units[unit].wasted &+= moment
        cluster.units[unit].idle &-= 1
        cluster.idleCount &-= 1
        if hasIdleStates { cluster.idleInState[0].subtract(1, at: clock) }
        cluster.sandboxes[sandbox].since = clock
    }

    /// Lets `call` execute on `sandbox`, which has been taken for it, from `begin` on (now or later).
    @inline(__always)
    mutating func execute(
        _ call: Call, on sandbox: Int, at begin: UInt64, as kind: StartKind, onPrewarmed: Bool
    ) {
        underWay &+= 1
        var call = call
        if call.holdsSlot {
            call.holdsSlot = false
            schedule(.slotFree, at: begin, index: 0)
        }
        if sharesCores {
            beginOnCores(call, on: sandbox, at: begin, as: kind, onPrewarmed: onPrewarmed)
            return
        }
        let end = begin + call.execution
        if end > cluster.sandboxes[sandbox].freeAt { cluster.sandboxes[sandbox].freeAt = end }
        if isOnDemand {
            noteEnd(at: end, on: sandbox, of: call)
        } else {
            schedule(.executionEnd, at: end, index: sandbox)
        }
        recorder.executed(
            call, as: kind, onPrewarmed: onPrewarmed, begin: begin, end: end, warmStart: starts.meanWarm)
    }

    /// The most frequent case of `execute`: a warm start without a wait, whose delay is always the same, alone on its cores.
    @inline(__always)
    private mutating func executeAtOnce(_ call: Call, on sandbox: Int) {
        underWay &+= 1
        let end = clock + starts.meanWarm + call.execution
        if end > cluster.sandboxes[sandbox].freeAt { cluster.sandboxes[sandbox].freeAt = end }
        if isOnDemand {
            noteEnd(at: end, on: sandbox, of: call)
        } else {
            schedule(.executionEnd, at: end, index: sandbox)
        }
        recorder.executedAtOnce(call, warmStart: starts.meanWarm, end: end)
    }

    /// An execution on `sandbox` ends now.
    mutating func executionEnded(on sandbox: Int) {
        underWay &-= 1
        let record = cluster.sandboxes[sandbox]
        let unit = Int(record.unit)
        cluster.sandboxes[sandbox].running = record.running - 1
        cluster.units[unit].running -= 1
        cluster.units[unit].lastEnd = clock
        if prewarm != nil { orderPrewarm(after: unit) }
        if record.running == 1 {
            if concurrency > 1 { cluster.unlist(sandbox) }
            becomeIdle(sandbox)
        } else if record.running == concurrency {
            cluster.list(sandbox)
        }
        if !waiting.isEmpty { serveWaiting(freed: sandbox) }
    }

    func view(ofUnit unit: Int) -> UnitView {
        cluster.view(ofUnit: unit, warmStart: SimDuration(nanoseconds: starts.meanWarm))
    }
}
