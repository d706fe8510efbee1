/// What each page of a sandbox takes when it is compressed alone.
struct CompressedSizes: Sendable {
    /// Bytes of each page under LZ4 and zstd at level 1, at most a page's size; 0 for a page of zeros.
    private let sizes: [SIMD2<UInt16>]

    init(of set: PageSet, threads: Int) {
        let parts = ranges(of: set.count, size: 512)
        sizes = parallelMap(
            count: parts.count, threads: threads,
            worker: {
                [CompressionMethod.lz4, .zstd].map {
                    PagePatcher(settings: DedupSettings(compression: $0))
                }
            },
            { patchers, part in
                parts[part].map { page -> SIMD2<UInt16> in
                    let address = set.memory.page(page)
                    if Page.isZero(address) { return .zero }
                    let sizes = patchers.map { UInt16($0.compress(address) ?? Page.size) }
                    return SIMD2(sizes[0], sizes[1])
                }
            }
        ).flatMap { $0 }
    }

    func isZero(_ page: Int) -> Bool { sizes[page].x == 0 }
    func lz4(_ page: Int) -> Int { Int(sizes[page].x) }
    func zstd(_ page: Int) -> Int { Int(sizes[page].y) }
    var count: Int { sizes.count }
}
