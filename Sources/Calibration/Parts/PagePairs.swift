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
