import EventKernel
import HardwareCosts
import PageContent

/// A named way to be idle: where each layer is, what of it stays in the node's memory, what is put away beside it, and
/// the ways in and out.
///
/// Warm, base, deduplicated, compressed, checkpointed: all are idle with another vector. The engine knows the vector, not
/// the name.
public struct IdleState: Hashable, Sendable {
    /// The name that experiment files and results use.
    public var name: String
    /// Where each layer is; layers not named are `local`.
    public var placements: [Placement]
    /// How a sandbox in this state becomes ready to run.
    public var restore: StartPath
    /// How a warm sandbox gets into this state; without stages it takes no time. Meanwhile it takes no requests.
    public var entry: StartPath
    /// The same for a sandbox that still has its image from before; nil: as `entry`.
    public var reentry: StartPath?
    /// What is put away beside what the layers keep; nil for nothing.
    public var image: ImageStorage?
    /// Whether the image stays while the sandbox runs and is warm again, so that it need not be made anew.
    public var keepsImage: Bool
    /// Memory that a sandbox in this state holds besides: processes that wait to go on with a restore.
    public var overhead: Bytes
    /// Whether a sandbox that was used from this state comes back to it rather than to `warm`.
    public var isResumed: Bool
    /// When a request takes a sandbox in this state.
    public var taken: Taken
    /// How a new sandbox of the same unit is started, on any node, from a sandbox that is idle in this state, its donor:
    /// instead of cold. The new sandbox holds all of its memory from the beginning. Nil: it cannot be.
    public var forks: StartPath?

    /// When requests take sandboxes that are idle in a state.
    public enum Taken: String, Hashable, Sendable, CaseIterable {
        /// Before warm ones.
        case first
        /// After warm ones, in the order of the scenario's states.
        case inOrder = "in-order"
        /// Never: such a sandbox is there only so that others are forked from it.
        case never
    }

    /// Where one layer is in an idle state.
    public struct Placement: Hashable, Sendable {
        /// Which layer.
        public var layer: LayerKind
        /// Where it is.
        public var residency: Residency
        /// Bytes kept in the node's own memory for each byte of the layer: 1 local, 0 absent, between for the rest.
        public var localFraction: Double

        /// Where one layer is in an idle state.
        public init(_ layer: LayerKind, _ residency: Residency, localFraction: Double) {
            self.layer = layer
            self.residency = residency
            self.localFraction = localFraction
        }
    }

    /// A named way to be idle.
    public init(
        name: String, placements: [Placement] = [], restore: StartPath,
        entry: StartPath = StartPath(name: "", stages: []), reentry: StartPath? = nil,
        image: ImageStorage? = nil, keepsImage: Bool = false, overhead: Bytes = .zero,
        isResumed: Bool = false, taken: Taken = .inOrder, forks: StartPath? = nil
    ) {
        self.name = name
        self.placements = placements
        self.restore = restore
        self.entry = entry
        self.reentry = reentry
        self.image = image
        self.keepsImage = keepsImage
        self.overhead = overhead
        self.isResumed = isResumed
        self.taken = taken
        self.forks = forks
    }

    /// The part of a sandbox's memory that stays on the node, for a sandbox made of `layers`.
    public func localFraction(of layers: [Layer]) -> Double {
        layers.reduce(0) { sum, layer in
            let placement = placements.first { $0.layer == layer.kind }
            return sum + layer.share * (placement?.localFraction ?? 1)
        }
    }

    /// Placements that leave nothing of a sandbox where it was: every layer has this residency.
    public static func away(_ residency: Residency) -> [Placement] {
        LayerKind.allCases.map { Placement($0, residency, localFraction: 0) }
    }
}

/// What an idle state puts away of a sandbox's pages: those that a checkpoint would hold.
public enum ImageStorage: Hashable, Sendable {
    /// A pinned copy of all pages, which others' patches refer to: the sandbox is a base sandbox.
    case reference(BaseProtection)
    /// Patches against pages of base sandboxes, and the other pages.
    case patched(PatchStorage)
    /// Pages compressed one by one.
    case compressed(CompressionMethod)
    /// All pages as they are: a checkpoint in the node's memory.
    case whole
    /// Nothing in the node's memory: a checkpoint on disk, or elsewhere.
    case elsewhere
    /// Pages that another sandbox of the node in this state holds too are kept once; what is left stays in place
    /// (KSM, UPM). The layers must be local.
    case merged
}

/// Patches against base sandboxes.
public struct PatchStorage: Hashable, Sendable {
    /// Whose base sandboxes may be used.
    public var bases: BaseScope
    /// How pages without a patch, or that are smaller this way, are compressed; nil leaves them as they are.
    public var compression: CompressionMethod?
    /// Whether only pages that are equal to a base page are left out, and no patches are made.
    public var isExactOnly: Bool

    /// Patches against any base sandbox, the rest as it is.
    public init(
        bases: BaseScope = .anyone, compression: CompressionMethod? = nil, isExactOnly: Bool = false
    ) {
        self.bases = bases
        self.compression = compression
        self.isExactOnly = isExactOnly
    }
}

/// Whose base sandboxes a sandbox may be deduplicated against.
public enum BaseScope: String, Hashable, Sendable, CaseIterable {
    /// Anyone's.
    case anyone
    /// Those of units of the same tenant (`ContentSettings.tenants`): what one tenant's patches are made of then says
    /// nothing of another's pages.
    case tenant
    /// Those of its own unit.
    case unit
}

/// When a base sandbox may go.
public enum BaseProtection: String, Hashable, Sendable, CaseIterable {
    /// Never (the code released with EuroSys'22's dedup paper).
    case always
    /// Once nothing depends on it: reference counts (EuroSys'22, section 4.1.3).
    case whileReferenced = "while-referenced"
}
