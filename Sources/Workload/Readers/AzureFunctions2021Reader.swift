import EventKernel
import Files

/// Reads the Azure Functions trace of 2021 (Zhang et al., SOSP'21; AzurePublicDataset): one row for each
/// call, `app,func,end_timestamp,duration` in seconds, in no order.
///
/// A call starts at its end less its duration, which is when it is taken to arrive. The trace says nothing of
/// memory or triggers; the workload's title says what each application takes.
public struct AzureFunctions2021Reader: Sendable {
    /// The file.
    public var path: String
    /// What each application takes, as the trace does not say; its functions take equal parts. The default is
    /// half the applications' most in the trace of 2019 (Shahrad et al., ATC'20, section 3).
    public var applicationMemory: Bytes
    /// Which time of the trace's clock is time 0; nil for its zero, which is checked then (`TimeZero`).
    public var timeZero: TimeZero?
    /// Whether anything to warn of is an error.
    public var strict: Bool

    /// A reader of one file.
    public init(
        path: String, applicationMemory: Bytes = .mebibytes(170), timeZero: TimeZero? = nil,
        strict: Bool = false
    ) {
        self.path = path
        self.applicationMemory = applicationMemory
        self.timeZero = timeZero
        self.strict = strict
    }

    /// Reads the trace.
    /// - Throws: `InputError` for a file that cannot be understood or has no calls, and in strict reading for
    ///   any warning.
    public func read() throws(InputError) -> Workload {
        var reader = try CSVReader(path: path)
        let header = try CSVHeader(&reader)
        try header.refuseOtherFormats(than: .azure2021)
        let (application, function) = (try header.column("app"), try header.column("func"))
        let duration = try header.column("duration")
        var clock = ClockColumn(
            (try header.column("end_timestamp"), .second), name: "end_timestamp", header: header,
            takesUnits: false)
        var registry = FunctionRegistry()
        var tally = WarningTally(strict: strict)
        try header.noteUnused(
            besides: [application, function, duration, clock.index], candidates: [], in: &tally)
        var builder = EventListBuilder()
        var first = SimTime.never
        var last = SimTime.zero
        let begin: SimTime
        if case .at(let time)? = timeZero { begin = time } else { begin = .zero }
        while try reader.next() {
            try header.checkWidth(reader)
            let home = registry.application(owner: "", name: try reader.name(application, of: "app"))
            let end = try clock.read(reader)
            let length = try reader.duration(duration, column: "duration", unit: .second)
            guard end >= begin else { throw reader.error("the call ends before time-zero") }
            let isEarly = end - begin < length
            if isEarly { try tally.note("calls that start before time 0 are put at 0", reader) }
            let start = isEarly ? begin : SimTime(nanoseconds: end.nanoseconds - length.nanoseconds)
            first = min(first, start)
            last = max(last, start)
            let id = registry.function(try reader.name(function, of: "func"), in: home)
            builder.append(EventList.Event(time: start, duration: length, function: id))
        }
        if builder.count == 0 {
            throw InputError(file: path, "has no calls", remedy: "the header is all there is")
        }
        try tally.noteDecimalCommas(reader)
        let zero = try TimeZero.settle(timeZero, first: first, last: last, file: path, tally: &tally)
        builder.rebase(to: zero)
        let title =
            "Azure Functions 2021, \(applicationMemory.text) for each application, as it gives none"
            + TimeZero.title(zero)
        return Workload(
            registry, memory: applicationMemory, calls: .events(builder.finish()),
            last: SimTime(nanoseconds: (last - zero).nanoseconds),
            provenance: Provenance(
                title: title, inputs: [Provenance.Input(path: path, digest: reader.digest)],
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

extension Bytes {
    /// The amount in MiB, for titles.
    var text: String {
        let mebibytes = mebibytes
        return mebibytes == mebibytes.rounded() ? "\(UInt64(mebibytes)) MiB" : "\(mebibytes) MiB"
    }
}

extension SimDuration {
    /// The fewest whole minutes that end after `time`.
    static func wholeMinutes(covering time: SimTime) -> SimDuration {
        .minutes(time.nanoseconds / 60_000_000_000 + 1)
    }
}
