extension CostPrimitive {
    /// What the primitive is, its unit, and what its cost grows with.
    public var facts: Facts {
        switch Self.group(of: self) {
        case .rdma: rdmaFacts
        case .registry: registryFacts
        case .patches, .compression: codecFacts
        case .sandboxes: sandboxFacts
        case .faults: faultFacts
        case .memory: memoryFacts
        case .hashes: hashFacts
        }
    }

    private static func group(of primitive: CostPrimitive) -> CostGroup {
        switch primitive {
        case .rdmaReadPages, .rdmaRead, .rdmaOutstandingReads, .rdmaBandwidth, .rdmaMessageRate,
            .rdmaConnectionSetup, .rdmaConnectionMemory, .rdmaConnectionSlowdown,
            .rdmaConnectionSwitch, .rdmaRegistration:
            .rdma
        case .fingerprintArtifact, .fingerprintPaper, .fingerprintSpread, .fingerprintFixed,
            .registryLookup, .registryInsert:
            .registry
        case .patchEncodeCopyInsert, .patchEncodeLZ4, .patchEncodeZstd, .patchEncodeXdelta3,
            .patchApplyCopyInsert, .patchApplyLZ4, .patchApplyZstd, .patchApplyXdelta3:
            .patches
        case .compressLZ4, .decompressLZ4, .compressZstd, .decompressZstd: .compression
        case .coldStart, .dedupStart, .checkpoint, .restorePause, .restoreSandbox, .restoreSnapshot,
            .restoreDisk, .fork, .remoteFork, .dedupOverhead:
            .sandboxes
        case .faultAnonymous, .faultUserfaultfd, .faultMinor, .swapInZram, .swapInZswap: .faults
        case .memoryLatencyLocal, .memoryLatencyRemote, .memoryBandwidthLocal, .memoryBandwidthRemote,
            .copyFromProcess:
            .memory
        case .hashChunkXXH3, .hashChunkSHA1, .hashChunkSHA256, .hashPageXXH3, .hashPageSHA1,
            .hashPageSHA256:
            .hashes
        }
    }

    private func page(_ group: CostGroup, _ meaning: String) -> Facts {
        Facts(group, .time, .items("page"), meaning)
    }

    private var rdmaFacts: Facts {
        let connections = CostDriver.items("connection")
        switch self {
        case .rdmaReadPages:
            return page(
                .rdma, "read base pages scattered over other nodes, as many at once as the adapter allows")
        case .rdmaRead:
            return Facts(.rdma, .time, .bytes(of: "one read"), "one read alone on an idle link")
        case .rdmaOutstandingReads:
            return Facts(.rdma, .count, .nothing, "reads that one adapter has under way at once")
        case .rdmaBandwidth:
            return Facts(.rdma, .bandwidth, .nothing, "what one adapter moves in each direction")
        case .rdmaMessageRate:
            return Facts(.rdma, .rate, .nothing, "small reads that one adapter completes in a second")
        case .rdmaConnectionSetup:
            return Facts(.rdma, .time, connections, "set up reliable connections, one after the other")
        case .rdmaConnectionMemory:
            return Facts(.rdma, .memory, connections, "memory that connections take at each end")
        case .rdmaConnectionSlowdown:
            return Facts(
                .rdma, .factor, connections,
                "what a read's time is multiplied with, by the adapter's connections")
        case .rdmaConnectionSwitch:
            return Facts(
                .rdma, .time, .nothing,
                "direct a shared (dynamically connected) connection to another node")
        default:
            return Facts(.rdma, .time, .bytes(of: "the memory"), "register memory with the adapter")
        }
    }

    private var registryFacts: Facts {
        switch self {
        case .fingerprintArtifact:
            page(
                .registry, "fingerprint a page by the rule of Medes' released code (SHA-1, first five chunks)"
            )
        case .fingerprintPaper:
            page(.registry, "fingerprint a page by the rule of the Medes paper (a pattern)")
        case .fingerprintSpread: page(.registry, "fingerprint a page by the chunks of smallest hash")
        case .fingerprintFixed: page(.registry, "fingerprint a page by chunks at fixed places")
        case .registryLookup:
            page(.registry, "find the base page of a page: the service time of one thread of the controller")
        default: page(.registry, "enter a page of a base sandbox into the registry")
        }
    }

    private var codecFacts: Facts {
        switch self {
        case .patchEncodeCopyInsert: page(.patches, "make a page's patch with Pagefold's own coder")
        case .patchEncodeLZ4: page(.patches, "make a page's patch with LZ4, the base page as dictionary")
        case .patchEncodeZstd: page(.patches, "make a page's patch with zstd, the base page as dictionary")
        case .patchEncodeXdelta3: page(.patches, "make a page's patch with xdelta3, level 1")
        case .patchApplyCopyInsert: page(.patches, "rebuild a page from a patch of Pagefold's own coder")
        case .patchApplyLZ4: page(.patches, "rebuild a page from a patch of LZ4")
        case .patchApplyZstd: page(.patches, "rebuild a page from a patch of zstd")
        case .patchApplyXdelta3: page(.patches, "rebuild a page from a patch of xdelta3")
        case .compressLZ4: page(.compression, "compress a page with LZ4")
        case .decompressLZ4: page(.compression, "decompress a page with LZ4")
        case .compressZstd: page(.compression, "compress a page with zstd")
        default: page(.compression, "decompress a page with zstd")
        }
    }

    private var sandboxFacts: Facts {
        let footprint = CostDriver.bytes(of: "the sandbox' memory")
        func time(_ driver: CostDriver, _ meaning: String) -> Facts {
            Facts(.sandboxes, .time, driver, meaning)
        }
        switch self {
        case .coldStart: return time(footprint, "start a sandbox from nothing, up to the first request")
        case .dedupStart:
            return time(
                .items("patched page"), "bring a deduplicated sandbox back: reads, patches and restore as one"
            )
        case .checkpoint: return time(footprint, "store the memory of a sandbox in the node's memory")
        case .restorePause:
            return time(.nothing, "do all of a restore that needs no memory contents, ahead of need")
        case .restoreSandbox:
            return time(.items("patched page"), "finish a paused restore from an image in the node's memory")
        case .restoreSnapshot:
            return time(footprint, "restore a sandbox from a snapshot in the node's memory")
        case .restoreDisk: return time(footprint, "restore a sandbox from a snapshot on the node's disk")
        case .fork: return time(footprint, "fork a warm process")
        case .remoteFork: return time(footprint, "fork a process of another node over RDMA")
        default:
            return Facts(
                .sandboxes, .memory, .nothing,
                "what a deduplicated sandbox holds besides its pages and patches (processes that wait)")
        }
    }

    private var faultFacts: Facts {
        switch self {
        case .faultAnonymous: page(.faults, "touch anonymous memory for the first time")
        case .faultUserfaultfd: page(.faults, "answer a missing page through userfaultfd")
        case .faultMinor: page(.faults, "map a page that is in memory already")
        case .swapInZram: page(.faults, "bring a page back from zram")
        default: page(.faults, "bring a page back from zswap")
        }
    }

    private var memoryFacts: Facts {
        switch self {
        case .memoryLatencyLocal:
            Facts(.memory, .time, .nothing, "one dependent load from the core's own NUMA node")
        case .memoryLatencyRemote:
            Facts(.memory, .time, .nothing, "one dependent load from another NUMA node")
        case .memoryBandwidthLocal:
            Facts(
                .memory, .bandwidth, .nothing,
                "reading memory of the cores' own NUMA node, all cores together")
        case .memoryBandwidthRemote:
            Facts(.memory, .bandwidth, .nothing, "reading memory of another NUMA node, all cores together")
        default: Facts(.memory, .time, .bytes(of: "the copy"), "copy memory out of another process")
        }
    }

    private var hashFacts: Facts {
        let (function, size) =
            switch self {
            case .hashChunkXXH3: ("XXH3", "a chunk of 64 B")
            case .hashChunkSHA1: ("SHA-1", "a chunk of 64 B")
            case .hashChunkSHA256: ("SHA-256", "a chunk of 64 B")
            case .hashPageXXH3: ("XXH3", "a page")
            case .hashPageSHA1: ("SHA-1", "a page")
            default: ("SHA-256", "a page")
            }
        return Facts(.hashes, .time, .nothing, "hash \(size) with \(function)")
    }
}
