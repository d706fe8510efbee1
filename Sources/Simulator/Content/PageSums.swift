import PageContent

/// What becomes of the pages of one sandbox, by kind: means, so not whole numbers.
struct PageSums {
    /// Pages of zeros.
    var zero = 0.0
    /// Pages that stay whole.
    var whole = 0.0
    /// Pages that are compressed, and the bytes that they take.
    var compressed = 0.0
    var compressedBytes = 0.0
    /// Bytes of patches.
    var patchBytes = 0.0
    /// Pages that are patches against each base sandbox, in the order in which these were given.
    var patched: [Double]

    init(bases: Int) { patched = Array(repeating: 0, count: bases) }

    /// Adds `pages` pages that have no patch, and take `alone` bytes each when compressed (nil: that is not done).
    mutating func addUnpatched(_ pages: Double, alone: Double?) {
        if let alone, alone + PageSums.packedEntry < PageSums.wholeSize {
            compressed += pages
            compressedBytes += pages * alone
        } else {
            whole += pages
        }
    }

    /// Whether a patch of `size` bytes takes no more than the page would without.
    static func isWorth(_ size: Double, alone: Double?) -> Bool {
        size + patchEntry <= min(alone.map { $0 + packedEntry } ?? .infinity, wholeSize)
    }

    /// All sums times `factor`.
    mutating func scale(by factor: Double) {
        zero *= factor
        whole *= factor
        compressed *= factor
        compressedBytes *= factor
        patchBytes *= factor
        for base in patched.indices { patched[base] *= factor }
    }

    /// Bytes in place of the pages, bookkeeping excluded.
    var bytes: Double { patchBytes + compressedBytes + whole * Double(Page.size) }

    /// Bytes of bookkeeping.
    var metadata: Double {
        let costs = StorageCosts.usual
        return patched.reduce(0, +) * PageSums.patchEntry + whole * Double(costs.wholeEntry)
            + compressed * PageSums.packedEntry + zero * Double(costs.zero)
    }

    /// Pages in all.
    var pages: Double { patched.reduce(zero + whole + compressed, +) }

    private static let patchEntry = Double(StorageCosts.usual.patchEntry)
    private static let packedEntry = Double(StorageCosts.usual.packedEntry)
    private static let wholeSize = Double(StorageCosts.usual.whole)
}

/// How a sandbox's pages are stored, and which base functions there are: all that decides what becomes of them.
struct PatchQuestion {
    /// How pages without a patch, or that are smaller this way, are compressed.
    var compression: CompressionMethod?
    /// Whether only pages equal to a base page are left out.
    var isExactOnly: Bool
    /// The profile functions whose base sandboxes there are, the most welcome first.
    var bases: [UInt16]
}
