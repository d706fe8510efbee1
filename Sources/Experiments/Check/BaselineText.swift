import EventKernel
import Files
import Statistics
import Workload

extension Baseline {
    /// The baseline as a file: one line for each point, policy and metric, numbers the shortest that read back
    /// as the same, so that two files differ where values do.
    /// - Throws: `InputError` when it would be too large to be read again.
    public func fileText() throws -> String {
        let values = points.reduce(0) { $0 + $1.policies.count } * metrics.count * (2 * seeds.count + 6)
        var text = """
            # What `pagefold check` compares with; `pagefold check --update` writes it.
            # Tolerances and the level may be edited: they stay.
            pagefold-baseline: \(Baseline.format)
            experiment: \(YAMLWriter.inline(.text(experiment)))
            version: \(YAMLWriter.inline(.text(version)))
            level: \(level)
            metrics:

            """
        for metric in metrics {
            text += "  \(metric.name): \(metric.tolerance.text(MetricUnit(metric: metric.name)))\n"
        }
        text += "seeds: [\(seeds.map(String.init).joined(separator: ", "))]\npoints:\n"
        for point in points { write(point, into: &text) }
        guard text.utf8.count <= YAMLReader.sizeLimit, values < YAMLReader.nodeLimit - 1_000 else {
            throw InputError(
                "the baseline would be too large", remedy: "watch fewer metrics, points or replicates")
        }
        return text
    }

    private func write(_ point: Point, into text: inout String) {
        let settings = point.settings.settings.map { ($0.path, ConfigNode.text($0.value)) }
        text += "  - settings: \(YAMLWriter.inline(.mapping(settings)))\n    policies:\n"
        for policy in point.policies {
            text += "      \(YAMLWriter.inline(.text(policy.name))):\n"
            for (metric, (values, amounts)) in zip(metrics, zip(policy.values, policy.amounts))
            where !values.isEmpty {
                text += "        \(metric.name): \(Baseline.line(values, amounts))\n"
            }
        }
    }

    private static func number(_ value: Double) -> String {
        Kind<Double>.number.write(value).scalar ?? "null"
    }

    /// The value with four digits: half-widths are for the reader, and more digits would be noise in a diff.
    private static func rounded(_ value: Double) -> Double {
        if value < 0 { return -rounded(-value) }
        guard value.isNormal else { return value }
        var (digits, exponent) = (value, 0)
        while digits >= 1e4 { (digits, exponent) = (digits / 10, exponent + 1) }
        while digits < 1e3 { (digits, exponent) = (digits * 10, exponent - 1) }
        return Double("\(Int(digits.rounded(), within: 0...10_000))e\(exponent)") ?? value
    }

    /// What a line says of its values: their mean with half the width of its interval, or the ratio of the totals
    /// with the ends of its own.
    static func summary(
        _ values: [Double], amounts: [Double]
    ) -> (mean: Double, halfWidth: Double, interval: [Double]) {
        if amounts.isEmpty {
            let estimate = MeanEstimate(values)
            return (estimate.mean, estimate.halfWidth, [])
        }
        let ratio = ShareOfTotals.ratio(of: values, amounts: amounts)
        return (ratio.estimate, .nan, ratio.isBounded ? [ratio.low, ratio.high] : [])
    }

    private static func line(_ values: [Double], _ amounts: [Double]) -> String {
        func list(_ values: [Double]) -> String {
            "[\(values.map { $0.isFinite ? number($0) : "null" }.joined(separator: ", "))]"
        }
        let summary = summary(values, amounts: amounts)
        var members: [String] = []
        if summary.mean.isFinite { members.append("mean: \(number(summary.mean))") }
        if summary.halfWidth.isFinite {
            members.append("half-width: \(number(rounded(summary.halfWidth)))")
        }
        if !summary.interval.isEmpty { members.append("interval: \(list(summary.interval.map(rounded)))") }
        members.append("values: \(list(values))")
        if !amounts.isEmpty { members.append("of: \(list(amounts))") }
        return "{\(members.joined(separator: ", "))}"
    }
}
