extension Comparison {
    /// One row for each point, policy and metric, in this order; numbers in the units of the metrics' names.
    public var csv: String {
        let settings = results.points.first?.settings.map(\.path) ?? []
        var text = CSVRow.line(
            ["point"] + settings + [
                "policy", "metric", "n", "mean", "low", "high", "standing", "difference", "difference_low",
                "difference_high", "relative", "relative_low", "relative_high", "p", "adjusted_p", "verdict",
                "unbounded", "difference_unbounded", "relative_unbounded",
            ])
        for (position, point) in points.enumerated() {
            for (policy, name) in results.policies.enumerated() {
                for (metric, table) in results.tables.enumerated() {
                    var row = CSVRow()
                    row.add(UInt64(point))
                    for setting in results.points[point].settings { row.add(setting.value) }
                    row.add(name)
                    row.add(table.name)
                    add(cells[metric][position][policy], to: &row)
                    text += row.line()
                }
            }
        }
        return text
    }

    private func add(_ cell: Cell, to row: inout CSVRow) {
        row.add(UInt64(cell.count))
        row.add(cell.mean)
        row.add(cell.interval?.lowerBound)
        row.add(cell.interval?.upperBound)
        row.add(cell.standing == .none ? "" : cell.standing.rawValue)
        let change = cell.change
        row.add(change?.difference)
        row.add(change?.interval?.lowerBound)
        row.add(change?.interval?.upperBound)
        row.add(change?.relative)
        row.add(change?.relativeInterval?.lowerBound)
        row.add(change?.relativeInterval?.upperBound)
        row.add(change?.p)
        row.add(change?.adjustedP)
        row.add(change?.verdict.rawValue ?? "")
        for flag in [cell.isUnbounded, change.map { $0.interval == nil }, change?.isRelativeUnbounded] {
            row.add(results.replicates == 1 ? "" : flag.map { $0 ? "true" : "false" } ?? "")
        }
    }

    /// Everything, for machines; numbers in the units of the metrics' names.
    public var json: JSONValue {
        .object([
            ("experiment", .string(results.experiment)), ("question", .string(results.question)),
            ("level", .number(level)), ("replicates", .whole(UInt64(results.replicates))),
            ("reference", .string(results.policies[results.reference])),
            ("policies", .array(results.policies.map { .string($0) })),
            ("verdicts_adjusted_over", .string(isByPoint ? "point" : "metric")),
            ("intervals_adjusted", .bool(false)),
            ("replicates_cover", results.replication.note.map { .string($0) } ?? .null),
            ("warm_up", warmUp.isEmpty ? .null : .string(warmUp)),
            ("metrics", .array(results.tables.map(\.description))),
            ("points", .array(points.indices.map(json))),
        ])
    }

    private func json(ofPointAt position: Int) -> JSONValue {
        let point = points[position]
        let policies = results.policies.enumerated().map { policy, name in
            let metrics = results.tables.enumerated().map { metric, table in
                (table.name, cells[metric][position][policy].json(hasReplicates: results.replicates > 1))
            }
            return (name, JSONValue.object(metrics))
        }
        return .object([
            ("point", .whole(UInt64(point))), ("settings", results.points[point].json),
            ("policies", .object(policies)),
        ])
    }
}

extension SweepPoint {
    /// The settings, path to value.
    var json: JSONValue { .object(settings.map { ($0.path, .string($0.value)) }) }
}

extension MetricTable {
    /// What the metric is, without its values.
    var description: JSONValue {
        .object([
            ("name", .string(name)), ("meaning", .string(meaning)), ("better", .string(direction.rawValue)),
            ("estimate", .string(isRatioOfTotals ? "ratio of totals" : "mean")),
        ])
    }
}

extension JSONValue {
    /// The ends of an interval; null for none.
    init(_ interval: ClosedRange<Double>?) {
        self = interval.map { .array([.number($0.lowerBound), .number($0.upperBound)]) } ?? .null
    }

    /// A truth; null for none.
    init(_ flag: Bool?) { self = flag.map { .bool($0) } ?? .null }

    /// A number; null for none.
    init(_ number: Double?) { self = number.map { .number($0) } ?? .null }
}

extension Comparison.Cell {
    /// The interval beside a mean, with numbers written by `text`: ` ± 3.4`, ` [1.2, 2.3]`, ` ± unbounded`.
    func reach(_ text: (Double?) -> String) -> String {
        if let halfWidth { return " ± \(text(halfWidth))" }
        guard let interval else { return " ± unbounded" }
        return " [\(text(interval.lowerBound)), \(text(interval.upperBound))]"
    }

    /// Whether there is a mean and nothing limits it; nil without a mean.
    var isUnbounded: Bool? { mean == nil ? nil : interval == nil }

    /// The cell for machines. Without replicates there are no intervals, so none that lacks ends.
    func json(hasReplicates: Bool) -> JSONValue {
        .object([
            ("n", .whole(UInt64(count))), ("mean", JSONValue(mean)), ("interval", JSONValue(interval)),
            ("unbounded", JSONValue(hasReplicates ? isUnbounded : nil)),
            ("standing", standing == .none ? .null : .string(standing.rawValue)),
            ("difference_to_reference", change?.json(hasReplicates: hasReplicates) ?? .null),
        ])
    }
}

extension Change {
    /// Whether the relative difference has an interval without ends; nil where there is no such difference.
    var isRelativeUnbounded: Bool? { relative == nil ? nil : relativeInterval == nil }

    /// The change for machines.
    func json(hasReplicates: Bool) -> JSONValue {
        .object([
            ("n", .whole(UInt64(count))), ("difference", .number(difference)),
            ("interval", JSONValue(interval)),
            ("unbounded", JSONValue(hasReplicates ? interval == nil : nil)),
            ("relative", JSONValue(relative)), ("relative_interval", JSONValue(relativeInterval)),
            ("relative_unbounded", JSONValue(hasReplicates ? isRelativeUnbounded : nil)), ("p", JSONValue(p)),
            ("adjusted_p", JSONValue(adjustedP)), ("verdict", .string(verdict.rawValue)),
        ])
    }
}
