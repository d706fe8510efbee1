/// What the pages of one function share with each base function, without any content: pages whose patches have the same
/// levels against all base functions are one row, and rows are counted.
///
/// From these the saving against any set of base functions follows: a page takes the smallest patch over the set.
public struct ClassRows: Sendable, Hashable {
    /// Pages that behave alike.
    public struct Row: Sendable, Hashable {
        /// The patch's level against each base function, in the order of the profile's functions.
        public var levels: [PatchLevel]
        /// How many pages, summed over the pairings.
        public var count: Int
        /// Bytes that these pages take in all when each is compressed alone with LZ4, at most a page's size each.
        public var lz4: Int
        /// The same with zstd at level 1.
        public var zstd: Int

        /// `count` pages with these `levels`.
        public init(levels: [PatchLevel], count: Int, lz4: Int, zstd: Int) {
            self.levels = levels
            self.count = count
            self.lz4 = lz4
            self.zstd = zstd
        }
    }

    /// Each row once, in order of the levels. Pages of zeros are in none.
    public var rows: [Row]
    /// How many pages of zeros, summed over the pairings.
    public var zeroPages: Int
    /// By base function, the mean size of a patch of each level that stands for patches; 0 where there was none.
    public var levelMeans: [[Double]]
    /// Over how many pairs of target and base instance pages were counted.
    public var pairings: Int
    /// Whether base pages are found by the place alone: then all candidates are equally good to the registry, and the
    /// preferred base's page is taken, else the first base's, whatever the size of the patch.
    public var isTied: Bool

    /// Rows, ordered or not.
    public init(
        rows: [Row], zeroPages: Int, levelMeans: [[Double]], pairings: Int, isTied: Bool
    ) {
        precondition(levelMeans.allSatisfy { $0.count == PatchLevel.patchLevels }, "not one mean a level")
        self.rows = rows
        self.zeroPages = zeroPages
        self.levelMeans = levelMeans
        self.pairings = pairings
        self.isTied = isTied
    }

    /// Pages in all, summed over the pairings.
    public var pages: Int { rows.reduce(zeroPages) { $0 + $1.count } }
}

extension ClassRows {
    /// What becomes of one sandbox's pages.
    public struct Prediction: Sendable, Hashable {
        /// Pages of one sandbox, the mean over instances.
        public var pages: Double
        /// Bytes stored, metadata included.
        public var stored: Double
        /// Pages that became patches, by base function.
        public var patched: [Double]

        /// 1 - stored / original.
        public var saving: Double { pages == 0 ? 0 : 1 - stored / (pages * Double(Page.size)) }
        /// The share of the pages that became patches.
        public var hitRate: Double { pages == 0 ? 0 : patched.reduce(0, +) / pages }
    }

    /// What becomes of a sandbox's pages with one base sandbox of each of the functions numbered `bases`.
    ///
    /// Among equally small patches that against `preferred` wins if it is one of the bases, else the first's. With
    /// `compression`, pages without a patch, or that are smaller this way, are compressed.
    ///
    /// - Throws: `Unmeasured` when a base function was never measured together with this one.
    public func predict(
        bases: [Int], preferred: Int? = nil, compression: CompressionMethod? = nil
    ) throws(Unmeasured) -> Prediction {
        let order = bases.filter { $0 == preferred } + bases.filter { $0 != preferred }
        var prediction = Prediction(
            pages: 0, stored: Double(zeroPages * PageOutcome.zero.stored),
            patched: Array(repeating: 0, count: rows.first?.levels.count ?? 0))
        for row in rows {
            var level = PatchLevel.none
            var chosen: Int?
            for base in order {
                if row.levels[base] == .unknown { throw Unmeasured(base: base) }
                if row.levels[base] < level, !isTied || chosen == nil {
                    level = row.levels[base]
                    chosen = base
                }
            }
            let count = Double(row.count)
            let alone = compression.map { method in
                Double(method == .lz4 ? row.lz4 : row.zstd) / count
                    + Double(PageOutcome.compressed(size: 0).stored)
            }
            let kept = min(alone ?? .infinity, Double(PageOutcome.kept.stored))
            if let chosen, level < .futile {
                let patch =
                    levelMeans[chosen][Int(level.rawValue)]
                    + Double(PageOutcome.patched(base: 0, page: 0, size: 0).stored)
                if patch <= kept {
                    prediction.patched[chosen] += count
                    prediction.stored += count * patch
                    continue
                }
            }
            prediction.stored += count * kept
        }
        let share = 1 / Double(max(pairings, 1))
        prediction.pages = Double(pages) * share
        prediction.stored *= share
        prediction.patched = prediction.patched.map { $0 * share }
        return prediction
    }
}
