import Workload

/// `workload: {trace: FILE.pftrace}`: a workload that Pagefold wrote.
struct TraceSource: WorkloadSource {
    var path = ""

    static var key: String { "trace" }
    static var blank: TraceSource { TraceSource() }

    static func kind(_ paths: PathKind) -> Kind<TraceSource> {
        paths.kind.mapped({ TraceSource(path: $0) }, { $0.path })
    }

    func load(strict: Bool) throws -> Workload { try TraceFile.open(path) }
}
