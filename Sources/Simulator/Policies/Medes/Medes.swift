import EventKernel
import Files

/// Medes (EuroSys'22): once a sandbox has been idle for a while, whether it stays warm, is deduplicated, becomes a base
/// sandbox for others, or goes.
///
/// Every idle period the policy solves a small problem for the sandbox's function (`MedesEquations` or
/// `MedesClosedForms`): how many of its sandboxes should be deduplicated, so that the calls that come are served, and
/// either memory is least while starts are short enough (P1), or starts are shortest within a budget of memory (P2).
/// A sandbox that has not been used for the keep-alive (deduplicated: the keep-dedup) goes, whatever the problem says.
///
/// Where paper and released code differ, `MedesSettings` has a parameter; docs/parts-medes.md lists the deviations.
public final class Medes: IdlePolicy {
    private let settings: MedesSettings
    private let base: IdleStateID
    private let deduplicated: IdleStateID
    // Unchecked: nothing that uses it calls back, and the check takes longer than counting a call.
    @exclusivity(unchecked) private var estimates: MedesEstimates
    private var facts: Slab<Facts>
    private var basesUnderWay: BasesUnderWay
    /// P2's budget of all functions together, in bytes.
    private let budget: Double

    struct Facts: BitwiseCopyable {
        /// Execution and reuse period in seconds.
        var busy: Double
        /// The part of the memory that deduplication is configured to save.
        var benefit: Double
    }

    /// Decides for the units of `context`. `base` and `deduplicated` name its idle states.
    /// - Throws: `InputError` when the scenario lacks one of the states, or for parameters that cannot work.
    public init(
        _ context: PolicyContext, settings: MedesSettings = MedesSettings(), base: String = "base",
        deduplicated: String = "deduplicated"
    ) throws {
        try settings.validate()
        self.settings = settings
        self.base = try context.scenario.idleState(base, for: "medes")
        self.deduplicated = try context.scenario.idleState(deduplicated, for: "medes")
        estimates = MedesEstimates(units: context.units.count, settings: settings)
        facts = Slab(
            zip(context.unitExecutions, context.unitNames).map { execution, name in
                Facts(
                    busy: execution + settings.reusePeriod.seconds,
                    benefit: MedesTables.benefit(of: name) ?? settings.defaultBenefit)
            })
        basesUnderWay = BasesUnderWay(units: context.units.count)
        let memory = context.scenario.nodes.reduce(0.0) {
            $0 + Double($1.count) * Double(($1.limit ?? $1.memory).count)
        }
        budget = settings.memoryShare * memory
    }

    /// Yes: it learns the rates.
    public var observesArrivals: Bool { true }

    /// Counts the call.
    public func arrived(at unit: UnitView, now: SimTime, idleTime: SimDuration?) {
        estimates.rates.add(unit.id.index, now: now)
    }

    /// Yes: it learns how long restores take.
    public var observesRestores: Bool { true }

    /// Notes how long a start from the deduplicated state took.
    public func restored(_ unit: UnitID, from state: IdleStateID, startup: SimDuration) {
        if state == deduplicated { estimates.add(restore: startup, of: unit.index) }
    }

    /// Without the cluster nothing can be decided: asks again.
    public func nextStep(of sandbox: SandboxView, unit: UnitView, now: SimTime) -> IdleStep {
        .reconsider(after: settings.idlePeriod)
    }

    /// Waits for the idle period or the end of the keep-alive, and decides then.
    public func nextStep(
        of sandbox: SandboxView, unit: UnitView, now: SimTime, in cluster: borrowing ClusterState
    ) -> IdleStep {
        step(of: sandbox, unit: unit, now: now, in: cluster)
    }

    func step(
        of sandbox: SandboxView, unit: UnitView, now: SimTime,
        in cluster: borrowing some ClusterReading & ~Copyable
    ) -> IdleStep {
        let unused = Medes.span(from: sandbox.lastUsed, to: now)
        if sandbox.state == base {
            basesUnderWay.asked(about: sandbox, now: now)
            return step(ofBase: sandbox, unused: unused, in: cluster)
        }
        let isWarm = sandbox.state != deduplicated
        let limit = isWarm ? settings.keepAlive : settings.keepDedup
        let idle = Medes.span(from: sandbox.since, to: now)
        if unused < limit, idle < settings.idlePeriod {
            return .reconsider(after: min(settings.idlePeriod - idle, limit - unused))
        }
        let step =
            isWarm
            ? step(ofWarm: sandbox, unit: unit, isDue: unused >= limit, now: now, in: cluster)
            : step(ofDeduplicated: sandbox, unit: unit, unused: unused, now: now, in: cluster)
        if let step { return step }
        return .reconsider(
            after: unused < limit ? min(settings.idlePeriod, limit - unused) : settings.idlePeriod)
    }

    /// The wait for the idle period, or for the end of the keep-alive.
    public func stepAfterUse(in state: IdleStateID) -> IdleStep? {
        if state == base, !settings.basesGo { return .stay }
        let limit = state == deduplicated ? settings.keepDedup : settings.keepAlive
        if limit == .zero { return nil }
        return .reconsider(after: state == base ? limit : min(settings.idlePeriod, limit))
    }

    /// Asks again after the idle period.
    public func refused(
        _ state: IdleStateID, to sandbox: SandboxView, unit: UnitView, now: SimTime
    ) -> IdleStep {
        if state == base { basesUnderWay.refused(unit.id.index) }
        return .reconsider(after: settings.idlePeriod)
    }

    private static func span(from earlier: SimTime, to later: SimTime) -> SimDuration {
        earlier < later ? later - earlier : .zero
    }
}

// Decisions.
extension Medes {
    /// Nil: it stays as it is.
    private func step(
        ofWarm sandbox: SandboxView, unit: UnitView, isDue: Bool, now: SimTime,
        in cluster: borrowing some ClusterReading & ~Copyable
    ) -> IdleStep? {
        var verdict = MedesVerdict.evict
        if !isDue { verdict = self.verdict(on: sandbox, unit: unit, now: now, in: cluster) }
        if sandbox.hasImage {
            if verdict == .keep, settings.goesBack { verdict = .deduplicate }
        } else {
            let underWay = basesUnderWay.count(unit.id.index, now: now)
            let wantsBase = settings.baseRule.wantsBase(
                deduplicated: cluster.count(of: unit.id, in: deduplicated),
                bases: cluster.count(of: unit.id, in: base) + underWay, threshold: settings.threshold,
                verdict: verdict)
            if wantsBase {
                basesUnderWay.add(unit.id.index, now: now)
                return .enter(base, after: .zero)
            }
        }
        switch verdict {
        case .keep: return nil
        case .deduplicate: return .enter(deduplicated, after: .zero)
        case .evict: return .evict(after: .zero)
        }
    }

    /// A deduplicated sandbox stays until its time is over; the closed forms of P1 may find before the keep-alive that
    /// there are too many sandboxes.
    private func step(
        ofDeduplicated sandbox: SandboxView, unit: UnitView, unused: SimDuration, now: SimTime,
        in cluster: borrowing some ClusterReading & ~Copyable
    ) -> IdleStep? {
        if unused >= settings.keepDedup { return .evict(after: .zero) }
        guard settings.solver == .closedForms, settings.problem == .latency, unused < settings.keepAlive
        else { return nil }
        let verdict = verdict(on: sandbox, unit: unit, now: now, in: cluster)
        return verdict == .evict ? .evict(after: .zero) : nil
    }

    private func step(
        ofBase sandbox: SandboxView, unused: SimDuration,
        in cluster: borrowing some ClusterReading & ~Copyable
    ) -> IdleStep {
        guard settings.basesGo else { return .stay }
        if unused < settings.keepAlive { return .reconsider(after: settings.keepAlive - unused) }
        return cluster.isEvictable(sandbox.id)
            ? .evict(after: .zero) : .reconsider(after: settings.idlePeriod)
    }

    private func verdict(
        on sandbox: SandboxView, unit: UnitView, now: SimTime,
        in cluster: borrowing some ClusterReading & ~Copyable
    ) -> MedesVerdict {
        let situation = situation(of: unit, on: sandbox.node, now: now, in: cluster)
        switch settings.solver {
        case .linear: return MedesEquations(situation).verdict(settings.problem)
        case .closedForms: return MedesClosedForms(situation).verdict(settings.problem)
        }
    }

    /// What is known of `unit`, for a decision about a sandbox on `node`.
    func situation(
        of unit: UnitView, on node: NodeID, now: SimTime,
        in cluster: borrowing some ClusterReading & ~Copyable
    ) -> MedesSituation {
        estimates.rates.advance(to: now)
        let index = unit.id.index
        let bases = cluster.count(of: unit.id, in: base)
        let memory = Double(unit.memory.count)
        let share =
            settings.budgetSplit == .mean
            ? estimates.rates.shareOfMean(index) : estimates.rates.shareOfHighest(index)
        let capacity = Double(cluster.capacity(of: node).count)
        let used = capacity - Double(cluster.freeMemory(of: node).count)
        return MedesSituation(
            warm: Double(cluster.count(of: unit.id, in: .warm) + bases), bases: Double(bases),
            deduplicated: Double(cluster.count(of: unit.id, in: deduplicated)),
            rate: estimates.rates.highest(index), warmStart: max(unit.warmStart.seconds, 0.001),
            restore: estimates.restore(index), busy: facts[index].busy, warmMemory: memory,
            storedMemory: storedMemory(of: unit, in: cluster),
            restoreMemory: Double(settings.restoreMemory.count), budget: share * budget,
            alpha: settings.alpha, isMemoryFree: used < settings.memoryShare * capacity)
    }

    private func storedMemory(of unit: UnitView, in cluster: borrowing some ClusterReading & ~Copyable)
        -> Double
    {
        if settings.benefit == .observed, let held = cluster.heldOnAverage(of: unit.id, in: deduplicated) {
            return Double(held.count)
        }
        return Double(unit.memory.count) * (1 - facts[unit.id.index].benefit)
    }
}
