import Files
import Statistics
import Workload

/// Which combinations of point and policy no other one beats in two metrics at once.
public struct ParetoFront: Sendable {
    let results: SweepResults
    /// The two metrics.
    let x: MetricTable, y: MetricTable
    /// The level at which a domination counts as clear.
    let level: Double
    /// The combinations that have values, in the order of points and policies.
    let entries: [Entry]

    /// A policy at a point.
    struct Entry: Sendable {
        /// The point's number.
        let point: Int
        /// The policy's number.
        let policy: Int
        /// The means of the two metrics.
        let x: Double, y: Double
        /// Which entry is at least as good in both metrics and better in one; nil on the front.
        fileprivate(set) var dominator: Int?
        /// Whether that is more than chance: the dominator is significantly better in one metric, and not
        /// significantly worse in the other.
        fileprivate(set) var isClear = false
    }

    /// The front of two metrics over all points in `points` and all policies.
    ///
    /// Replicates are paired, across points too. Each pair is judged by itself, its two metrics adjusted after
    /// Holm; there is no adjustment over the pairs. Of several dominators on the front, one that is clearly
    /// better is named, else the first.
    /// - Throws: `InputError` when a metric is missing, has no better and worse, or both are the same one.
    public init(
        _ results: SweepResults, _ x: String, _ y: String, points: [Int]? = nil, level: Double = 0.95
    ) throws {
        let results = results.distinct
        let tables = (try ParetoFront.table(x, results), try ParetoFront.table(y, results))
        if x == y { throw InputError("the Pareto front of '\(x)' and itself is its best value") }
        try Confidence.check(level)
        var entries: [Entry] = []
        for point in points ?? Array(results.points.indices) {
            for policy in results.policies.indices {
                if let first = tables.0.estimate(point, policy, level: level).mean,
                    let second = tables.1.estimate(point, policy, level: level).mean,
                    first.isFinite, second.isFinite
                {
                    entries.append(Entry(point: point, policy: policy, x: first, y: second))
                }
            }
        }
        if entries.isEmpty {
            throw InputError(
                "no policy has a value of both '\(x)' and '\(y)'", remedy: "name metrics that the runs have")
        }
        let front = ParetoFront.front(of: entries, tables.0.direction, tables.1.direction)
        self.results = results
        (self.x, self.y) = tables
        self.level = level
        self.entries = entries.map { ParetoFront.judged($0, by: front, in: entries, tables, level) }
    }

    private static func table(_ name: String, _ results: SweepResults) throws -> MetricTable {
        guard let table = results.tables.first(where: { $0.name == name }) else {
            throw InputError(
                "there is no metric '\(name)' here",
                remedy: Suggestion.remedy(for: name, among: results.tables.map(\.name)))
        }
        if table.direction == .none {
            throw InputError(
                "neither way is better for '\(name)'", remedy: "a Pareto front needs metrics with a direction"
            )
        }
        return table
    }

    /// A mean as a cost: less is better.
    private static func cost(_ mean: Double, _ direction: Metric.Direction) -> Double {
        direction == .higher ? -mean : mean
    }

    /// The numbers of the entries on the front, the best by the first metric first.
    private static func front(
        of entries: [Entry], _ xDirection: Metric.Direction, _ yDirection: Metric.Direction
    ) -> [Int] {
        let costs = entries.map { (x: cost($0.x, xDirection), y: cost($0.y, yDirection)) }
        let order = entries.indices.sorted { a, b in
            (costs[a].x, costs[a].y, a) < (costs[b].x, costs[b].y, b)
        }
        var front: [Int] = []
        for entry in order {
            // Entries with the same two means do not dominate each other: all are on the front.
            let isNew = front.last.map { last in
                costs[entry].y < costs[last].y
                    || costs[entry].x == costs[last].x && costs[entry].y == costs[last].y
            }
            if isNew ?? true { front.append(entry) }
        }
        return front
    }

    private static func judged(
        _ entry: Entry, by front: [Int], in entries: [Entry], _ tables: (MetricTable, MetricTable),
        _ level: Double
    ) -> Entry {
        var entry = entry
        for candidate in front {
            let other = entries[candidate]
            let gainX = cost(entry.x, tables.0.direction) - cost(other.x, tables.0.direction)
            let gainY = cost(entry.y, tables.1.direction) - cost(other.y, tables.1.direction)
            guard gainX >= 0, gainY >= 0, gainX + gainY > 0 else { continue }
            let isClear = isClearlyBetter(other, than: entry, tables, level)
            if entry.dominator == nil || isClear {
                entry.dominator = candidate
                entry.isClear = isClear
            }
            if isClear { break }
        }
        return entry
    }

    private static func isClearlyBetter(
        _ other: Entry, than entry: Entry, _ tables: (MetricTable, MetricTable), _ level: Double
    ) -> Bool {
        let gains = [tables.0, tables.1].map { table in
            let difference = table.difference(
                (other.point, other.policy), (entry.point, entry.policy), level: level)
            let gain = cost(-difference.estimate, table.direction)
            return (gain: gain, p: difference.p)
        }
        let p = Holm.adjusted(gains.map(\.p))
        let isBetter = zip(gains, p).contains { $0.gain > 0 && $1 <= 1 - level }
        let isWorse = zip(gains, p).contains { $0.gain < 0 && $1 <= 1 - level }
        return isBetter && !isWorse
    }
}
