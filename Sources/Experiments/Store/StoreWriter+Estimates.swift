import GRDB
import Statistics

extension StoreWriter {
    /// What the first replicates of each point, so many by point, say of a metric: by point and policy.
    /// - Parameter reference: the number of the policy that ratios are taken to.
    func estimates(
        of metric: String, level: Double, replicates: [Int], reference: Int
    ) throws -> [[MeanEstimate]] {
        guard let derived = DerivedMetric.all.first(where: { $0.name == metric }) else {
            return try values(of: metric, replicates).map { $0.map { MeanEstimate($0, level: level) } }
        }
        return try values(of: derived.source, replicates).map { row in
            let amounts = row[reference]
            return row.map { values in
                let shares = zip(values, amounts).map { derived.value($0, $1) }
                var estimate = MeanEstimate(
                    ShareOfTotals.linearised(shares, amounts: amounts), level: level)
                // What is printed is Fieller's interval.
                let ratio = ShareOfTotals.ratio(of: shares, amounts: amounts, level: level)
                estimate.halfWidth = ratio.isBounded ? (ratio.high - ratio.low) / 2 : .infinity
                return estimate
            }
        }
    }

    /// The values by point, policy and replicate; not a number where a run is missing or has none.
    private func values(of metric: String, _ replicates: [Int]) throws -> [[[Double]]] {
        try file.translating {
            try queue.read { database in
                var values = replicates.map { count in
                    Array(repeating: [Double](repeating: .nan, count: count), count: policyCount)
                }
                let sql = """
                    SELECT point, policy, replicate, \(StoreSchema.quoted(metric)) FROM cell JOIN run ON run.id = cell.run
                    ORDER BY point, policy, replicate
                    """
                try StoreRow.forEach(in: "cell", joined: ["run"], of: file.path, database, sql: sql) { row in
                    let point = try row.place(0, among: pointCount)
                    let policy = try row.place(1, among: policyCount)
                    let replicate = try row.whole(2, in: StoreLimits.replicates)
                    let value = try row.number(3) ?? .nan
                    if replicate < replicates[point] { values[point][policy][replicate] = value }
                }
                return values
            }
        }
    }
}
