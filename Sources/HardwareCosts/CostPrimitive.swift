/// Every operation whose cost a simulation may need and a calibration may measure: a closed list, so that a
/// costs file cannot speak of something that nobody reads.
///
/// The raw value is the name in files. A page has 4 KiB everywhere. What each means, its unit and what it
/// grows with is in `facts`.
public enum CostPrimitive: String, Hashable, Sendable, CaseIterable {
    // RDMA
    /// Reading base pages scattered over other nodes, many under way at once.
    case rdmaReadPages = "rdma-read-pages"
    /// One read alone on an idle link.
    case rdmaRead = "rdma-read"
    /// Reads that one adapter has under way at once.
    case rdmaOutstandingReads = "rdma-outstanding-reads"
    /// What one adapter moves in each direction.
    case rdmaBandwidth = "rdma-bandwidth"
    /// Small reads that one adapter completes in a second.
    case rdmaMessageRate = "rdma-message-rate"
    /// Setting up reliable connections.
    case rdmaConnectionSetup = "rdma-connection-setup"
    /// Memory that connections take at each end.
    case rdmaConnectionMemory = "rdma-connection-memory"
    /// By how much reads become slower with the connections of an adapter.
    case rdmaConnectionSlowdown = "rdma-connection-slowdown"
    /// Directing a shared connection (dynamically connected transport) to another node.
    case rdmaConnectionSwitch = "rdma-connection-switch"
    /// Registering memory with the adapter.
    case rdmaRegistration = "rdma-registration"

    // Fingerprints and the registry
    /// Fingerprints by the rule of Medes' released code.
    case fingerprintArtifact = "fingerprint-artifact"
    /// Fingerprints by the rule of the Medes paper.
    case fingerprintPaper = "fingerprint-paper"
    /// Fingerprints of chunks spread over the page by their hashes.
    case fingerprintSpread = "fingerprint-spread"
    /// Fingerprints of chunks at fixed places.
    case fingerprintFixed = "fingerprint-fixed"
    /// Finding base pages at the controller.
    case registryLookup = "registry-lookup"
    /// Entering the pages of a base sandbox.
    case registryInsert = "registry-insert"

    // Patches
    /// Making patches with Pagefold's own coder.
    case patchEncodeCopyInsert = "patch-encode-copy-insert"
    /// Making patches with LZ4 and the base page as dictionary.
    case patchEncodeLZ4 = "patch-encode-lz4"
    /// Making patches with zstd and the base page as dictionary.
    case patchEncodeZstd = "patch-encode-zstd"
    /// Making patches with xdelta3, level 1.
    case patchEncodeXdelta3 = "patch-encode-xdelta3"
    /// Applying patches of Pagefold's own coder.
    case patchApplyCopyInsert = "patch-apply-copy-insert"
    /// Applying patches of LZ4.
    case patchApplyLZ4 = "patch-apply-lz4"
    /// Applying patches of zstd.
    case patchApplyZstd = "patch-apply-zstd"
    /// Applying patches of xdelta3.
    case patchApplyXdelta3 = "patch-apply-xdelta3"

    // Compression
    /// Compressing pages with LZ4.
    case compressLZ4 = "compress-lz4"
    /// Decompressing pages with LZ4.
    case decompressLZ4 = "decompress-lz4"
    /// Compressing pages with zstd.
    case compressZstd = "compress-zstd"
    /// Decompressing pages with zstd.
    case decompressZstd = "decompress-zstd"

    // Sandboxes
    /// A start from nothing.
    case coldStart = "cold-start"
    /// A start from the deduplicated state as a whole.
    case dedupStart = "dedup-start"
    /// Storing a sandbox' memory.
    case checkpoint
    /// Everything of a restore that needs no memory contents, ahead of need.
    case restorePause = "restore-pause"
    /// The rest of a restore, from an image in the node's memory.
    case restoreSandbox = "restore-sandbox"
    /// A restore from a local snapshot, all in memory.
    case restoreSnapshot = "restore-snapshot"
    /// A restore from a snapshot on the node's disk.
    case restoreDisk = "restore-disk"
    /// Forking a warm process.
    case fork
    /// Forking a process of another node over RDMA.
    case remoteFork = "remote-fork"
    /// What a deduplicated sandbox holds besides its pages and patches.
    case dedupOverhead = "dedup-overhead"

    // Faults
    /// First touch of anonymous memory.
    case faultAnonymous = "fault-anonymous"
    /// A missing page answered through userfaultfd.
    case faultUserfaultfd = "fault-userfaultfd"
    /// A page that is in memory and only not mapped.
    case faultMinor = "fault-minor"
    /// A page back from zram.
    case swapInZram = "swap-in-zram"
    /// A page back from zswap.
    case swapInZswap = "swap-in-zswap"

    // Memory
    /// One dependent load from the core's own NUMA node.
    case memoryLatencyLocal = "memory-latency-local"
    /// One dependent load from another NUMA node.
    case memoryLatencyRemote = "memory-latency-remote"
    /// Reading memory of the cores' own NUMA node, all cores together.
    case memoryBandwidthLocal = "memory-bandwidth-local"
    /// Reading memory of another NUMA node, all cores together.
    case memoryBandwidthRemote = "memory-bandwidth-remote"
    /// Copying memory out of another process.
    case copyFromProcess = "copy-from-process"

    // Hashes
    /// XXH3 (64 bits) of a chunk of 64 B.
    case hashChunkXXH3 = "hash-chunk-xxh3"
    /// SHA-1 of a chunk of 64 B.
    case hashChunkSHA1 = "hash-chunk-sha1"
    /// SHA-256 of a chunk of 64 B.
    case hashChunkSHA256 = "hash-chunk-sha256"
    /// XXH3 (64 bits) of a page.
    case hashPageXXH3 = "hash-page-xxh3"
    /// SHA-1 of a page.
    case hashPageSHA1 = "hash-page-sha1"
    /// SHA-256 of a page.
    case hashPageSHA256 = "hash-page-sha256"

    /// The name in files and messages.
    public var name: String { rawValue }

    /// What a primitive is.
    public struct Facts: Hashable, Sendable {
        /// What it belongs to.
        public var group: CostGroup
        /// What its cost is an amount of.
        public var quantity: CostQuantity
        /// What its cost grows with.
        public var driver: CostDriver
        /// What exactly is meant, in one sentence.
        public var meaning: String

        init(_ group: CostGroup, _ quantity: CostQuantity, _ driver: CostDriver, _ meaning: String) {
            self.group = group
            self.quantity = quantity
            self.driver = driver
            self.meaning = meaning
        }
    }
}
