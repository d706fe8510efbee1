import EventKernel

/// What policies of further idle states read of a cluster: `ClusterState`, or a cluster made by hand to try a policy
/// out. The functions are those of `ClusterState`.
protocol ClusterReading: ~Copyable {
    var nodeCount: Int { get }
    func capacity(of node: NodeID) -> Bytes
    func freeMemory(of node: NodeID) -> Bytes
    func nextNode(from start: NodeID, withFree memory: Bytes) -> NodeID?
    func count(of unit: UnitID, in state: IdleStateID) -> Int
    func idleSandboxes(of unit: UnitID, in state: IdleStateID) -> [SandboxView]
    func isEvictable(_ sandbox: SandboxID) -> Bool
    func heldOnAverage(of unit: UnitID, in state: IdleStateID) -> Bytes?
}

extension ClusterState: ClusterReading {}
