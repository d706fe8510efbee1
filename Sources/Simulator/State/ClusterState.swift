import EventKernel
/// stub
public struct ClusterState: ~Copyable {
    /// stub
    public var nodeWithMostFreeMemory: NodeID { NodeID(0) }
    /// stub
    public var nodeCount: Int { 1 }
    /// stub
    public func nextNode(from: NodeID, withFree: Bytes) -> NodeID? { nil }
    /// stub
    public func freeMemory(of: NodeID) -> Bytes { .zero }
}
