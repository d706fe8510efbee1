import Files
import Simulator
import Workload

/// An experiment: a workload, and one or more variants of a scenario that meet it.
public struct Experiment: Sendable {
    /// Its name; results carry it.
    public var name: String
    /// What it is about; may be empty.
    public var description: String
    /// The seed of the runs, and of the workload where the file gives that none of its own.
    public var seed: UInt64
    /// What the seed and the replicates leave as it is; nil when they move all draws.
    public internal(set) var hold: HeldDraw?
    /// The variants in the order of the file.
    public internal(set) var variants: [Variant]
    /// What the user should know before each variant runs once, without the rest of the file.
    public var notices: [String] {
        let unused = asWritten.map(\.0).filter { $0 != "metrics" }
        if unused.isEmpty { return [] }
        let names = unused.map { "'\($0)'" }.joined(separator: " and ")
        return ["\(names): for pagefold sweep; this runs each variant once"]
    }

    /// The file, as the user named it.
    let file: String
    /// What the variants override.
    var base: Scenario
    /// The workload.
    var workload: WorkloadSpec
    /// Whether the file names variants.
    var namesVariants: Bool
    /// Which combinations of settings a sweep tries.
    var sweep: SweepDesign
    /// How often a sweep runs each.
    var replicates: ReplicateSettings
    /// The metrics that comparisons show; empty for the standard ones.
    public internal(set) var metrics: [MetricChoice]
    /// The variant that others are compared with; the first where the file names none.
    public internal(set) var reference: String
    /// Parts of the file that are written as they were read.
    private var asWritten: [(String, ConfigNode)]
    /// The file's tree with overrides, and how it was decoded, for decoding it again.
    let tree: ConfigNode
    private let paths: PathKind
    let catalog: PolicyCatalog

    /// Most bytes that an experiment file may have.
    public static let sizeLimit = YAMLReader.sizeLimit

    /// One variant: a named scenario.
    public struct Variant: Sendable {
        /// Its name in the file.
        public var name: String { scenario.name }
        /// Its complete scenario.
        public var scenario: Scenario
        /// Where it is in the file.
        var origin: ConfigNode.Origin
    }

    /// What to read an experiment from.
    public struct Input: Sendable {
        /// The text of the file.
        public var text: String
        /// The file, as the user named it.
        public var file: String
        /// The directory of the file, absolute: what paths in it start from.
        public var directory: String
        /// The working directory, absolute: what paths in overrides start from.
        public var workingDirectory: String
        /// Settings that replace those of the file.
        public var overrides: [Override]

        /// What to read an experiment from.
        public init(
            text: String, file: String, directory: String, workingDirectory: String,
            overrides: [Override] = []
        ) {
            self.text = text
            self.file = file
            self.directory = directory
            self.workingDirectory = workingDirectory
            self.overrides = overrides
        }
    }

    /// Reads an experiment.
    /// - Throws: `InputError` or `InputErrors` for what cannot be understood.
    public init(_ input: Input, catalog: PolicyCatalog = .standard) throws {
        var tree = try YAMLReader.read(input.text, file: input.file)
        guard tree.entries != nil else {
            throw InputError(
                file: input.file, "this is not an experiment",
                remedy: "write settings as NAME: VALUE, such as seed: 1")
        }
        try OverrideOrder.apply(input.overrides, to: &tree)
        let paths = PathKind(fileDirectory: input.directory, workingDirectory: input.workingDirectory)
        try self.init(
            tree: tree, file: input.file, paths: paths, catalog: catalog, unit: .application,
            schema: ExperimentSchema(paths, catalog))
        try checkHold(tree["hold"])
    }

    private init(
        tree: ConfigNode, file: String, paths: PathKind, catalog: PolicyCatalog, unit: SandboxUnit,
        schema: ExperimentSchema
    ) throws {
        let faults = Faults(file: file)
        var draft = ExperimentDraft(unit: unit, catalog: catalog)
        draft = schema.experiment.read(tree, over: draft, faults)
        draft.settleSeeds(tree)
        draft.readVariants(schema.scenario, faults)
        draft.checkReference(faults, at: tree["reference"])
        draft.checkNames(faults, in: tree)
        try faults.throwIfAny()
        name = draft.name
        description = draft.description
        seed = draft.seed
        hold = draft.hold
        base = draft.base
        workload = draft.workload
        variants = draft.variants
        namesVariants = draft.policies != nil
        sweep = draft.sweep
        replicates = draft.replicates
        metrics = draft.metrics
        reference = draft.reference ?? draft.variants[0].name
        asWritten = draft.asWritten.map { ($0.key, $0.value) }
        self.tree = tree
        self.file = file
        self.paths = paths
        self.catalog = catalog
    }

    /// Reads or draws the workload, and sets `sandbox.unit` where the file leaves it open to what the
    /// workload gives memory for.
    /// - Parameter strict: whether anything to warn of in a trace is an error.
    /// - Throws: `InputError` for a workload that cannot be had.
    public mutating func loadWorkload(strict: Bool = false) throws -> Workload {
        guard let source = self.workload.source else {
            preconditionFailure("an experiment without a workload was accepted")
        }
        let workload: Workload
        do {
            workload = try source.load(strict: strict)
        } catch let error as InputError {
            throw placed(error)
        }
        if strict { try workload.refuseWarnings() }
        if workload.memoryUnit != .application { self = try reread(for: workload.memoryUnit) }
        return workload
    }

    /// The same experiment, with `sandbox.unit` as given where the file leaves it open.
    func reread(for unit: SandboxUnit) throws -> Experiment {
        try Experiment(
            tree: tree, file: file, paths: paths, catalog: catalog, unit: unit, schema: schema)
    }

    /// The schema that reads the file.
    var schema: ExperimentSchema { ExperimentSchema(paths, catalog) }

    /// Lets a sweep go on until a metric is known this exactly.
    public mutating func goOn(until target: PrecisionTarget) { replicates.until = target }

    /// The variants at one combination of swept settings, for a workload that gives memory for `unit`.
    /// - Parameter schema: that of this experiment.
    /// - Throws: `InputErrors` for settings that cannot be understood.
    func at(
        _ assignments: [SweepAssignment], unit: SandboxUnit, _ schema: ExperimentSchema
    ) throws -> (workload: WorkloadSpec, variants: [Variant]) {
        let faults = Faults(file: file)
        var tree = tree
        if var entries = tree.entries {
            entries.removeAll { Self.keysOfSweeps.contains($0.key) }
            tree.content = .mapping(entries)
        }
        for assignment in assignments { assignment.apply(to: &tree, faults) }
        try faults.throwIfAny()
        let experiment = try Experiment(
            tree: tree, file: file, paths: paths, catalog: catalog, unit: unit, schema: schema)
        return (experiment.workload, experiment.variants)
    }

    /// Parts of the file that say how often and where, not what runs.
    private static let keysOfSweeps = ["sweep", "replicates", "metrics", "reference"]

    /// The complete experiment as YAML: every setting with its value. Read again, it gives the same runs.
    public var resolved: String { YAMLWriter.text(resolvedNode) }

    /// The complete experiment as a tree.
    var resolvedNode: ConfigNode {
        var draft = ExperimentDraft(unit: .application, catalog: catalog)
        draft.name = name
        draft.description = description
        draft.seed = seed
        draft.hold = hold
        draft.base = base
        draft.workload = workload
        let schema = schema
        let node = schema.experiment.write(draft)
        var pairs = (node.entries ?? []).map { ($0.key, $0.value) }
        if namesVariants {
            let record = schema.scenario
            let common = record.write(base)
            let changes = variants.map { variant in
                let own = record.write(variant.scenario)
                var changes = (own.entries ?? []).filter { common[$0.key] != $0.value }
                    .map { ($0.key, $0.value) }
                for entry in common.entries ?? [] where own[entry.key] == nil {
                    if let nothing = ScenarioSchema.nothing[entry.key] {
                        changes.append((entry.key, nothing))
                    }
                }
                return (variant.name, ConfigNode.mapping(changes))
            }
            pairs.append(("policies", .mapping(changes)))
        }
        if reference != variants[0].name { pairs.append(("reference", .text(reference))) }
        return .mapping(pairs + asWritten)
    }

    /// What tells a sweep from all others: everything but what may grow or only words it differently
    /// (the number of replicates, `metrics`, `reference`, `description`).
    var digest: String {
        let loose = ["replicates", "metrics", "reference", "description"]
        var pairs = (resolvedNode.entries ?? []).filter { !loose.contains($0.key) }.map { ($0.key, $0.value) }
        if let replicates = asWritten.first(where: { $0.0 == "replicates" })?.1,
            let sample = replicates["sample"]
        {
            pairs.append(("sample", sample))
        }
        return RunDigest.text(YAMLWriter.text(.mapping(pairs)))
    }
}
