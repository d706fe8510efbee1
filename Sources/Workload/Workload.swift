import EventKernel

/// What is asked of the cluster: applications, their functions, and when each function is called.
///
/// A workload is immutable and shared between runs. It knows nothing of clusters; how long a call executes and,
/// where the trace only counts calls by minute, when in its minute a call arrives, are drawn by
/// `arrivals(seed:layout:)` as pure functions of (seed, invocation).
public struct Workload: Sendable {
    /// The applications: units of deployment.
    public var applications: [Application]
    /// The functions: units of invocation. A function's id is its index here.
    public var functions: [Function]
    /// Shapes that functions share; see `ExecutionTime.shaped`.
    public var shapes: [Distribution]
    /// When each function is called.
    public var calls: Calls
    /// The span that the calls cover; no call arrives at or after its end.
    public var horizon: SimDuration
    /// Whether memory was given for each function, so that an application's is only the sum of its functions';
    /// otherwise it was given for each application, and a function's is only its share.
    public var isMemoryByFunction = false
    /// Where it comes from, what was mended on the way, and a digest of its content.
    public var provenance: Provenance

    /// A workload from its parts.
    public init(
        applications: [Application], functions: [Function], shapes: [Distribution], calls: Calls,
        horizon: SimDuration, provenance: Provenance
    ) {
        self.applications = applications
        self.functions = functions
        self.shapes = shapes
        self.calls = calls
        self.horizon = horizon
        self.provenance = provenance
    }
}

/// A unit of deployment: one or more functions in one sandbox image.
public struct Application: Hashable, Sendable {
    /// The trace's name for it, unique in the workload.
    public var name: String
    /// The tenant that owns it; empty when the trace does not say.
    public var owner: String
    /// Memory that a sandbox of the whole application takes.
    public var memory: Bytes

    /// An application.
    public init(name: String, owner: String = "", memory: Bytes) {
        self.name = name
        self.owner = owner
        self.memory = memory
    }
}

/// A unit of invocation.
public struct Function: Hashable, Sendable {
    /// The trace's name for it, unique in its application.
    public var name: String
    /// The application it belongs to.
    public var application: ApplicationID
    /// What calls it.
    public var trigger: Trigger
    /// Memory that a sandbox of this function alone takes.
    public var memory: Bytes
    /// How long a call executes, start excluded.
    public var executionTime: ExecutionTime
    /// The language runtime, such as `python`; empty when the trace does not say. Start stages may depend on it.
    public var runtime: String

    /// A function.
    public init(
        name: String, application: ApplicationID, trigger: Trigger = .unknown, memory: Bytes,
        executionTime: ExecutionTime, runtime: String = ""
    ) {
        self.name = name
        self.application = application
        self.trigger = trigger
        self.memory = memory
        self.executionTime = executionTime
        self.runtime = runtime
    }
}

/// What calls a function: the classes of the Azure Functions 2019 release.
public enum Trigger: UInt8, Sendable, CaseIterable {
    /// A request from outside.
    case http
    /// A clock.
    case timer
    /// A message queue.
    case queue
    /// An event stream.
    case event
    /// A change in a store.
    case storage
    /// A durable workflow.
    case orchestration
    /// Anything else.
    case others
    /// The trace does not say.
    case unknown
}

/// How long a function's calls execute.
public enum ExecutionTime: Hashable, Sendable {
    /// Given with every call (event lists).
    case perCall
    /// Always this long.
    case constant(SimDuration)
    /// `scale` seconds times a draw from the workload's shape of this index.
    case shaped(shape: UInt32, scale: Double)
    /// Straight lines through the seven percentiles that the Azure 2019 release gives (0, 1, 25, 50, 75, 99, 100).
    case percentiles(Percentiles)

    /// Milliseconds at the percentiles 0, 1, 25, 50, 75, 99 and 100.
    @frozen
    public struct Percentiles: Hashable, Sendable, BitwiseCopyable {
        /// Milliseconds at 0, 1, 25, 50, 75, 99, 100 per cent, rising.
        public var p0, p1, p25, p50, p75, p99, p100: Float

        /// The percentiles in ms; they must rise.
        public init(p0: Float, p1: Float, p25: Float, p50: Float, p75: Float, p99: Float, p100: Float) {
            self.p0 = p0
            self.p1 = p1
            self.p25 = p25
            self.p50 = p50
            self.p75 = p75
            self.p99 = p99
            self.p100 = p100
        }
    }
}

/// When each function is called.
public enum Calls: Sendable {
    /// A count for each function and minute, as the Azure 2019 release gives it.
    case minuteCounts(MinuteCounts)
    /// Every call by itself, in time order.
    case events(EventList)
    /// One Poisson stream whose calls pick functions by popularity (benchmarks and closed forms).
    case poisson(PoissonCalls)
}
