import EventKernel
import Files

/// Reads a plain list of calls: a CSV file with the columns `time`, `function` and `duration`, and where
/// known `application`, `owner`, `memory`, `trigger`, `runtime` and `input_size`, in any order.
///
/// Times and durations are seconds, memory is MiB; another unit is named by the column, as in `time_ms`,
/// `duration_us`, `memory_bytes`, `memory_mb` (10^6) or `memory_gib`. Memory is that of a sandbox of the
/// function; an application takes the sum of its functions. Without `application` each function is one of its
/// own. What belongs to a function is taken from its first row. Time 0 of the trace is the start of the run.
public struct EventListReader: Sendable {
    /// The file.
    public var path: String
    /// What a function takes where the trace does not say: half of the applications of the trace of 2019
    /// allocate at most this (Shahrad et al., ATC'20, section 3).
    public var functionMemory: Bytes
    /// Whether anything to warn of is an error.
    public var strict: Bool

    /// A reader of one file.
    public init(path: String, functionMemory: Bytes = .mebibytes(170), strict: Bool = false) {
        self.path = path
        self.functionMemory = functionMemory
        self.strict = strict
    }

    /// Reads the trace.
    /// - Throws: `InputError` for a file that cannot be understood or has no calls, and in strict reading for
    ///   any warning.
    public func read() throws(InputError) -> Workload {
        var reader = try CSVReader(path: path)
        let header = try CSVHeader(&reader)
        let columns = try EventListColumns(header, reader)
        var reading = EventListImport(columns: columns, functionMemory: functionMemory, strict: strict)
        try reading.tally.note(
            "columns that are not understood are left out", count: header.names.count - columns.count,
            file: path)
        while try reader.next() {
            try header.checkWidth(reader)
            try reading.take(reader)
        }
        guard reading.events.count > 0 else {
            throw InputError(file: path, "has no calls", remedy: "the header is all there is")
        }
        try reading.tally.note(
            "calls out of order are sorted by time", count: reading.events.stepsBack, file: path)
        return try reading.finish(input: Provenance.Input(path: path, digest: reader.digest))
    }
}

/// Where a list of calls has what.
private struct EventListColumns {
    let time: (index: Int, unit: TimeUnit)
    let duration: (index: Int, unit: TimeUnit)
    let memory: (index: Int, unit: MemoryUnit)?
    let function: Int
    let application, owner, trigger, runtime, inputSize: Int?

    init(_ header: CSVHeader, _ reader: borrowing CSVReader) throws(InputError) {
        func time(_ name: String, _ reader: borrowing CSVReader) throws(InputError) -> (
            index: Int, unit: TimeUnit
        ) {
            if let found = try header.column(name, suffixes: TimeUnit.suffixes, otherwise: .second, reader) {
                return found
            }
            return (try header.column(name), .second)
        }
        self.time = try time("time", reader)
        duration = try time("duration", reader)
        memory = try header.column("memory", suffixes: MemoryUnit.suffixes, otherwise: .mebibyte, reader)
        function = try header.column("function")
        application = header.column(ifPresent: "application")
        owner = header.column(ifPresent: "owner")
        trigger = header.column(ifPresent: "trigger")
        runtime = header.column(ifPresent: "runtime")
        inputSize = header.column(ifPresent: "input_size")
    }

    /// How many columns are understood.
    var count: Int {
        3 + (memory == nil ? 0 : 1) + [application, owner, trigger, runtime, inputSize].count { $0 != nil }
    }
}

/// One reading of a list of calls.
private struct EventListImport {
    let columns: EventListColumns
    let functionMemory: Bytes
    var tally: WarningTally
    var events = EventListBuilder()
    private var registry = FunctionRegistry()
    private var functions: [Function] = []
    private var last = SimTime.zero

    init(columns: EventListColumns, functionMemory: Bytes, strict: Bool) {
        self.columns = columns
        self.functionMemory = functionMemory
        tally = WarningTally(strict: strict)
    }

    mutating func take(_ reader: borrowing CSVReader) throws(InputError) {
        let time = try reader.duration(columns.time.index, column: "time", unit: columns.time.unit)
        let duration = try reader.duration(
            columns.duration.index, column: "duration", unit: columns.duration.unit)
        let function = try function(reader)
        var inputSize: UInt32 = 0
        if let column = columns.inputSize, !reader[column].isEmpty {
            guard let size = NumberParser.whole(reader[column]).flatMap({ UInt32(exactly: $0) }) else {
                throw reader.error(
                    "input_size is `\(reader.text(column).prefix(40))`, which is no whole number below 2^32")
            }
            inputSize = size
        }
        let start = SimTime(nanoseconds: time.nanoseconds)
        last = max(last, start)
        events.append(
            EventList.Event(time: start, duration: duration, function: function, inputSize: inputSize))
    }

    private mutating func function(_ reader: borrowing CSVReader) throws(InputError) -> FunctionID {
        let name = reader.text(columns.function)
        if name.isEmpty { throw reader.error("the function has no name") }
        let home = columns.application.map { reader.text($0) } ?? name
        if home.isEmpty { throw reader.error("the application has no name") }
        let application = registry.application(owner: columns.owner.map { reader.text($0) } ?? "", name: home)
        let id = registry.function(name, in: application)
        if id.index == functions.count {
            guard id.index < MinuteCounts.functionLimit else {
                throw reader.error("there are too many functions")
            }
            var trigger = Trigger.unknown
            if let column = columns.trigger, !reader[column].isEmpty {
                if let known = Trigger(named: reader.text(column)) {
                    trigger = known
                } else {
                    try tally.note("triggers of an unknown name are read as others", reader)
                    trigger = .others
                }
            }
            functions.append(
                Function(
                    name: name, application: application, trigger: trigger, memory: try memory(reader),
                    executionTime: .perCall, runtime: columns.runtime.map { reader.text($0) } ?? ""))
        }
        return id
    }

    /// The memory of the row, or the default where it has none.
    private mutating func memory(_ reader: borrowing CSVReader) throws(InputError) -> Bytes {
        guard let column = columns.memory else { return functionMemory }
        if reader[column.index].isEmpty {
            try tally.note("functions without memory are given the size set for unknown memory", reader)
            return functionMemory
        }
        return try reader.memory(column.index, column: "memory", unit: column.unit)
    }

    consuming func finish(input: Provenance.Input) throws(InputError) -> Workload {
        let sums = try functions.memoryByApplication(count: registry.applications.count, file: input.path)
        let names = registry.uniqueApplicationNames()
        var workload = Workload(
            applications: registry.applications.indices.map {
                Application(name: names[$0], owner: registry.applications[$0].owner, memory: sums[$0])
            },
            functions: functions, shapes: [], calls: .events(events.finish()),
            horizon: .wholeMinutes(covering: last),
            provenance: Provenance(title: "list of calls", inputs: [input], warnings: tally.warnings))
        workload.isMemoryByFunction = true
        return workload
    }
}
