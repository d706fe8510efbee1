/// What a run did with pages, cores and the network. All counts from the end of the warm-up on.
public struct MechanismRecord: Sendable {
    /// Core seconds by what they were spent on: `execution`, and the stages that keep cores busy, by name. Only those
    /// that occurred.
    public var coreSeconds: [CoreUse] = []
    /// What happened to sandboxes by idle state, in the order of the scenario's states.
    public var states: [StateRecord] = []
    /// Pages read from base sandboxes, those on the reader's own node included.
    public var pagesRead: UInt64 = 0
    /// Of these, pages on the reader's own node.
    public var pagesReadOnOwnNode: UInt64 = 0
    /// From the beginning of a read of base pages to its end, in seconds.
    public var reads = LatencySummary()
    /// What waits for serial resources and gates took, in seconds.
    public var resourceWaits = LatencySummary()
    /// Connections that were set up.
    public var connectionsSetUp: UInt64 = 0
    /// Most connections at any adapter.
    public var connectionsPeak: UInt64 = 0
    /// Memory of all connections at all adapters, most at any time, in bytes.
    public var connectionMemoryPeak: UInt64 = 0
    /// Pages looked up in the registry.
    public var lookups: UInt64 = 0
    /// Share of time that the registry was busy (0 to 1).
    public var registryBusy: Double = 0
    /// Pages in the registry and what they take at the controller, in bytes. Part of `memory` as metadata.
    public var registry = MemorySummary()
    /// Units that `content.mapping` names and the workload does not have.
    public var unknownUnits: [String] = []
    /// Nodes that failed, calls that started anew for that, sandboxes that depended on what was lost.
    public var failures = FailureCounts()
}

/// A function of a profile of page content.
public struct ProfileFunction: Hashable, Sendable {
    /// Its name in the profile.
    public var name: String
    /// The family that it is of (`FunctionFamily`).
    public var family: String
}

/// Core time spent on one thing.
public struct CoreUse: Hashable, Sendable {
    /// `execution`, or a stage's name.
    public var purpose: String
    /// Core seconds.
    public var seconds: Double
}

/// What happened to sandboxes in one idle state.
public struct StateRecord: Hashable, Sendable {
    /// Whether it is a state of base sandboxes, whose images save nothing by themselves.
    public var isBase = false
    /// Sandboxes idle in it: time-weighted mean, and most at once.
    public var sandboxes = MeanAndPeak()
    /// Sandboxes that entered it, with a new image or none.
    public var entered: UInt64 = 0
    /// Sandboxes that entered it with the image they had.
    public var reentered: UInt64 = 0
    /// Moves into it that could not be made.
    public var refused: UInt64 = 0
    /// Moves into it that were broken off, because a base sandbox was lost.
    public var brokenOff: UInt64 = 0
    /// Seconds from leaving `warm` until it was entered.
    public var entry = LatencySummary()
    /// From the arrival of a call that starts from it to the beginning of its execution, in seconds.
    public var startup = LatencySummary()
    /// Of the sandboxes that entered with a new image, in bytes: what their memory was, and what they then held.
    public var before: UInt64 = 0, after: UInt64 = 0
    /// Their pages, those that became patches, and those of these whose base sandbox is of the same unit.
    public var pages: UInt64 = 0, patched: UInt64 = 0, patchedOnOwn: UInt64 = 0
}

/// What failures of nodes did.
public struct FailureCounts: Hashable, Sendable {
    /// Nodes that failed.
    public var nodes: UInt64 = 0
    /// Sandboxes that were on them.
    public var sandboxes: UInt64 = 0
    /// Calls that were being executed or started there, or whose start read from there, and started anew.
    public var callsRestarted: UInt64 = 0
    /// Sandboxes elsewhere whose patches referred to base sandboxes there.
    public var dependants: UInt64 = 0
}
