extension Comparison {
    /// One row for each point, policy and metric, in this order; numbers in the units of the metrics' names.
    public var csv: String {
        let settings = results.points.first?.settings.map(\.path) ?? []
        var text = CSVRow.line(
            ["point"] + settings + [
                "policy", "metric", "n", "mean", "low", "high", "standing", "difference", "difference_low",
                "difference_high", "relative", "relative_low", "relative_high", "p", "adjusted_p", "verdict",
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
    }

    /// Everything, for machines; numbers in the units of the metrics' names.
    public var json: JSONValue {
        .object([
            ("experiment", .string(results.experiment)), ("question", .string(results.question)),
            ("level", .number(level)), ("replicates", .whole(UInt64(results.replicates))),
            ("reference", .string(results.policies[results.reference])),
            ("policies", .array(results.policies.map { .string($0) })),
            ("verdicts_adjusted_over", .string(isByPoint ? "point" : "metric")),
            ("metrics", .array(results.tables.map(\.description))),
            ("points", .array(points.indices.map(json))),
        ])
    }

    private func json(ofPointAt position: Int) -> JSONValue {
        let point = points[position]
        let policies = results.policies.enumerated().map { policy, name in
            let metrics = results.tables.enumerated().map { metric, table in
                (table.name, cells[metric][position][policy].json)
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
        ])
    }
}

extension JSONValue {
    /// The ends of an interval; null for none.
    init(_ interval: ClosedRange<Double>?) {
        self = interval.map { .array([.number($0.lowerBound), .number($0.upperBound)]) } ?? .null
    }

    /// A number; null for none.
    init(_ number: Double?) { self = number.map { .number($0) } ?? .null }
}

extension Comparison.Cell {
    /// The interval around the mean; nil with fewer than two values.
    var interval: ClosedRange<Double>? {
        guard let mean, let halfWidth else { return nil }
        return mean - halfWidth...mean + halfWidth
    }

    /// The cell for machines.
    var json: JSONValue {
        .object([
            ("n", .whole(UInt64(count))), ("mean", JSONValue(mean)), ("interval", JSONValue(interval)),
            ("standing", standing == .none ? .null : .string(standing.rawValue)),
            ("difference_to_reference", change?.json ?? .null),
        ])
    }
}

extension Change {
    /// The change for machines.
    var json: JSONValue {
        .object([
            ("n", .whole(UInt64(count))), ("difference", .number(difference)),
            ("interval", JSONValue(interval)), ("relative", JSONValue(relative)),
            ("relative_interval", JSONValue(relativeInterval)), ("p", JSONValue(p)),
            ("adjusted_p", JSONValue(adjustedP)), ("verdict", .string(verdict.rawValue)),
        ])
    }
}
