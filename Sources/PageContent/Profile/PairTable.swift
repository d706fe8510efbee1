/// For each page of one target sandbox the best base page and patch in each base sandbox, taken alone.
struct PairTable: Sendable {
    /// The best of one base sandbox for one page.
    struct Entry: Sendable, BitwiseCopyable {
        /// The patch's size in bytes; `PairTable.noPatch` where there is none.
        var size: UInt16 = PairTable.noPatch
        /// Chunks shared with the base page; 0 where none was found.
        var shared: UInt16 = 0
        /// The base page.
        var page: UInt32 = 0
    }

    static let noPatch = UInt16.max

    /// How many base sandboxes.
    let bases: Int
    /// How many pages the target has.
    let pages: Int
    private let entries: [Entry]

    /// Patches every page of `target` that is not zero against its best page in each of `registries`, the indexes of
    /// `bases`.
    init(
        target: PageSet, table: FingerprintTable, bases: [PageSet], registries: [Registry],
        settings: DedupSettings, threads: Int
    ) {
        let parts = ranges(of: target.count, size: 256)
        entries = parallelMap(
            count: parts.count, threads: threads,
            worker: { PagePatcher(settings: settings) },
            { patcher, part in
                let range = parts[part]
                let found = registries.map {
                    CandidateList(for: range, of: table, in: $0, settings: settings, preferred: nil)
                }
                var entries = [Entry](repeating: Entry(), count: range.count * bases.count)
                for (offset, page) in range.enumerated() {
                    let address = target.memory.page(page)
                    if Page.isZero(address) { continue }
                    for base in bases.indices {
                        for candidate in found[base].candidates(of: offset) {
                            let other = bases[base].memory.page(candidate.page)
                            let size = patcher.patch(address, base: other).map(UInt16.init(_:))
                            let place = offset * bases.count + base
                            let isSmaller = size ?? PairTable.noPatch < entries[place].size
                            if entries[place].shared == 0 || isSmaller {
                                entries[place] = Entry(
                                    size: size ?? PairTable.noPatch,
                                    shared: UInt16(clamping: candidate.shared),
                                    page: UInt32(candidate.page))
                            }
                        }
                    }
                }
                return entries
            }
        ).flatMap { $0 }
        self.bases = bases.count
        pages = target.count
    }

    func entry(_ page: Int, _ base: Int) -> Entry { entries[page * bases + base] }

    /// The level of the patch.
    func level(of page: Int, against base: Int) -> PatchLevel {
        entries[page * bases + base].shared == 0 ? .none : PatchLevel(size: size(of: page, against: base))
    }

    /// The patch's size; nil where there is none.
    func size(of page: Int, against base: Int) -> Int? {
        let size = entries[page * bases + base].size
        return size == PairTable.noPatch ? nil : Int(size)
    }
}
