import EventKernel
import HardwareCosts
import Workload

/// The immutable, fully resolved input of one run, but for the workload and the seed.
///
/// Every setting that changes results is here, with a documented default (docs/model.md), and is printed with every
/// result.
public struct Scenario: Hashable, Sendable {
    /// The name of this variant: a policy's name in the experiment file.
    public var name: String
    /// The machines.
    public var nodes: [NodeGroup]
    /// Where in its minute a call falls, for traces that count calls by minute.
    public var layout: MinuteLayout
    /// The sandboxes: what they host, and how many requests at once.
    public var sandbox: SandboxSettings
    /// How starts go.
    public var start: StartSettings
    /// The idle states that exist; the first is `warm`. Of two idle sandboxes in different states, a request takes the
    /// one whose state stands first.
    public var idleStates: [IdleState]
    /// The layers of every sandbox; their shares add up to 1.
    public var layers: [Layer]
    /// What a request does that finds no idle sandbox, or no room.
    public var waiting: WaitingSettings
    /// Whether executions on a node slow each other down.
    public var contention: Contention
    /// What is measured.
    public var measurement: MeasurementSettings
    /// Which policies answer the hooks.
    public var policies: PolicyChoices
    /// What primitives cost; stages name those that they take.
    public var costs: HardwareCosts
    /// What is in the sandboxes' pages; nil: nobody knows, and no idle state may depend on it.
    public var content: ContentSettings?
    /// Resources that are otherwise than `resource(named:)` has them by default.
    public var resources: [Resource]
    /// The network.
    public var fabric: FabricSettings
    /// Failures of nodes.
    public var failures: FailureSettings

    /// A scenario with the documented defaults.
    public init(name: String = "default", nodes: [NodeGroup], policies: PolicyChoices = PolicyChoices()) {
        self.name = name
        self.nodes = nodes
        self.policies = policies
        layout = .uniform
        sandbox = SandboxSettings()
        start = StartSettings()
        idleStates = [IdleState.warm()]
        layers = [Layer(.initialized, share: 1)]
        waiting = WaitingSettings()
        contention = .off
        measurement = MeasurementSettings()
        costs = HardwareCosts()
        content = nil
        resources = []
        fabric = FabricSettings()
        failures = FailureSettings()
    }
}

extension Scenario {
    /// The resource of this name: as the scenario has it, else as presets of idle states do, else one on each node.
    public func resource(named name: String) -> Resource {
        knownResources[name] ?? Resource(name)
    }

    /// The resources that the scenario gives, or else presets of idle states, by name.
    var knownResources: [String: Resource] {
        Dictionary((resources + StatePreset.resources()).map { ($0.name, $0) }) { first, _ in first }
    }
}

extension IdleState {
    /// Ready to run, every layer in the node's memory. A start takes `delay` seconds (default 0).
    public static func warm(delay: Distribution = .constant(0)) -> IdleState {
        IdleState(name: "warm", restore: StartPath(name: "warm", stages: [Stage(.restore, delay)]))
    }
}

/// Machines that are alike.
public struct NodeGroup: Hashable, Sendable {
    /// How many.
    public var count: Int
    /// Memory of each for sandboxes.
    public var memory: Bytes
    /// How much of it may be held for one more sandbox to be built; nil: all. Sandboxes that are there already may go
    /// beyond: when they are restored, or move into an idle state, which needs memory before it gives any. Medes' test
    /// bed had such a limit (EuroSys'22, 7.1: 2 GB of 64).
    public var limit: Bytes?
    /// Cores of each; used when executions contend.
    public var cores: Double

    /// Machines that are alike.
    public init(count: Int, memory: Bytes, limit: Bytes? = nil, cores: Double = 32) {
        self.count = count
        self.memory = memory
        self.limit = limit
        self.cores = cores
    }
}

/// What sandboxes host, and how requests find them.
public struct SandboxSettings: Hashable, Sendable {
    /// What one sandbox hosts.
    public var unit: SandboxUnit = .application
    /// How many requests one sandbox takes at a time, at least 1.
    public var concurrency: Int = 1
    /// Which idle sandbox of its unit takes a request.
    public var reuse: ReuseOrder = .mostRecent
    /// From when a keep-alive runs.
    public var keepAliveFrom: KeepAliveStart = .executionEnd
    /// Whether each use starts the keep-alive anew.
    public var keepAliveReset: Bool = true

    /// The documented defaults.
    public init() {}
}

/// What one sandbox hosts.
public enum SandboxUnit: String, Hashable, Sendable, CaseIterable {
    /// All functions of an application share its sandboxes; a sandbox takes the application's memory.
    case application
    /// Each function has sandboxes of its own; a sandbox takes the function's memory.
    case function
}

/// Which idle sandbox takes a request when there are several. It changed cold starts up to 14-fold in one comparison
/// of simulators on one trace (docs/model.md).
public enum ReuseOrder: String, Hashable, Sendable, CaseIterable {
    /// The one that became idle last: concentrates requests, lets the others expire.
    case mostRecent
    /// The one that became idle first: spreads requests, keeps the others alive.
    case leastRecent
    /// The one that was built first.
    case oldest
    /// Any, with equal chances.
    case random
}

/// From when a keep-alive runs.
public enum KeepAliveStart: String, Hashable, Sendable, CaseIterable {
    /// From the end of the execution.
    case executionEnd
    /// From when the request took the sandbox. A sandbox whose time has run out while it was busy goes at the end of
    /// the execution.
    case executionStart
}

/// How starts go.
public struct StartSettings: Hashable, Sendable {
    /// The cold start of functions whose runtime has no path of its own.
    public var cold: StartPath
    /// Cold starts by runtime (`Function.runtime`), in the order given.
    public var byRuntime: [RuntimePath]
    /// Cold starts by function or application name; these win over the runtime.
    public var byName: [RuntimePath]

    /// The cold start of one runtime, function or application.
    public struct RuntimePath: Hashable, Sendable {
        /// The runtime's, function's or application's name.
        public var name: String
        /// Its cold start.
        public var path: StartPath

        /// The cold start of one runtime, function or application.
        public init(_ name: String, _ path: StartPath) {
            self.name = name
            self.path = path
        }
    }

    /// Cold starts by the default preset.
    public init(
        cold: StartPath = StartPreset.docker.path, byRuntime: [RuntimePath] = [], byName: [RuntimePath] = []
    ) {
        self.cold = cold
        self.byRuntime = byRuntime
        self.byName = byName
    }
}

/// What a request does that finds no idle sandbox, or no room for a new one.
public struct WaitingSettings: Hashable, Sendable {
    /// When a request finds neither an idle sandbox nor room, it waits up to this long; zero: it is refused at once.
    public var whenFull: SimDuration = .minutes(5)
    /// When a request finds no idle sandbox but busy ones of its unit, it waits up to this long for one of them before
    /// a cold start is begun for it; zero (the default): the cold start begins at once.
    public var forBusy: SimDuration = .zero
    /// Whether a request may take a sandbox that is still starting and that nobody else has claimed: one that is loaded
    /// ahead of need, or one with a free slot when `concurrency` is above 1.
    public var forStarting: Bool = true
    /// Whether a request that waited and then got a sandbox without starting one counts as a cold start. Default: no;
    /// it is counted apart, as `waited`.
    public var countWaitedAsCold: Bool = false
    /// How many requests the controller begins at once; nil: any number. A request beyond waits, first come first served,
    /// before a sandbox is chosen for it; it takes its place until it executes or is refused, waits for memory included
    /// (the request pool of Medes' released code has 20 threads). The wait is one for a resource, and part of the time to
    /// the beginning of execution. Requests that are begun again after a failure need no place.
    public var startsAtOnce: Int?

    /// The documented defaults.
    public init() {}
}

/// Whether executions on a node slow each other down.
public enum Contention: Hashable, Sendable {
    /// They do not: an execution takes its time wherever it runs.
    case off
    /// The node's cores are shared equally: with more demand than cores, all executions slow down alike. Each
    /// execution asks for `demand` cores and takes its time when it gets them. Start stages take no cores.
    case processorSharing(demand: Double)
}

/// What is measured.
public struct MeasurementSettings: Hashable, Sendable {
    /// Calls that arrive before this time are simulated but not counted, and memory is averaged from here on.
    public var warmUp: SimDuration = .zero
    /// Between two points of the timeline.
    public var interval: SimDuration = .minutes(1)
    /// Whether the record has every end-to-end time of each function (memory grows with their number).
    public var byFunction: Bool = false

    /// The documented defaults.
    public init() {}
}

/// Which policies answer the hooks, by name and parameters (`PolicyCatalog`).
public struct PolicyChoices: Hashable, Sendable {
    /// Which node a new sandbox goes to.
    public var placement: PolicyChoice = PolicyChoice("least-loaded")
    /// What becomes of idle sandboxes, and what is loaded ahead of need.
    public var idle: PolicyChoice = PolicyChoice("fixed")
    /// What goes when memory is short.
    public var reclaim: PolicyChoice = PolicyChoice("lru")

    /// The documented defaults: least loaded, fixed 10 minutes, least recently used.
    public init() {}
}

/// A policy by name, with the parameters that differ from its defaults.
public struct PolicyChoice: Hashable, Sendable {
    /// Its name in the catalogue.
    public var name: String
    /// Parameters given, by name.
    public var parameters: [String: ParameterValue]

    /// A policy by name.
    public init(_ name: String, _ parameters: [String: ParameterValue] = [:]) {
        self.name = name
        self.parameters = parameters
    }
}
