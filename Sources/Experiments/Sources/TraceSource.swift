import Workload

/// `workload: {trace: FILE.pftrace}`: a workload that Pagefold wrote.
struct TraceSource: WorkloadSource {
    var path = ""

    static var key: String { "trace" }
    static var blank: TraceSource { TraceSource() }

    static func kind(_ paths: PathKind) -> Kind<TraceSource> {
        paths.kind.mapped({ TraceSource(path: $0) }, { $0.path })
    }

    var withoutPaths: TraceSource {
        var source = self
        source.path = ""
        return source
    }

    func load(strict: Bool) throws -> Workload {
        var workload = try TraceFile.open(path)
        try workload.checkClock(file: path)
        let input = Provenance.Input(path: path, digest: try TraceFile.digest(of: path))
        workload.provenance.inputs.insert(input, at: 0)
        return workload
    }
}
