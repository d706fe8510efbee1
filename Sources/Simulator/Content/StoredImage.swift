/// What is put away of one sandbox's pages, and what it depends on.
struct StoredImage {
    /// Bytes in the node's memory: patches, pages as they are, compressed pages.
    var bytes: UInt64 = 0
    /// Bytes of bookkeeping beside them.
    var metadata: UInt64 = 0
    /// Pages of the sandbox that a checkpoint holds.
    var pages: UInt64 = 0
    /// Of these, pages that are patches.
    var patchedPages: UInt64 = 0
    /// Of these, pages that are compressed.
    var compressedPages: UInt64 = 0
    /// The base sandboxes that the patches refer to.
    var references: [BaseReference] = []
}

/// That patches of a sandbox refer to pages of a base sandbox.
struct BaseReference: BitwiseCopyable {
    /// The base sandbox's place in the run's table.
    var sandbox: UInt32
    /// Its node.
    var node: UInt32
    /// Its unit.
    var unit: UInt32
    /// How many pages are patches against it.
    var pages: UInt32
}
