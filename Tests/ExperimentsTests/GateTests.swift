import Foundation
import Testing

@testable import Experiments

/// What the check sees and does not see, with baselines of real runs.
@Suite struct GateTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private func committed() throws -> Baseline {
        let path = Self.root.appendingPathComponent("experiments/gate.baseline.yaml").path
        return try Baseline(text: String(contentsOfFile: path, encoding: .utf8), file: path)
    }

    /// The results from which a baseline comes, with some of them changed.
    private func results(
        of baseline: Baseline, _ change: (_ metric: String, _ policy: String, Double) -> Double
    ) -> SweepResults {
        let policies = baseline.points[0].policies.map(\.name)
        let tables = baseline.metrics.enumerated().map { number, metric in
            let known = Metric.all.first { $0.name == metric.name }
            var table = MetricTable(
                name: metric.name, meaning: "", direction: known?.direction ?? .higher,
                points: baseline.points.count, policies: policies.count, replicates: baseline.seeds.count)
            for (point, values) in baseline.points.enumerated() {
                for policy in policies.indices {
                    for (replicate, value) in values.policies[policy].values[number].enumerated() {
                        table[point, policy, replicate] = change(metric.name, policies[policy], value)
                    }
                }
            }
            return table
        }
        return SweepResults(
            experiment: baseline.experiment, question: "", policies: policies, reference: 0,
            points: baseline.points.map(\.settings), replicates: baseline.seeds.count,
            seeds: baseline.seeds, tables: tables)
    }

    @Test func theCommittedBaselinePassesItself() throws {
        let baseline = try committed()
        let check = try Check(results(of: baseline) { _, _, value in value }, against: baseline)
        #expect(check.passed)
        #expect(check.items.allSatisfy { $0.verdict == .identical })
    }

    @Test func theCommittedBaselineSeesOnePercentInAnyMetricOfAnyPolicy() throws {
        let baseline = try committed()
        var planted = 0
        for metric in baseline.metrics {
            for policy in baseline.points[0].policies.map(\.name) {
                let changed = results(of: baseline) { name, of, value in
                    guard name == metric.name, of == policy else { return value }
                    // One hundredth more cold starts, time or memory; one point less of what is saved.
                    return name == "memory_saved" ? value - 0.01 : value * 1.01
                }
                // A hundredth of nothing is nothing.
                let isPossible = zip(changed.tables, results(of: baseline) { $2 }.tables).contains {
                    new, old in
                    baseline.points.indices.contains { point in
                        changed.policies.indices.contains { new[point, $0] != old[point, $0] }
                    }
                }
                if !isPossible { continue }
                planted += 1
                let check = try Check(changed, against: baseline)
                let isSeen = !check.passed
                #expect(isSeen, "\(metric.name) of \(policy)")
                for item in check.items where item.verdict.isFailure {
                    #expect(item.metric == metric.name && item.policy == policy)
                }
            }
        }
        #expect(planted >= 11)
    }

    /// Results of some replicates of a sweep.
    private func part(_ results: SweepResults, _ replicates: Range<Int>) -> SweepResults {
        var part = results
        part.replicates = replicates.count
        part.seeds = Array(results.seeds[replicates])
        part.tables = results.tables.map { table in
            var cut = MetricTable(
                name: table.name, meaning: table.meaning, direction: table.direction,
                points: results.points.count, policies: results.policies.count, replicates: replicates.count)
            for point in results.points.indices {
                for policy in results.policies.indices {
                    for (place, replicate) in replicates.enumerated() {
                        cut[point, policy, place] = table[point, policy, replicate]
                    }
                }
            }
            return cut
        }
        return part
    }

    /// Real runs with fresh seeds on both sides and no tolerance at all: the hardest case for the promise that
    /// a check raises a false alarm with a probability of at most its level.
    @Test func freshSeedsRaiseNoMoreFalseAlarmsThanStated() throws {
        let isLong = ProcessInfo.processInfo.environment["PAGEFOLD_LONG"] != nil
        let comparisons = isLong ? 1_000 : 100
        let replicates = 10
        let text = """
            name: calm
            workload: {poisson: {functions: 10, rate: 2 /s, horizon: 5 min, execution: {exponential: {mean: 0.2 s}}}}
            cluster: {nodes: [{count: 1, memory: 1 GiB}]}
            measurement: {warm-up: 1 min}
            policies: {short: {idle: {keep-alive: 10 s}}, long: {idle: {keep-alive: 40 s}}}
            replicates: \(2 * replicates * comparisons)
            """
        try withTemporaryDirectory { directory in
            try sweep(text, into: "\(directory)/s.sqlite")
            let selection = try MetricSelection([
                "cold_share", "memory_mean_bytes", "startup_mean_s", "memory_saved",
            ])
            let all = try selection.applied(
                to: ResultStore(reading: "\(directory)/s.sqlite").results(metrics: selection.stored))
            let none = try selection.names.map { try ToleranceOption("\($0)=0%") }
            var alarms = 0
            for number in 0..<comparisons {
                let begin = 2 * replicates * number
                let baseline = try Baseline(
                    part(all, begin..<begin + replicates), tolerances: none, level: 0.05)
                let fresh = part(all, begin + replicates..<begin + 2 * replicates)
                if try !Check(fresh, against: baseline).passed { alarms += 1 }
            }
            print("\(alarms) false alarms in \(comparisons) checks at a level of 5 %")
            // Three standard deviations above 5 %.
            let expected = 0.05 * Double(comparisons)
            #expect(Double(alarms) <= expected + 3 * (expected * 0.95).squareRoot())
        }
    }
}
