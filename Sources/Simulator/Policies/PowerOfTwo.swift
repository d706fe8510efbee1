import EventKernel

/// Two nodes at random, and of these the one with more memory free (Mitzenmacher 2001, "the power of two choices").
public final class PowerOfTwo: PlacementPolicy {
    private var stream: RandomStream

    /// Draws from the run's placement stream.
    public init(seed: UInt64) { stream = RandomStream(seed: seed, purpose: .placement) }

    /// - Complexity: O(1).
    public func node(for unit: UnitID, memory: Bytes, in cluster: borrowing ClusterState) -> NodeID {
        let a = NodeID(UInt32(stream.below(UInt64(cluster.nodeCount))))
        let b = NodeID(UInt32(stream.below(UInt64(cluster.nodeCount))))
        return cluster.freeMemory(of: a) >= cluster.freeMemory(of: b) ? a : b
    }

    static let entry = PolicyEntry<any PlacementPolicy>("power-of-two", "the freer of two random nodes") {
        _, context in
        PowerOfTwo(seed: context.seed)
    }
}
