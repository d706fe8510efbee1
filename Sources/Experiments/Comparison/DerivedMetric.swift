/// A metric that no run has by itself: it sets a run beside the run of the reference policy that met the same
/// draws.
struct DerivedMetric: Sendable {
    /// Its name.
    let name: String
    /// What it is.
    let meaning: String
    /// Which way is better.
    let direction: Metric.Direction
    /// What it counts in.
    let unit: MetricUnit
    /// The metric of the runs from which it comes.
    let source: String
    /// Its value for a run with the first number, beside a run of the reference policy with the second.
    let value: @Sendable (Double, Double) -> Double

    /// All derived metrics.
    static let all = [
        DerivedMetric(
            name: "memory_saved",
            meaning:
                "memory held less than by the reference policy, as a share of it: the ratio of the totals over replicates",
            direction: .higher, unit: .share, source: "memory_mean_bytes"
        ) { memory, reference in
            reference > 0 ? 1 - memory / reference : .nan
        }
    ]

    /// The metric over a sweep, as shares of what the reference holds. It has no value where one of the two runs
    /// is missing.
    func table(from source: MetricTable, in results: SweepResults) -> MetricTable {
        let amounts = results.points.indices.flatMap { source[$0, results.reference] }
        var table = MetricTable(
            name: name, meaning: meaning, direction: direction, points: results.points.count,
            policies: results.policies.count, replicates: results.replicates, amounts: amounts)
        for point in results.points.indices {
            for policy in results.policies.indices {
                for replicate in 0..<results.replicates {
                    table[point, policy, replicate] = value(
                        source[point, policy, replicate], source[point, results.reference, replicate])
                }
            }
        }
        return table
    }
}
