import EventKernel
import HardwareCosts

/// The network between the nodes, and how its adapters are connected.
public struct FabricSettings: Hashable, Sendable {
    /// How connections come and go.
    public var connections: ConnectionScheme = .mesh
    /// Whether base pages on the reader's own node are read through the adapter too, as Medes' released code does;
    /// otherwise they are there at once.
    public var readsOwnNodeByAdapter: Bool = true

    /// A mesh of connections.
    public init() {}

    /// Costs without which no base pages can be read. `rdma-bandwidth` (no limit), `rdma-connection-slowdown` (none) and
    /// `rdma-connection-memory` (none) may be missing.
    public var needed: [CostPrimitive] {
        switch connections {
        case .mesh: [.rdmaReadPages]
        case .onDemand: [.rdmaReadPages, .rdmaConnectionSetup]
        case .shared: [.rdmaReadPages, .rdmaConnectionSwitch]
        }
    }

    /// Costs that count where they are known.
    public var optional: [CostPrimitive] {
        [.rdmaOutstandingReads, .rdmaBandwidth, .rdmaConnectionSlowdown, .rdmaConnectionMemory]
    }
}

/// How reliable connections between adapters come and go.
public enum ConnectionScheme: Hashable, Sendable {
    /// Every adapter is connected to every other from the beginning (Medes).
    case mesh
    /// A connection is set up when it is needed; beyond `cap` at an adapter the one used the longest ago is closed.
    case onDemand(cap: Int)
    /// Each adapter has `count` connections that it directs at whom it needs (dynamically connected transport). A job
    /// reads what it needs of one node after the other on each, so it pays for one change of the other end,
    /// `rdma-connection-switch`, for each node that it reads from.
    case shared(count: Int)
}

/// Failures of nodes.
public struct FailureSettings: Hashable, Sendable {
    /// Which nodes fail, and when.
    public var nodes: [NodeFailure] = []
    /// What becomes of sandboxes whose pages were patches against a base sandbox that is gone.
    public var dependants: DependantFate = .lost

    /// No failures.
    public init() {}
}

/// A node's failure: all that is on it is gone, and calls that execute there start anew elsewhere.
public struct NodeFailure: Hashable, Sendable {
    /// Which node, from 0.
    public var node: Int
    /// When, from the start of the run.
    public var at: SimDuration
    /// How long it is away; `.forever`: to the end.
    public var lasts: SimDuration

    /// A node's failure.
    public init(node: Int, at: SimDuration, lasts: SimDuration = .forever) {
        self.node = node
        self.at = at
        self.lasts = lasts
    }
}

/// What becomes of sandboxes that depended on a base sandbox that is gone.
public enum DependantFate: String, Hashable, Sendable, CaseIterable {
    /// They are gone too: the next request starts cold.
    case lost
    /// They are started cold at once where they were, and are warm then.
    case restarted
    /// They are started cold at once and go back into their idle state, against base sandboxes that are left.
    case rebased
}
