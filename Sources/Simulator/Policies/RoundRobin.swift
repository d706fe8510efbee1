import EventKernel
import Files

/// The next node in turn with enough memory free; when none has, simply the next.
public final class RoundRobin: PlacementPolicy {
    private var turn = 0
    private let fill: Double

    /// Begins with the first node. Nodes of whose memory a part of `fill` or more is used are passed over while there
    /// are others (Medes' released code: 0.95).
    public init(fill: Double = 1) { self.fill = fill }

    /// - Complexity: O(log nodes); below a fill of 1, times the nodes passed over.
    public func node(for unit: UnitID, memory: Bytes, in cluster: borrowing ClusterState) -> NodeID {
        node(for: memory, in: cluster)
    }

    func node(for memory: Bytes, in cluster: borrowing some ClusterReading & ~Copyable) -> NodeID {
        let first = NodeID(UInt32(turn))
        let node =
            (fill < 1 ? nodeBelowFill(memory, in: cluster) : nil)
            ?? cluster.nextNode(from: first, withFree: memory) ?? first
        turn = (node.index + 1) % cluster.nodeCount
        return node
    }

    private func nodeBelowFill(_ memory: Bytes, in cluster: borrowing some ClusterReading & ~Copyable)
        -> NodeID?
    {
        var passed = 0
        while passed < cluster.nodeCount {
            let from = (turn + passed) % cluster.nodeCount
            guard let node = cluster.nextNode(from: NodeID(UInt32(from)), withFree: memory) else {
                return nil
            }
            let step = (node.index + cluster.nodeCount - from) % cluster.nodeCount
            passed += step + 1
            if passed > cluster.nodeCount { return nil }
            let capacity = cluster.capacity(of: node).count
            let used = capacity - cluster.freeMemory(of: node).count
            if Double(used) < fill * Double(capacity) { return node }
        }
        return nil
    }

    static let entry = PolicyEntry<any PlacementPolicy>(
        "round-robin", "the next node in turn that has room",
        parameters: [
            PolicyParameter(
                "fill",
                "nodes with this part of their memory in use are passed over while there are others; 1: none is",
                standard: .number(1))
        ]
    ) { values, _ in
        let fill = values.number("fill")
        guard fill > 0, fill <= 1 else {
            throw InputError("round-robin: fill is \(fill)", remedy: "give a part above 0, up to 1")
        }
        return RoundRobin(fill: fill)
    }
}
