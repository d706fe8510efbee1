/// What differs between the replicates of a sweep, and so what its intervals cover.
public enum Replication: Hashable, Sendable {
    /// The workload is drawn anew, or a part of it.
    case drawn
    /// The workload is the same: only what the runs draw differs. `isHeld` says that a drawn workload is held.
    case sameWorkload(isHeld: Bool)
    /// Nothing: so many replicates are one run.
    case oneRun(count: Int)

    /// What readers of intervals should know; nil where replicates are draws of the workload.
    public var note: String? {
        switch self {
        case .drawn: nil
        case .sameWorkload(let isHeld):
            "All replicates meet the same workload, which is "
                + (isHeld ? "held (hold: workload)" : "read from files")
                + ": intervals cover what runs draw (positions within minutes, execution times, stage times), "
                + "and say nothing of other \(isHeld ? "draws" : "traces"). "
                + (isHeld ? "Without hold each replicate draws its own." : Replication.remedy)
        case .oneRun(let count):
            "The \(count) replicates are one run: nothing in them is drawn anew. So there are no intervals and no "
                + "p-values. With a trace, " + Replication.remedy + " With `hold: runs`, take that out."
        }
    }

    private static let remedy =
        "replicates: {count: 20, sample: {functions: N}} draws N functions of the trace anew in each replicate."
}

extension SweepResults {
    /// Whether all replicates are one run.
    var isOneRun: Bool {
        if case .oneRun = replication { true } else { false }
    }

    /// The results with replicates that are one run as one replicate.
    var distinct: SweepResults {
        guard isOneRun, replicates > 1 else { return self }
        var results = self
        results.replicates = 1
        results.seeds = Array(seeds.prefix(1))
        results.tables = tables.map { table in
            let first = points.indices.map { point in
                policies.indices.map { policy in table[point, policy].first { !$0.isNaN } ?? .nan }
            }
            let amounts = points.indices.map { table.amounts($0)?.first { !$0.isNaN } ?? .nan }
            var single = MetricTable(
                name: table.name, meaning: table.meaning, direction: table.direction, points: points.count,
                policies: policies.count, replicates: 1, amounts: table.isRatioOfTotals ? amounts : nil)
            for point in points.indices {
                for policy in policies.indices { single[point, policy, 0] = first[point][policy] }
            }
            return single
        }
        return results
    }
}
