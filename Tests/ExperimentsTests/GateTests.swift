import Foundation
import PageContent
import Testing

@testable import Experiments

/// What the check sees and does not see, with baselines of real runs.
@Suite struct GateTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private static let gates = ["gate", "gate-medes"]

    private func committed(_ gate: String) throws -> Baseline {
        let path = Self.root.appendingPathComponent("experiments/\(gate).baseline.yaml").path
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
                points: baseline.points.count, policies: policies.count, replicates: baseline.seeds.count,
                amounts: amounts(of: baseline, number))
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

    private func amounts(of baseline: Baseline, _ metric: Int) -> [Double]? {
        let amounts = baseline.points.flatMap { $0.policies[0].amounts[metric] }
        return amounts.isEmpty ? nil : amounts
    }

    @Test(arguments: gates) func theCommittedBaselinePassesItself(gate: String) throws {
        let baseline = try committed(gate)
        let check = try Check(results(of: baseline) { _, _, value in value }, against: baseline)
        #expect(check.passed)
        // What no run has a value of is not compared.
        #expect(check.items.allSatisfy { $0.verdict == .identical || $0.verdict == .noValue })
        #expect(check.items.count { $0.verdict == .identical } > check.items.count / 2)
    }

    @Test(arguments: gates)
    func theCommittedBaselineSeesOnePercentInAnyMetricOfAnyPolicy(gate: String) throws {
        let baseline = try committed(gate)
        var planted = 0
        for metric in baseline.metrics {
            for policy in baseline.points[0].policies.map(\.name) {
                let changed = results(of: baseline) { name, of, value in
                    guard name == metric.name, of == policy else { return value }
                    // One hundredth more cold starts, time or memory; one point less of what is saved.
                    return name.contains("sav") ? value - 0.01 : value * 1.01
                }
                // A hundredth of nothing is nothing, and what there is no number for has no hundredth.
                let isPossible = zip(changed.tables, results(of: baseline) { $2 }.tables).contains {
                    new, old in
                    baseline.points.indices.contains { point in
                        changed.policies.indices.contains { policy in
                            zip(new[point, policy], old[point, policy]).contains { !$1.isNaN && $0 != $1 }
                        }
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

    /// The real thing: a profile in which one page of a hundred has lost its base page, and the runs of the gate with it.
    @Test func theGateSeesThatAProfileLostOnePercent() throws {
        let source = Self.root.appendingPathComponent("experiments/profiles/off-requests.pfprofile").path
        let file = Self.root.appendingPathComponent("experiments/gate-medes.yaml").path
        let text = try String(contentsOfFile: file, encoding: .utf8)
        let baseline = try committed("gate-medes")
        try withTemporaryDirectory { directory in
            for (name, loss, passes) in [("same", 0.0, true), ("less", 0.01, false)] {
                let profile = try losing(loss, ProfileFile.read(source))
                try ProfileFile.write(profile, to: "\(directory)/\(name).pfprofile")
                let changed = text.replacingOccurrences(
                    of: "profiles/off-requests.pfprofile", with: "\(directory)/\(name).pfprofile")
                try sweep(changed, into: "\(directory)/\(name).sqlite")
                let selection = try MetricSelection(baseline.metrics.map(\.name))
                let results = try selection.applied(
                    to: ResultStore(reading: "\(directory)/\(name).sqlite").results(metrics: selection.stored)
                )
                let check = try Check(results, against: baseline)
                #expect(check.passed == passes, "\(name)")
                let failures = check.items.filter { $0.verdict.isFailure }
                #expect(passes || failures.contains { $0.metric == "page_saving_share" })
            }
        }
    }

    /// The profile with this part of the pages that have a base page without one.
    private func losing(_ part: Double, _ profile: Profile) -> Profile {
        var profile = profile
        for measure in profile.measures.indices {
            for function in profile.measures[measure].classes.indices {
                let classes = profile.measures[measure].classes[function]
                var rows: [ClassRows.Row] = []
                var lost = ClassRows.Row(
                    levels: profile.functions.map { _ in .none }, count: 0, lz4: 0, zstd: 0)
                var owed = 0.0
                for var row in classes.rows {
                    if row.levels.allSatisfy({ $0 == .none }) {
                        lost.count += row.count
                        lost.lz4 += row.lz4
                        lost.zstd += row.zstd
                        continue
                    }
                    owed += Double(row.count) * part
                    let taken = min(Int(owed), row.count)
                    owed -= Double(taken)
                    lost.count += taken
                    lost.lz4 += row.lz4 * taken / row.count
                    lost.zstd += row.zstd * taken / row.count
                    row.lz4 -= row.lz4 * taken / row.count
                    row.zstd -= row.zstd * taken / row.count
                    row.count -= taken
                    if row.count > 0 { rows.append(row) }
                }
                if lost.count > 0 { rows.append(lost) }
                profile.measures[measure].classes[function].rows = rows.sorted {
                    $0.levels.lexicographicallyPrecedes($1.levels)
                }
            }
        }
        return profile
    }

    /// Results of some replicates of a sweep.
    private func part(_ results: SweepResults, _ replicates: Range<Int>) -> SweepResults {
        var part = results
        part.replicates = replicates.count
        part.wanted = nil
        part.seeds = Array(results.seeds[replicates])
        part.tables = results.tables.map { table in
            var cut = MetricTable(
                name: table.name, meaning: table.meaning, direction: table.direction,
                points: results.points.count, policies: results.policies.count, replicates: replicates.count,
                amounts: table.isRatioOfTotals
                    ? results.points.indices.flatMap { point in
                        replicates.map { Array(table.amounts(point) ?? [])[$0] }
                    } : nil)
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
