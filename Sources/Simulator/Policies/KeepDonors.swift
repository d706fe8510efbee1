import EventKernel
import Files

/// Keeps a few sandboxes of each unit of the cluster as donors, from which new ones are forked on any node, and evicts the
/// others soon: one prepared seed for each function, and nothing else that is kept for long (after MITOSIS, OSDI'23; the
/// times are ours).
///
/// A sandbox that becomes idle is made a donor when its unit has too few. A donor goes once its unit has not been used for
/// a while. Which state donors are in, and what forks and donors cost, the scenario says.
public final class KeepDonors: IdlePolicy {
    private let state: IdleStateID
    private let perUnit: Int
    private let keep: SimDuration
    private let keepAlive: SimDuration

    /// Sandboxes of one unit that were told to become donors in one instant. The cluster counts them once they are on the
    /// way, which is later in that instant; others that become idle in it would all become donors too.
    struct Told: BitwiseCopyable {
        var at = SimTime.zero
        var count = 0
    }
    private var told: [Told]

    /// Keeps `perUnit` sandboxes of each of so many units in `state` for `keep` after the unit's last use, and others
    /// warm for `keepAlive`.
    public init(
        units: Int, state: IdleStateID, perUnit: Int, keep: SimDuration, keepAlive: SimDuration
    ) {
        told = Array(repeating: Told(), count: units)
        self.state = state
        self.perUnit = perUnit
        self.keep = keep
        self.keepAlive = keepAlive
    }

    /// As if there were donors enough.
    public func nextStep(of sandbox: SandboxView, unit: UnitView, now: SimTime) -> IdleStep {
        sandbox.state == state ? donorStep(sandbox, unit, now) : .evict(after: left(sandbox, now))
    }

    /// A donor stays while its unit is in use; another sandbox becomes one if there are too few.
    public func nextStep(
        of sandbox: SandboxView, unit: UnitView, now: SimTime, in cluster: borrowing ClusterState
    ) -> IdleStep {
        if sandbox.state == state { return donorStep(sandbox, unit, now) }
        let place = unit.id.index
        if told[place].at != now { told[place] = Told(at: now) }
        guard cluster.count(of: unit.id, in: state) + told[place].count < perUnit else {
            return .evict(after: left(sandbox, now))
        }
        told[place].count += 1
        return .enter(state, after: .zero)
    }

    /// What cannot become a donor is kept like the others.
    public func refused(
        _ state: IdleStateID, to sandbox: SandboxView, unit: UnitView, now: SimTime
    ) -> IdleStep { .evict(after: left(sandbox, now)) }

    private func donorStep(_ sandbox: SandboxView, _ unit: UnitView, _ now: SimTime) -> IdleStep {
        // One that starts or runs, or is on the way into a state, uses its unit now.
        var used = unit.sandboxes > unit.idle ? now : sandbox.lastUsed
        if let end = unit.lastEnd, end > used { used = end }
        let due = used + keep
        return due > now ? .reconsider(after: due - now) : .evict(after: .zero)
    }

    private func left(_ sandbox: SandboxView, _ now: SimTime) -> SimDuration {
        let due = sandbox.lastUsed + keepAlive
        return due > now ? due - now : .zero
    }
}

extension KeepDonors {
    static let entry = PolicyEntry<IdlePolicies>(
        "donors",
        "keeps donors that new sandboxes are forked from, others briefly (after MITOSIS, OSDI'23); needs idle-states",
        parameters: [
            PolicyParameter(
                "state", "the state of donors; `first`: the first that forks", standard: .text("first")),
            PolicyParameter("per-unit", "donors of each unit in the cluster", standard: .number(1)),
            PolicyParameter(
                "keep", "how long donors stay after the last use of their unit",
                standard: .duration(.minutes(15))),
            PolicyParameter(
                "keep-alive", "idle time before other sandboxes are evicted", standard: .duration(.minutes(1))
            ),
        ]
    ) { values, context in
        let states = context.scenario.idleStates
        let name = values.text("state")
        let place = states.firstIndex { name == "first" ? $0.forks != nil : $0.name == name }
        guard let place, states[place].forks != nil else {
            throw InputError(
                name == "first"
                    ? "donors: no idle state forks" : "donors: no idle state '\(name)' that forks",
                remedy: "give one under idle-states, such as seed")
        }
        let count = values.number("per-unit")
        guard let perUnit = Int(exactly: count), perUnit >= 1 else {
            throw InputError("donors: per-unit is \(count)", remedy: "give a whole number from 1")
        }
        guard values.duration("keep") > .zero else {
            throw InputError("donors: keep is 0", remedy: "give a time, such as 15 min")
        }
        return IdlePolicies(
            idle: KeepDonors(
                units: context.units.count, state: IdleStateID(UInt8(place)), perUnit: perUnit,
                keep: values.duration("keep"), keepAlive: values.duration("keep-alive")))
    }
}
