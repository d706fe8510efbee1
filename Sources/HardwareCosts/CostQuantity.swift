/// What a cost is an amount of, and the unit in which its numbers count.
public enum CostQuantity: Hashable, Sendable, CaseIterable {
    /// A time span, in nanoseconds.
    case time
    /// Memory, in bytes.
    case memory
    /// Data a second, in bytes a second.
    case bandwidth
    /// Operations a second.
    case rate
    /// What another cost is multiplied with; 1 changes nothing.
    case factor
    /// A number of things.
    case count
}

/// What a cost grows with.
public enum CostDriver: Hashable, Sendable {
    /// Nothing: every operation costs the same.
    case nothing
    /// Bytes: of a read, a sandbox, a copy. The text says of what.
    case bytes(of: String)
    /// Things that are counted. The text is the name of one: `page`.
    case items(String)
}

/// Primitives that belong together, in the order in which files and tables show them.
public enum CostGroup: String, Hashable, Sendable, CaseIterable {
    /// Reading another node's memory over RDMA.
    case rdma
    /// Fingerprints of pages, and the registry that finds base pages by them.
    case registry
    /// Patches of a page against a base page.
    case patches
    /// Pages compressed on their own.
    case compression
    /// Starting, storing and bringing back whole sandboxes.
    case sandboxes
    /// Page faults, and pages that come back from compressed swap.
    case faults
    /// Memory itself: latency, bandwidth, copying.
    case memory
    /// Hash functions.
    case hashes
}
