import EventKernel
import HardwareCosts

/// How a sandbox gets from what it is to what it is to be: from absent or an idle state to ready, or from warm into an
/// idle state. Stages follow each other.
public struct StartPath: Hashable, Sendable {
    /// The name under which results count it: `warm`, `cold`, or that of the mechanism.
    public var name: String
    /// The stages, one after the other.
    public var stages: [Stage]
    /// Resources of which one server each is held from before the first stage until after the last: what allows only
    /// so many at a time. They are taken in this order, first come first served.
    public var gates: [String]
    /// Memory that is held on the way, beside the sandbox's own.
    public var transient: TransientMemory

    /// A start path.
    public init(
        name: String, stages: [Stage], gates: [String] = [], transient: TransientMemory = TransientMemory()
    ) {
        self.name = name
        self.stages = stages
        self.gates = gates
        self.transient = transient
    }
}

/// Memory that buffers take while a sandbox is on its way.
public struct TransientMemory: Hashable, Sendable {
    /// Always.
    public var fixed: Bytes
    /// For each byte of the pages that a checkpoint holds: 1 for a copy of all of them.
    public var perImageByte: Double
    /// For each byte of a base page that is read: 1 for a buffer of all of them.
    public var perBaseByte: Double

    /// No memory, unless some is given.
    public init(fixed: Bytes = .zero, perImageByte: Double = 0, perBaseByte: Double = 0) {
        self.fixed = fixed
        self.perImageByte = perImageByte
        self.perBaseByte = perBaseByte
    }
}

/// One stage of a start.
public struct Stage: Hashable, Sendable {
    /// What is done.
    public var kind: StageKind
    /// How long it takes alone.
    public var time: StageTime
    /// The serial resource that it holds meanwhile; nil for none. Stages that hold the same resource follow each other,
    /// first come first served.
    public var resource: String?
    /// Whether it holds every server of its resource: what must be done on each replica.
    public var holdsEveryServer: Bool
    /// How many cores it keeps busy; 0 for waiting only.
    public var threads: Int

    /// One stage of a start.
    public init(
        _ kind: StageKind, _ time: StageTime, resource: String? = nil, holdsEveryServer: Bool = false,
        threads: Int = 0
    ) {
        self.kind = kind
        self.time = time
        self.resource = resource
        self.holdsEveryServer = holdsEveryServer
        self.threads = threads
    }

    /// A stage that takes a time by a law, in seconds.
    public init(_ kind: StageKind, _ duration: Distribution, resource: String? = nil) {
        self.init(kind, .law(duration), resource: resource)
    }
}

/// How long a stage takes.
public enum StageTime: Hashable, Sendable {
    /// By a law, in seconds.
    case law(Distribution)
    /// What a primitive costs for an amount.
    case cost(CostPrimitive, of: StageAmount)
    /// As long as reading the base pages from the nodes that hold them takes.
    case transfer
}

/// What the cost of a stage grows with.
public enum StageAmount: String, Hashable, Sendable, CaseIterable {
    /// Nothing: one operation.
    case one
    /// Bytes of the sandbox's memory.
    case footprint
    /// Bytes of its pages that a checkpoint holds.
    case image
    /// These pages.
    case pages
    /// Those of them that are patches.
    case patchedPages = "patched-pages"
    /// Those of them that are compressed.
    case compressedPages = "compressed-pages"
}

/// What a stage does.
public enum StageKind: String, Sendable, CaseIterable {
    /// Choosing a node and telling it.
    case place
    /// Namespaces, control group, root file system, or a virtual machine.
    case create
    /// The network interface.
    case network
    /// The language runtime.
    case boot
    /// Code and libraries: fetched and imported.
    case `import`
    /// The function's own initialisation.
    case initialize
    /// Bringing back what an idle state put away.
    case restore
    /// Storing the sandbox's memory.
    case checkpoint
    /// Taking pages' fingerprints.
    case fingerprint
    /// Finding base pages at the controller.
    case lookup
    /// Entering base pages at the controller.
    case register
    /// Reading base pages from other nodes.
    case read
    /// Making patches.
    case encode
    /// Rebuilding pages from patches.
    case apply
    /// Compressing pages.
    case compress
    /// Decompressing pages.
    case decompress
    /// The part of a restore that needs no memory contents, done ahead of need.
    case pause
}

/// Something of which there is a limited number: a kernel lock, a disk, a zygote, the controller's registry.
public struct Resource: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// Whether each node has its own, or the cluster one.
    public var scope: Scope
    /// How many can use it at a time.
    public var servers: Int
    /// How several servers share the work.
    public var sharing: Sharing

    /// Where a resource is.
    public enum Scope: String, Hashable, Sendable, CaseIterable {
        /// On each node.
        case node
        /// Once in the cluster.
        case cluster
    }

    /// How several servers share the work.
    public enum Sharing: String, Hashable, Sendable, CaseIterable {
        /// A request takes the first that is free, for all its time (replicas).
        case any
        /// A request is spread over all of them evenly and takes so much less time (shards).
        case split
    }

    /// A resource; one server on each node unless told otherwise.
    public init(_ name: String, scope: Scope = .node, servers: Int = 1, sharing: Sharing = .any) {
        self.name = name
        self.scope = scope
        self.servers = servers
        self.sharing = sharing
    }
}
