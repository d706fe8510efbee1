import EventKernel
import HardwareCosts
import PageContent

/// What idle states made from a preset (`StatePreset`) leave open. The defaults are those of Medes' released code.
public struct StatePresetSettings: Hashable, Sendable {
    /// How pages' fingerprints are taken.
    public var fingerprint = FingerprintCost.artifact
    /// How patches are coded.
    public var patch = PatchCost.xdelta3
    /// Threads that take fingerprints. Unknown of Medes; its code has one pass over the image.
    public var fingerprintThreads = 1
    /// Threads that make and apply patches, compress and decompress (8 in Medes' code).
    public var codecThreads = 8
    /// Dedup starts that a node has under way at once (10 in Medes' code).
    public var restoresPerNode = 10
    /// What a sandbox whose processes wait in a paused restore holds besides (10 MB in Medes' code).
    public var overhead = Bytes(10_000_000)
    /// Whose base sandboxes are used.
    public var bases = BaseScope.anyone
    /// When base sandboxes may go.
    public var protection = BaseProtection.whileReferenced
    /// How the controller's registry is laid out.
    public var registry = RegistryLayout.single
    /// Where compression happens.
    public var compression = CompressionPlace.checkpoint
    /// A start on a warm sandbox, and on a base sandbox, in seconds.
    public var warmStart = Distribution.constant(0)

    /// The defaults.
    public init() {}
}

/// Which rule of fingerprints is paid for.
public enum FingerprintCost: String, Hashable, Sendable, CaseIterable {
    /// Medes' released code.
    case artifact
    /// The Medes paper.
    case paper
    /// The chunks of smallest hash, spread over the page.
    case spread
    /// Chunks at fixed places.
    case fixed
    /// The page's place in its sandbox stands for its content: nothing is hashed.
    case location

    /// What a page costs; nil for nothing.
    public var primitive: CostPrimitive? {
        switch self {
        case .artifact: .fingerprintArtifact
        case .paper: .fingerprintPaper
        case .spread: .fingerprintSpread
        case .fixed: .fingerprintFixed
        case .location: nil
        }
    }
}

/// Which codec of patches is paid for.
public enum PatchCost: String, Hashable, Sendable, CaseIterable {
    /// xdelta3, level 1 (Medes).
    case xdelta3
    /// Pagefold's own coder.
    case copyInsert = "copy-insert"
    /// zstd with the base page as dictionary.
    case zstd
    /// LZ4 with the base page as dictionary.
    case lz4

    /// What making a patch costs.
    public var encode: CostPrimitive {
        switch self {
        case .xdelta3: .patchEncodeXdelta3
        case .copyInsert: .patchEncodeCopyInsert
        case .zstd: .patchEncodeZstd
        case .lz4: .patchEncodeLZ4
        }
    }

    /// What applying a patch costs.
    public var apply: CostPrimitive {
        switch self {
        case .xdelta3: .patchApplyXdelta3
        case .copyInsert: .patchApplyCopyInsert
        case .zstd: .patchApplyZstd
        case .lz4: .patchApplyLZ4
        }
    }
}

/// How the registry of base pages is laid out at the controller.
public enum RegistryLayout: Hashable, Sendable {
    /// One server (Medes as released).
    case single
    /// So many servers that each have a part of the chunks: a lookup is spread over all (Medes' section 4.3).
    case sharded(Int)
    /// So many servers that each have all chunks: a lookup takes one of them, an entry all.
    case replicated(Int)

    /// The registry as a resource of the cluster.
    public var resource: Resource {
        switch self {
        case .single: Resource(StatePreset.registry, scope: .cluster)
        case .sharded(let count):
            Resource(StatePreset.registry, scope: .cluster, servers: count, sharing: .split)
        case .replicated(let count):
            Resource(StatePreset.registry, scope: .cluster, servers: count, sharing: .any)
        }
    }

    /// Whether entering pages takes every server.
    var entersEverywhere: Bool {
        if case .replicated = self { return true }
        return false
    }
}

/// Where an idle sandbox's pages are compressed.
public enum CompressionPlace: String, Hashable, Sendable, CaseIterable {
    /// In a checkpoint, with a paused restore, as Medes keeps its patches (CodeCrunch, ASPLOS'24, compresses the
    /// stored sandbox): the states then differ in what they keep and in nothing else.
    case checkpoint
    /// In place, the processes stopped and their pages swapped into memory (zswap, zram): no checkpoint, no restore.
    case inPlace = "in-place"
}

extension CompressionMethod {
    /// What compressing a page costs.
    var compress: CostPrimitive { self == .lz4 ? .compressLZ4 : .compressZstd }
    /// What decompressing a page costs.
    var decompress: CostPrimitive { self == .lz4 ? .decompressLZ4 : .decompressZstd }
}
