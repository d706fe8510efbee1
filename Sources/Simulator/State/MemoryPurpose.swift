/// What memory is held for.
public enum MemoryPurpose: UInt8, Sendable, CaseIterable {
    /// Sandboxes that execute, or that are being started for a request.
    case running
    /// Sandboxes that wait for a request, loads ahead of need included: memory that is wasted unless a request comes.
    case idle
    /// Base sandboxes and their pinned images.
    case base
    /// Patches and unmatched pages of deduplicated sandboxes.
    case patches
    /// Fingerprints, registries, page tables.
    case metadata
    /// Buffers of operations under way.
    case transient
}
