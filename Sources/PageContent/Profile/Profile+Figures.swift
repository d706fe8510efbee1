// Profiles that are made of figures, not of snapshots: published ones, and small ones for tests.

extension Profile {
    /// A profile of `functions`, in order of their names, made of figures.
    package init(
        figures functions: [FunctionProfile], labels: [ProfileLabel] = [], measures: [Measure],
        records: [SharedChunkRecords] = []
    ) {
        precondition(zip(functions, functions.dropFirst()).allSatisfy { $0.name < $1.name }, "not in order")
        self.init(capture: 0, labels: labels, functions: functions, measures: measures, records: records)
    }
}

extension FunctionProfile {
    /// A function called `name`, one of `functions`, whose sandboxes hold `pages` pages: all else is taken to be nothing,
    /// and how its pages compress is not known.
    package init(figures name: String, pages: Double, zeroPages: Double = 0, among functions: Int) {
        let none = Spread(mean: 0, deviation: 0)
        let bins = Array(
            repeating: CompressedBin(count: 0, mean: 0), count: Page.size / FunctionProfile.compressedStep)
        var kinds = Array(repeating: none, count: PageKind.allCases.count)
        kinds[Int(PageKind.anonymous.rawValue)].mean = pages
        self.init(
            name: name, instances: 1, labels: [], times: [], pages: Spread(mean: pages, deviation: 0),
            kinds: kinds, zeroPages: Spread(mean: zeroPages, deviation: 0), zeroMappings: none,
            hugePages: none, filePages: none, fileOverlap: Array(repeating: nil, count: functions),
            lz4: bins, zstd: bins)
    }
}

extension Profile.Measure {
    /// A measure that consists of class rows: what pairs of functions gain follows from these.
    package init(settings: DedupSettings, classes: [ClassRows]) {
        self.init(
            settings: settings, pairings: classes.map(\.pairings).min() ?? 1,
            pairs: classes.map { rows in classes.indices.map { PairStatistics(rows, base: $0) } },
            classes: classes, bases: [])
    }
}

extension PairStatistics {
    /// What `classes` say of one base function: patches of a level lie in the bin that their mean size is in. Nil when the
    /// two were never measured together.
    init?(_ classes: ClassRows, base: Int) {
        guard let prediction = try? classes.predict(bases: [base]) else { return nil }
        let share = 1 / Double(max(classes.pairings, 1))
        var histogram = PairStatistics.binEnds.map { _ in Bin(count: 0, mean: 0) }
        for row in classes.rows where row.levels[base] < .futile {
            let mean = classes.levelMeans[base][Int(row.levels[base].rawValue)]
            let bin = PairStatistics.binEnds.firstIndex { mean <= Double($0) } ?? histogram.count - 1
            let count = Double(row.count) * share
            let bytes = histogram[bin].count * histogram[bin].mean + count * mean
            histogram[bin].count += count
            histogram[bin].mean = bytes / histogram[bin].count
        }
        self.init(
            saving: prediction.saving, savingDeviation: 0, hitRate: prediction.hitRate, histogram: histogram,
            distinctBasePages: 1, runLength: 1, zstdMean: 0)
    }
}
