import EventKernel
import Workload

/// `workload: {azure2021: {file: FILE}}`: the Azure Functions 2021 release.
struct Azure2021Source: WorkloadSource {
    var file = ""
    /// Memory of every application, which the release leaves out.
    var memory: Bytes = .mebibytes(170)

    static var key: String { "azure2021" }
    static var blank: Azure2021Source { Azure2021Source() }

    static func kind(_ paths: PathKind) -> Kind<Azure2021Source> {
        Record(
            "azure2021",
            [
                Field("file", \Azure2021Source.file, paths.kind, required: true),
                Field("memory", \Azure2021Source.memory, .memory),
            ]
        ).kind
    }

    var withoutPaths: Azure2021Source {
        var source = self
        source.file = ""
        return source
    }

    func load(strict: Bool) throws -> Workload {
        try AzureFunctions2021Reader(path: file, applicationMemory: memory, strict: strict).read()
    }
}

/// `workload: {events: {file: FILE}}`: a list of calls.
struct EventsSource: WorkloadSource {
    var file = ""
    /// Memory of functions of which the file says nothing.
    var memory: Bytes = .mebibytes(170)

    static var key: String { "events" }
    static var blank: EventsSource { EventsSource() }

    static func kind(_ paths: PathKind) -> Kind<EventsSource> {
        Record(
            "events",
            [
                Field("file", \EventsSource.file, paths.kind, required: true),
                Field("memory", \EventsSource.memory, .memory),
            ]
        ).kind
    }

    var withoutPaths: EventsSource {
        var source = self
        source.file = ""
        return source
    }

    func load(strict: Bool) throws -> Workload {
        try EventListReader(path: file, functionMemory: memory, strict: strict).read()
    }
}
