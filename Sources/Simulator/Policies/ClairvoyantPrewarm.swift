import EventKernel

/// A bound that sees the future and may load ahead: each call finds a sandbox that became ready just then, or
/// that was kept because the gap was shorter than a load.
///
/// To serve the call after a gap warm costs min(gap, load) x memory: the sandbox is kept through a gap no
/// longer than its mean cold start; through a longer one it is evicted at once, and a load begins one mean
/// cold start before the call. A unit's first call has a gap from the start of the run on, in which a load is
/// the only way. With a budget of memory-time the cheapest are paid for, as in `ClairvoyantKeep`, and that is
/// the most for the same reason. It is exact where cold starts always take their mean and warm starts no
/// time, every gap is at least two cold starts long (so that it costs the same whether the call before was
/// cold or not), a sandbox takes one request at a time, calls of one unit do not overlap, and memory never
/// runs short.
///
/// Elsewhere it is a heuristic: loads that take longer than the mean come late, and since a unit has one
/// order at a time, one with several sandboxes loads nothing ahead and keeps them as `ClairvoyantKeep` does.
public final class ClairvoyantPrewarm: IdlePolicy, PrewarmPolicy {
    private var calls: FutureCalls
    private let budget: GapBudget
    /// The end of execution after which a load was ordered, when that was the unit's latest.
    private var orderedAt: ContiguousArray<SimTime>

    /// Sees the calls of `context`'s run. `budget` is in byte seconds, `GapBudget.unlimited` or more for no
    /// limit.
    public init(_ context: PolicyContext, budget: Double) {
        orderedAt = ContiguousArray(repeating: .never, count: context.units.count)
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
                let memory = UInt128(unit.memory.count)
                let load = unit.coldStart.nanoseconds
                if let first = calls.nextWithout(index) {
                    visit(UInt128(min(calls.times[first], load)) * memory, index, first)
                }
                calls.forEachGap(of: index, ends: ends) { gap, place, isNext in
                    visit(UInt128(isNext ? min(gap, load) : gap) * memory, index, place)
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

    /// Evicts the sandbox at once when a load was ordered in its place; otherwise keeps it until the call it
    /// is promised, or evicts it when the budget does not pay for that.
    public func nextStep(of sandbox: SandboxView, unit: UnitView, now: SimTime) -> IdleStep {
        let index = unit.id.index
        // Loaded ahead, or asked about again: its promise was made before.
        if sandbox.lastUsed < now || sandbox.uses == 0 { return calls.keep(unit, now: now) }
        guard orderedAt[index] != now, let place = calls.nextWithout(index),
            isPaid(place, UInt128(calls.gap(until: place, now: now)), unit)
        else { return calls.sendAway(index, now: now) }
        calls.promise(index)
        return calls.keep(unit, now: now)
    }

    /// A load for the unit's first call.
    public func firstOrder(for unit: UnitView) -> PrewarmOrder? {
        calls.nextWithout(unit.id.index).flatMap { order(for: $0, unit: unit, now: .zero) }
    }

    /// A load for the next call when it is too far off to keep the sandbox, the unit's only one, that has
    /// just become idle.
    public func order(after end: SimTime, for unit: UnitView) -> PrewarmOrder? {
        let index = unit.id.index
        orderedAt[index] = .never
        guard unit.sandboxes <= 1, let place = calls.nextWithout(index),
            calls.gap(until: place, now: end) > unit.coldStart.nanoseconds,
            let order = order(for: place, unit: unit, now: end)
        else { return nil }
        orderedAt[index] = end
        return order
    }

    private func order(for place: Int, unit: UnitView, now: SimTime) -> PrewarmOrder? {
        let gap = calls.gap(until: place, now: now)
        let load = min(gap, unit.coldStart.nanoseconds)
        guard isPaid(place, UInt128(load), unit) else { return nil }
        calls.promise(unit.id.index)
        return PrewarmOrder(at: now + SimDuration(nanoseconds: gap - load))
    }

    /// Whether the budget pays for a sandbox during these nanoseconds, to have the call at `place` warm.
    private func isPaid(_ place: Int, _ nanoseconds: UInt128, _ unit: UnitView) -> Bool {
        budget.covers(nanoseconds * UInt128(unit.memory.count), unit: unit.id.index, place: place)
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
