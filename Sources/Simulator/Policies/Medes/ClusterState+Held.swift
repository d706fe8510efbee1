import EventKernel

extension ClusterState {
    /// What sandboxes of `unit` held on average after they had entered `state`; nil when none did.
    public func heldOnAverage(of unit: UnitID, in state: IdleStateID) -> Bytes? { nil }
}
