import EventKernel
import PageContent

/// How many pages a unit's sandboxes have, and how they relate to those of its profile function (`ContentGrowth`).
struct UnitPages: BitwiseCopyable {
    /// Pages that a checkpoint holds.
    var pages: UInt64
    /// How many pages of each kind there are for one of the profile's sandbox. Pages beyond match nothing.
    var scale: Double

    /// What one image may take. A profile whose functions have next to no pages, scaled to a large sandbox, would take
    /// more; it finds no room then, as it should.
    private static var bytes: ClosedRange<UInt64> { 0...2 * Bytes.largest.count }

    /// Pages of a sandbox of `memory`, as a function of `profile` pages.
    init(memory: Bytes, profile: Double, growth: ContentGrowth) {
        var pages = Double(memory.count / UInt64(Page.size))
        if growth == .uncounted { pages = min(pages, profile.rounded()) }
        self.pages = UInt64(pages)
        if profile <= 0 {
            scale = 0
        } else {
            scale = growth == .unmatched ? min(1, pages / profile) : pages / profile
        }
    }

    /// What is stored of the unit's sandbox if `sums` becomes of the profile's; `alone` is what each of the other pages
    /// takes when compressed. References are left to the caller.
    func image(of sums: PageSums, alone: Double?) -> StoredImage {
        var sums = sums
        sums.scale(by: scale)
        sums.addUnpatched(max(0, Double(pages) - sums.pages), alone: alone)
        return StoredImage(
            bytes: UInt64(sums.bytes.rounded(), within: UnitPages.bytes),
            metadata: UInt64(sums.metadata.rounded(), within: UnitPages.bytes), pages: pages,
            compressedPages: UInt64(sums.compressed.rounded(), within: UnitPages.bytes))
    }
}

extension PageSums {
    /// What becomes of one sandbox's pages when each is compressed alone and packed.
    init(compressing function: FunctionProfile, by method: CompressionMethod) {
        self.init(bases: 0)
        zero = function.zeroPages.mean
        for bin in method == .lz4 ? function.lz4 : function.zstd where bin.count > 0 {
            addUnpatched(bin.count, alone: bin.mean)
        }
    }

    /// The mean size of a page that is neither a patch nor zero; nil without any.
    var meanUnpatched: Double? {
        let pages = whole + compressed
        return pages > 0 ? (compressedBytes + whole * Double(Page.size)) / pages : nil
    }
}
