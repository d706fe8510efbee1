/// How large pages are when compressed one by one.
enum CompressedSizes {
    /// The size of each page; `Page.size` where compression gains nothing, 0 for a page of zeros.
    static func measure(_ set: PageSet, _ method: CompressionMethod, threads: Int) -> [UInt16] {
        let settings = DedupSettings(compression: method)
        let parts = ranges(of: set.count, size: 512)
        return parallelMap(count: parts.count, threads: threads, worker: { PagePatcher(settings: settings) })
        {
            patcher, part in
            parts[part].map { number -> UInt16 in
                let page = set.memory.page(number)
                switch patcher.settle(PageChoice(of: page, isZero: Page.isZero(page))) {
                case .zero: return 0
                case .compressed(let size): return UInt16(size)
                case .kept, .patched: return UInt16(Page.size)
                }
            }
        }.flatMap { $0 }
    }
}

/// Each page compressed alone, one behind the other, with 8 bytes that say where it lies.
public struct CompressionOnlyMethod: SavingMethod {
    /// How pages are compressed.
    public let compression: CompressionMethod

    /// The method with this compressor.
    public init(_ compression: CompressionMethod) { self.compression = compression }

    public var name: String { compression.rawValue }
    public var summary: String { "each page compressed alone, packed, 8 B a page; no base" }

    public func store(_ round: MethodRound) -> [StoredPages?] {
        zip(round.pairs, round.compressedSizes(compression)).map { pair, sizes in
            guard let pair, let sizes else { return nil }
            var stored = StoredPages(of: pair, others: [pair.base])
            stored.storedBytes = Double(sizes.reduce(0) { $0 + Int($1) + 8 })
            return stored
        }
    }
}
