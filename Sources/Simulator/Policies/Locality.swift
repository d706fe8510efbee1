import EventKernel

/// Each unit has a home node by hash and goes to the first node from there on, in a circle, with enough memory free;
/// when none has, home. It gathers a unit's sandboxes on few nodes, as OpenWhisk's hashing does.
public final class Locality: PlacementPolicy {
    /// Homes by hash.
    public init() {}

    /// - Complexity: O(log nodes).
    public func node(for unit: UnitID, memory: Bytes, in cluster: borrowing ClusterState) -> NodeID {
        let home = NodeID(
            UInt32(mix64(UInt64(unit.raw) &+ 1).multipliedFullWidth(by: UInt64(cluster.nodeCount)).high))
        return cluster.nextNode(from: home, withFree: memory) ?? home
    }

    static let entry = PolicyEntry<any PlacementPolicy>("locality", "from the unit's home node on, by hash") {
        _, _ in
        Locality()
    }
}
