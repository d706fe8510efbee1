import Files
import Statistics
import Workload

/// What a sweep gave when its results were last accepted: values by replicate, with tolerances.
public struct Baseline: Hashable, Sendable {
    /// The experiment's name.
    public var experiment: String
    /// The version of Pagefold whose runs these are.
    public var version: String
    /// The chance, at most, that a check fails although nothing became worse than tolerated.
    public var level: Double
    /// The metrics, in order.
    public var metrics: [Metric]
    /// The seed of each replicate.
    public var seeds: [UInt64]
    /// The points, in the order of the sweep.
    public var points: [Point]

    /// A metric that is watched.
    public struct Metric: Hashable, Sendable {
        /// Its name.
        public var name: String
        /// How much worse it may become.
        public var tolerance: Tolerance
    }

    /// A point of the sweep.
    public struct Point: Hashable, Sendable {
        /// Its settings.
        public var settings: SweepPoint
        /// The policies, in the order of the experiment.
        public var policies: [Policy]
    }

    /// A policy at a point.
    public struct Policy: Hashable, Sendable {
        /// Its name.
        public var name: String
        /// The values by metric (as in `metrics`) and replicate; NaN where a run had no such value, empty
        /// where the metric has not been recorded.
        public var values: [[Double]]
        /// By metric and replicate, what the values are shares of; empty for metrics that are not a ratio of totals.
        public var amounts: [[Double]]

        /// A policy with values; without amounts where no metric is a ratio of totals.
        public init(name: String, values: [[Double]], amounts: [[Double]]? = nil) {
            self.name = name
            self.values = values
            self.amounts = amounts ?? values.map { _ in [] }
        }
    }

    /// The format of the files.
    static let format = 1
    /// The level where nobody says otherwise.
    public static let standardLevel = 0.05

    /// What `results` give as a baseline, one metric for each of their tables.
    /// - Parameters:
    ///   - old: what it replaces: its level and tolerances stay.
    ///   - standard: tolerances of metrics that `old` does not watch.
    ///   - tolerances: tolerances that replace those of `old`.
    ///   - level: the level; nil to keep that of `old`.
    /// - Throws: `InputError` when `old` is of another experiment, and where a run has no seed.
    public init(
        _ results: SweepResults, replacing old: Baseline? = nil, standard: [ToleranceOption] = [],
        tolerances: [ToleranceOption] = [], level: Double? = nil
    ) throws {
        if let old { try old.checkExperiment(results) }
        guard results.seeds.count == results.replicates, results.replicates > 0,
            Set(results.seeds).count == results.replicates
        else {
            throw InputError("the store lacks whole replicates", remedy: "run the sweep again; it goes on")
        }
        try results.refuseUnfinished()
        experiment = results.experiment
        version = pagefoldVersion
        self.level = level ?? old?.level ?? Baseline.standardLevel
        metrics = results.tables.map { table in
            let kept = old?.metrics.first { $0.name == table.name }?.tolerance
            let chosen = standard.first { $0.metric == table.name }?.tolerance
            return Metric(name: table.name, tolerance: kept ?? chosen ?? .standard)
        }
        seeds = results.seeds
        points = results.points.enumerated().map { point, settings in
            let policies = results.policies.enumerated().map { policy, name in
                Policy(
                    name: name, values: results.tables.map { Array($0[point, policy]) },
                    amounts: results.tables.map { $0.amounts(point).map(Array.init) ?? [] })
            }
            return Point(settings: settings, policies: policies)
        }
        try apply(tolerances)
    }

    init(
        experiment: String, version: String, level: Double, metrics: [Metric], seeds: [UInt64],
        points: [Point]
    ) {
        self.experiment = experiment
        self.version = version
        self.level = level
        self.metrics = metrics
        self.seeds = seeds
        self.points = points
    }

    /// Replaces tolerances.
    /// - Throws: `InputError` for a metric that the baseline does not watch.
    public mutating func apply(_ tolerances: [ToleranceOption]) throws {
        for option in tolerances {
            guard let index = metrics.firstIndex(where: { $0.name == option.metric }) else {
                throw InputError(
                    "--tolerance: the baseline does not watch '\(option.metric)'",
                    remedy: Suggestion.remedy(for: option.metric, among: metrics.map(\.name)))
            }
            metrics[index].tolerance = option.tolerance
        }
    }

    /// The metrics that this version of Pagefold knows; a check asks the store for these.
    public var knownMetrics: [String] {
        let possible = Set(MetricSelection.possibleNames)
        return metrics.map(\.name).filter(possible.contains)
    }

    /// - Throws: `InputError` when the results are of another experiment.
    func checkExperiment(_ results: SweepResults) throws {
        if experiment == results.experiment { return }
        throw InputError(
            "the baseline is of the experiment '\(experiment)', the results are of '\(results.experiment)'",
            remedy: "give each experiment a baseline of its own")
    }
}
