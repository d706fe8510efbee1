/// What memory is held for.
public enum MemoryPurpose: UInt8, Sendable, CaseIterable {
    /// Sandboxes that execute, or that are being started for a request.
    case running
    /// Sandboxes that are being loaded ahead of need, or are on the way into another idle state.
    case loading
    /// Sandboxes that wait for a request.
    case idle
    /// What others depend on: idle base sandboxes that may not go, pinned images, pages that are shared, and donors while
    /// others are being forked from them.
    case base
    /// What sandboxes put away: patches, pages that have none, compressed pages, checkpoints.
    case patches
    /// Bookkeeping of stored pages on the nodes, and the controller's registry.
    case metadata
    /// Buffers of operations under way.
    case transient

    /// Whether memory held for this purpose counts as wasted unless a request comes: all but what executions and
    /// operations under way take.
    public var isWasted: Bool { self != .running && self != .transient }
}
