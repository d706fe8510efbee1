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
    private let unitCount: Int
    private let settled: SimDuration
    private let states: [IdleStateID]
    /// Nil when the scenario has no base sandboxes.
    private let base: IdleStateID?

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
        self.base = place.map { IdleStateID(UInt8($0)) }
        states = names.indices.filter { $0 != place }.map { IdleStateID(UInt8($0)) }
        unitCount = context.units.count
    }

    /// Counts the call.
    public func arrived(at unit: UnitView, now: SimTime) { rates.add(unit.id.index, now: now) }

    /// Yes.
    public var choosesVictims: Bool { true }

    /// By last use; not asked, as victims are chosen.
    public func priority(of sandbox: SandboxView, unit: UnitView) -> ReclaimPriority {
        ReclaimPriority(sandbox.lastUsed)
    }

    /// - Complexity: O(units) for each function that is looked into.
    public func victim(for memory: Bytes, now: SimTime, in cluster: borrowing ClusterState) -> SandboxID? {
        victim(now: now, in: cluster)
    }

    func victim(now: SimTime, in cluster: borrowing some ClusterReading & ~Copyable) -> SandboxID? {
        rates.advance(to: now)
        var last: (ratio: Double, unit: Int)?
        while let next = nextUnit(after: last, in: cluster) {
            if let sandbox = longestIdle(of: UnitID(UInt32(next.unit)), now: now, in: cluster) {
                return sandbox
            }
            last = next
        }
        return nil
    }

    /// The unit with the highest ratio after `last`, of equals the first.
    private func nextUnit(
        after last: (ratio: Double, unit: Int)?, in cluster: borrowing some ClusterReading & ~Copyable
    ) -> (ratio: Double, unit: Int)? {
        var best: (ratio: Double, unit: Int)?
        for unit in 0..<unitCount {
            let ratio = ratio(of: unit, in: cluster)
            if let last, ratio > last.ratio || (ratio == last.ratio && unit <= last.unit) { continue }
            if let best, ratio <= best.ratio { continue }
            best = (ratio, unit)
        }
        return best
    }

    /// Warm sandboxes, running ones and base sandboxes among them, for a call a second.
    private func ratio(of unit: Int, in cluster: borrowing some ClusterReading & ~Copyable) -> Double {
        let id = UnitID(UInt32(unit))
        let warm = cluster.count(of: id, in: .warm) + (base.map { cluster.count(of: id, in: $0) } ?? 0)
        return warm == 0 ? 0 : Double(warm) / rates.mean(unit)
    }

    private func longestIdle(
        of unit: UnitID, now: SimTime, in cluster: borrowing some ClusterReading & ~Copyable
    ) -> SandboxID? {
        var best: SandboxView?
        for state in states {
            for sandbox in cluster.idleSandboxes(of: unit, in: state)
            where sandbox.since + settled <= now && cluster.isEvictable(sandbox.id) {
                if let best, (best.since, best.serial) <= (sandbox.since, sandbox.serial) { continue }
                best = sandbox
            }
        }
        return best?.id
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
            windows: Int(exactly: values.number("windows").rounded(.up)) ?? -1,
            window: values.duration("window"), base: values.text("base"))
    }
}
