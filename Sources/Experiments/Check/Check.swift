import Files
import Statistics
import Workload

/// The results of a sweep beside a baseline: what became worse than tolerated, beyond chance.
///
/// Each metric of each point and policy is tested with the hypothesis that it is not worse than tolerated; the
/// probabilities are adjusted after Holm over all of them, so that a check of results in which nothing is worse
/// fails with a probability of at most the level.
public struct Check: Sendable {
    /// What it compares with.
    let baseline: Baseline
    /// The level used.
    let level: Double
    /// One for each point, policy and metric of the baseline, in its order.
    let items: [Item]
    /// What the results lack, a line each.
    let missing: [String]
    /// What else should be known: things that the baseline lacks, other versions.
    let notices: [String]

    /// One metric of one policy at one point.
    struct Item: Sendable {
        let point: SweepPoint
        let policy: String
        let metric: String
        let direction: Metric.Direction
        let tolerance: Tolerance
        /// What was seen; nil when nothing could be compared.
        let evidence: Evidence?
        /// The probability adjusted for all that are tested; nil where chance does not come in.
        fileprivate(set) var adjustedP: Double?
        fileprivate(set) var verdict: Verdict
    }

    /// What a comparison comes to.
    enum Verdict: String, Sendable, CaseIterable {
        case identical
        /// No run has a value, neither then nor now.
        case noValue = "no value"
        case within = "within tolerance"
        case improved
        case unclear
        case worse
        /// Beyond the tolerance, for a metric that has no better and worse.
        case changed
        case missing

        /// Whether the check fails for it.
        var isFailure: Bool { self == .worse || self == .changed || self == .missing }
    }

    /// Whether nothing became worse than tolerated, and nothing is missing.
    public var passed: Bool { !items.contains { $0.verdict.isFailure } && missing.isEmpty }

    /// Checks results, which have a table for each metric in `baseline.knownMetrics`.
    /// - Parameter level: the chance of a false alarm; nil for the baseline's own.
    /// - Throws: `InputError` for results of another experiment and for an impossible level.
    public init(_ results: SweepResults, against baseline: Baseline, level: Double? = nil) throws {
        try baseline.checkExperiment(results)
        let level = level ?? baseline.level
        guard level > 0, level < 0.5 else {
            throw InputError(
                "the level \(Share.text(level)) is not possible",
                remedy: Share.suggestion(for: level, below: 0.5)
                    ?? "give one above 0 and below 0.5, such as 0.05")
        }
        try Check.refuseMeansOfRatios(baseline)
        var matcher = Matcher(baseline: baseline, results: results, level: level)
        var items = matcher.items()
        Check.judge(&items, level: level)
        self.baseline = baseline
        self.level = level
        self.items = items
        missing = matcher.missing
        notices = matcher.notices(for: items)
        if items.allSatisfy({ $0.verdict == .noValue }), missing.isEmpty {
            throw InputError(
                "nothing can be compared: no line of the baseline has a value",
                remedy: "watch metrics that the runs have: --update --metrics cold_share,memory_mean_bytes")
        }
    }

    /// - Throws: `InputError` for a ratio of totals that is written as the mean of ratios, as 0.5.0 wrote it.
    private static func refuseMeansOfRatios(_ baseline: Baseline) throws {
        for (number, metric) in baseline.metrics.enumerated()
        where DerivedMetric.all.contains(where: { $0.name == metric.name }) {
            let lines = baseline.points.flatMap(\.policies).map { ($0.values[number], $0.amounts[number]) }
            if lines.contains(where: { !$0.0.isEmpty && $0.1.isEmpty }) {
                throw InputError(
                    "the baseline's \(metric.name) is a mean of the runs' ratios, as version \(baseline.version) "
                        + "took it; it is the ratio of the totals now",
                    remedy: "write the baseline anew with --update; tolerances stay")
            }
        }
    }

    private static func judge(_ items: inout [Item], level: Double) {
        let tested = items.indices.filter { items[$0].verdict != .missing && items[$0].evidence != nil }
        let random = tested.filter { items[$0].evidence?.method != .single }
        let worse = Holm.adjusted(random.map { items[$0].evidence?.pWorse ?? 1 })
        let better = Holm.adjusted(random.map { items[$0].evidence?.pBetter ?? 1 })
        for (place, index) in random.enumerated() {
            // Where nothing varies there is no chance to speak of.
            items[index].adjustedP = items[index].evidence?.method == .exact ? nil : worse[place]
            judge(&items[index], worse: worse[place] <= level, better: better[place] <= level)
        }
        for index in tested {
            guard let evidence = items[index].evidence, evidence.method == .single else { continue }
            judge(&items[index], worse: evidence.pWorse == 0, better: evidence.pBetter == 0)
        }
    }

    private static func judge(_ item: inout Item, worse: Bool, better: Bool) {
        guard let evidence = item.evidence, item.verdict != .identical else { return }
        if worse {
            item.verdict = item.direction == .none ? .changed : .worse
        } else if better {
            item.verdict = .improved
        } else {
            item.verdict = evidence.isWithin ? .within : .unclear
        }
    }
}
