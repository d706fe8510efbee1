/// What became of one page.
public enum PageOutcome: Sendable, Hashable {
    /// It holds nothing but zeros, and only that is noted.
    case zero
    /// It is kept as it is.
    case kept
    /// It is compressed to `size` bytes.
    case compressed(size: Int)
    /// It is a patch of `size` bytes against page `page` of base `base`.
    case patched(base: Int, page: Int, size: Int)

    /// Bytes that the page takes now, metadata included (`StorageCosts`).
    public var stored: Int {
        let costs = StorageCosts.usual
        switch self {
        case .zero: return costs.zero
        case .kept: return costs.whole
        case .compressed(let size): return costs.packed(size)
        case .patched(_, _, let size): return costs.patched(size)
        }
    }
}

/// What became of a sandbox's pages.
public struct DedupOutcome: Sendable {
    /// Page by page.
    public let pages: [PageOutcome]

    /// The outcome of `pages`.
    public init(pages: [PageOutcome]) { self.pages = pages }

    /// Bytes that the pages took before.
    public var original: Int { pages.count * Page.size }

    /// Bytes that they take now, metadata included.
    public var stored: Int { pages.reduce(0) { $0 + $1.stored } }

    /// 1 - stored / original; 0 without any page.
    public var saving: Double { StorageCosts.saving(stored, pages: pages.count) }

    /// The share of the pages that became patches.
    public var hitRate: Double {
        pages.isEmpty ? 0 : Double(patchSizes.count) / Double(pages.count)
    }

    /// The sizes of the patches, in page order.
    public var patchSizes: [Int] {
        pages.compactMap { if case .patched(_, _, let size) = $0 { size } else { nil } }
    }

    /// The bases that patches refer to, in ascending order.
    public var usedBases: [Int] {
        Set(pages.compactMap { if case .patched(let base, _, _) = $0 { base } else { nil } }).sorted()
    }
}
