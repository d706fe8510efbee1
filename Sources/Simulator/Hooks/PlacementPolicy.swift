import EventKernel

/// Decides on which node a new sandbox is built.
public protocol PlacementPolicy: AnyObject {
    /// The node for a new sandbox of `unit` that takes `memory`.
    ///
    /// The engine builds there when the memory is free, or when the reclaimer can free it by evicting idle sandboxes.
    /// Otherwise it turns to the node with the most memory free or reclaimable; only when that is not enough does the
    /// request wait (docs/model.md, "When memory is full").
    func node(for unit: UnitID, memory: Bytes, in cluster: borrowing ClusterState) -> NodeID
}
