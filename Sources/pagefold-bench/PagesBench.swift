import Files
import PageContent
import Snapshots

/// Measures what is done with single pages, on real ones: nanoseconds of CPU time a 4 KiB page, one core, best of
/// three rounds.
struct PagesBench {
    /// The pages that are worked on, and those that serve as bases.
    let target: PageSet
    let base: PageSet
    /// Pages that a codec is measured on: a page of `target` and its base page, different and neither zero.
    let pairs: [Pair]
    let rounds: Int

    /// A page and the base page that goes with it.
    struct Pair {
        var page: Int
        var base: Int
    }

    /// At most so many pairs: enough for a steady mean, few enough to be quick.
    private static let most = 20_000

    init(target: PageSet, base: PageSet, rounds: Int = 3) throws {
        self.target = target
        self.base = base
        self.rounds = rounds
        pairs = PagesBench.pairs(target, base)
        guard !pairs.isEmpty else {
            throw InputError(
                "the two snapshots have no pages at equal places", remedy: "take two of one program")
        }
    }

    /// Reads two snapshots and measures all.
    static func run(target: String, base: String) throws {
        let bench = try PagesBench(
            target: SnapshotFile.open(target).pages, base: SnapshotFile.open(base).pages)
        bench.measurePages()
        bench.measureCodecs()
        bench.measureCompressors()
        SamplingCell(target: bench.target, base: bench.base, rounds: bench.rounds).measure()
    }

    /// Pairs at equal places: it needs no registry, and is what a location hint finds. Pairs with so little in common
    /// that the patch would not fit into a page are left out, as a registry would not have found them.
    private static func pairs(_ target: PageSet, _ base: PageSet) -> [Pair] {
        var pageAt: [PagePlace: Int] = [:]
        for page in 0..<base.count where !Page.isZero(base.memory.page(page)) {
            pageAt[base.places[page]] = page
        }
        var pairs: [Pair] = []
        for page in 0..<target.count where !Page.isZero(target.memory.page(page)) {
            guard pairs.count < most, let other = pageAt[target.places[page]] else { continue }
            let shared = sharedChunks(target.memory.page(page), base.memory.page(other))
            // Identical pages are no work for a codec, and strangers would not have met.
            if shared >= 5, shared < 64 { pairs.append(Pair(page: page, base: other)) }
        }
        return pairs
    }

    /// How many of the 64 chunks of 64 B are equal in place.
    private static func sharedChunks(_ page: UnsafeRawPointer, _ base: UnsafeRawPointer) -> Int {
        (0..<64).count { chunk in
            let ours = page.loadUnaligned(fromByteOffset: chunk * 64, as: SIMD8<UInt64>.self)
            return ours == base.loadUnaligned(fromByteOffset: chunk * 64, as: SIMD8<UInt64>.self)
        }
    }

    /// The least CPU time of one call of `body`, in nanoseconds a page of `pages`.
    func nanoseconds(pages: Int, _ body: () -> Void) -> Double {
        var best = Double.infinity
        for _ in 0..<rounds {
            let start = processorSeconds()
            body()
            best = min(best, processorSeconds() - start)
        }
        return best / Double(max(pages, 1)) * 1e9
    }

    /// Looking at and copying pages.
    private func measurePages() {
        let copy = UnsafeMutableRawPointer.allocate(byteCount: Page.size, alignment: Page.size)
        defer { copy.deallocate() }
        let count = target.count
        var zeros = 0
        report(
            "pages/zero-test",
            nanoseconds(pages: count) {
                for page in 0..<count where Page.isZero(target.memory.page(page)) { zeros += 1 }
            }, "ns/page")
        report("pages/zero", Double(zeros / rounds) / Double(max(count, 1)) * 100, "percent")
        report(
            "pages/copy",
            nanoseconds(pages: count) {
                for page in 0..<count {
                    copy.copyMemory(from: target.memory.page(page), byteCount: Page.size)
                }
            }, "ns/page")
        report("pages/pairs", Double(pairs.count), "pages")
    }
}
