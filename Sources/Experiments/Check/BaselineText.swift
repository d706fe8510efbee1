import EventKernel
import Files
import Statistics
import Workload

extension Baseline {
    /// The baseline as a file: one line for each point, policy and metric, numbers the shortest that read back
    /// as the same, so that two files differ where values do.
    /// - Throws: `InputError` when it would be too large to be read again.
    public func fileText() throws -> String {
        let values = points.reduce(0) { $0 + $1.policies.count } * metrics.count * (seeds.count + 4)
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
            for (metric, values) in zip(metrics, policy.values) where !values.isEmpty {
                text += "        \(metric.name): \(Baseline.line(values))\n"
            }
        }
    }

    private static func number(_ value: Double) -> String {
        Kind<Double>.number.write(value).scalar ?? "null"
    }

    /// The value with four digits: half-widths are for the reader, and more digits would be noise in a diff.
    private static func rounded(_ value: Double) -> Double {
        guard value.isNormal && value > 0 else { return value }
        var (digits, exponent) = (value, 0)
        while digits >= 1e4 { (digits, exponent) = (digits / 10, exponent + 1) }
        while digits < 1e3 { (digits, exponent) = (digits * 10, exponent - 1) }
        return Double("\(Int(digits.rounded(), within: 0...10_000))e\(exponent)") ?? value
    }

    private static func line(_ values: [Double]) -> String {
        let estimate = MeanEstimate(values)
        var members: [String] = []
        if estimate.mean.isFinite { members.append("mean: \(number(estimate.mean))") }
        if estimate.halfWidth.isFinite {
            members.append("half-width: \(number(rounded(estimate.halfWidth)))")
        }
        let list = values.map { $0.isFinite ? number($0) : "null" }.joined(separator: ", ")
        return "{\((members + ["values: [\(list)]"]).joined(separator: ", "))}"
    }
}
