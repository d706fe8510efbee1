import Calibration
import Experiments
import HardwareCosts

/// What `pagefold calibrate` prints.
struct CalibrationReport {
    var run: CalibrationRun

    func print(in format: ResultFormat) {
        format.print(
            text: text { $0.text(width: .max) }, markdown: text(\.markdown), csv: rows.csv,
            json: .object([
                ("name", .string(run.costs.name)),
                (
                    "machine",
                    .object(
                        MachineFact.allCases.compactMap { fact in
                            run.costs.machine[fact].map { (fact.rawValue, .string($0)) }
                        })
                ), ("emulated", .bool(run.costs.isEmulated)),
                ("noisy", .array(run.noisy.map { .string($0.name) })), ("rows", rows.json),
                ("absent", .object(absent.map { ($0.0.name, .string($0.1)) })),
            ]))
    }

    private var absent: [(CostPrimitive, String)] {
        CostPrimitive.allCases.compactMap { primitive in
            run.costs.absent[primitive].map { (primitive, $0) }
        }
    }

    private func text(_ render: (NumberTable) -> String) -> String {
        var text = ""
        let facts = MachineFact.allCases.compactMap { fact in
            run.costs.machine[fact].map { "\(fact.rawValue): \($0)" }
        }
        if !facts.isEmpty { text += facts.joined(separator: "\n") + "\n\n" }
        if run.parts.contains(where: { !$0.result.rows.isEmpty }) { text += render(shown) }
        for part in run.parts {
            for note in part.result.notes { text += "\n\(part.name): \(note)" }
            if let failure = part.failure { text += "\n\(part.name): cannot run here: \(failure)" }
        }
        for (primitive, reason) in absent where !run.parts.contains(where: { $0.failure == reason }) {
            text += "\n\(primitive.name): absent: \(reason)"
        }
        if run.costs.isEmulated {
            text += "\nemulated hardware: these times stand for no machine, and no simulation takes the file"
        }
        if text.last != "\n" { text += "\n" }
        return text
    }

    /// The table for people.
    private var shown: NumberTable {
        var table = NumberTable(
            [
                .words("part"), .words("what"), .numbers("median"), .numbers("best"), .numbers("p99"),
                .numbers("spread"), .words("remark"),
            ], labels: 2)
        for part in run.parts {
            for row in part.result.rows {
                func cell(_ value: Double?) -> JSONValue {
                    .string(value.map { CalibrationReport.amount($0, row.quantity) } ?? "-")
                }
                let remark = (row.isNoisy ? "NOISY " : "") + row.remark
                table.add([
                    .string(part.name), .string(row.name), cell(row.value), cell(row.best), cell(row.high),
                    .string(row.spread.map { "\(Decimal.fixed($0 * 100, decimals: 1)) %" } ?? "-"),
                    .string(remark),
                ])
            }
        }
        return table
    }

    /// The table for programs: nanoseconds, bytes a second.
    private var rows: NumberTable {
        var table = NumberTable(
            [
                .words("part"), .words("what"), .words("quantity"), .numbers("median"), .numbers("best"),
                .numbers("p99"), .numbers("spread"), .words("noisy"), .words("remark"),
            ], labels: 2)
        for part in run.parts {
            for row in part.result.rows {
                table.add([
                    .string(part.name), .string(row.name), .string("\(row.quantity)"), .number(row.value),
                    row.best.map(JSONValue.number) ?? .null, row.high.map(JSONValue.number) ?? .null,
                    row.spread.map(JSONValue.number) ?? .null, .bool(row.isNoisy), .string(row.remark),
                ])
            }
        }
        return table
    }

    /// An amount for people, with four digits.
    static func amount(_ value: Double, _ quantity: CostQuantity) -> String {
        CostText.amount(value, quantity)
    }
}
