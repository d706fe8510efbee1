import EventKernel

/// Decides which idle sandboxes go when a node's memory is short. The engine evicts the idle sandbox of the lowest
/// priority, then the next, until there is room.
public protocol Reclaimer: AnyObject {
    /// Stamped on a sandbox whenever it is used; the engine reads it once when the run begins and after each eviction.
    var mark: UInt64 { get }

    /// The worth of keeping `sandbox`; of equals, the one built first goes first.
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
    /// Not used.
    public var mark: UInt64 { 0 }
    /// No.
    public var choosesVictims: Bool { false }
    /// None.
    public func victim(for memory: Bytes, now: SimTime, in cluster: borrowing ClusterState) -> SandboxID? {
        nil
    }
    /// Ignored.
    public func evicted(_ sandbox: SandboxView, priority: ReclaimPriority) {}
}
