import EventKernel
import Files
import Simulator
import Workload

/// Everything that a sweep runs: points, policies and replicates, with the scenario of each.
public struct SweepPlan: Sendable {
    /// The policies, in the order of the experiment file.
    public let policies: [String]
    /// The combinations of swept settings, in order.
    public let points: [SweepPoint]
    /// The experiment.
    public let experiment: Experiment

    /// Scenarios that differ, each once.
    let scenarios: [PlannedScenario]
    /// Index into `scenarios`, by point and policy.
    private let scenarioOf: [Int]
    /// Index of the workload, by point.
    let workloadOf: [Int]
    let pool: WorkloadPool

    /// Most runs that a sweep may ask for.
    public static let runLimit = 1_000_000

    /// A scenario with what identifies it.
    struct PlannedScenario: Sendable {
        var variant: Experiment.Variant
        /// All settings but the workload's.
        var settings: ConfigNode
        var digest: String
    }

    /// A place of the sweep that a run fills.
    public struct Cell: Hashable, Sendable {
        /// Index of the point.
        public var point: Int
        /// Index of the policy.
        public var policy: Int
        /// Number of the replicate, from 0.
        public var replicate: Int
    }

    /// The plan of an experiment. Workloads in files are read.
    /// - Parameter strict: whether anything to warn of in a trace is an error.
    /// - Throws: `InputError` or `InputErrors` for settings that cannot be understood, and for a sweep that
    ///   is too large.
    public init(_ experiment: Experiment, strict: Bool = false) throws {
        policies = experiment.variants.map(\.name)
        let combinations = try SweepPlan.combinations(of: experiment)
        points = combinations.map { SweepPoint($0.map(\.setting)) }
        let schema = experiment.schema
        var specs = Interned<ConfigNode>()
        var workloads: [WorkloadSpec] = []
        let kind = WorkloadSpec.kind(.none)
        var workloadOf: [Int] = []
        var variants: [[Experiment.Variant]] = []
        for combination in combinations {
            let read = try experiment.at(combination, unit: .application, schema)
            let index = specs.index(of: kind.write(read.workload))
            if index == workloads.count { workloads.append(read.workload) }
            workloadOf.append(index)
            variants.append(read.variants)
        }
        pool = try WorkloadPool(
            workloads, sample: experiment.replicates.sample, isHeld: experiment.hold == .workload,
            strict: strict)
        var builder = ScenarioBuilder(record: schema.scenario)
        for (point, combination) in combinations.enumerated() {
            let unit = pool.memoryUnit(ofSpec: workloadOf[point])
            let read =
                unit == .application
                ? variants[point] : try experiment.at(combination, unit: unit, schema).variants
            for variant in read { builder.add(variant) }
        }
        let unit = pool.memoryUnit(ofSpec: workloadOf[0])
        self.experiment = unit == .application ? experiment : try experiment.reread(for: unit)
        self.workloadOf = workloadOf
        scenarios = builder.scenarios
        scenarioOf = builder.scenarioOf
    }

    private static func combinations(of experiment: Experiment) throws -> [[SweepAssignment]] {
        let replicates = experiment.replicates.until == nil ? experiment.replicates.count : 1
        let perPoint = experiment.variants.count.multipliedReportingOverflow(by: replicates)
        let runs = experiment.sweep.count?.multipliedReportingOverflow(by: perPoint.partialValue)
        guard let runs, !perPoint.overflow, !runs.overflow, runs.partialValue <= runLimit else {
            let size = experiment.sweep.count.map { Decimal.grouped(UInt64($0)) } ?? "more than 10^18"
            throw InputError(
                file: experiment.file,
                "the sweep asks for \(size) points, \(experiment.variants.count) policies and \(replicates) "
                    + "replicates: more than \(Decimal.grouped(UInt64(runLimit))) runs",
                remedy:
                    "take fewer values, or sample the space: latin-hypercube: {samples: 200, settings: ...}")
        }
        return experiment.sweep.points
    }

    /// What the user should know of the workloads that were read.
    public var warnings: [String] { pool.warnings.map { "\($0.message): \($0.count)" } }

    /// The scenario of a cell.
    func scenario(_ cell: Cell) -> Int { scenarioOf[cell.point * policies.count + cell.policy] }

    /// The cells of these replicates, in the order in which they run best: those that share a workload stand
    /// together.
    func cells(replicates: Range<Int>, ofPoints wanted: [Int]? = nil) -> [Cell] {
        let order = (wanted ?? Array(points.indices)).sorted {
            (workloadOf[$0], $0) < (workloadOf[$1], $1)
        }
        return replicates.flatMap { replicate in
            order.flatMap { point in
                policies.indices.map { Cell(point: point, policy: $0, replicate: replicate) }
            }
        }
    }

    /// The workload that a cell meets.
    func workload(_ cell: Cell) -> WorkloadPool.Key {
        pool.key(spec: workloadOf[cell.point], replicate: cell.replicate)
    }

    /// The seed of a replicate's runs.
    func seed(ofReplicate replicate: Int) -> UInt64 { experiment.runSeed(ofReplicate: replicate) }
}

extension SweepPlan {
    /// What would run, in a few lines.
    public var summary: String {
        let replicates = experiment.replicates
        var text = "\(experiment.name): \(points.count) points, \(policies.count) policies, "
        text += "\(replicates.count) replicates: \(points.count * policies.count * replicates.count) places, "
        text += "\(scenarios.count) different scenarios\n"
        if let until = replicates.until {
            text += "more replicates until \(until.text), at most \(replicates.atMost)\n"
        }
        text += "policies: \(policies.joined(separator: ", "))\n"
        for (index, point) in points.prefix(20).enumerated() where !point.settings.isEmpty {
            text +=
                "point \(index): \(point.settings.map { "\($0.path)=\($0.value)" }.joined(separator: ", "))\n"
        }
        if points.count > 20 { text += "and \(points.count - 20) more points\n" }
        return text
    }
}

/// Finds the different scenarios of a sweep.
private struct ScenarioBuilder {
    let record: Record<Scenario>
    private var known = Interned<ConfigNode>()
    private(set) var scenarios: [SweepPlan.PlannedScenario] = []
    private(set) var scenarioOf: [Int] = []

    init(record: Record<Scenario>) { self.record = record }

    mutating func add(_ variant: Experiment.Variant) {
        let settings = record.write(variant.scenario)
        let identity = ScenarioSchema.identity(of: settings)
        let index = known.index(of: identity)
        if index == scenarios.count {
            let digest = RunDigest.text(YAMLWriter.text(identity))
            scenarios.append(.init(variant: variant, settings: settings, digest: digest))
        }
        scenarioOf.append(index)
    }
}

/// Numbers different values in the order of their first appearance.
private struct Interned<Value: Hashable> {
    private var indices: [Value: Int] = [:]

    mutating func index(of value: Value) -> Int {
        if let index = indices[value] { return index }
        indices[value] = indices.count
        return indices.count - 1
    }
}
