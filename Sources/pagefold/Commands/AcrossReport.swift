import Experiments
import PageContent
import Statistics

/// What `profile redundancy --across` prints: each function's target against each function's base.
struct AcrossReport {
    private let functions: [String]
    private let sizes: [Int]
    private let measures: [RedundancyMeasure]
    /// By target, then base: what each round gave.
    private let found: [[[Redundancy]]]

    init(
        _ groups: InstanceGroups, _ rounds: [PairingRound], sizes: [Int], measures: [RedundancyMeasure],
        threads: Int, progress: (Int, Int, String) throws -> Void
    ) throws {
        let functions = groups.functions
        self.functions = functions
        self.sizes = Set(sizes).sorted()
        self.measures = measures
        var found: [[[Redundancy]]] = functions.map { _ in functions.map { _ in [] } }
        let count = rounds.count * functions.count * functions.count
        var done = 0
        for round in rounds {
            for (row, target) in round.pairs.enumerated() {
                for (column, base) in round.pairs.enumerated() {
                    try progress(done, count, "\(functions[row]) in \(functions[column])")
                    done += 1
                    guard let target = target?.target, let base = base?.base else { continue }
                    found[row][column].append(
                        Redundancy(
                            of: target, against: base, sizes: sizes, measures: Set(measures),
                            threads: threads))
                }
            }
        }
        self.found = found
    }

    func print(in format: ResultFormat) {
        format.print(
            text: text { $0.text(width: Terminal.width) }, markdown: text(\.markdown), csv: rows.csv,
            json: .object([("functions", .array(functions.map(JSONValue.string))), ("rows", rows.json)]))
    }

    private func text(_ render: (NumberTable) -> String) -> String {
        var text = "Share of the row's private memory that the column's base holds too.\n"
        for measure in measures {
            for size in sizes where !(measure == .medes && 2 * size > Page.size) {
                var table = NumberTable(
                    [.words("function")] + functions.map { .numbers($0, decimals: 3) })
                for (row, function) in functions.enumerated() {
                    let values = functions.indices.map { column in
                        JSONValue.finite(estimate(row, column, measure, size, .private).mean)
                    }
                    table.add([.string(function)] + values)
                }
                text += "\n\(measure.rawValue), \(size) B\n\n\(render(table))"
            }
        }
        return text
    }

    private func estimate(
        _ row: Int, _ column: Int, _ measure: RedundancyMeasure, _ size: Int,
        _ counted: RedundancyStudy.Counted
    ) -> MeanEstimate {
        MeanEstimate(
            found[row][column].compactMap {
                RedundancyStudy.share($0, measure, size: size, counted: counted)
            })
    }

    private var rows: NumberTable {
        var table = NumberTable([
            .words("function"), .words("base"), .words("pages"), .words("measure"), .numbers("chunk_bytes"),
            .numbers("mean"), .numbers("sd"), .numbers("count"),
        ])
        for (row, function) in functions.enumerated() {
            for (column, base) in functions.enumerated() {
                for counted in RedundancyStudy.Counted.allCases {
                    for measure in measures {
                        for size in sizes {
                            let estimate = estimate(row, column, measure, size, counted)
                            table.add([
                                .string(function), .string(base), .string(counted.rawValue),
                                .string(measure.rawValue), .whole(UInt64(size)), .finite(estimate.mean),
                                .finite(estimate.deviation), .whole(UInt64(estimate.count)),
                            ])
                        }
                    }
                }
            }
        }
        return table
    }
}
