/// Counts pages with equal rows.
struct ClassRowsBuilder {
    private var index: [[UInt8]: Int] = [:]
    private var rows: [ClassRows.Row] = []
    private var zeroPages = 0
    private var pairings = 0
    /// By base function and level, the sum of the patches' sizes and how many there were.
    private var patches: [[(bytes: Int, count: Int)]] = []

    /// Rows of fewer pages could tell of a single page; they join the row most like them.
    static let fewest = 3

    /// Adds the pages of one target instance.
    mutating func add(_ table: PairTable, compressed: CompressedSizes) {
        pairings += 1
        if patches.isEmpty {
            let none = Array(repeating: (bytes: 0, count: 0), count: PatchLevel.patchLevels)
            patches = Array(repeating: none, count: table.bases)
        }
        var key = [UInt8](repeating: 0, count: table.bases)
        for page in 0..<table.pages {
            if compressed.isZero(page) {
                zeroPages += 1
                continue
            }
            for base in 0..<table.bases {
                let level = table.level(of: page, against: base)
                key[base] = level.rawValue
                if let size = table.size(of: page, against: base) {
                    patches[base][Int(level.rawValue)].bytes += size
                    patches[base][Int(level.rawValue)].count += 1
                }
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
        let means = patches.map { levels in
            levels.map { $0.count == 0 ? 0 : Double($0.bytes) / Double($0.count) }
        }
        let sorted = rows.sorted { a, b in
            a.levels.lexicographicallyPrecedes(b.levels)
        }
        return ClassRows(
            rows: ClassRowsBuilder.joined(sorted), zeroPages: zeroPages, levelMeans: means,
            pairings: pairings, isTied: isTied)
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
