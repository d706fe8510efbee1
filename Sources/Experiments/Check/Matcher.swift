import Statistics
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
                for (metric, (values, amounts)) in zip(baseline.metrics, zip(policy.values, policy.amounts))
                where !values.isEmpty {
                    let line = (values: values, amounts: amounts)
                    items.append(item(metric, point.settings, number, policy.name, column, line))
                }
            }
        }
        return items
    }

    private func table(_ name: String) -> MetricTable? { results.tables.first { $0.name == name } }

    private mutating func item(
        _ metric: Baseline.Metric, _ settings: SweepPoint, _ point: Int?, _ policy: String, _ column: Int?,
        _ before: (values: [Double], amounts: [Double])
    ) -> Check.Item {
        let table = table(metric.name)
        func item(_ verdict: Check.Verdict, _ evidence: Evidence? = nil) -> Check.Item {
            Check.Item(
                point: settings, policy: policy, metric: metric.name, direction: table?.direction ?? .none,
                tolerance: metric.tolerance, evidence: evidence, verdict: verdict)
        }
        guard let point, let column, let table else { return item(.missing) }
        let after = Array(table[point, column])
        let hasBefore = before.values.contains(where: \.isFinite),
            hasAfter = after.contains(where: \.isFinite)
        if !hasBefore { return item(hasAfter ? .unclear : .noValue) }
        let place = "\(metric.name) of \(policy)\(settings.settings.isEmpty ? "" : " at \(settings.label)")"
        if !hasAfter {
            missing.append(place)
            return item(.missing)
        }
        if let lack = lack(of: before.values, in: after) { missing.append("\(place): \(lack)") }
        let samples = samples(before, Values(after, table.amounts(point).map(Array.init) ?? []))
        let evidence = Evidence(
            (samples.before.observations, samples.after.observations, samples.isPaired),
            direction: table.direction, tolerance: metric.tolerance, level: level, comparisons: comparisons)
        return item(samples.isIdentical ? .identical : .unclear, evidence)
    }

    /// What the results lack of the values of a line; nil when nothing. Results of other seeds altogether are a
    /// sample of their own, of any size.
    private func lack(of before: [Double], in after: [Double]) -> String? {
        let known = baseline.seeds.map { seeds[$0] }
        if known.allSatisfy({ $0 == nil }) { return nil }
        let lacking = zip(before, known).count { value, replicate in
            value.isFinite && !(replicate.map { after[$0].isFinite } ?? false)
        }
        return lacking == 0 ? nil : "\(lacking) of \(before.count) replicates"
    }

    /// The values of a side, with what they are shares of where they are.
    private struct Values: Equatable {
        var values: [Double]
        var amounts: [Double]

        init(_ values: [Double], _ amounts: [Double]) {
            self.values = values
            self.amounts = amounts
        }

        /// Those at some places, or all, without gaps.
        func finite(at places: [Int]? = nil) -> Values {
            let kept = (places ?? Array(values.indices)).filter { values[$0].isFinite }
            return Values(kept.map { values[$0] }, amounts.isEmpty ? [] : kept.map { amounts[$0] })
        }

        /// What is compared: the values, or for a ratio of totals what each replicate adds to it.
        var observations: [Double] {
            amounts.isEmpty ? values : ShareOfTotals.linearised(values, amounts: amounts)
        }
    }

    private struct Samples {
        var before: Values
        var after: Values
        var isPaired: Bool
        var isIdentical: Bool { isPaired && before == after }
    }

    /// The values to compare: pairs of one seed where there are enough, else all of both sides.
    private func samples(_ before: (values: [Double], amounts: [Double]), _ after: Values) -> Samples {
        let before = Values(before.values, before.amounts)
        let pairs = baseline.seeds.indices.compactMap { old in
            seeds[baseline.seeds[old]].map { (old: old, new: $0) }
        }.filter { before.values[$0.old].isFinite && after.values[$0.new].isFinite }
        let (allBefore, allAfter) = (before.finite(), after.finite())
        let isEnough = pairs.count >= 2 || min(allBefore.values.count, allAfter.values.count) < 2
        if isEnough && !pairs.isEmpty {
            return Samples(
                before: before.finite(at: pairs.map(\.old)), after: after.finite(at: pairs.map(\.new)),
                isPaired: true)
        }
        return Samples(before: allBefore, after: allAfter, isPaired: false)
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
        let empty = items.count { $0.verdict == .noValue }
        if empty > 0 {
            notices.append(
                "\(empty) of \(items.count) lines have no value on either side, and compare nothing")
        }
        if let note = results.replication.note { notices.append(String(note.dropLast())) }
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
