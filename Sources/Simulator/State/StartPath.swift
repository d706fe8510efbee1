import EventKernel

/// How a sandbox gets from what it is (absent, or idle in some state) to ready: stages in order.
public struct StartPath: Hashable, Sendable {
    /// The name under which results count it: `warm`, `cold`, or that of the mechanism.
    public var name: String
    /// The stages, one after the other.
    public var stages: [Stage]

    /// A start path.
    public init(name: String, stages: [Stage]) {
        self.name = name
        self.stages = stages
    }
}

/// One stage of a start.
public struct Stage: Hashable, Sendable {
    /// What is done.
    public var kind: StageKind
    /// How long it takes alone, in seconds.
    public var duration: Distribution
    /// The serial resource of the node that it holds meanwhile; nil for none. Stages that hold the same resource on
    /// the same node follow each other, first come first served.
    public var resource: String?

    /// One stage of a start.
    public init(_ kind: StageKind, _ duration: Distribution, resource: String? = nil) {
        self.kind = kind
        self.duration = duration
        self.resource = resource
    }
}

/// What a stage of a start does.
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
}
