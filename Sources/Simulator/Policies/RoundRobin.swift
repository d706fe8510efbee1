import EventKernel

/// The next node in turn with enough memory free; when none has, simply the next.
public final class RoundRobin: PlacementPolicy {
    private var turn = 0

    /// Begins with the first node.
    public init() {}

    /// - Complexity: O(log nodes).
    public func node(for unit: UnitID, memory: Bytes, in cluster: borrowing ClusterState) -> NodeID {
        let node = cluster.nextNode(from: NodeID(UInt32(turn)), withFree: memory) ?? NodeID(UInt32(turn))
        turn = (node.index + 1) % cluster.nodeCount
        return node
    }

    static let entry = PolicyEntry<any PlacementPolicy>("round-robin", "the next node in turn that has room")
    { _, _ in
        RoundRobin()
    }
}
