import EventKernel
@testable import Experiments

/// Results made of given values, by metric, point, policy and replicate.
func sweep(
    _ metrics: [(String, Metric.Direction, [[[Double]]])], policies: [String] = ["fixed", "hybrid"],
    points: [SweepPoint] = [SweepPoint([])], reference: Int = 0, seeds: [UInt64]? = nil
) -> SweepResults {
    let replicates = metrics[0].2[0][0].count
    let tables = metrics.map { name, direction, values in
        var table = MetricTable(
            name: name, meaning: "meaning of \(name)", direction: direction, points: points.count,
            policies: policies.count, replicates: replicates)
        for (point, row) in values.enumerated() {
            for (policy, cell) in row.enumerated() {
                for (replicate, value) in cell.enumerated() { table[point, policy, replicate] = value }
            }
        }
        return table
    }
    return SweepResults(
        experiment: "example", question: "which is better?", policies: policies, reference: reference,
        points: points, replicates: replicates, seeds: seeds ?? (0..<replicates).map { UInt64($0 + 1) },
        tables: tables)
}

/// Points of one swept setting.
func memoryPoints(_ values: String...) -> [SweepPoint] {
    values.map { SweepPoint([.init(path: "cluster.nodes.0.memory", value: $0)]) }
}
/// Standard normal draws that tests share.
struct Noise {
    private var stream: RandomStream

    init(_ seed: UInt64) { stream = RandomStream(seed: seed, purpose: .test) }

    mutating func next() -> Double {
        portableLog(Distribution.logNormal(mu: 0, sigma: 1).quantile(stream.unit()))
    }

    mutating func whole(below bound: UInt64) -> Int { Int(stream.below(bound)) }
}
