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
    public func deduplicate(_ target: PageSet) -> DedupOutcome {
        deduplicate(
            target,
            fingerprints: samplers.map { FingerprintTable(of: target, sampler: $0, threads: threads) })
    }

    /// Deduplicates `target`, whose fingerprints were taken before, one table a sampler.
    func deduplicate(_ target: PageSet, fingerprints: [FingerprintTable]) -> DedupOutcome {
        let preferred = bases.firstIndex { $0.label.function == target.label.function }
        let parts = ranges(of: target.count, size: 512)
        let outcomes = parallelMap(
            count: parts.count, threads: threads,
            worker: { PagePatcher(settings: settings) },
            { patcher, part in
                var outcomes: [PageOutcome] = []
                outcomes.reserveCapacity(parts[part].count)
                let found = zip(registries, fingerprints).map { registry, table in
                    CandidateList(
                        for: parts[part], of: table, in: registry, settings: settings, preferred: preferred)
                }
                for (offset, page) in parts[part].enumerated() {
                    var choice = PageChoice(
                        of: target.memory.page(page), isZero: Page.isZero(target.memory.page(page)))
                    for list in found where !choice.isZero {
                        for candidate in list.candidates(of: offset) {
                            patcher.offer(candidate, of: bases, to: &choice)
                        }
                    }
                    outcomes.append(patcher.settle(choice))
                }
                return outcomes
            })
        return DedupOutcome(pages: outcomes.flatMap { $0 })
    }
}

/// A page of a base sandbox.
struct BasePage: Sendable, Equatable {
    var base: Int
    var page: Int
    /// How many chunks it shares with the page it was found for.
    var shared: Int
}
