import HardwareCosts

/// Starts of sandboxes that do not exist yet, by what primitives cost: for `StartSettings.cold`.
public enum CostedStart: String, Hashable, Sendable, CaseIterable {
    /// From nothing, by the sandbox's memory (`cold-start`; with the costs `medes-eurosys22` the paper's figure 8).
    case fromNothing = "from-nothing"
    /// Every cold start is a restore from a snapshot in the node's memory: how the Medes paper emulates Catalyzer
    /// (section 7.6). The snapshot's own memory counts nowhere, as there.
    case catalyzer
    /// From a snapshot on the node's disk, one at a time.
    case disk
    /// A fork of a sandbox of another node over RDMA (MITOSIS, OSDI'23), with no parent: a bound. A parent is always there
    /// and its memory counts nowhere; with parents that are made, kept and lost, see the idle state `seed`.
    case remoteFork = "remote-fork"

    /// The path, counted as a cold start.
    public var path: StartPath {
        let stage: Stage
        switch self {
        case .fromNothing: stage = Stage(.create, .cost(.coldStart, of: .footprint))
        case .catalyzer: stage = Stage(.restore, .cost(.restoreSnapshot, of: .footprint))
        case .disk:
            stage = Stage(.restore, .cost(.restoreDisk, of: .footprint), resource: StatePreset.diskQueue)
        case .remoteFork: stage = Stage(.restore, .cost(.remoteFork, of: .footprint))
        }
        return StartPath(name: "cold", stages: [stage])
    }
}
