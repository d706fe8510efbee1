import EventKernel
import Files

/// Medes' eviction, as its released code has it (`GetEvictionEnvironment`, `GetEvictionCandidate`): of the function
/// with the most warm sandboxes for its rate, the warm or deduplicated sandbox that has been in its state the longest,
/// but at least 2 s. Base sandboxes and running ones stay.
///
/// The code turns to no other function when that one has nothing to evict, and tries again up to 20 times; here the
/// function with the next ratio is asked. A function that was not called within the windows has an endless ratio, and
/// of equal ratios the first function's is taken, as there.
public final class MedesEviction: Reclaimer, ArrivalObserver {
    // Unchecked: nothing that uses it calls back, and the check takes longer than counting a call.
    @exclusivity(unchecked) private var rates: ArrivalRates
    @exclusivity(unchecked) private var order: EvictionOrder
    private let settled: SimDuration
    private let states: [IdleStateID]

    /// Evicts among the units of `context`, whose base sandboxes are in the state named `base`, sandboxes that have been
    /// in their state for `settled`. Rates are taken over so many windows.
    /// - Throws: `InputError` for windows that cannot work.
    public init(
        _ context: PolicyContext, settled: SimDuration = .seconds(2), windows: Int = 10,
        window: SimDuration = .minutes(1), base: String = "base"
    ) throws {
        var settings = MedesSettings()
        settings.windows = windows
        settings.window = window
        try settings.validate()
        rates = ArrivalRates(units: context.units.count, windows: windows, width: window)
        self.settled = settled
        let names = context.scenario.idleStates.map(\.name)
        let place = names.firstIndex(of: base)
        states = names.indices.filter { $0 != place }.map { IdleStateID(UInt8($0)) }
        order = EvictionOrder(units: context.units.count, states: names.count, base: place)
    }

    /// Counts the call.
    public func arrived(at unit: UnitView, now: SimTime) { rates.add(unit.id.index, now: now) }

    /// Yes.
    public var choosesVictims: Bool { true }

    /// By last use; not asked, as victims are chosen.
    public func priority(of sandbox: SandboxView, unit: UnitView) -> ReclaimPriority {
        ReclaimPriority(sandbox.lastUsed)
    }

    /// - Complexity: O(log units) for each function that is looked into, and a comparison of all functions' counts with
    ///   those of the last time. Nothing is allocated.
    public func victim(for memory: Bytes, now: SimTime, in cluster: borrowing ClusterState) -> SandboxID? {
        victim(now: now, in: cluster)
    }

    func victim(now: SimTime, in cluster: borrowing some EvictionReading & ~Copyable) -> SandboxID? {
        rates.advance(to: now)
        order.update(rates, now: now, in: cluster)
        while let unit = order.first {
            var longest = LongestIdle(now: now, settled: settled)
            for state in states { cluster.look(at: UnitID(UInt32(unit)), in: state, for: &longest) }
            if let sandbox = longest.sandbox { return sandbox }
            // It is asked again when the first of its sandboxes is settled; nothing can be before.
            order.rest(unit, until: longest.noneBefore)
        }
        return nil
    }

    static let entry = PolicyEntry<(any Reclaimer)?>(
        "medes", "evicts where most warm sandboxes stand for the fewest calls (Medes' released code)",
        parameters: [
            PolicyParameter(
                "settled", "how long a sandbox must have been in its state", standard: .duration(.seconds(2))),
            PolicyParameter("windows", "how many windows rates are taken over", standard: .number(10)),
            PolicyParameter("window", "how long each window is", standard: .duration(.minutes(1))),
            PolicyParameter(
                "base", "name of the base state, whose sandboxes stay", standard: .text("base")),
        ]
    ) { values, context in
        try MedesEviction(
            context, settled: values.duration("settled"),
            windows: Int(exactly: values.number("windows")) ?? -1,
            window: values.duration("window"), base: values.text("base"))
    }
}
