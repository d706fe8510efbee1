import EventKernel
import Workload

/// A trace in figures, for people and machines.
public struct TraceReport {
    private let path: String
    private let summary: TraceSummary
    private let provenance: Provenance
    private let marginals: [MarginalComparison]

    /// The report of a workload that was read from `path`, held against a published trace if asked for.
    public init(_ workload: Workload, path: String, against trace: PublishedTrace?) {
        self.path = path
        summary = workload.summary()
        provenance = workload.provenance
        marginals = trace.map { workload.marginals(against: $0) } ?? []
    }

    private var distributions: [(name: String, unit: String, values: Quantiles)] {
        [
            ("calls a day by function", "", summary.callsPerFunctionDay),
            ("calls a day by application", "", summary.callsPerApplicationDay),
            ("mean execution time", "s", summary.meanExecution),
            ("memory of applications", "MiB", summary.applicationMemory),
            ("memory of functions", "MiB", summary.functionMemory),
            ("CV of inter-arrival times", "", summary.interArrivalVariation),
        ]
    }

    private static func columns(_ values: Quantiles) -> [(name: String, value: Double)] {
        [
            ("mean", values.mean), ("min", values.min), ("p10", values.p10), ("p25", values.p25),
            ("p50", values.p50),
            ("p75", values.p75), ("p90", values.p90), ("p95", values.p95), ("p99", values.p99),
            ("max", values.max),
        ]
    }

    /// Aligned text.
    public var text: String {
        let busiest = summary.busiestMinute
        func count(_ value: Int) -> String { Decimal.grouped(UInt64(value)) }
        var text = "\(path): \(summary.title)\n"
        text += "  span            \(Quantity.text(summary.horizon))\n"
        text +=
            "  functions       \(count(summary.functions)), of which \(count(summary.calledFunctions)) are called\n"
        text += "  applications    \(count(summary.applications)), of which "
        text += "\(count(summary.calledApplications)) are called\n"
        text += "  calls           \(Decimal.fixed(summary.calls, decimals: 0))\n"
        text += "  busiest minute  \(busiest.minute), \(Decimal.fixed(busiest.calls, decimals: 0)) calls\n"
        text += "  offered load    \(TraceReport.short(summary.offeredLoad)) busy cores on average\n"
        for input in provenance.inputs {
            text += "  input           \(input.path) (digest \(input.digest))\n"
        }
        text +=
            "\n"
            + table(header: [""] + TraceReport.columns(summary.meanExecution).map(\.name), distributionRows)
        text += "\n" + table(header: ["called by", "functions", "calls"], triggerRows)
        if !marginals.isEmpty {
            let rows = marginals.map {
                [$0.name, count($0.samples), Decimal.fixed($0.distance, decimals: 3)]
            }
            text += "\n" + table(header: ["against the published trace", "values", "distance"], rows)
        }
        return text
    }

    private var distributionRows: [[String]] {
        distributions.filter { $0.values.count > 0 }.map { line in
            let label = line.unit.isEmpty ? line.name : "\(line.name) (\(line.unit))"
            return [label] + TraceReport.columns(line.values).map { TraceReport.short($0.value) }
        }
    }

    private var triggerRows: [[String]] {
        summary.triggers.filter { $0.functions > 0 }.map { row in
            ["\(row.trigger)", Decimal.grouped(UInt64(row.functions)), Decimal.fixed(row.calls, decimals: 0)]
        }
    }

    /// About four digits.
    private static func short(_ value: Double) -> String {
        Decimal.fixed(value, decimals: Decimal.decimals(for: [value], most: 4))
    }

    private func table(header: [String], _ rows: [[String]]) -> String {
        let lines = [header] + rows
        let widths = header.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        return lines.map { cells in
            var text = "  " + cells[0] + String(repeating: " ", count: widths[0] - cells[0].count)
            for column in cells.indices.dropFirst() {
                text +=
                    String(repeating: " ", count: widths[column] - cells[column].count + 2) + cells[column]
            }
            return text + "\n"
        }.joined()
    }

    /// An object with everything.
    public var json: JSONValue {
        func whole(_ value: Int) -> JSONValue { .whole(UInt64(value)) }
        let busiest = summary.busiestMinute
        return .object([
            ("path", .string(path)), ("title", .string(summary.title)),
            ("horizon_s", .number(summary.horizon.seconds)),
            ("functions", whole(summary.functions)), ("functions_called", whole(summary.calledFunctions)),
            ("applications", whole(summary.applications)),
            ("applications_called", whole(summary.calledApplications)),
            ("calls", .number(summary.calls)), ("busiest_minute", whole(busiest.minute)),
            ("busiest_minute_calls", .number(busiest.calls)),
            ("offered_load_cores", .number(summary.offeredLoad)),
            (
                "distributions",
                .object(distributions.map { ($0.name, TraceReport.json($0.values, unit: $0.unit)) })
            ),
            ("triggers", .array(summary.triggers.map(TraceReport.json))),
            ("against_published", .array(marginals.map(TraceReport.json))),
            ("inputs", .array(provenance.inputs.map(\.json))),
            ("warnings", .array(provenance.warnings.map(\.json))),
        ])
    }

    private static func json(_ values: Quantiles, unit: String) -> JSONValue {
        let numbers = columns(values).map { ($0.name, JSONValue.number($0.value)) }
        return .object([("unit", .string(unit)), ("count", .whole(UInt64(values.count)))] + numbers)
    }

    private static func json(_ row: TraceSummary.TriggerShare) -> JSONValue {
        .object([
            ("trigger", .string("\(row.trigger)")), ("functions", .whole(UInt64(row.functions))),
            ("calls", .number(row.calls)),
        ])
    }

    private static func json(_ row: MarginalComparison) -> JSONValue {
        .object([
            ("name", .string(row.name)), ("values", .whole(UInt64(row.samples))),
            ("distance", .number(row.distance)),
        ])
    }
}

extension Provenance.Input {
    /// Path and digest.
    var json: JSONValue { .object([("path", .string(path)), ("digest", .string(digest))]) }
}

extension Provenance.Warning {
    /// Message and count.
    var json: JSONValue { .object([("message", .string(message)), ("count", .whole(UInt64(count)))]) }
}
