import EventKernel
import Files
import Simulator
import Workload

/// An experiment while it is read.
struct ExperimentDraft {
    var name = ""
    var description = ""
    var seed: UInt64 = 1
    var hold: HeldDraw?
    var workload = WorkloadSpec()
    var base: Scenario
    var policies: ConfigNode?
    var variants: [Experiment.Variant] = []
    var sweep = SweepDesign.list([[]])
    var replicates = ReplicateSettings()
    var metrics: [MetricChoice] = []
    var reference: String?
    /// Parts of the file that are kept as they were written.
    var asWritten: [ConfigNode.Entry] = []

    /// The documented defaults, with a cluster that the file must replace.
    init(unit: SandboxUnit, catalog: PolicyCatalog) {
        base = Scenario(nodes: [NodeGroup(count: 1, memory: .gibibytes(64))])
        base.sandbox.unit = unit
        // Policies carry all their parameters from the start, so that variants compare equal when they are.
        func complete<Made>(_ choice: PolicyChoice, _ entries: [PolicyEntry<Made>]) -> PolicyChoice {
            entries.first { $0.name == choice.name }.map { PolicyDescription($0).complete(choice) } ?? choice
        }
        base.policies.idle = complete(base.policies.idle, catalog.idle)
        base.policies.placement = complete(base.policies.placement, catalog.placement)
        base.policies.reclaim = complete(base.policies.reclaim, catalog.reclaim)
    }

    /// Turns what stands under `policies` into variants of the base.
    mutating func readVariants(_ record: Record<Scenario>, _ faults: Faults) {
        base.layout = workload.layout
        guard let policies else {
            variants = [Experiment.Variant(scenario: base, origin: .none)]
            return
        }
        guard let entries = policies.entries, !entries.isEmpty else {
            faults.expected("variants by name", policies, remedy: "write NAME: {idle: ..., reclaim: ...}")
            return
        }
        if entries.count > 1_000 {
            faults.add(policies, "there are \(entries.count) variants", remedy: "up to 1,000 run")
        }
        for entry in entries.prefix(1_000) {
            if entry.key.isEmpty || entry.key.utf8.count > 100 || entry.key.contains(where: \.isNewline) {
                faults.add(entry.origin, "a variant's name must have 1 to 100 characters on one line")
            }
            var scenario = base
            if entry.value.content != .null { scenario = record.read(entry.value, over: base, faults) }
            scenario.name = entry.key
            variants.append(Experiment.Variant(scenario: scenario, origin: entry.origin))
        }
    }

    /// Holds `reference` against the names of the variants.
    func checkReference(_ faults: Faults, at node: ConfigNode?) {
        guard let reference, let node, !variants.contains(where: { $0.name == reference }) else { return }
        faults.add(
            node, "there is no variant '\(reference.prefix(60))'",
            remedy: Suggestion.remedy(for: reference, among: variants.map(\.name)))
    }
}

/// The settings of an experiment file. Making one takes longer than reading a file with it: a sweep of many points
/// makes one for all.
struct ExperimentSchema {
    /// The top of the file.
    let experiment: Record<ExperimentDraft>
    /// What a variant may override.
    let scenario: Record<Scenario>

    /// The schema for a catalogue of policies, with paths as seen from these directories.
    init(_ paths: PathKind, _ catalog: PolicyCatalog) {
        experiment = ExperimentSchema.record(paths, catalog)
        scenario = ScenarioSchema.record(paths, catalog)
    }

    /// All settings, in the order in which they are written.
    private static func record(_ paths: PathKind, _ catalog: PolicyCatalog) -> Record<ExperimentDraft> {
        let name = Kind<String>.text.limited(to: "1 to 100 characters on one line") {
            !$0.isEmpty && $0.utf8.count <= 100 && !$0.contains(where: \.isNewline)
        }
        let policies = Field<ExperimentDraft>(
            "policies", read: { node, draft, _ in draft.policies = node }, write: { _ in nil })
        return Record(
            "an experiment",
            [
                Field("name", \ExperimentDraft.name, name, required: true),
                Field("description", \ExperimentDraft.description, .text),
                Field("seed", \ExperimentDraft.seed, .seed),
                Field("hold", \ExperimentDraft.hold, HeldDraw.kind),
                Field("workload", \ExperimentDraft.workload, WorkloadSpec.kind(paths), required: true),
            ]
                + ScenarioSchema.fields(paths, catalog).map {
                    $0.lifted(\.base, required: $0.name == "cluster")
                }
                + [
                    policies, asWritten("sweep", \.sweep, .sweepDesign),
                    asWritten("replicates", \.replicates, ReplicateSettings.kind),
                    asWritten("metrics", \.metrics, .metrics),
                    Field(
                        "reference", \ExperimentDraft.reference, Kind<String>.text.optional(blank: "")),
                ])
    }

    /// A setting that is read, and kept as it was written for writing it again.
    private static func asWritten<Value>(
        _ name: String, _ path: WritableKeyPath<ExperimentDraft, Value>, _ kind: Kind<Value>
    ) -> Field<ExperimentDraft> {
        let field = Field(name, path, kind)
        return Field(name) { node, draft, faults in
            field.read(node, &draft, faults)
            draft.asWritten.append(.init(key: name, origin: node.origin, value: node))
        } write: { _ in
            nil
        }
    }
}
