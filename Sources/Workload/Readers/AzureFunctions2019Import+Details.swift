import EventKernel
import Files

extension AzureFunctions2019Import {
    /// A century in ms: longer durations are damage.
    private static let longest = 100 * 365.25 * 86_400_000
    /// An EiB in MiB: more memory is damage.
    private static let largest = 0x1p40

    /// Takes in the durations of functions that have none yet.
    mutating func readDurations(_ path: String) throws(InputError) {
        var reader = try CSVReader(path: path)
        let header = try CSVHeader(&reader)
        let key = try KeyColumns(header)
        let columns = try DurationColumns(header)
        try header.noteUnused(
            besides: columns.used.union(key.columns).union(header.columns(ifPresent: ["Count"])),
            candidates: [], in: &tally)
        var seen = [Bool](repeating: false, count: registry.functions.count)
        while try reader.next() {
            try header.checkWidth(reader)
            guard let function = try knownFunction(key, reader) else {
                try tally.note("durations of functions without invocations are left out", reader)
                continue
            }
            if seen[function.index] {
                try noteSecondRow("durations", reader)
                continue
            }
            seen[function.index] = true
            if executions[function.index] != nil { continue }
            executions[function.index] = try execution(columns, reader)
        }
        try tally.noteDecimalCommas(reader)
        inputs.append(Provenance.Input(path: path, digest: reader.digest))
    }

    private struct DurationColumns {
        let average: Int
        /// Minimum, the percentiles 0, 1, 25, 50, 75, 99, 100, and Maximum.
        let points: [Int]

        init(_ header: CSVHeader) throws(InputError) {
            average = try header.column("Average")
            var points = [try header.column("Minimum")]
            for percent in [0, 1, 25, 50, 75, 99, 100] {
                points.append(try header.column("percentile_Average_\(percent)"))
            }
            points.append(try header.column("Maximum"))
            self.points = points
        }

        var used: Set<Int> { Set(points).union([average]) }
    }

    private mutating func execution(
        _ columns: DurationColumns, _ reader: borrowing CSVReader
    ) throws(InputError) -> ExecutionTime? {
        let missing = columns.points.count { reader.isMissing($0) }
        let hasPoints = missing == 0
        if missing == columns.points.count, reader.isMissing(columns.average) {
            try tally.note("rows of durations without values count as missing", reader)
            return nil
        }
        let average = try average(columns, reader, hasPoints: hasPoints)
        if let average, average < 0 {
            try tally.note("durations with a negative Average count as missing", reader)
            return nil
        }
        if options.executionTime == .average, let average, average > 0 {
            return .constant(SimDuration(seconds: average / 1_000) ?? .zero)
        }
        guard hasPoints else {
            try tally.note("durations without all percentiles take Average for each call", reader)
            return average.map { .constant(SimDuration(seconds: $0 / 1_000) ?? .zero) }
        }
        let limit = Self.longest
        var values: [Double] = []
        for column in columns.points {
            values.append(try reader.decimal(column, column: "a duration", from: -limit, through: limit))
        }
        let usesAverage = [.scaledPercentiles, .average].contains(options.executionTime)
        let known = usesAverage ? try trusted(average, beside: values, reader) : nil
        if options.executionTime == .average, let known {
            return .constant(SimDuration(seconds: known / 1_000) ?? .zero)
        }
        let points = try points(values, reader)
        let mended = Self.rising(points)
        if mended != points { try tally.note("percentiles of durations that do not rise are mended", reader) }
        let result = ExecutionTime.Percentiles(rising: mended)
        if options.executionTime == .average {
            return .constant(SimDuration(seconds: result.mean / 1_000) ?? .zero)
        }
        guard options.executionTime == .scaledPercentiles, let known else { return .percentiles(result) }
        // Where all percentiles round to 0 ms there is no shape to keep.
        guard result.mean > 0 else { return .constant(SimDuration(seconds: known / 1_000) ?? .zero) }
        let factor = known / result.mean
        guard mended[6] * factor <= Self.longest else {
            throw reader.error("Average is so far above the percentiles that scaling them gives a century")
        }
        return .percentiles(ExecutionTime.Percentiles(rising: mended.map { $0 * factor }))
    }

    /// Average in ms; nil where the field is empty and the percentiles count instead.
    private mutating func average(
        _ columns: DurationColumns, _ reader: borrowing CSVReader, hasPoints: Bool
    ) throws(InputError) -> Double? {
        if hasPoints, reader[columns.average].isEmpty {
            try tally.note("durations without an Average are as their percentiles say", reader)
            return nil
        }
        return try reader.decimal(
            columns.average, column: "Average", from: -Self.longest, through: Self.longest)
    }

    /// Average, unless it is 0 and the percentiles beside it rule that out: nil then.
    ///
    /// Percentiles are of averages over 30 seconds, weighted by their calls, so Average is their mean. Of the
    /// hundredths between two percentiles none is below the lower one, which bounds that mean from below. All
    /// numbers are rounded to whole ms.
    private mutating func trusted(
        _ average: Double?, beside values: [Double], _ reader: borrowing CSVReader
    ) throws(InputError) -> Double? {
        guard let average else { return nil }
        let shares = [(0.01, 1), (0.24, 2), (0.25, 3), (0.25, 4), (0.24, 5), (0.01, 6)]
        let least = shares.reduce(0) { $0 + $1.0 * values[$1.1] }
        if average > 0 || least < 1.001 { return average }
        try tally.note(
            "durations with an Average of 0 beside percentiles that rule it out are as their percentiles say",
            reader)
        return nil
    }

    /// The seven points that calls are drawn between, as given: one end, the percentiles 1 to 99, the other end.
    ///
    /// A greatest of 0 or less beside others above it was never measured: the highest of the others stands for it.
    private mutating func points(
        _ values: [Double], _ reader: borrowing CSVReader
    ) throws(InputError) -> [Double] {
        let isWindow = options.executionTime == .windowPercentiles
        let ends = isWindow ? (values[1], values[7]) : (values[0], values[8])
        let greatest = values.max() ?? 0
        guard ends.1 <= 0, greatest > 0 else { return [ends.0] + values[2...6] + [ends.1] }
        try tally.note(
            "durations whose greatest is 0 or less beside percentiles above it end at the highest of these",
            reader)
        return [ends.0] + values[2...6] + [greatest]
    }

    /// The points with the ends in order, all between the ends, none below zero, and none below the one
    /// before.
    static func rising(_ points: [Double]) -> [Double] {
        let low = max(0, min(points[0], points[points.count - 1]))
        let high = max(0, max(points[0], points[points.count - 1]))
        var least = low
        var result = points.map { point in
            least = max(least, min(max(point, low), high))
            return least
        }
        result[0] = low
        result[result.count - 1] = high
        return result
    }

    /// Takes in the memory of applications, or of functions where the file names functions, that have none
    /// yet.
    mutating func readMemory(_ path: String) throws(InputError) {
        var reader = try CSVReader(path: path)
        let header = try CSVHeader(&reader)
        let key = try KeyColumns(header, wantsFunction: false)
        let column = try header.column("AverageAllocatedMb" + options.memory.rawValue)
        let others = ["SampleCount"] + Reader.Memory.allCases.map { "AverageAllocatedMb" + $0.rawValue }
        try header.noteUnused(
            besides: key.columns.union(header.columns(ifPresent: others)), candidates: [], in: &tally)
        let places = key.hasFunction ? registry.functions.count : registry.applications.count
        var seen = [Bool](repeating: false, count: places)
        while try reader.next() {
            try header.checkWidth(reader)
            guard let place = try knownPlace(key, reader) else {
                try tally.note("memory of applications or functions without invocations is left out", reader)
                continue
            }
            if seen[place] {
                try noteSecondRow("memory", reader)
                continue
            }
            seen[place] = true
            let known = key.hasFunction ? functionMemory[place] : applicationMemory[place]
            if known != nil { continue }
            if reader.isMissing(column) {
                try tally.note("rows without memory count as missing", reader)
                continue
            }
            let mebibytes = try reader.decimal(
                column, column: header.names[column], from: -Self.largest, through: Self.largest)
            guard mebibytes > 0, let memory = Bytes(mebibytes: mebibytes) else {
                try tally.note("memory of 0 or less counts as missing", reader)
                continue
            }
            if key.hasFunction { functionMemory[place] = memory } else { applicationMemory[place] = memory }
        }
        try tally.noteDecimalCommas(reader)
        inputs.append(Provenance.Input(path: path, digest: reader.digest))
    }

    private func knownFunction(
        _ key: KeyColumns, _ reader: borrowing CSVReader
    ) throws(InputError) -> FunctionID? {
        let (owner, application, name) = try key.read(reader)
        return registry.known(owner: owner, application: application).flatMap { registry.known(name, in: $0) }
    }

    /// The index of the row's function, or of its application where the file does not name functions.
    private func knownPlace(_ key: KeyColumns, _ reader: borrowing CSVReader) throws(InputError) -> Int? {
        if key.hasFunction { return try knownFunction(key, reader)?.index }
        let (owner, application, _) = try key.read(reader)
        return registry.known(owner: owner, application: application)?.index
    }

    private mutating func noteSecondRow(
        _ what: String, _ reader: borrowing CSVReader
    ) throws(InputError) {
        if options.duplicates == .error {
            throw reader.error(
                "there is a second row of \(what) in one file", remedy: "choose to keep the first")
        }
        try tally.note("further rows of \(what) in one file are left out", reader)
    }
}

extension ExecutionTime.Percentiles {
    /// The percentiles from seven rising numbers in ms.
    fileprivate init(rising p: [Double]) {
        self.init(
            p0: Float(p[0]), p1: Float(p[1]), p25: Float(p[2]), p50: Float(p[3]), p75: Float(p[4]),
            p99: Float(p[5]), p100: Float(p[6]))
    }
}
