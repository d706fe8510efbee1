import EventKernel

/// What sandboxes of one function gain from one base sandbox of another, or of the same: means over the pairings of
/// instances.
public struct PairStatistics: Sendable, Hashable {
    /// Patches of about the same size.
    public struct Bin: Sendable, Hashable {
        /// How many, a sandbox.
        public var count: Double
        /// Their mean size in bytes; 0 without any.
        public var mean: Double
    }

    /// The upper ends in bytes of the histogram's bins; the first holds patches of the same page.
    public static let binEnds = [16, 32, 128, 256, 512, 1024, 2048, Page.size]

    /// Page saving: 1 - stored / original.
    public var saving: Double
    /// Its sample standard deviation over the pairings; 0 with one.
    public var savingDeviation: Double
    /// The share of the pages that became patches.
    public var hitRate: Double
    /// Patches by size.
    public var histogram: [Bin]
    /// Distinct base pages that a restore reads, a page that became a patch.
    public var distinctBasePages: Double
    /// The mean length of runs of neighbouring base pages among those.
    public var runLength: Double
    /// The mean size of patches by zstd with the base page as prefix, on a sample of at most 200 pages a pairing; 0
    /// without any.
    public var zstdMean: Double

    /// The mean size of a patch in bytes; 0 without any.
    public var patchMean: Double {
        let count = histogram.reduce(0) { $0 + $1.count }
        return count == 0 ? 0 : histogram.reduce(0) { $0 + $1.count * $1.mean } / count
    }
}

/// Gathers the statistics of one pair of functions.
struct PairStatisticsBuilder {
    private var savings = RunningMoments()
    private var pages = 0
    private var patches = 0
    private var counts = Array(repeating: 0, count: PairStatistics.binEnds.count)
    private var bytes = Array(repeating: 0, count: PairStatistics.binEnds.count)
    private var distinct = 0
    private var runs = 0
    private var pairings = 0
    private var zstdBytes = 0
    private var zstdPages = 0

    static let sampled = 200

    /// Adds the target's pages against base sandbox number `base`.
    mutating func add(
        _ table: PairTable, base: Int, target: PageSet, basePages: PageSet, compressed: CompressedSizes
    ) {
        pairings += 1
        pages += table.pages
        var stored = 0
        var used: [UInt32] = []
        var matched: [Int] = []
        for page in 0..<table.pages {
            let size = table.size(of: page, against: base)
            let outcome: PageOutcome =
                compressed.isZero(page)
                ? .zero : size.map { .patched(base: base, page: 0, size: $0) } ?? .kept
            stored += outcome.stored
            guard let size else { continue }
            let bin = PairStatistics.binEnds.firstIndex { size <= $0 } ?? counts.count - 1
            counts[bin] += 1
            bytes[bin] += size
            used.append(table.entry(page, base).page)
            matched.append(page)
        }
        patches += used.count
        savings.add(table.pages == 0 ? 0 : 1 - Double(stored) / Double(table.pages * Page.size))
        used.sort()
        for (index, page) in used.enumerated() where index == 0 || used[index - 1] != page {
            distinct += 1
            if index == 0 || used[index - 1] + 1 != page { runs += 1 }
        }
        addZstd(matched, table, base: base, target: target, basePages: basePages)
    }

    private mutating func addZstd(
        _ matched: [Int], _ table: PairTable, base: Int, target: PageSet, basePages: PageSet
    ) {
        let patcher = PagePatcher(settings: DedupSettings(patch: .zstd))
        let step = max(1, matched.count / PairStatisticsBuilder.sampled)
        for index in stride(from: 0, to: matched.count, by: step) {
            let page = matched[index]
            let other = basePages.memory.page(Int(table.entry(page, base).page))
            zstdBytes += patcher.patch(target.memory.page(page), base: other) ?? Page.size
            zstdPages += 1
        }
    }

    func finish() -> PairStatistics {
        let share = 1 / Double(max(pairings, 1))
        return PairStatistics(
            saving: savings.mean, savingDeviation: savings.variance.squareRoot(),
            hitRate: pages == 0 ? 0 : Double(patches) / Double(pages),
            histogram: zip(counts, bytes).map { count, bytes in
                PairStatistics.Bin(
                    count: Double(count) * share, mean: count == 0 ? 0 : Double(bytes) / Double(count))
            },
            distinctBasePages: patches == 0 ? 0 : Double(distinct) / Double(patches),
            runLength: runs == 0 ? 0 : Double(distinct) / Double(runs),
            zstdMean: zstdPages == 0 ? 0 : Double(zstdBytes) / Double(zstdPages))
    }
}
