import Workload

/// The `workload` of an experiment: one source, and where in their minutes calls fall.
struct WorkloadSpec: Sendable {
    /// The source; nil when none was given.
    var source: (any WorkloadSource)?
    /// Where in its minute a call falls.
    var layout: MinuteLayout = .uniform

    /// Every kind of source that files can name.
    static let sources: [any WorkloadSource.Type] = [
        TraceSource.self, Azure2019Source.self, Azure2021Source.self, EventsSource.self, GenerateSource.self,
        HourSource.self, PoissonSource.self,
    ]

    /// How it stands in the file.
    static func kind(_ paths: PathKind) -> Kind<WorkloadSpec> {
        func field<Source: WorkloadSource>(_ type: Source.Type) -> Field<WorkloadSpec> {
            let kind = Source.kind(paths)
            return Field(Source.key) { node, spec, faults in
                spec.source = kind.read(node, Source.blank, faults)
            } write: { spec in
                (spec.source as? Source).map(kind.write)
            }
        }
        let layout = Field("layout", \WorkloadSpec.layout, .layout)
        let record = Record("workload", sources.map { field($0) } + [layout])
        let keys = sources.map { $0.key }
        return Kind("a workload") { node, base, faults in
            let given = (node.entries ?? []).filter { keys.contains($0.key) }
            if given.count != 1, node.entries != nil {
                let problem = given.isEmpty ? "no source is given" : "\(given.count) sources are given"
                faults.add(
                    given.last?.value ?? node, problem, remedy: "give one of \(keys.joined(separator: ", "))")
            }
            return record.read(node, over: base, faults)
        } write: {
            record.write($0)
        }
    }
}
