/// What the runs of a sweep gave, for comparison: metrics by point, policy and replicate.
///
/// Replicate `r` of every policy and point met the same draws (common random numbers), so differences between
/// policies, and between points that share a workload, are paired by replicate.
public struct SweepResults: Sendable {
    /// The experiment's name.
    public var experiment: String
    /// What the experiment asks; may be empty.
    public var question: String
    /// The policies (variants), in the order of the experiment file.
    public var policies: [String]
    /// Which of `policies` the others are compared with.
    public var reference: Int
    /// The points of the sweep, in its order; one without settings where nothing is swept.
    public var points: [SweepPoint]
    /// How many replicates each point and policy has at most.
    public var replicates: Int
    /// The seed of each replicate, for as many as there are: runs of one replicate share it, and two runs of
    /// one seed, point and policy are the same run.
    public var seeds: [UInt64]
    /// One table for each metric that was asked for, in that order.
    public var tables: [MetricTable]
    /// What differs between replicates.
    public var replication = Replication.drawn
    /// How many runs there are, by point and policy; empty where that is not known.
    public var runs: [[Int]] = []
    /// Whether any run completed a call; true where that is not known.
    public var hasCalls = true
    /// How many replicates the sweep asks for; nil where that is not known.
    public var wanted: Int?

    /// What the runs of a sweep gave.
    public init(
        experiment: String, question: String, policies: [String], reference: Int, points: [SweepPoint],
        replicates: Int, seeds: [UInt64], tables: [MetricTable]
    ) {
        self.experiment = experiment
        self.question = question
        self.policies = policies
        self.reference = reference
        self.points = points
        self.replicates = replicates
        self.seeds = seeds
        self.tables = tables
    }
}

/// One combination of swept settings.
public struct SweepPoint: Hashable, Sendable {
    /// The settings in the order of the sweep: path, as `--set` spells it, and value as text.
    public var settings: [Setting]

    /// One swept setting.
    public struct Setting: Hashable, Sendable {
        /// The path, such as `cluster.nodes.0.memory`.
        public var path: String
        /// The value, such as `16 GiB`.
        public var value: String

        /// One swept setting.
        public init(path: String, value: String) {
            self.path = path
            self.value = value
        }
    }

    /// One combination of swept settings.
    public init(_ settings: [Setting]) { self.settings = settings }

    /// The point in one line: `memory 16 GiB, keep-alive 10 min`; empty without settings.
    public var label: String {
        settings.map { setting in
            let name = setting.path.split(separator: ".").last { $0.contains { !$0.isNumber } }
            return "\(name ?? setting.path[...]) \(setting.value)"
        }.joined(separator: ", ")
    }
}

/// One metric over a sweep.
public struct MetricTable: Sendable {
    /// Its name, such as `cold_share`.
    public let name: String
    /// What it is.
    public let meaning: String
    /// Which way is better.
    public let direction: Metric.Direction
    private let policies: Int
    private let replicates: Int
    private var cells: [Double]
    /// By point and replicate, what each value is a share of; nil where values are not shares of amounts.
    private let amounts: [Double]?

    /// A table without values.
    /// - Parameter amounts: by point and replicate, what the values are shares of, where the metric is the ratio
    ///   of the totals over replicates, not the mean of the values.
    public init(
        name: String, meaning: String, direction: Metric.Direction, points: Int, policies: Int,
        replicates: Int, amounts: [Double]? = nil
    ) {
        precondition(
            amounts.map { $0.count == points * replicates } ?? true, "each run of a point has an amount")
        self.amounts = amounts
        self.name = name
        self.meaning = meaning
        self.direction = direction
        self.policies = policies
        self.replicates = replicates
        cells = Array(repeating: .nan, count: points * policies * replicates)
    }

    /// The value in one run; not a number where the run is missing or has no such value.
    public subscript(point: Int, policy: Int, replicate: Int) -> Double {
        get { cells[(point * policies + policy) * replicates + replicate] }
        set { cells[(point * policies + policy) * replicates + replicate] = newValue }
    }

    /// The values by replicate, with gaps as in the other subscript.
    public subscript(point: Int, policy: Int) -> ArraySlice<Double> {
        let begin = (point * policies + policy) * replicates
        return cells[begin..<begin + replicates]
    }

    /// Whether the metric is a ratio of totals over replicates, with Fieller's interval.
    public var isRatioOfTotals: Bool { amounts != nil }

    /// What the values at a point are shares of, by replicate; nil where they are not shares of amounts.
    public func amounts(_ point: Int) -> ArraySlice<Double>? {
        amounts.map { $0[point * replicates..<(point + 1) * replicates] }
    }
}
