import EventKernel
import Files

/// One reading of a list of calls.
struct EventListImport {
    /// What rows say of a function; nil where none has said it yet.
    private struct Facts {
        var name: String
        var application: ApplicationID
        var memory: Bytes?
        var trigger: Trigger?
        var runtime: String?
        /// The line of its first row.
        var line: Int
    }

    /// Rows that say another thing of their function than the row that counts.
    private struct Disagreement {
        let what: String
        var count = 0
        var first = (text: "", line: 0)

        init(_ what: String) { self.what = what }

        mutating func note(_ text: String, line: Int) {
            if count == 0 { first = (text, line) }
            count += 1
        }
    }

    private var columns: EventListColumns
    private let functionMemory: Bytes
    private let timeZero: TimeZero?
    private let begin: SimTime
    var tally: WarningTally
    var events = EventListBuilder()
    private var registry = FunctionRegistry()
    private var facts: [Facts] = []
    private var first = SimTime.never
    private var last = SimTime.zero
    /// Rows that give memory 0 for a function of which others say more.
    private var zeros = 0
    private var memories = Disagreement("memory")
    private var triggers = Disagreement("trigger")
    private var runtimes = Disagreement("runtime")

    init(columns: EventListColumns, reader: EventListReader) {
        self.columns = columns
        functionMemory = reader.functionMemory
        timeZero = reader.timeZero
        if case .at(let time)? = reader.timeZero { begin = time } else { begin = .zero }
        tally = WarningTally(strict: reader.strict)
    }

    mutating func take(_ reader: borrowing CSVReader) throws(InputError) {
        let start = try columns.time.read(reader)
        guard start >= begin else { throw reader.error("the call comes before time-zero") }
        let duration = try reader.duration(
            columns.duration.index, column: "duration", unit: columns.duration.unit)
        let function = try function(reader)
        var inputSize: UInt32 = 0
        if let column = columns.inputSize, !reader[column].isEmpty {
            guard let size = NumberParser.whole(reader[column]).flatMap({ UInt32(exactly: $0) }) else {
                throw reader.error(
                    "input_size is `\(reader.text(column).prefix(40))`, which is not a whole number below 2^32"
                )
            }
            inputSize = size
        }
        first = min(first, start)
        last = max(last, start)
        events.append(
            EventList.Event(time: start, duration: duration, function: function, inputSize: inputSize))
    }

    private mutating func function(_ reader: borrowing CSVReader) throws(InputError) -> FunctionID {
        let name = try reader.name(columns.function, of: "function")
        var home = name
        if let column = columns.application { home = try reader.name(column, of: "application") }
        let application = registry.application(owner: columns.owner.map { reader.text($0) } ?? "", name: home)
        let id = registry.function(name, in: application)
        if id.index == facts.count {
            guard id.index < MinuteCounts.functionLimit else {
                throw reader.error("there are too many functions")
            }
            facts.append(Facts(name: name, application: application, line: reader.line))
        }
        try takeMemory(of: id.index, reader)
        try takeTrigger(of: id.index, reader)
        takeRuntime(of: id.index, reader)
        return id
    }

    private mutating func takeMemory(
        of function: Int, _ reader: borrowing CSVReader
    ) throws(InputError) {
        guard let column = columns.memory, !reader.isMissing(column.index) else { return }
        let memory = try reader.memory(
            column.index, column: "memory", unit: column.unit, isNamed: columns.namesMemoryUnit)
        guard let known = facts[function].memory else {
            facts[function].memory = memory
            return
        }
        if memory == known { return }
        // A sandbox takes something: a 0 is what is written where nobody measured.
        if known == .zero || memory == .zero {
            zeros += 1
            facts[function].memory = max(known, memory)
        } else {
            memories.note(reader.text(column.index), line: reader.line)
        }
    }

    private mutating func takeTrigger(
        of function: Int, _ reader: borrowing CSVReader
    ) throws(InputError) {
        guard let column = columns.trigger, !reader.isMissing(column) else { return }
        let text = reader.text(column)
        let trigger = Trigger(named: text)
        if trigger == nil { try tally.note("triggers of an unknown name are read as others", reader) }
        if let known = facts[function].trigger {
            if trigger ?? .others != known { triggers.note(text, line: reader.line) }
            return
        }
        facts[function].trigger = trigger ?? .others
    }

    private mutating func takeRuntime(of function: Int, _ reader: borrowing CSVReader) {
        guard let column = columns.runtime, !reader[column].isEmpty else { return }
        let text = reader.text(column)
        if let known = facts[function].runtime {
            if text != known { runtimes.note(text, line: reader.line) }
        } else {
            facts[function].runtime = text
        }
    }

    consuming func finish(input: Provenance.Input) throws(InputError) -> Workload {
        try noteFacts(file: input.path)
        let zero = try TimeZero.settle(timeZero, first: first, last: last, file: input.path, tally: &tally)
        events.rebase(to: zero)
        let functions = facts.map { facts in
            Function(
                name: facts.name, application: facts.application, trigger: facts.trigger ?? .unknown,
                memory: facts.memory ?? functionMemory, executionTime: .perCall,
                runtime: facts.runtime ?? "")
        }
        let sums = try functions.memoryByApplication(count: registry.applications.count, file: input.path)
        let names = registry.uniqueApplicationNames()
        let assumed =
            columns.memory == nil ? ", \(functionMemory.text) for each function, as it gives none" : ""
        let title = "list of calls" + assumed + TimeZero.title(zero)
        var workload = Workload(
            applications: registry.applications.indices.map {
                Application(name: names[$0], owner: registry.applications[$0].owner, memory: sums[$0])
            },
            functions: functions, shapes: [], calls: .events(events.finish()),
            horizon: .wholeMinutes(covering: SimTime(nanoseconds: (last - zero).nanoseconds)),
            provenance: Provenance(title: title, inputs: [input], warnings: tally.warnings))
        workload.isMemoryByFunction = true
        return workload
    }

    private mutating func noteFacts(file: String) throws(InputError) {
        for disagreement in [memories, triggers, runtimes] where disagreement.count > 0 {
            try tally.note(
                "rows give another \(disagreement.what) than the first of their function, which counts "
                    + "(`\(disagreement.first.text.prefix(40))` in line \(disagreement.first.line) is the first)",
                count: disagreement.count, file: file, line: disagreement.first.line)
        }
        if columns.memory == nil { return }
        try tally.note(
            "rows with memory 0 are left out where others of their function give more", count: zeros,
            file: file)
        let unknown = facts.filter { $0.memory == nil }
        try tally.note(
            "functions without memory are given the size set for unknown memory", count: unknown.count,
            file: file, line: unknown.first?.line)
        let none = facts.filter { $0.memory == .zero }
        try tally.note(
            "functions whose memory is 0 take nothing", count: none.count, file: file,
            line: none.first?.line)
    }
}
