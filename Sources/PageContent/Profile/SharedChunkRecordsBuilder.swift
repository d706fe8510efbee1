/// Makes shared-chunk records out of fingerprints and patches.
struct SharedChunkRecordsBuilder {
    /// The hashes that lie in a base page and in a target page, in ascending order.
    private let shared: [UInt64]
    /// The number of each of these; `unnumbered` until it first appears.
    private var numbers: [UInt32]
    private var given: UInt32 = 0

    private static let unnumbered = UInt32.max

    /// `tables[f]` are the patches of function `f`'s target instance against each base instance.
    static func build(
        settings: DedupSettings, bases: [FingerprintTable], targets: [FingerprintTable], tables: [PairTable],
        targetSets: [PageSet]
    ) -> SharedChunkRecords {
        var builder = SharedChunkRecordsBuilder(bases, targets)
        let basePages = bases.map { builder.pages($0) }
        return SharedChunkRecords(
            settings: settings, chunkCount: builder.shared.count, bases: basePages,
            targets: targets.indices.map { function in
                SharedChunkRecords.Target(
                    pages: builder.pages(targets[function]),
                    patches: patches(tables[function], targetSets[function]))
            })
    }

    private init(_ bases: [FingerprintTable], _ targets: [FingerprintTable]) {
        let wanted = SharedChunkRecordsBuilder.distinct(targets)
        var rest = wanted[...]
        var shared: [UInt64] = []
        for hash in SharedChunkRecordsBuilder.distinct(bases) {
            while let next = rest.first, next < hash { rest.removeFirst() }
            if rest.first == hash { shared.append(hash) }
        }
        self.shared = shared
        numbers = Array(repeating: SharedChunkRecordsBuilder.unnumbered, count: shared.count)
    }

    private mutating func pages(_ table: FingerprintTable) -> SharedChunkRecords.Pages {
        var pages = SharedChunkRecords.Pages()
        for page in 0..<table.count {
            let positions = table.withFingerprint(of: page) { $0.compactMap { position(of: $0) } }
            for position in positions where numbers[position] == SharedChunkRecordsBuilder.unnumbered {
                numbers[position] = given
                given += 1
            }
            pages.append(positions.map { numbers[$0] })
        }
        return pages
    }

    private static func patches(_ table: PairTable, _ target: PageSet) -> [UInt8] {
        let step = SharedChunkRecords.resolution
        return (0..<table.pages).flatMap { page in
            let isZero = Page.isZero(target.memory.page(page))
            return (0..<table.bases).map { base -> UInt8 in
                if isZero { return SharedChunkRecords.zeroPage }
                guard let size = table.size(of: page, against: base) else {
                    return SharedChunkRecords.noPatch
                }
                let steps = (size + step - 1) / step
                return steps < Int(SharedChunkRecords.unmeasured) ? UInt8(steps) : SharedChunkRecords.noPatch
            }
        }
    }

    private static func distinct(_ tables: [FingerprintTable]) -> [UInt64] {
        var all: [UInt64] = []
        for table in tables {
            for page in 0..<table.count { table.withFingerprint(of: page) { all.append(contentsOf: $0) } }
        }
        all.sort()
        var kept: [UInt64] = []
        for hash in all where kept.last != hash { kept.append(hash) }
        return kept
    }

    private func position(of hash: UInt64) -> Int? {
        var low = 0
        var high = shared.count
        while low < high {
            let middle = (low + high) / 2
            if shared[middle] < hash { low = middle + 1 } else { high = middle }
        }
        return low < shared.count && shared[low] == hash ? low : nil
    }
}
