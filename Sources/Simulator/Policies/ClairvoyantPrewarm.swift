import EventKernel

/// A bound that sees the future and may load ahead: each call finds a sandbox that became ready just then, or that was
/// kept because the gap was shorter than a load.
///
/// To serve the call after a gap warm costs min(gap, load) x memory: the sandbox is kept through a gap no longer than
/// its mean cold start; through a longer one it is evicted at once, and a load begins one mean cold start before the
/// call. A unit's first call has a gap from the start of the run on, in which a load is the only way. With a budget of
/// memory-time the cheapest are paid for, as in `ClairvoyantKeep`, and that is the most for the same reason. It is exact
/// where cold starts always take their mean and warm starts no time, every gap is at least two cold starts long (so
/// that it costs the same whether the call before was cold or not), a sandbox takes one request at a time, calls of one
/// unit do not overlap, and memory never runs short.
///
/// Elsewhere it is a heuristic: loads that take longer than the mean come late, a unit has one order at a time, so of
/// several calls that overlap only the next is loaded for, and the j-th idle sandbox of a unit is promised the j-th call
/// to come.
public final class ClairvoyantPrewarm: IdlePolicy, PrewarmPolicy {
    private var calls: FutureCalls
    private let budget: GapBudget

    /// Sees the calls of `context`'s run. `budget` is in byte seconds, `GapBudget.unlimited` or more for no limit.
    public init(_ context: PolicyContext, budget: Double) {
        if budget >= GapBudget.unlimited {
            calls = FutureCalls(context)
            self.budget = GapBudget()
            return
        }
        var ends = ContiguousArray<UInt64>()
        let calls = FutureCalls(context, ends: &ends)
        self.calls = calls
        self.budget = GapBudget(byteSeconds: budget) { visit in
            for unit in context.units {
                let index = unit.id.index
                if let first = calls.upcoming(of: index, others: 0, now: .zero) {
                    visit(unit.cost(ofGap: calls.times[first]), index, first)
                }
                calls.forEachGap(of: index, ends: ends) { gap, place in
                    visit(unit.cost(ofGap: gap), index, place)
                }
            }
        }
    }

    /// Yes: it follows which calls have come.
    public var observesArrivals: Bool { true }

    /// Moves on to the unit's next call.
    public func arrived(at unit: UnitView, now: SimTime, idleTime: SimDuration?) {
        calls.arrived(at: unit.id.index)
    }

    /// Keeps the sandbox until the call it is promised when that is near, or when it was loaded for it; otherwise evicts
    /// it at once.
    public func nextStep(of sandbox: SandboxView, unit: UnitView, now: SimTime) -> IdleStep {
        if let (gap, isPaid) = upcoming(of: unit, others: Int(max(unit.idle, 1)) - 1, now: now) {
            let isJustLoaded = sandbox.uses == 0 && sandbox.lastUsed == now
            if isJustLoaded || isPaid && gap <= unit.coldStart.nanoseconds { return .untilPromised(in: gap) }
        }
        calls.sentAway(from: unit.id.index, now: now)
        return .evict(after: .zero)
    }

    /// A load for the unit's first call.
    public func firstOrder(for unit: UnitView) -> PrewarmOrder? {
        guard let (gap, isPaid) = upcoming(of: unit, others: 0, now: .zero), isPaid else { return nil }
        return PrewarmOrder(at: SimTime(nanoseconds: gap - min(gap, unit.coldStart.nanoseconds)))
    }

    /// A load for the next call that no idle sandbox waits for, when it is too far off to keep the sandbox that has just
    /// become idle.
    public func order(after end: SimTime, for unit: UnitView) -> PrewarmOrder? {
        guard let (gap, isPaid) = upcoming(of: unit, others: Int(unit.idle), now: end) else { return nil }
        let load = unit.coldStart.nanoseconds
        return isPaid && gap > load ? PrewarmOrder(at: end + SimDuration(nanoseconds: gap - load)) : nil
    }

    /// The nanoseconds until a coming call of `unit`, and whether the budget pays for having it warm.
    private func upcoming(of unit: UnitView, others: Int, now: SimTime) -> (
        gap: UInt64, isPaid: Bool
    )? {
        guard let place = calls.upcoming(of: unit.id.index, others: others, now: now) else { return nil }
        let gap = calls.times[place] - min(calls.times[place], now.nanoseconds)
        return (gap, budget.covers(unit.cost(ofGap: gap), unit: unit.id.index, place: place))
    }

    static let entry = PolicyEntry<IdlePolicies>(
        "clairvoyant-prewarm",
        "a bound: sees the future, keeps over short gaps and loads ahead over long ones, in a budget",
        parameters: [.gapBudget]
    ) { values, context in
        let policy = ClairvoyantPrewarm(context, budget: try values.gapBudget(of: "clairvoyant-prewarm"))
        return IdlePolicies(idle: policy, prewarm: policy)
    }
}

extension UnitView {
    /// Byte nanoseconds that a sandbox is idle or loading at the least, to be ready at the end of a gap.
    fileprivate func cost(ofGap gap: UInt64) -> UInt128 {
        UInt128(min(gap, coldStart.nanoseconds)) * UInt128(memory.count)
    }
}
