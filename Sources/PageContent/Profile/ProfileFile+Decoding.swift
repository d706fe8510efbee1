import Files

/// Reads what `ProfileFile+Encoding` wrote. Whatever cannot be is damage: nothing here trusts a number.
extension ByteDecoder {
    mutating func profile() throws(Damage) -> Profile {
        let capture = try word()
        let labels = try self.labels()
        let count = try self.count(ofSize: 200)
        // Rows are kept for each pair of functions.
        guard count >= 1, count <= Limits.functions else { throw Damage() }
        var functions: [FunctionProfile] = []
        for _ in 0..<count { functions.append(try function(among: count)) }
        guard zip(functions, functions.dropFirst()).allSatisfy({ $0.name < $1.name }) else { throw Damage() }
        var measures: [Profile.Measure] = []
        for _ in 0..<(try self.count(ofSize: 64)) { measures.append(try measure(among: count)) }
        var records: [SharedChunkRecords] = []
        for _ in 0..<(try self.count(ofSize: 64)) { records.append(try self.records(among: count)) }
        return Profile(
            capture: capture, labels: labels, functions: functions, measures: measures, records: records)
    }

    /// What no profile of this version exceeds.
    private enum Limits {
        static let functions = 1000
        static let instances = 1_000_000
        static let pages = 1 << 40
        /// A function's name with its qualifier, each as long as a snapshot's texts may be, fits.
        static let text = 4096
    }

    /// A finite number that is not negative, or not below `least`.
    private mutating func measured(from least: Double = 0) throws(Damage) -> Double {
        let value = try number()
        guard value.isFinite, value >= least, value <= 0x1p60 else { throw Damage() }
        return value
    }

    private mutating func half(upTo most: Int, from least: Int = 0) throws(Damage) -> Int {
        let value = Int(try half())
        guard value >= least, value <= most else { throw Damage() }
        return value
    }

    private mutating func word(upTo most: Int, from least: Int = 0) throws(Damage) -> Int {
        let value = try word()
        guard value >= UInt64(least), value <= UInt64(most) else { throw Damage() }
        return Int(value)
    }

    private mutating func varint() throws(Damage) -> UInt32 {
        var value: UInt32 = 0
        for shift in stride(from: UInt32(0), to: 35, by: 7) {
            let next = try byte()
            guard shift < 28 || next < 16 else { throw Damage() }
            value |= UInt32(next & 0x7F) << shift
            if next < 0x80 { return value }
        }
        throw Damage()
    }

    /// A text that commands print.
    private mutating func shownText() throws(Damage) -> String { try plainText(limit: Limits.text) }

    private mutating func labels() throws(Damage) -> [ProfileLabel] {
        var labels: [ProfileLabel] = []
        for _ in 0..<(try count(ofSize: 8)) {
            labels.append(ProfileLabel(name: try shownText(), value: try shownText()))
        }
        return labels
    }

    private mutating func spread() throws(Damage) -> FunctionProfile.Spread {
        FunctionProfile.Spread(mean: try measured(), deviation: try measured())
    }

    private mutating func function(among functions: Int) throws(Damage) -> FunctionProfile {
        let name = try shownText()
        let instances = try word(upTo: Limits.instances, from: 1)
        let labels = try self.labels()
        var times: [ProfileTime] = []
        for _ in 0..<(try count(ofSize: 20)) {
            times.append(ProfileTime(name: try shownText(), milliseconds: try spread()))
        }
        let pages = try spread()
        var kinds: [FunctionProfile.Spread] = []
        for _ in PageKind.allCases { kinds.append(try spread()) }
        let zeroPages = try spread()
        let zeroMappings = try spread()
        let hugePages = try spread()
        let filePages = try spread()
        var overlap: [Double?] = []
        for _ in 0..<functions {
            let share = try measured(from: -1)
            overlap.append(share < 0 ? nil : share)
        }
        return FunctionProfile(
            name: name, instances: instances, labels: labels, times: times, pages: pages, kinds: kinds,
            zeroPages: zeroPages, zeroMappings: zeroMappings, hugePages: hugePages, filePages: filePages,
            fileOverlap: overlap, lz4: try compressedBins(), zstd: try compressedBins())
    }

    private mutating func compressedBins() throws(Damage) -> [FunctionProfile.CompressedBin] {
        var bins: [FunctionProfile.CompressedBin] = []
        for _ in 0..<(Page.size / FunctionProfile.compressedStep) {
            bins.append(FunctionProfile.CompressedBin(count: try measured(), mean: try measured()))
        }
        return bins
    }

    private mutating func settings() throws(Damage) -> DedupSettings {
        var samplers: [SamplerSettings] = []
        for _ in 0..<(try count(ofSize: 12)) { samplers.append(try sampler()) }
        guard !samplers.isEmpty, let choice = BaseChoice(rawValue: try text()) else { throw Damage() }
        let candidates = try half(upTo: 1000, from: 1)
        let cap = try half(upTo: 1 << 30, from: 1)
        guard let patch = PatchMethod(rawValue: try text()) else { throw Damage() }
        let compression = try text()
        let method = CompressionMethod(rawValue: compression)
        guard method != nil || compression.isEmpty else { throw Damage() }
        return DedupSettings(
            samplers: samplers, choice: choice, candidates: candidates, postingsCap: cap, patch: patch,
            compression: method)
    }

    private mutating func sampler() throws(Damage) -> SamplerSettings {
        let rule: SamplingRule
        switch try text() {
        case SamplingRule.artifact.name: rule = .artifact
        case SamplingRule.spread.name: rule = .spread
        case SamplingRule.fixed.name: rule = .fixed
        case SamplingRule.location.name: rule = .location
        case SamplingRule.paper.name:
            let pattern = try half()
            rule = .paper(mask: UInt16(pattern >> 16), value: UInt16(pattern & 0xFFFF))
        default: throw Damage()
        }
        let chunk = try half(
            upTo: SamplerSettings.chunks.upperBound, from: SamplerSettings.chunks.lowerBound)
        guard chunk % 16 == 0 else { throw Damage() }
        let cardinality = try half(
            upTo: SamplerSettings.cardinalities.upperBound, from: SamplerSettings.cardinalities.lowerBound)
        return SamplerSettings(rule, chunk: chunk, cardinality: cardinality)
    }

    private mutating func measure(among functions: Int) throws(Damage) -> Profile.Measure {
        let settings = try self.settings()
        let pairings = try word(upTo: Limits.instances, from: 1)
        guard functions * functions <= left else { throw Damage() }
        var pairs: [[PairStatistics?]] = []
        for _ in 0..<functions {
            var row: [PairStatistics?] = []
            for _ in 0..<functions { row.append(try pair()) }
            pairs.append(row)
        }
        var classes: [ClassRows] = []
        for _ in 0..<functions { classes.append(try classRows(among: functions)) }
        var bases: [[Double]] = []
        for _ in 0..<(try count(ofSize: 8)) {
            var savings: [Double] = []
            for _ in 0..<(try count(ofSize: 8)) { savings.append(try measured(from: -1)) }
            bases.append(savings)
        }
        guard bases.isEmpty || bases.count == functions else { throw Damage() }
        return Profile.Measure(
            settings: settings, pairings: pairings, pairs: pairs, classes: classes, bases: bases)
    }

    private mutating func pair() throws(Damage) -> PairStatistics? {
        switch try byte() {
        case 0: return nil
        case 1: break
        default: throw Damage()
        }
        let saving = try measured(from: -1)
        let deviation = try measured()
        let hitRate = try measured()
        let distinct = try measured()
        let run = try measured()
        let zstd = try measured()
        var histogram: [PairStatistics.Bin] = []
        for _ in PairStatistics.binEnds {
            histogram.append(PairStatistics.Bin(count: try measured(), mean: try measured()))
        }
        return PairStatistics(
            saving: saving, savingDeviation: deviation, hitRate: hitRate, histogram: histogram,
            distinctBasePages: distinct, runLength: run, zstdMean: zstd)
    }

    private mutating func classRows(among functions: Int) throws(Damage) -> ClassRows {
        let pairings = try half(upTo: Limits.instances, from: 1)
        let tied = try byte()
        guard tied <= 1 else { throw Damage() }
        let zeroPages = try word(upTo: Limits.pages)
        var means: [[Double]] = []
        for _ in 0..<functions {
            var levels: [Double] = []
            for _ in 0..<PatchLevel.patchLevels { levels.append(try measured()) }
            means.append(levels)
        }
        let count = try self.count(ofSize: functions + 3)
        var rows = Array(
            repeating: ClassRows.Row(
                levels: Array(repeating: .none, count: functions), count: 0, lz4: 0, zstd: 0), count: count)
        for base in 0..<functions {
            for row in 0..<count {
                guard let level = PatchLevel(rawValue: try byte()) else { throw Damage() }
                rows[row].levels[base] = level
            }
        }
        for row in 0..<count {
            rows[row].count = Int(try varint())
            guard rows[row].count >= 1 else { throw Damage() }
        }
        for row in 0..<count { rows[row].lz4 = try compressedMean() * rows[row].count }
        for row in 0..<count { rows[row].zstd = try compressedMean() * rows[row].count }
        return ClassRows(
            rows: rows, zeroPages: zeroPages, levelMeans: means, pairings: pairings, isTied: tied == 1)
    }

    private mutating func compressedMean() throws(Damage) -> Int {
        let mean = try varint()
        guard mean <= UInt32(Page.size) else { throw Damage() }
        return Int(mean)
    }

    private mutating func records(among functions: Int) throws(Damage) -> SharedChunkRecords {
        let settings = try self.settings()
        let chunkCount = try word(upTo: Int(UInt32.max))
        var bases: [SharedChunkRecords.Pages] = []
        for _ in 0..<functions { bases.append(try recordPages(chunkCount)) }
        var targets: [SharedChunkRecords.Target] = []
        for _ in 0..<functions {
            let pages = try recordPages(chunkCount)
            guard pages.count <= left / functions else { throw Damage() }
            var patches = [UInt8](repeating: 0, count: pages.count * functions)
            for base in 0..<functions {
                for page in 0..<pages.count { patches[page * functions + base] = try byte() }
            }
            targets.append(SharedChunkRecords.Target(pages: pages, patches: patches))
        }
        return SharedChunkRecords(
            settings: settings, chunkCount: chunkCount, bases: bases, targets: targets)
    }

    private mutating func recordPages(_ chunkCount: Int) throws(Damage) -> SharedChunkRecords.Pages {
        var pages = SharedChunkRecords.Pages()
        var end = 0
        for _ in 0..<(try count(ofSize: 1)) {
            end += Int(try byte())
            guard end <= left else { throw Damage() }
            pages.ends.append(UInt32(end))
        }
        var last: Int32 = 0
        for _ in 0..<end {
            let code = try varint()
            last = last &+ (Int32(bitPattern: code &>> 1) ^ -Int32(bitPattern: code & 1))
            guard UInt32(bitPattern: last) < UInt64(chunkCount) else { throw Damage() }
            pages.chunks.append(UInt32(bitPattern: last))
        }
        return pages
    }
}
