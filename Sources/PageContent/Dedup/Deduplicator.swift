/// Deduplicates sandboxes against base sandboxes: finds each page's base page and makes the patch.
///
/// Every patch is applied and compared with the page before it counts.
public struct Deduplicator: Sendable {
    /// The base sandboxes.
    public let bases: [PageSet]
    /// How.
    public let settings: DedupSettings
    private let samplers: [PageSampler]
    private let registries: [Registry]
    private let threads: Int

    /// Prepares deduplication against `bases`, on up to `threads` threads: fingerprints their pages under `key` and
    /// indexes them.
    public init(bases: [PageSet], settings: DedupSettings, key: UInt64, threads: Int = 1) {
        self.bases = bases
        self.settings = settings
        self.threads = threads
        samplers = settings.samplers.map { PageSampler($0, key: key) }
        registries = samplers.map { sampler in
            Registry(
                bases: bases.map { FingerprintTable(of: $0, sampler: sampler, threads: threads) },
                postingsCap: settings.postingsCap)
        }
    }

    /// With fingerprints that were taken before: for each sampler, those of each base.
    init(
        bases: [PageSet], settings: DedupSettings, key: UInt64, fingerprints: [[FingerprintTable]],
        threads: Int
    ) {
        precondition(fingerprints.count == settings.samplers.count, "not one set of fingerprints a sampler")
        self.bases = bases
        self.settings = settings
        self.threads = threads
        samplers = settings.samplers.map { PageSampler($0, key: key) }
        registries = fingerprints.map { Registry(bases: $0, postingsCap: settings.postingsCap) }
    }

    /// Bytes that the registries take.
    public var registryMemory: Int { registries.reduce(0) { $0 + $1.memory } }

    /// Deduplicates `target`. Among equally good base pages those of the first base of the same function win.
    ///
    /// `references` are how many sandboxes refer to each base so far, which `firstMatch` heeds; none refers to any
    /// unless they are given. Medes counts one more for each base in the outcome's `usedBases`.
    public func deduplicate(_ target: PageSet, references: [Int] = []) -> DedupOutcome {
        deduplicate(
            target,
            fingerprints: samplers.map { FingerprintTable(of: target, sampler: $0, threads: threads) },
            references: references)
    }

    /// Deduplicates `target`, whose fingerprints were taken before, one table a sampler.
    func deduplicate(
        _ target: PageSet, fingerprints: [FingerprintTable], references: [Int] = []
    ) -> DedupOutcome {
        precondition(fingerprints.count == samplers.count, "not one set of fingerprints a sampler")
        precondition(references.isEmpty || references.count == bases.count, "not one count a base")
        let preferred = bases.firstIndex { $0.label.function == target.label.function }
        let parts = ranges(of: target.count, size: 512)
        let outcomes = parallelMap(
            count: parts.count, threads: threads,
            worker: {
                DedupWorker(
                    bases: bases, registries: registries, settings: settings, preferred: preferred,
                    references: references)
            },
            { worker, part in worker.store(parts[part], of: target, fingerprints: fingerprints) })
        return DedupOutcome(pages: outcomes.flatMap { $0 })
    }
}

/// What one thread needs to deduplicate pages.
private struct DedupWorker {
    private let bases: [PageSet]
    private let patcher: PagePatcher
    private let limit: Int
    private var choosers: [BaseChooser]

    init(
        bases: [PageSet], registries: [Registry], settings: DedupSettings, preferred: Int?,
        references: [Int]
    ) {
        self.bases = bases
        patcher = PagePatcher(settings: settings)
        limit = settings.candidates
        choosers = registries.map {
            BaseChooser(
                registry: $0, choice: settings.choice, preferredBase: preferred, references: references)
        }
    }

    /// What becomes of the pages `range` of `target`.
    mutating func store(
        _ range: Range<Int>, of target: PageSet, fingerprints: [FingerprintTable]
    ) -> [PageOutcome] {
        let found = choosers.indices.map {
            CandidateList(for: range, of: fingerprints[$0], chooser: &choosers[$0], limit: limit)
        }
        var outcomes: [PageOutcome] = []
        outcomes.reserveCapacity(range.count)
        for (offset, page) in range.enumerated() {
            let address = target.memory.page(page)
            var choice = PageChoice(of: address, isZero: Page.isZero(address))
            if !choice.isZero {
                for list in found {
                    for candidate in list.candidates(of: offset) {
                        patcher.offer(candidate, of: bases, to: &choice)
                    }
                }
            }
            outcomes.append(patcher.settle(choice))
        }
        return outcomes
    }
}

/// A page of a base sandbox.
struct BasePage: Sendable, Equatable {
    var base: Int
    var page: Int
    /// How many chunks it shares with the page it was found for.
    var shared: Int
}
