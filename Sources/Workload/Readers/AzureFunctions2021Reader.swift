import EventKernel
import Files

/// Reads the Azure Functions trace of 2021 (Zhang et al., SOSP'21; AzurePublicDataset): one row for each
/// call, `app,func,end_timestamp,duration` in seconds, in no order.
///
/// A call starts at its end less its duration, which is when it is taken to arrive. The trace says nothing of
/// memory or triggers.
public struct AzureFunctions2021Reader: Sendable {
    /// The file.
    public var path: String
    /// What each application takes, as the trace does not say; its functions take equal parts. The default is
    /// half the applications' most in the trace of 2019 (Shahrad et al., ATC'20, section 3).
    public var applicationMemory: Bytes
    /// Whether anything to warn of is an error.
    public var strict: Bool

    /// A reader of one file.
    public init(path: String, applicationMemory: Bytes = .mebibytes(170), strict: Bool = false) {
        self.path = path
        self.applicationMemory = applicationMemory
        self.strict = strict
    }

    /// Reads the trace.
    /// - Throws: `InputError` for a file that cannot be understood or has no calls, and in strict reading for
    ///   any warning.
    public func read() throws(InputError) -> Workload {
        var reader = try CSVReader(path: path)
        let header = try CSVHeader(&reader)
        let columns = (
            app: try header.column("app"), function: try header.column("func"),
            end: try header.column("end_timestamp"), duration: try header.column("duration")
        )
        var registry = FunctionRegistry()
        var tally = WarningTally(strict: strict)
        var builder = EventListBuilder()
        var last = SimTime.zero
        while try reader.next() {
            try header.checkWidth(reader)
            let names = (app: reader.text(columns.app), function: reader.text(columns.function))
            if names.app.isEmpty || names.function.isEmpty {
                throw reader.error("the app or the func has no name")
            }
            let end = try reader.duration(columns.end, column: "end_timestamp", unit: .second)
            let length = try reader.duration(columns.duration, column: "duration", unit: .second)
            if end < length { try tally.note("calls that start before time 0 are put at 0", reader) }
            let start = SimTime(nanoseconds: end < length ? 0 : (end - length).nanoseconds)
            last = max(last, start)
            let application = registry.application(owner: "", name: names.app)
            let function = registry.function(names.function, in: application)
            builder.append(EventList.Event(time: start, duration: length, function: function))
        }
        if builder.count == 0 {
            throw InputError(file: path, "has no calls", remedy: "the header is all there is")
        }
        return Workload(
            registry, memory: applicationMemory, calls: .events(builder.finish()), last: last,
            provenance: Provenance(
                title: "Azure Functions 2021", inputs: [Provenance.Input(path: path, digest: reader.digest)],
                warnings: tally.warnings))
    }
}

extension Workload {
    /// A workload of calls by themselves whose applications all take the same memory.
    fileprivate init(
        _ registry: FunctionRegistry, memory: Bytes, calls: Calls, last: SimTime, provenance: Provenance
    ) {
        var sizes = [UInt64](repeating: 0, count: registry.applications.count)
        for function in registry.functions { sizes[function.application.index] += 1 }
        self.init(
            applications: registry.uniqueApplicationNames().map { Application(name: $0, memory: memory) },
            functions: registry.functions.map { function in
                Function(
                    name: function.name, application: function.application,
                    memory: Bytes(max(1, memory.count / sizes[function.application.index])),
                    executionTime: .perCall)
            },
            shapes: [], calls: calls, horizon: .wholeMinutes(covering: last), provenance: provenance)
    }
}

extension SimDuration {
    /// The fewest whole minutes that end after `time`.
    static func wholeMinutes(covering time: SimTime) -> SimDuration {
        .minutes(time.nanoseconds / 60_000_000_000 + 1)
    }
}
