import EventKernel

/// Makes a profile of snapshots.
public struct ProfileBuilder: Sendable {
    /// What is measured.
    public struct Options: Sendable {
        /// Under which ways of deduplicating; the first one also with several base instances.
        public var measures: [DedupSettings]
        /// The ways that also give shared-chunk records.
        public var records: [DedupSettings]
        /// How many pairs of target and base instance, at most the number of instances.
        public var pairings: Int
        /// On how many threads at most.
        public var threads: Int

        /// What is measured.
        public init(
            measures: [DedupSettings] = [DedupSettings()], records: [DedupSettings] = [], pairings: Int = 5,
            threads: Int = 1
        ) {
            precondition(!measures.isEmpty && pairings >= 1 && threads >= 1, "nothing to measure")
            self.measures = measures
            self.records = records
            self.pairings = pairings
            self.threads = threads
        }
    }

    /// One snapshot.
    public struct Instance: Sendable {
        /// Its pages.
        public var pages: PageSet
        /// What is known of it.
        public var labels: [ProfileLabel]

        /// One snapshot.
        public init(pages: PageSet, labels: [ProfileLabel]) {
            self.pages = pages
            self.labels = labels
        }
    }

    let functions: [[Instance]]
    let options: Options
    let key: UInt64
    private let capture: UInt64

    /// Prepares a profile of `instances`, which belong to the capture named `capture`, hashed under `key`, which nobody
    /// may know afterwards. Each function needs two instances.
    ///
    /// - Throws: `TooFewInstances` when a function has only one.
    public init(instances: [Instance], options: Options, key: UInt64, capture: UInt64) throws(TooFewInstances)
    {
        let names = Set(instances.map(\.pages.label.function)).sorted()
        functions = names.map { name in
            instances.filter { $0.pages.label.function == name }
                .sorted { $0.pages.label.instance < $1.pages.label.instance }
        }
        for instances in functions where instances.count < 2 {
            throw TooFewInstances(function: instances[0].pages.label.function)
        }
        self.options = options
        self.key = key
        self.capture = capture
    }

    /// A function that has no second instance to compare the first with.
    public struct TooFewInstances: Error {
        /// The function.
        public var function: String
    }

    /// The profile. `progress` is told how many of how many steps are done.
    public func build(progress: (_ done: Int, _ of: Int) -> Void = { _, _ in }) -> Profile {
        let all = functions.count + options.measures.count * pairings + options.records.count
        var done = 0
        func step() {
            done += 1
            progress(done, all)
        }
        let compressed = functions.map { instances in
            defer { step() }
            return instances.map { CompressedSizes(of: $0.pages, threads: options.threads) }
        }
        let measures = options.measures.enumerated().map { index, settings in
            measure(settings, compressed: compressed, curve: index == 0, step: step)
        }
        let records = options.records.map { settings in
            defer { step() }
            return self.records(settings)
        }
        let common = ProfileBuilder.agreed(functions.flatMap { $0 })
        return Profile(
            capture: capture, labels: common,
            functions: functions.indices.map { describe($0, compressed: compressed[$0], common: common) },
            measures: measures, records: records)
    }

    /// How many pairs of target and base instance are compared.
    private var pairings: Int { min(options.pairings, functions.map(\.count).max() ?? 1) }

    /// The instance of a function that is the target (`isBase` false) or the base of pairing number `pairing`.
    func instance(_ function: Int, _ pairing: Int, isBase: Bool) -> Int {
        (pairing + (isBase ? 0 : 1)) % functions[function].count
    }

    private func sets(_ pairing: Int, isBase: Bool) -> [PageSet] {
        functions.indices.map { functions[$0][instance($0, pairing, isBase: isBase)].pages }
    }

    private func measure(
        _ settings: DedupSettings, compressed: [[CompressedSizes]], curve: Bool, step: () -> Void
    ) -> Profile.Measure {
        let count = functions.count
        var classes = Array(repeating: ClassRowsBuilder(), count: count)
        var pairs = Array(repeating: Array(repeating: PairStatisticsBuilder(), count: count), count: count)
        for pairing in 0..<pairings {
            let bases = sets(pairing, isBase: true)
            let targets = sets(pairing, isBase: false)
            let comparison = Comparison(
                settings: settings, key: key, bases: bases, threads: options.threads)
            for function in functions.indices {
                let table = comparison.table(of: targets[function]).table
                let sizes = compressed[function][instance(function, pairing, isBase: false)]
                classes[function].add(table, compressed: sizes)
                for base in functions.indices {
                    pairs[function][base].add(
                        table, base: base, target: targets[function], basePages: bases[base],
                        compressed: sizes)
                }
            }
            step()
        }
        return Profile.Measure(
            settings: settings, pairings: pairings, pairs: pairs.map { $0.map { $0.finish() } },
            classes: classes.map { $0.finish(isTied: settings.samplers[0].rule == .location) },
            bases: curve ? functions.indices.map { savings($0, settings) } : [])
    }

    /// The saving of a function's last instance with 1, 2 and 4 of the others as bases.
    private func savings(_ function: Int, _ settings: DedupSettings) -> [Double] {
        let instances = functions[function].map(\.pages)
        guard let target = instances.last else { return [] }
        return [1, 2, 4].filter { $0 < instances.count }.map { count in
            Deduplicator(
                bases: Array(instances.prefix(count)), settings: settings, key: key, threads: options.threads
            ).deduplicate(target).saving
        }
    }

    private func records(_ settings: DedupSettings) -> SharedChunkRecords {
        let bases = sets(0, isBase: true)
        let targets = sets(0, isBase: false)
        let comparison = Comparison(settings: settings, key: key, bases: bases, threads: options.threads)
        let compared = targets.map { comparison.table(of: $0) }
        return SharedChunkRecordsBuilder.build(
            settings: settings, bases: comparison.fingerprints, targets: compared.map(\.fingerprints),
            tables: compared.map(\.table), targetSets: targets)
    }
}

/// The base instances of one pairing, ready to be compared with targets one by one.
struct Comparison {
    let fingerprints: [FingerprintTable]
    private let settings: DedupSettings
    private let bases: [PageSet]
    private let sampler: PageSampler
    private let registries: [Registry]
    private let threads: Int

    init(settings: DedupSettings, key: UInt64, bases: [PageSet], threads: Int) {
        precondition(settings.samplers.count == 1, "a profile is measured with one sampler at a time")
        self.settings = settings
        self.bases = bases
        self.threads = threads
        let sampler = PageSampler(settings.samplers[0], key: key)
        self.sampler = sampler
        fingerprints = bases.map { FingerprintTable(of: $0, sampler: sampler, threads: threads) }
        registries = fingerprints.map { Registry(bases: [$0], postingsCap: settings.postingsCap) }
    }

    func table(of target: PageSet) -> (table: PairTable, fingerprints: FingerprintTable) {
        let fingerprints = FingerprintTable(of: target, sampler: sampler, threads: threads)
        let table = PairTable(
            target: target, table: fingerprints, bases: bases, registries: registries, settings: settings,
            threads: threads)
        return (table, fingerprints)
    }
}
