import EventKernel
import Files
import Workload

/// What a policy may know when it is made: the scenario, the workload (for bounds that see the future), the seed, and
/// the units with their memory and mean start times.
public struct PolicyContext: Sendable {
    /// The scenario of the run.
    public var scenario: Scenario
    /// The workload of the run. Only clairvoyant bounds may look at its calls.
    public var workload: Workload
    /// The seed of the run.
    public var seed: UInt64
    /// The units, by id.
    public var units: [UnitView]
    /// The unit that hosts each function, by function id.
    public var unitOfFunction: [UnitID]
}

/// One policy that experiment files can name.
public struct PolicyEntry<Made>: Sendable {
    /// Its name in experiment files.
    public var name: String
    /// What it does, in a line, with its source.
    public var summary: String
    /// Its parameters.
    public var parameters: [PolicyParameter]
    /// Makes the policy for one run; throws `InputError` for values that cannot work.
    public var make: @Sendable (ParameterValues, PolicyContext) throws -> Made

    /// One policy that experiment files can name.
    public init(
        _ name: String, _ summary: String, parameters: [PolicyParameter] = [],
        make: @escaping @Sendable (ParameterValues, PolicyContext) throws -> Made
    ) {
        self.name = name
        self.summary = summary
        self.parameters = parameters
        self.make = make
    }
}

/// An idle policy, and what goes with it when it also loads ahead of need.
public struct IdlePolicies {
    /// What becomes of idle sandboxes.
    public var idle: any IdlePolicy
    /// What is loaded ahead of need; nil for nothing.
    public var prewarm: (any PrewarmPolicy)?

    /// An idle policy, and what goes with it when it also loads ahead of need.
    public init(idle: any IdlePolicy, prewarm: (any PrewarmPolicy)? = nil) {
        self.idle = idle
        self.prewarm = prewarm
    }
}

/// The policies that experiment files can name. A new policy is one file in `Policies` and one line here.
public struct PolicyCatalog: Sendable {
    /// What becomes of idle sandboxes.
    public var idle: [PolicyEntry<IdlePolicies>]
    /// Which node a new sandbox goes to.
    public var placement: [PolicyEntry<any PlacementPolicy>]
    /// What goes when memory is short; an entry that makes nil lets requests wait instead.
    public var reclaim: [PolicyEntry<(any Reclaimer)?>]

    /// Makes the policies that `choices` names.
    /// - Throws: `InputError` for an unknown policy or parameter, or a value that cannot work.
    public func make(_ choices: PolicyChoices, context: PolicyContext) throws -> PolicySet {
        let idlePolicies = try PolicyCatalog.make(choices.idle, from: idle, hook: "idle", context)
        let reclaimer = try PolicyCatalog.make(choices.reclaim, from: reclaim, hook: "reclaim", context)
        var policies = PolicySet(
            placement: try PolicyCatalog.make(choices.placement, from: placement, hook: "placement", context),
            idle: idlePolicies.idle, prewarm: idlePolicies.prewarm, reclaimer: reclaimer)
        if let observer = reclaimer as? any ArrivalObserver {
            policies.idle = ObservedIdlePolicy(idlePolicies.idle, observer: observer)
        }
        return policies
    }

    private static func make<Made>(
        _ choice: PolicyChoice, from entries: [PolicyEntry<Made>], hook: String, _ context: PolicyContext
    ) throws -> Made {
        guard let entry = entries.first(where: { $0.name == choice.name }) else {
            throw InputError(
                "there is no \(hook) policy '\(choice.name)'",
                remedy: "the \(hook) policies are \(entries.map(\.name).joined(separator: ", "))")
        }
        for name in choice.parameters.keys.sorted()
        where !entry.parameters.contains(where: { $0.name == name }) {
            throw InputError(
                "the \(hook) policy '\(entry.name)' has no parameter '\(name)'",
                remedy: "it has \(entry.parameters.map(\.name).joined(separator: ", "))")
        }
        return try entry.make(ParameterValues(entry.parameters, given: choice.parameters), context)
    }
}

extension PolicyCatalog {
    /// Every policy that ships with Pagefold.
    public static let standard = PolicyCatalog(
        idle: [
            FixedKeepAlive.entry, NoKeepAlive.entry, KeepForever.entry, HybridHistogram.entry,
            ClairvoyantKeep.entry,
            ClairvoyantPrewarm.entry, Medes.entry, MedesAdaptive.entry, IdleThenStates.entry,
            KeepDonors.entry,
        ],
        placement: [LeastLoaded.entry, RoundRobin.entry, Locality.entry, PowerOfTwo.entry],
        reclaim: [LeastRecentlyUsed.entry, GreedyDual.entry, MedesEviction.entry, NoReclaim.entry]
    )
}
