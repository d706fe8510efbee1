/// Counts pages with equal rows.
struct ClassRowsBuilder {
    private var index: [[UInt8]: Int] = [:]
    private var rows: [ClassRows.Row] = []
    private var zeroPages = 0
    private var pairings = 0
    private var levelBytes = Array(repeating: 0, count: PatchLevel.patchLevels)
    private var levelPages = Array(repeating: 0, count: PatchLevel.patchLevels)

    /// Rows of fewer pages could tell of a single page; they join the row most like them.
    static let fewest = 3

    /// Adds the pages of one target instance.
    mutating func add(_ table: PairTable, compressed: CompressedSizes) {
        pairings += 1
        var key = [UInt8](repeating: 0, count: table.bases)
        for page in 0..<table.pages {
            if compressed.isZero(page) {
                zeroPages += 1
                continue
            }
            var smallest: Int?
            for base in 0..<table.bases {
                let size = table.size(of: page, against: base)
                key[base] = PatchLevel(size: size).rawValue
                if let size, size < smallest ?? .max { smallest = size }
            }
            if let smallest {
                let level = Int(PatchLevel(size: smallest).rawValue)
                levelBytes[level] += smallest
                levelPages[level] += 1
            }
            let row: Int
            if let known = index[key] {
                row = known
            } else {
                row = rows.count
                index[key] = row
                rows.append(
                    ClassRows.Row(
                        levels: key.map { PatchLevel(rawValue: $0) ?? .none }, count: 0, lz4: 0, zstd: 0))
            }
            rows[row].count += 1
            rows[row].lz4 += compressed.lz4(page)
            rows[row].zstd += compressed.zstd(page)
        }
    }

    /// The rows in order of their levels, rare ones joined to others.
    func finish(isTied: Bool) -> ClassRows {
        let ends = [32.0, 256, 1024, Double(Page.size)]
        let means = (0..<PatchLevel.patchLevels).map { level in
            levelPages[level] == 0 ? ends[level] : Double(levelBytes[level]) / Double(levelPages[level])
        }
        let sorted = rows.sorted { a, b in
            a.levels.lexicographicallyPrecedes(b.levels)
        }
        return ClassRows(
            rows: ClassRowsBuilder.joined(sorted), zeroPages: zeroPages, levelMeans: means, pairings: pairings
        )
    }

    /// Adds each row of fewer than `fewest` pages to the row of enough pages that is most like it (least sum of
    /// differences of levels; the first of several). Where no row has enough pages, all become one.
    static func joined(_ rows: [ClassRows.Row]) -> [ClassRows.Row] {
        var kept = rows.filter { $0.count >= fewest }
        guard !kept.isEmpty else {
            guard var all = rows.first else { return [] }
            for row in rows.dropFirst() { all.absorb(row) }
            return [all]
        }
        let patterns = kept.map(\.levels)
        for row in rows where row.count < fewest {
            let nearest = patterns.indices.min { a, b in
                distance(patterns[a], row.levels) < distance(patterns[b], row.levels)
            }
            if let nearest { kept[nearest].absorb(row) }
        }
        return kept
    }

    private static func distance(_ a: [PatchLevel], _ b: [PatchLevel]) -> Int {
        zip(a, b).reduce(0) { $0 + abs(Int($1.0.rawValue) - Int($1.1.rawValue)) }
    }
}

extension ClassRows.Row {
    mutating func absorb(_ other: ClassRows.Row) {
        count += other.count
        lz4 += other.lz4
        zstd += other.zstd
    }
}
