import Workload

/// Finds in the results what stands in a baseline.
struct Matcher {
    let baseline: Baseline
    let results: SweepResults
    let level: Double
    /// What the results lack.
    private(set) var missing: [String] = []
    private let points: [SweepPoint: Int]
    private let seeds: [UInt64: Int]
    private let comparisons: Int

    init(baseline: Baseline, results: SweepResults, level: Double) {
        self.baseline = baseline
        self.results = results
        self.level = level
        comparisons = baseline.points.reduce(0) { $0 + $1.policies.count } * baseline.metrics.count
        points = Dictionary(
            results.points.enumerated().map { ($0.element.inOrder, $0.offset) },
            uniquingKeysWith: { a, _ in a })
        seeds = Dictionary(
            results.seeds.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { a, _ in a })
    }

    /// An item for each point, policy and metric of the baseline that has values.
    mutating func items() -> [Check.Item] {
        var items: [Check.Item] = []
        for metric in baseline.metrics where table(metric.name) == nil {
            missing.append("metric \(metric.name): unknown to this version of Pagefold")
        }
        let columns = Dictionary(results.policies.enumerated().map { ($0.element, $0.offset) }) { first, _ in
            first
        }
        var missingPolicies: Set<String> = []
        for point in baseline.points {
            let number = points[point.settings.inOrder]
            if number == nil { missing.append("point \(point.settings.name)") }
            for policy in point.policies {
                let column = columns[policy.name]
                if column == nil, missingPolicies.insert(policy.name).inserted {
                    missing.append("policy \(policy.name)")
                }
                for (metric, values) in zip(baseline.metrics, policy.values) where !values.isEmpty {
                    items.append(item(metric, point.settings, number, policy.name, column, values))
                }
            }
        }
        return items
    }

    private func table(_ name: String) -> MetricTable? { results.tables.first { $0.name == name } }

    private mutating func item(
        _ metric: Baseline.Metric, _ settings: SweepPoint, _ point: Int?, _ policy: String, _ column: Int?,
        _ before: [Double]
    ) -> Check.Item {
        let table = table(metric.name)
        func item(_ verdict: Check.Verdict, _ evidence: Evidence? = nil) -> Check.Item {
            Check.Item(
                point: settings, policy: policy, metric: metric.name, direction: table?.direction ?? .none,
                tolerance: metric.tolerance, evidence: evidence, verdict: verdict)
        }
        guard let point, let column, let table else { return item(.missing) }
        let after = table[point, column]
        let hasBefore = before.contains(where: \.isFinite), hasAfter = after.contains(where: \.isFinite)
        if !hasBefore { return item(hasAfter ? .unclear : .identical) }
        if !hasAfter {
            missing.append(
                "\(metric.name) of \(policy)\(settings.settings.isEmpty ? "" : " at \(settings.label)")")
            return item(.missing)
        }
        let samples = samples(before, after)
        let evidence = Evidence(
            (samples.before, samples.after, samples.isPaired), direction: table.direction,
            tolerance: metric.tolerance, level: level, comparisons: comparisons)
        return item(samples.isIdentical ? .identical : .unclear, evidence)
    }

    private struct Samples {
        var before: [Double]
        var after: [Double]
        var isPaired: Bool
        var isIdentical: Bool { isPaired && before == after }
    }

    /// The values to compare: pairs of one seed where there are enough, else all of both sides.
    private func samples(_ before: [Double], _ after: ArraySlice<Double>) -> Samples {
        var pairs = Samples(before: [], after: [], isPaired: true)
        for (seed, old) in zip(baseline.seeds, before) where old.isFinite {
            guard let replicate = seeds[seed] else { continue }
            let new = after[after.startIndex + replicate]
            guard new.isFinite else { continue }
            pairs.before.append(old)
            pairs.after.append(new)
        }
        let all = Samples(before: before.filter(\.isFinite), after: after.filter(\.isFinite), isPaired: false)
        let isEnough = pairs.before.count >= 2 || min(all.before.count, all.after.count) < 2
        return isEnough && !pairs.before.isEmpty ? pairs : all
    }

    /// What else should be known.
    func notices(for items: [Check.Item]) -> [String] {
        var notices: [String] = []
        if baseline.version != pagefoldVersion {
            notices.append(
                "the baseline was written by version \(baseline.version); this is \(pagefoldVersion)")
        }
        let known = Set(baseline.points.map(\.settings.inOrder))
        let newPoints = results.points.filter { !known.contains($0.inOrder) }
        if !newPoints.isEmpty {
            let more = newPoints.count > 3 ? " and \(newPoints.count - 3) more" : ""
            let names = newPoints.prefix(3).map(\.name).joined(separator: "; ")
            notices.append("not in the baseline: point \(names)\(more); --update adds")
        }
        let policies = Set(baseline.points.flatMap { $0.policies.map(\.name) })
        let newPolicies = results.policies.filter { !policies.contains($0) }
        if !newPolicies.isEmpty {
            notices.append(
                "not in the baseline: policy \(newPolicies.joined(separator: ", ")); --update adds")
        }
        let gaps = Set(
            baseline.points.flatMap(\.policies).flatMap { zip(baseline.metrics, $0.values) }
                .filter { $0.1.isEmpty }.map(\.0.name))
        for metric in baseline.metrics where gaps.contains(metric.name) {
            notices.append("not in the baseline: values of \(metric.name) in some places; --update adds")
        }
        if items.contains(where: { $0.evidence?.method == .single && $0.verdict != .identical }) {
            notices.append("one replicate on a side: differences may be chance; run more replicates")
        }
        if items.contains(where: { $0.evidence?.method == .independent }) {
            notices.append(
                "other seeds than the baseline's: compared as independent samples; the same seeds would see far "
                    + "smaller changes")
        }
        return notices
    }
}

extension SweepPoint {
    /// The point in a line, also when it has no settings.
    var name: String { settings.isEmpty ? "(nothing swept)" : label }
}
