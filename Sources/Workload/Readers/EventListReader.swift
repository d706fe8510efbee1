import EventKernel
import Files

/// Reads a plain list of calls: a CSV file with the columns `time`, `function` and `duration`, and where
/// known `application`, `owner`, `memory`, `trigger`, `runtime` and `input_size`, in any order.
///
/// Times and durations are seconds, memory is MiB; another unit is named by the column, as in `time_ms`,
/// `duration_us`, `memory_bytes`, `memory_mb` (10^6) or `memory_gib`. Times may be dates (`CalendarTime`).
/// Memory is that of a sandbox of the function; an application takes the sum of its functions. Without
/// `application` each function is one of its own. What belongs to a function is taken from the first row that
/// says it; rows that say another thing are counted. docs/traces.md describes all of it.
public struct EventListReader: Sendable {
    /// The file.
    public var path: String
    /// What a function takes where the trace does not say: half of the applications of the trace of 2019
    /// allocate at most this (Shahrad et al., ATC'20, section 3). The workload's title says so where the file
    /// has no column for memory.
    public var functionMemory: Bytes
    /// Which time of the trace's clock is time 0; nil for its zero, which is checked then (`TimeZero`).
    public var timeZero: TimeZero?
    /// Whether anything to warn of is an error.
    public var strict: Bool

    /// A reader of one file.
    public init(
        path: String, functionMemory: Bytes = .mebibytes(170), timeZero: TimeZero? = nil,
        strict: Bool = false
    ) {
        self.path = path
        self.functionMemory = functionMemory
        self.timeZero = timeZero
        self.strict = strict
    }

    /// Reads the trace.
    /// - Throws: `InputError` for a file that cannot be understood or has no calls, and in strict reading for
    ///   any warning.
    public func read() throws(InputError) -> Workload {
        var reader = try CSVReader(path: path)
        let header = try CSVHeader(&reader)
        try header.refuseOtherFormats(than: .events)
        let columns = try EventListColumns(header, reader)
        var reading = EventListImport(columns: columns, reader: self)
        try header.noteUnused(
            besides: columns.used, candidates: EventListColumns.optional, in: &reading.tally)
        while try reader.next() {
            try header.checkWidth(reader)
            try reading.take(reader)
        }
        guard reading.events.count > 0 else {
            throw InputError(file: path, "has no calls", remedy: "the header is all there is")
        }
        try reading.tally.noteDecimalCommas(reader)
        try reading.tally.note(
            "calls out of order are sorted by time", count: reading.events.stepsBack, file: path)
        return try reading.finish(input: Provenance.Input(path: path, digest: reader.digest))
    }
}

/// Where a list of calls has what.
struct EventListColumns {
    /// Columns that may be there, by the names that need no unit.
    static let optional =
        ["application", "owner", "trigger", "runtime", "input_size", "memory"]
        + MemoryUnit.suffixes.map { "memory" + $0.0 }

    var time: ClockColumn
    let duration: (index: Int, unit: TimeUnit)
    let memory: (index: Int, unit: MemoryUnit)?
    /// Whether the header names the unit of memory.
    let namesMemoryUnit: Bool
    let function: Int
    let application, owner, trigger, runtime, inputSize: Int?

    init(_ header: CSVHeader, _ reader: borrowing CSVReader) throws(InputError) {
        time = ClockColumn(try header.timeColumn("time", reader), name: "time", header: header)
        duration = try header.timeColumn("duration", reader)
        memory = try header.memoryColumn("memory", reader)
        namesMemoryUnit = memory.map { header.names[$0.index].lowercased() != "memory" } ?? false
        function = try header.column("function")
        application = header.column(ifPresent: "application")
        owner = header.column(ifPresent: "owner")
        trigger = header.column(ifPresent: "trigger")
        runtime = header.column(ifPresent: "runtime")
        inputSize = header.column(ifPresent: "input_size")
    }

    /// The columns that are understood.
    var used: Set<Int> {
        var used: Set = [time.index, duration.index, function]
        for column in [memory?.index, application, owner, trigger, runtime, inputSize] {
            if let column { used.insert(column) }
        }
        return used
    }
}
