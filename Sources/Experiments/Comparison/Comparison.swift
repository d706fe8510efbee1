import Files
import Statistics
import Workload

/// Policies side by side: means with intervals, what is best, and paired differences to a reference policy.
///
/// Intervals are Student's over the replicates, Fieller's where the metric is a ratio of totals. Whether a
/// difference is significant is judged by p-values adjusted after Holm (1979): over the policies of a row for the
/// best one, over a whole table for differences to the reference.
public struct Comparison: Sendable {
    /// The results, of which `points` are shown.
    let results: SweepResults
    /// The numbers of the points shown, in order.
    let points: [Int]
    /// The level of the intervals, such as 0.95.
    let level: Double
    /// Whether there is one table for each point, with metrics as rows; else one for each metric, with points
    /// as rows. A table is also what differences are adjusted over.
    let isByPoint: Bool
    /// The cells by metric, point (as in `points`) and policy.
    private(set) var cells: [[[Cell]]]
    /// What is to be said of runs that do not settle; may be empty.
    public var warmUp = ""

    /// One metric of one policy at one point.
    struct Cell: Sendable {
        /// How many replicates have a value.
        var count = 0
        /// Their mean; nil without values.
        var mean: Double?
        /// Half the width of the interval around it; nil where that is not symmetric or has no ends.
        var halfWidth: Double?
        /// The interval around it; nil where that has no ends, as with fewer than two values.
        var interval: ClosedRange<Double>?
        /// How it stands beside the other policies.
        var standing = Standing.none
        /// How it differs from the reference; nil for the reference itself, and where nothing can be paired.
        var change: Change?
    }

    /// How a policy stands among all by one metric.
    enum Standing: String, Sendable {
        /// Its mean is the best, or all of its values are those of the best.
        case best
        /// Its difference to the best may be chance.
        case notToldApart = "not told apart"
        /// It differs from the best.
        case behind
        /// It has no value, or the metric has no better and worse.
        case none
    }

    /// Compares policies.
    /// - Parameters:
    ///   - results: what to compare.
    ///   - points: the numbers of the points to show; nil for all.
    ///   - byPoint: whether to make a table for each point; nil to do so when there is one point only.
    ///   - level: the level of intervals and of significance, between 0 and 1.
    /// - Throws: `InputError` for an impossible level, and when there is nothing to compare.
    public init(
        _ results: SweepResults, points: [Int]? = nil, byPoint: Bool? = nil, level: Double = 0.95
    ) throws {
        try Confidence.check(level)
        let results = results.distinct
        let points = points ?? Array(results.points.indices)
        guard !points.isEmpty, !results.policies.isEmpty, results.replicates > 0, !results.tables.isEmpty
        else {
            throw InputError("there is nothing to compare", remedy: "has the sweep run?")
        }
        self.results = results
        self.points = points
        self.level = level
        isByPoint = byPoint ?? (points.count == 1)
        cells = results.tables.map { table in
            points.map { Comparison.row(table, point: $0, results: results, level: level) }
        }
        judgeChanges()
    }

    /// The cells of one metric at one point, policy by policy.
    private static func row(
        _ table: MetricTable, point: Int, results: SweepResults, level: Double
    ) -> [Cell] {
        var row = results.policies.indices.map { policy in
            var cell = Cell()
            let estimate = table.estimate(point, policy, level: level)
            cell.count = estimate.count
            guard let mean = estimate.mean else { return cell }
            cell.mean = mean
            cell.halfWidth = estimate.halfWidth
            cell.interval = estimate.interval
            if policy != results.reference {
                cell.change = table.change(at: point, from: results.reference, to: policy, level: level)
            }
            return cell
        }
        judgeStandings(&row, table, point: point, level: level, isExact: results.isOneRun)
        return row
    }

    /// - Parameter isExact: whether chance has no part, so that every difference counts.
    private static func judgeStandings(
        _ row: inout [Cell], _ table: MetricTable, point: Int, level: Double, isExact: Bool
    ) {
        guard let best = best(of: row, table.direction) else { return }
        let others = row.indices.filter { $0 != best && row[$0].mean != nil }
        row[best].standing = .best
        var p: [Double] = []
        for other in others {
            let difference = table.difference((point, other), (point, best), level: level)
            row[other].standing = difference.isNothing ? .best : .behind
            p.append(difference.p)
        }
        for (other, p) in zip(others, Holm.adjusted(p)) where row[other].standing == .behind {
            if p > 1 - level, !isExact { row[other].standing = .notToldApart }
        }
    }

    private static func best(of row: [Cell], _ direction: Metric.Direction) -> Int? {
        let candidates = row.indices.filter { row[$0].mean != nil }
        func mean(_ policy: Int) -> Double { row[policy].mean ?? .nan }
        switch direction {
        case .lower: return candidates.min { mean($0) < mean($1) }
        case .higher: return candidates.max { mean($0) < mean($1) }
        case .none: return nil
        }
    }

    /// The cells that stand in one table, table by table.
    private var families: [[(metric: Int, point: Int, policy: Int)]] {
        func places(_ metric: Int, _ point: Int) -> [(metric: Int, point: Int, policy: Int)] {
            results.policies.indices.map { (metric, point, $0) }
        }
        if isByPoint {
            return points.indices.map { point in cells.indices.flatMap { places($0, point) } }
        }
        return cells.indices.map { metric in points.indices.flatMap { places(metric, $0) } }
    }

    /// Adjusts the p-values of differences over each table, and judges them.
    private mutating func judgeChanges() {
        for family in families {
            let tested = family.filter { cells[$0.metric][$0.point][$0.policy].change?.p != nil }
            let p = tested.map { cells[$0.metric][$0.point][$0.policy].change?.p ?? 1 }
            for (place, adjusted) in zip(tested, Holm.adjusted(p)) {
                cells[place.metric][place.point][place.policy].change?.judge(
                    adjusted, level: level, direction: results.tables[place.metric].direction)
            }
        }
    }
}

extension Difference {
    /// Whether every pair has twice the same value.
    var isNothing: Bool { count > 0 && estimate == 0 && (count == 1 || standardError == 0) }
}
