import EventKernel

/// Decides which idle sandboxes go when a node's memory is short. The engine evicts the idle sandbox of the lowest
/// priority, then the next, until there is room.
public protocol Reclaimer: AnyObject {
    /// What marks and frequencies are kept for. Default: the cluster.
    var scope: ReclaimScope { get }

    /// Stamped on a sandbox of `node` whenever it is used; the engine reads it once when the run begins and after each
    /// eviction, for that node or, by scope, for all. Default: 0.
    func mark(on node: NodeID) -> UInt64

    /// The worth of keeping `sandbox`; of equals, the one built first goes first. `unit.usesSinceResident` counts by scope.
    ///
    /// It may rise while a sandbox lives but must never fall: the engine keeps old priorities as lower bounds, so that
    /// it need not ask again on each use.
    func priority(of sandbox: SandboxView, unit: UnitView) -> ReclaimPriority

    /// Whether `victim` is to be asked instead of `priority`. Default: false.
    var choosesVictims: Bool { get }

    /// The idle sandbox, anywhere in the cluster, that goes next so that a sandbox of `memory` can be built; nil for
    /// none: the call then waits. It must be evictable (`ClusterState.isEvictable`). Asked again until the placement
    /// policy names a node with the memory.
    func victim(for memory: Bytes, now: SimTime, in cluster: borrowing ClusterState) -> SandboxID?

    /// `sandbox` was evicted at this priority.
    func evicted(_ sandbox: SandboxView, priority: ReclaimPriority)
}

/// What a reclaimer keeps marks and frequencies for.
public enum ReclaimScope: String, Hashable, Sendable, CaseIterable {
    /// One mark for all nodes; a unit's uses count wherever they were, until it has no sandbox anywhere.
    case cluster
    /// A mark for each node; a unit's uses on that node count, until it has no sandbox there.
    case node
}

/// An order of worth; the lowest goes first.
@frozen
public struct ReclaimPriority: Hashable, Comparable, Sendable, BitwiseCopyable {
    /// The order's key.
    public var key: UInt64

    /// A priority that is a time: what was used earlier goes earlier.
    public init(_ time: SimTime) { key = time.nanoseconds }
    /// A priority that is a number, not negative and not NaN.
    public init(_ value: Double) {
        precondition(value >= 0, "a priority must be a number that is not negative")
        key = value.bitPattern
    }

    /// The number, for a priority made from one.
    public var value: Double { Double(bitPattern: key) }

    /// By worth.
    public static func < (a: ReclaimPriority, b: ReclaimPriority) -> Bool { a.key < b.key }
}

extension Reclaimer {
    /// The cluster.
    public var scope: ReclaimScope { .cluster }
    /// Not used.
    public func mark(on node: NodeID) -> UInt64 { 0 }
    /// No.
    public var choosesVictims: Bool { false }
    /// None.
    public func victim(for memory: Bytes, now: SimTime, in cluster: borrowing ClusterState) -> SandboxID? {
        nil
    }
    /// Ignored.
    public func evicted(_ sandbox: SandboxView, priority: ReclaimPriority) {}
}
