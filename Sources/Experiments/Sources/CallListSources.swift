import EventKernel
import Workload

/// `workload: {azure2021: {file: FILE}}`: the Azure Functions 2021 release.
struct Azure2021Source: WorkloadSource {
    var file = ""
    /// Memory of every application, which the release leaves out.
    var memory: Bytes = .mebibytes(170)
    /// Which time of the file's clock is time 0; nil where nobody thought of it.
    var timeZero: TimeZero?

    static var key: String { "azure2021" }
    static var blank: Azure2021Source { Azure2021Source() }

    static func kind(_ paths: PathKind) -> Kind<Azure2021Source> {
        Record(
            "azure2021",
            [
                Field("file", \Azure2021Source.file, paths.kind, required: true),
                Field("memory", \Azure2021Source.memory, .memory),
                Field(
                    "time-zero", \Azure2021Source.timeZero,
                    Kind<TimeZero>.timeZero.optional(blank: .firstCall)),
            ]
        ).kind
    }

    var withoutPaths: Azure2021Source {
        var source = self
        source.file = ""
        return source
    }

    func load(strict: Bool) throws -> Workload {
        try AzureFunctions2021Reader(
            path: file, applicationMemory: memory, timeZero: timeZero, strict: strict
        ).read()
    }
}

/// `workload: {events: {file: FILE}}`: a list of calls.
struct EventsSource: WorkloadSource {
    var file = ""
    /// Memory of functions of which the file says nothing.
    var memory: Bytes = .mebibytes(170)
    /// Which time of the file's clock is time 0; nil where nobody thought of it.
    var timeZero: TimeZero?

    static var key: String { "events" }
    static var blank: EventsSource { EventsSource() }

    static func kind(_ paths: PathKind) -> Kind<EventsSource> {
        Record(
            "events",
            [
                Field("file", \EventsSource.file, paths.kind, required: true),
                Field("memory", \EventsSource.memory, .memory),
                Field(
                    "time-zero", \EventsSource.timeZero,
                    Kind<TimeZero>.timeZero.optional(blank: .firstCall)),
            ]
        ).kind
    }

    var withoutPaths: EventsSource {
        var source = self
        source.file = ""
        return source
    }

    func load(strict: Bool) throws -> Workload {
        try EventListReader(path: file, functionMemory: memory, timeZero: timeZero, strict: strict).read()
    }
}

extension Kind where Value == TimeZero {
    /// Which time of a trace's clock is time 0: `first-call`, or a time of the clock.
    static var timeZero: Kind {
        let expected =
            "first-call, a time of the trace's clock such as 0 s, or a date such as 2021-01-31T00:00:00Z"
        return Kind(scalar: expected) { (text) throws(UnitFamily.Fault) in
            if text == "first-call" { return .firstCall }
            if let date = CalendarTime.read(text) { return .at(date) }
            guard text.first?.isNumber == true else {
                throw UnitFamily.Fault(
                    problem: "there is no '\(text.prefix(60))' here", remedy: "write \(expected)")
            }
            let amount = try UnitFamily.time.read(text)
            guard let span = amount.whole.map({ .nanoseconds($0) }) ?? SimDuration(seconds: amount.base)
            else {
                return nil
            }
            return .at(.zero + span)
        } write: {
            switch $0 {
            case .firstCall: "first-call"
            case .at(let time): UnitFamily.time.write(whole: time.nanoseconds)
            }
        }
    }
}
