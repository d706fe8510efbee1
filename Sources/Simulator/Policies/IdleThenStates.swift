import EventKernel
import Files

/// Down the idle states by the clock: after so long unused into one state, later into another, out at the end. The
/// simplest way to use a state that stores pages, with nothing predicted.
///
/// With a number of sandboxes for each base, a sandbox becomes a base sandbox instead of going into the first state
/// when there are not enough: D >= T B, as Medes' released code has it. Base sandboxes stay until nothing refers to
/// them.
public final class IdleThenStates: IdlePolicy {
    /// One step down.
    public struct Tier: Hashable, Sendable {
        /// Where to.
        public var state: IdleStateID
        /// How long after the last use.
        public var after: SimDuration

        /// One step down.
        public init(_ state: IdleStateID, after: SimDuration) {
            self.state = state
            self.after = after
        }
    }

    /// Base sandboxes, where states need them.
    public struct Bases: Hashable, Sendable {
        /// The state of base sandboxes.
        public var state: IdleStateID
        /// T: sandboxes in the tiers for each base sandbox.
        public var threshold: Double

        /// Base sandboxes in `state`, one for each `threshold` sandboxes.
        public init(_ state: IdleStateID, threshold: Double) {
            self.state = state
            self.threshold = threshold
        }
    }

    private let tiers: [Tier]
    private let keepAlive: SimDuration
    private let bases: Bases?
    private var basesUnderWay: BasesUnderWay
    private static let again = SimDuration.minutes(1)

    /// Goes through `tiers`, whose times rise, and evicts after `keepAlive`; with base sandboxes of so many units.
    public init(units: Int, tiers: [Tier], keepAlive: SimDuration, bases: Bases? = nil) {
        self.tiers = tiers
        self.keepAlive = keepAlive
        self.bases = bases
        basesUnderWay = BasesUnderWay(units: bases == nil ? 0 : units)
    }

    /// By the clock, without base sandboxes.
    public func nextStep(of sandbox: SandboxView, unit: UnitView, now: SimTime) -> IdleStep {
        guard let tier = nextTier(of: sandbox) else { return .evict(after: left(keepAlive, sandbox, now)) }
        return .enter(tier.state, after: left(tier.after, sandbox, now))
    }

    /// By the clock; base sandboxes by how many there are when the first tier is due.
    public func nextStep(
        of sandbox: SandboxView, unit: UnitView, now: SimTime, in cluster: borrowing ClusterState
    ) -> IdleStep {
        step(of: sandbox, unit: unit, now: now, in: cluster)
    }

    func step(
        of sandbox: SandboxView, unit: UnitView, now: SimTime,
        in cluster: borrowing some ClusterReading & ~Copyable
    ) -> IdleStep {
        guard let bases else { return nextStep(of: sandbox, unit: unit, now: now) }
        if sandbox.state == bases.state {
            basesUnderWay.asked(about: sandbox, now: now)
            let rest = left(keepAlive, sandbox, now)
            if rest > .zero { return .reconsider(after: rest) }
            return cluster.isEvictable(sandbox.id)
                ? .evict(after: .zero) : .reconsider(after: IdleThenStates.again)
        }
        if sandbox.state == .warm, !sandbox.hasImage, let first = nextTier(of: sandbox) {
            let rest = left(first.after, sandbox, now)
            if rest > .zero { return .reconsider(after: rest) }
            let stored = tiers.reduce(0) { $0 + cluster.count(of: unit.id, in: $1.state) }
            let made =
                cluster.count(of: unit.id, in: bases.state) + basesUnderWay.count(unit.id.index, now: now)
            if Double(stored) >= bases.threshold * Double(made) {
                basesUnderWay.add(unit.id.index, now: now)
                return .enter(bases.state, after: .zero)
            }
        }
        return nextStep(of: sandbox, unit: unit, now: now)
    }

    /// Tries again a minute later, until the keep-alive is over.
    public func refused(
        _ state: IdleStateID, to sandbox: SandboxView, unit: UnitView, now: SimTime
    ) -> IdleStep {
        if state == bases?.state { basesUnderWay.refused(unit.id.index) }
        let rest = left(keepAlive, sandbox, now)
        return rest > IdleThenStates.again ? .reconsider(after: IdleThenStates.again) : .evict(after: rest)
    }

    /// The tier after the one it is in; nil when that is the last, or comes after its eviction.
    private func nextTier(of sandbox: SandboxView) -> Tier? {
        let next = tiers.firstIndex { $0.state == sandbox.state }.map { $0 + 1 } ?? 0
        return next < tiers.count && tiers[next].after < keepAlive ? tiers[next] : nil
    }

    private func left(_ time: SimDuration, _ sandbox: SandboxView, _ now: SimTime) -> SimDuration {
        let due = sandbox.lastUsed + time
        return due > now ? due - now : .zero
    }
}

extension IdleThenStates {
    static let entry = PolicyEntry<IdlePolicies>(
        "tiers", "goes down given idle states after given idle times, then evicts; needs idle-states",
        parameters: [
            PolicyParameter("state", "the first state to enter", standard: .text("deduplicated")),
            PolicyParameter("after", "idle time before it", standard: .duration(.minutes(1))),
            PolicyParameter("second-state", "the state after that, or none", standard: .text("none")),
            PolicyParameter("second-after", "idle time before it", standard: .duration(.minutes(5))),
            PolicyParameter("third-state", "the state after that, or none", standard: .text("none")),
            PolicyParameter("third-after", "idle time before it", standard: .duration(.minutes(10))),
            PolicyParameter(
                "keep-alive", "idle time before eviction", standard: .duration(.minutes(15))),
            PolicyParameter(
                "bases-per", "sandboxes for each base sandbox; 0: none is made", standard: .number(0)),
            PolicyParameter("base", "name of the base state", standard: .text("base")),
        ]
    ) { values, context in
        func fault(_ problem: String, _ remedy: String) -> InputError {
            InputError("tiers: \(problem)", remedy: remedy)
        }
        var tiers: [Tier] = []
        for (name, time) in [
            ("state", "after"), ("second-state", "second-after"), ("third-state", "third-after"),
        ] where name == "state" || values.text(name) != "none" {
            let tier = Tier(
                try context.scenario.idleState(values.text(name), for: "tiers"), after: values.duration(time))
            if tier.state == .warm || tiers.contains(where: { $0.state == tier.state }) {
                throw fault(
                    "\(name) is '\(values.text(name))' again", "name each state once, and not the warm one")
            }
            if let last = tiers.last, tier.after < last.after {
                throw fault("\(time) is before the state before it", "give times that rise")
            }
            tiers.append(tier)
        }
        let threshold = values.number("bases-per")
        guard threshold >= 0, threshold.isFinite else {
            throw fault("bases-per is \(threshold)", "give 0, or a number of sandboxes such as 40")
        }
        var bases: Bases?
        if threshold > 0 {
            let state = try context.scenario.idleState(values.text("base"), for: "tiers")
            bases = Bases(state, threshold: threshold)
        }
        return IdlePolicies(
            idle: IdleThenStates(
                units: context.units.count, tiers: tiers, keepAlive: values.duration("keep-alive"),
                bases: bases))
    }
}
