import EventKernel

/// A bound that sees the future and never loads ahead: with a budget of memory-time for idle sandboxes it
/// avoids the most cold starts that keeping alone can.
///
/// After the i-th call of a unit its sandbox would have to stay for the gap arrival(i+1) - end(i) to serve
/// the next; that costs gap x memory and avoids one cold start. The policy keeps the cheapest gaps whose
/// costs add up to at most the budget (of equal costs, the lower unit, then the earlier gap), each from end
/// to end, and evicts at once otherwise.
///
/// Where it is exact: starts take no time, a sandbox takes one request at a time, calls of one unit do not
/// overlap, memory never runs short. Then every gap can be had for its cost whatever else is kept, and no
/// policy has the call after a gap warm without holding that memory throughout it: a policy of memory-time W
/// that avoids n cold starts has chosen n gaps whose costs add up to at most W. *No choice of n gaps is
/// cheaper than the n cheapest.* (If a choice leaves out one of them, it holds one that is not among them and
/// costs no less; to exchange the two makes the choice no dearer, and after finitely many exchanges it is the
/// n cheapest.) So with W as the budget the n cheapest gaps are affordable, and this policy avoids n cold
/// starts or more.
///
/// Elsewhere it is a heuristic, and its memory-time may differ from the budget: gaps are planned as if every
/// start were warm; a sandbox that becomes idle is promised to the next call that no other is promised to,
/// and is kept for it if the time until then costs no more than the dearest gap of the plan; a call takes
/// whichever idle sandbox the reuse order says, and the others then share the promises that are left.
public final class ClairvoyantKeep: IdlePolicy {
    private var calls: FutureCalls
    private let budget: GapBudget

    /// Sees the calls of `context`'s run. `budget` is in byte seconds, `GapBudget.unlimited` or more for no
    /// limit.
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
                let memory = UInt128(unit.memory.count)
                calls.forEachGap(of: unit.id.index, ends: ends) { gap, place, _ in
                    visit(UInt128(gap) * memory, unit.id.index, place)
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

    /// Keeps the sandbox until the call it is promised, or evicts it at once.
    public func nextStep(of sandbox: SandboxView, unit: UnitView, now: SimTime) -> IdleStep {
        let index = unit.id.index
        if sandbox.lastUsed < now { return calls.keep(unit, now: now) }
        guard let place = calls.nextWithout(index) else { return calls.sendAway(index, now: now) }
        let cost = UInt128(calls.gap(until: place, now: now)) * UInt128(unit.memory.count)
        guard budget.covers(cost, unit: index, place: place) else { return calls.sendAway(index, now: now) }
        calls.promise(index)
        return calls.keep(unit, now: now)
    }

    static let entry = PolicyEntry<IdlePolicies>(
        "clairvoyant-keep",
        "a bound: sees the future and keeps the cheapest gaps within a budget; never loads ahead",
        parameters: [.gapBudget]
    ) { values, context in
        IdlePolicies(idle: ClairvoyantKeep(context, budget: try values.gapBudget(of: "clairvoyant-keep")))
    }
}
