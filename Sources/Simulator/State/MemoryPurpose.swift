/// What memory is held for.
public enum MemoryPurpose: UInt8, Sendable, CaseIterable {
    /// Sandboxes that execute, or that are being started for a request.
    case running
    /// Sandboxes that are being loaded ahead of need.
    case loading
    /// Sandboxes that wait for a request.
    case idle
    /// Base sandboxes and their pinned images.
    case base
    /// Patches and unmatched pages of deduplicated sandboxes.
    case patches
    /// Fingerprints, registries, page tables.
    case metadata
    /// Buffers of operations under way.
    case transient

    /// Whether memory held for this purpose counts as wasted unless a request comes: idle and loaded ahead of need.
    public var isWasted: Bool { self == .idle || self == .loading }
}
