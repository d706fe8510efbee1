/// The base pages that may serve the pages of a range, under one sampler: the best ones of each page, best first.
package struct CandidateList {
    private var pages: [BasePage] = []
    /// Where each page's candidates end in `pages`.
    private var ends: [Int] = []

    /// How many pages ahead the registry's slots are fetched: a look-up mostly waits for memory.
    private static let ahead = 8

    /// The candidates for the pages `range` of `table`.
    package init(
        for range: Range<Int>, of table: FingerprintTable, in registry: Registry, settings: DedupSettings,
        preferred: Int?
    ) {
        var chooser = BaseChooser(registry: registry, choice: settings.choice, preferredBase: preferred)
        self.init(for: range, of: table, chooser: &chooser, limit: settings.candidates)
    }

    /// With the scratch memory of `chooser`; at most `limit` candidates a page.
    init(for range: Range<Int>, of table: FingerprintTable, chooser: inout BaseChooser, limit: Int) {
        let registry = chooser.registry
        var best: [BaseCandidate] = []
        ends.reserveCapacity(range.count)
        pages.reserveCapacity(range.count)
        for page in range {
            if page + CandidateList.ahead < range.upperBound {
                table.withFingerprint(of: page + CandidateList.ahead) { fingerprint in
                    for hash in fingerprint { registry.prefetch(hash) }
                }
            }
            table.withFingerprint(of: page) {
                chooser.find($0, limit: limit, into: &best)
            }
            for candidate in best {
                let place = registry.locate(candidate.page)
                pages.append(BasePage(base: place.base, page: place.page, shared: candidate.shared))
            }
            ends.append(pages.count)
        }
    }

    /// How many candidates the pages of the range have in all.
    package var count: Int { pages.count }

    /// The candidates of the range's page number `index`, best first.
    func candidates(of index: Int) -> ArraySlice<BasePage> {
        pages[(index == 0 ? 0 : ends[index - 1])..<ends[index]]
    }
}
