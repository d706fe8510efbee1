import EventKernel
import Files

/// One reading of an Azure Functions 2019 trace: first the invocations, which decide on the functions, then
/// what is known of their durations and memory.
struct AzureFunctions2019Import: ~Copyable {
    typealias Reader = AzureFunctions2019Reader

    /// More rows of one function in one day are no accident any more.
    private static let mostRows: UInt8 = 40
    /// Calls of one function in one minute; with `mostRows` they still fit in 32 bits.
    private static let mostCalls: UInt64 = 100_000_000
    /// A hundred years of them.
    private static let mostMinutes = 100 * 366 * 1_440

    let options: Reader.Options
    var registry = FunctionRegistry()
    var tally: WarningTally
    var inputs: [Provenance.Input] = []
    var triggers: [Trigger] = []
    var executions: [ExecutionTime?] = []
    var functionMemory: [Bytes?] = []
    var applicationMemory: [Bytes?] = []
    var counts = MinuteCountsBuilder(minutes: 0)
    var minutes = 0
    /// Rows of each function in the file at hand.
    private var rows: [UInt8] = []

    init(options: Reader.Options) {
        self.options = options
        tally = WarningTally(strict: options.strict)
    }

    /// Takes in one day's calls; its minutes follow those of the days before.
    mutating func readInvocations(_ path: String) throws(InputError) {
        var reader = try CSVReader(path: path)
        let header = try CSVHeader(&reader)
        let key = try KeyColumns(header)
        let trigger = header.column(ifPresent: "Trigger")
        let columns = try MinuteColumns(header, path: path)
        try header.noteUnused(
            besides: key.columns.union(columns.minutes).union(trigger.map { [$0] } ?? []),
            candidates: ["Trigger"], in: &tally)
        let first = minutes
        minutes += columns.minutes.count
        guard minutes <= Self.mostMinutes else { throw InputError(file: path, "covers more than a century") }
        counts.append(minutes: columns.minutes.count)
        for index in rows.indices { rows[index] = 0 }
        while try reader.next() {
            try header.checkWidth(reader)
            let function = try function(key, reader)
            if try isLeftOut(function, reader) { continue }
            try noteTrigger(of: function, in: trigger, reader)
            try readCounts(of: function, columns.minutes, from: first, reader)
        }
        if trigger == nil {
            try tally.note("the column Trigger is missing; triggers are unknown", file: path)
        }
        inputs.append(Provenance.Input(path: path, digest: reader.digest))
    }

    private mutating func readCounts(
        of function: FunctionID, _ columns: [Int], from first: Int, _ reader: borrowing CSVReader
    ) throws(InputError) {
        for (minute, column) in columns.enumerated() {
            let text = reader[column]
            if text.count == 1, text[0] == 0x30 { continue }
            if text.isEmpty {
                try tally.note("empty counts are read as 0", reader)
                continue
            }
            guard let count = NumberParser.whole(text) else {
                throw reader.error(
                    "a count is `\(reader.text(column).prefix(40))`, which is not a whole number from 0",
                    remedy: reader.isMissing(column) ? "leave the field empty where there are no calls" : "")
            }
            guard count <= Self.mostCalls else {
                throw reader.error("a count is \(count), more than \(Self.mostCalls) calls in a minute")
            }
            counts.add(function: function, minute: first + minute, count: UInt32(truncatingIfNeeded: count))
        }
    }

    /// The function of the row, new or not.
    private mutating func function(
        _ key: KeyColumns, _ reader: borrowing CSVReader
    ) throws(InputError) -> FunctionID {
        let (owner, application, name) = try key.read(reader)
        let home = registry.application(owner: owner, name: application)
        let function = registry.function(name, in: home)
        if function.index == rows.count {
            guard function.index < MinuteCounts.functionLimit else {
                throw reader.error("there are too many functions")
            }
            rows.append(0)
            triggers.append(.unknown)
            executions.append(nil)
            functionMemory.append(nil)
        }
        if home.index == applicationMemory.count { applicationMemory.append(nil) }
        return function
    }

    /// Counts the function's rows of the day and decides on a repeated one.
    private mutating func isLeftOut(
        _ function: FunctionID, _ reader: borrowing CSVReader
    ) throws(InputError) -> Bool {
        rows[function.index] = min(rows[function.index] + 1, Self.mostRows + 1)
        if rows[function.index] == 1 { return false }
        switch options.duplicates {
        case .keepFirst:
            try tally.note("further rows of a function in one day are left out", reader)
            return true
        case .sum:
            guard rows[function.index] <= Self.mostRows else {
                throw reader.error("a function has more than \(Self.mostRows) rows in one day")
            }
            try tally.note("further rows of a function in one day are added to the first", reader)
            return false
        case .error:
            throw reader.error(
                "the function has a second row in one day",
                remedy: "choose to keep the first or to add them up")
        }
    }

    private mutating func noteTrigger(
        of function: FunctionID, in column: Int?, _ reader: borrowing CSVReader
    ) throws(InputError) {
        guard let column else { return }
        var trigger = Trigger(named: reader.text(column))
        if trigger == nil {
            try tally.note("triggers of an unknown name are read as others", reader)
            trigger = .others
        }
        let known = triggers[function.index]
        if known == .unknown {
            triggers[function.index] = trigger ?? .others
        } else if trigger != known {
            try tally.note("functions change their trigger between days; the first counts", reader)
        }
    }
}

/// Where a file of the trace has the names that its rows are joined on.
struct KeyColumns {
    private let owner: Int
    private let application: Int
    private let function: Int?

    /// - Parameter wantsFunction: whether the file must name functions.
    init(_ header: CSVHeader, wantsFunction: Bool = true) throws(InputError) {
        owner = try header.column("HashOwner")
        application = try header.column("HashApp")
        function =
            wantsFunction ? try header.column("HashFunction") : header.column(ifPresent: "HashFunction")
    }

    /// Where the names are.
    var columns: Set<Int> { Set([owner, application] + (function.map { [$0] } ?? [])) }

    /// Whether the file names functions.
    var hasFunction: Bool { function != nil }

    /// Owner, application and function of the row; the last is empty where the file does not name functions.
    func read(_ reader: borrowing CSVReader) throws(InputError) -> (String, String, String) {
        var name = ""
        if let function { name = try reader.name(function, of: "function") }
        return (reader.text(owner), try reader.name(application, of: "application"), name)
    }
}

/// Where a file of the trace has the counts of each minute.
struct MinuteColumns {
    /// The column of each minute, in order of time.
    private(set) var minutes: [Int] = []

    init(_ header: CSVHeader, path: String) throws(InputError) {
        var found: [(minute: Int, column: Int)] = []
        for (column, name) in header.names.enumerated() {
            let digits = name.hasPrefix("minute_") ? name.dropFirst("minute_".count) : name[...]
            guard !digits.isEmpty, digits.utf8.allSatisfy({ $0 &- 0x30 <= 9 }), let minute = Int(digits)
            else {
                continue
            }
            found.append((minute, column))
        }
        if found.isEmpty {
            throw InputError(
                file: path, line: 1, "there are no columns of minutes",
                remedy: "they are called 1, 2 ... or minute_1, minute_2 ...; is this an invocation file?")
        }
        found.sort { $0.minute < $1.minute }
        for (a, b) in zip(found, found.dropFirst()) where b.minute != a.minute + 1 {
            throw InputError(file: path, line: 1, "after the column of minute \(a.minute) comes \(b.minute)")
        }
        minutes = found.map(\.column)
    }
}

extension Trigger {
    /// The trigger that the Azure Functions 2019 release calls so; nil when it has none of that name.
    init?(named name: String) {
        switch name.lowercased() {
        case "http": self = .http
        case "timer": self = .timer
        case "queue": self = .queue
        case "event": self = .event
        case "storage": self = .storage
        case "orchestration": self = .orchestration
        case "others": self = .others
        case "unknown": self = .unknown
        default: return nil
        }
    }

    /// The name that the Azure Functions 2019 release uses.
    public var name: String { "\(self)" }
}
