import EventKernel
import Files

/// Reads the Azure Functions trace of 2019 (Shahrad et al., ATC'20; AzurePublicDataset) and the samples of it
/// that others publish: calls by minute, percentiles of durations, and memory, joined on owner, application
/// and function.
///
/// Columns are found by their names. Minutes may be called `1 ... 1440`, be a part such as `480 ... 959`, or
/// `minute_1`; several days are put one after the other. Ids go by first sight in the invocation files.
/// The trace's megabytes are taken as MiB and its durations, which leave out cold starts, as milliseconds.
public struct AzureFunctions2019Reader: Sendable {
    /// What to do where the trace is ambiguous or has gaps.
    public struct Options: Sendable {
        /// What to do with a function that has several rows in one day's invocations.
        public var duplicates = Duplicates.keepFirst
        /// What to do with a function without a row of durations or memory.
        public var missing = Missing.fillMedian
        /// What to make of a function's row of durations.
        public var executionTime = Execution.scaledPercentiles
        /// Which column of the memory file counts.
        public var memory = Memory.average
        /// What an application takes when no memory is known at all, as for days 13 and 14 alone: half of the
        /// applications allocate at most 170 MB (Shahrad et al., ATC'20, section 3).
        public var memoryWhereAllUnknown = Bytes.mebibytes(170)
        /// Whether anything to warn of is an error.
        public var strict = false

        /// The defaults.
        public init() {}
    }

    /// What to do with a function that has several rows in one day's invocations.
    public enum Duplicates: String, Sendable, CaseIterable {
        /// Count the first and leave out the others.
        case keepFirst
        /// Add them up.
        case sum
        /// Refuse the trace.
        case error
    }

    /// What to do with a function without durations or memory.
    public enum Missing: String, Sendable, CaseIterable {
        /// Give it those of the median of the known functions (by mean duration) or applications.
        case fillMedian
        /// Leave it out with its calls.
        case drop
    }

    /// What to make of a function's row of durations.
    public enum Execution: String, Sendable, CaseIterable {
        /// Straight lines through Minimum, the percentiles 1, 25, 50, 75, 99, and Maximum. Only Minimum and
        /// Maximum are of single calls; percentiles are of 30-second averages. The hundredth part above the
        /// 99th percentile reaches up to the day's longest call, so the mean can lie far above Average.
        case percentiles
        /// The same, ending at the percentiles 0 and 100 of the 30-second averages.
        case windowPercentiles
        /// As `percentiles`, all multiplied by one number that makes the mean equal Average. Straight lines
        /// overrate the mean of long-tailed durations (by half in the samples of vhive-serverless/invitro).
        case scaledPercentiles
        /// Average for each call.
        case average
    }

    /// Which column of the memory file counts.
    public enum Memory: String, Sendable, CaseIterable {
        /// `AverageAllocatedMb`.
        case average = ""
        /// A percentile of the same, over the day.
        case p1 = "_pct1"
        /// The 5th percentile.
        case p5 = "_pct5"
        /// The 25th percentile.
        case p25 = "_pct25"
        /// The 50th percentile.
        case p50 = "_pct50"
        /// The 75th percentile.
        case p75 = "_pct75"
        /// The 95th percentile.
        case p95 = "_pct95"
        /// The 99th percentile.
        case p99 = "_pct99"
        /// The most.
        case max = "_pct100"
    }

    /// The invocation files, one a day, in the order in which their minutes follow each other.
    public var invocations: [String]
    /// The duration files; of a function in several the first counts.
    public var durations: [String]
    /// The memory files; of an application or function in several the first counts. Empty when there is none.
    public var memory: [String]
    /// What to do where the trace is ambiguous or has gaps.
    public var options: Options

    /// A reader of these files.
    public init(invocations: [String], durations: [String], memory: [String], options: Options = Options()) {
        self.invocations = invocations
        self.durations = durations
        self.memory = memory
        self.options = options
    }

    /// A reader of the files in `directory`, which are called as in the release
    /// (`invocations_per_function_md.anon.d01.csv` ...), or `invocations.csv`, `durations.csv`, `memory.csv`.
    ///
    /// - Parameter days: which days of the release, 1 ... 14; nil for all that are there.
    /// - Throws: `InputError` when a file is missing; only memory may be, as in the release on days 13 and
    ///   14.
    public init(
        directory: String, days: ClosedRange<Int>? = nil, options: Options = Options()
    ) throws(InputError) {
        let files = try AzureFunctions2019Files(directory: directory, days: days)
        self.init(
            invocations: files.invocations, durations: files.durations, memory: files.memory, options: options
        )
    }

    /// Reads the trace.
    /// - Throws: `InputError` for a file that cannot be understood, and in strict reading for any warning.
    public func read() throws(InputError) -> Workload {
        guard !invocations.isEmpty else { throw InputError("no invocation file is given") }
        var reading = AzureFunctions2019Import(options: options)
        for path in invocations { try reading.readInvocations(path) }
        guard reading.registry.functions.count > 0 else {
            throw InputError(file: invocations[0], "has no functions", remedy: "the header is all there is")
        }
        for path in durations { try reading.readDurations(path) }
        for path in memory { try reading.readMemory(path) }
        return try reading.finish(title: "Azure Functions 2019, \(title)")
    }

    private var title: String {
        let first = invocations[0].split(separator: "/").last.map(String.init) ?? invocations[0]
        return invocations.count == 1 ? first : "\(first) and \(invocations.count - 1) more days"
    }
}
