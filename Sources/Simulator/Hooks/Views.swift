import EventKernel

/// What a policy sees of one sandbox.
public struct SandboxView: Sendable {
    /// Which sandbox.
    public var id: SandboxID
    /// What it hosts.
    public var unit: UnitID
    /// Where it is.
    public var node: NodeID
    /// The idle state it is in (`warm` while it runs).
    public var state: IdleStateID
    /// When it began to be built.
    public var createdAt: SimTime
    /// When it became idle, or entered its idle state.
    public var since: SimTime
    /// When its last execution ended, or the last fork from it; for one that is running, when that is known to end.
    /// Equal to the time it was ready while it has not been used yet.
    public var lastUsed: SimTime
    /// How many invocations it has taken.
    public var uses: UInt32
    /// Memory it takes when all its layers are local.
    public var memory: Bytes
    /// Whether it has an image that an idle state left: it was in that state before.
    public var hasImage: Bool
    /// The reclaimer's `mark` at its last use.
    public var mark: UInt64
    /// Counts the sandboxes of the run in order of creation.
    public var serial: UInt64
}

/// What a policy sees of one unit.
public struct UnitView: Sendable {
    /// Which unit.
    public var id: UnitID
    /// Memory of one of its sandboxes with all layers local.
    public var memory: Bytes
    /// Mean time a cold start takes.
    public var coldStart: SimDuration
    /// Mean time a start on a warm sandbox takes.
    public var warmStart: SimDuration
    /// Its sandboxes that exist: starting, running, idle.
    public var sandboxes: UInt32
    /// Its sandboxes that are idle, in any idle state.
    public var idle: UInt32
    /// Invocations it has started since it last had no sandbox. What a reclaimer by node is asked with counts those on the
    /// sandbox's node since the unit last had none there (`ReclaimScope`).
    public var usesSinceResident: UInt64
    /// When its latest execution ended; nil when none has.
    public var lastEnd: SimTime?
}
