import EventKernel

/// The node with the most free memory; of equals, the first.
public final class LeastLoaded: PlacementPolicy {
    /// The node with the most free memory.
    public init() {}

    /// - Complexity: O(log nodes).
    public func node(for unit: UnitID, memory: Bytes, in cluster: borrowing ClusterState) -> NodeID {
        cluster.nodeWithMostFreeMemory
    }

    static let entry = PolicyEntry<any PlacementPolicy>("least-loaded", "the node with the most free memory")
    { _, _ in
        LeastLoaded()
    }
}
