import Files
import Glibc
import PageContent

/// Pages and the base pages that a registry finds for them: what codecs work on.
struct PagePairs {
    /// Where they are from.
    let pages: CalibrationPages
    /// Numbers of pages of the target and of their base pages.
    private(set) var pairs: [(page: Int, base: Int)] = []

    /// At most so many pairs: enough for a steady mean, few enough to be quick.
    static func most(_ settings: TimingSettings) -> Int { settings.isQuick ? 400 : 2_000 }

    /// Finds the pairs: by Pagefold's sampler `spread`, as it finds the most. Identical pages and pages of zeros are
    /// no work for a codec.
    init(_ pages: CalibrationPages, most: Int) throws(PartUnavailable) {
        self.pages = pages
        let sampler = PageSampler(SamplerSettings(.spread), key: 1)
        let registry = Registry(
            bases: [FingerprintTable(of: pages.base, sampler: sampler)], postingsCap: 32)
        let table = FingerprintTable(of: pages.target, sampler: sampler)
        var reader = RegistryReader(registry)
        var found: [(page: Int, base: Int)] = []
        reader.lookUp(0..<pages.target.count, of: table) { page, _, base in
            let isSame =
                memcmp(pages.target.memory.page(page), pages.base.memory.page(base), Page.size) == 0
            if !isSame { found.append((page, base)) }
        }
        // Evenly over the whole address space: neighbours are alike.
        let step = max(1, found.count / max(most, 1))
        pairs = stride(from: 0, to: found.count, by: step).prefix(most).map { found[$0] }
        if pairs.isEmpty {
            throw PartUnavailable("the pages (\(pages.source)) have no page that resembles one of the base")
        }
    }

    /// How many there are.
    var count: Int { pairs.count }
    /// The page of pair `index`.
    func page(_ index: Int) -> UnsafeRawPointer { pages.target.memory.page(pairs[index].page) }
    /// The base page of pair `index`.
    func base(_ index: Int) -> UnsafeRawPointer { pages.base.memory.page(pairs[index].base) }
}

/// What was coded, side by side in memory, at most a page each.
final class CodedPages {
    private let memory: UnsafeMutableRawBufferPointer
    /// Where pages are rebuilt.
    let page: UnsafeMutableRawPointer
    private var sizes: [Int?]

    init(count: Int) {
        memory = .allocate(byteCount: max(count, 1) * Page.size, alignment: Page.size)
        page = .allocate(byteCount: Page.size, alignment: Page.size)
        sizes = Array(repeating: nil, count: count)
        // Touched now, so that no page fault is measured.
        memory.initializeMemory(as: UInt8.self, repeating: 0)
    }

    deinit {
        memory.deallocate()
        page.deallocate()
    }

    /// Where number `index` goes.
    func room(_ index: Int) -> UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(rebasing: memory[index * Page.size..<(index + 1) * Page.size])
    }

    /// Number `index` has `size` bytes; nil when it did not fit.
    func set(_ index: Int, _ size: Int?) { sizes[index] = size }

    /// The bytes of number `index`; nil when it did not fit.
    func bytes(_ index: Int) -> UnsafeRawBufferPointer? {
        sizes[index].map { UnsafeRawBufferPointer(rebasing: room(index)[..<$0]) }
    }

    /// Those that fit, and their mean size.
    var coded: (indices: [Int], meanSize: Double) {
        let indices = sizes.indices.filter { sizes[$0] != nil }
        let sum = indices.reduce(0) { $0 + (sizes[$1] ?? 0) }
        return (indices, Double(sum) / Double(max(indices.count, 1)))
    }
}
