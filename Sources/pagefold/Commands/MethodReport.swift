import Experiments
import PageContent
import Statistics

/// What `profile methods` prints.
struct MethodReport {
    var comparison: MethodComparison
    var rounds: Int
    /// How many sandboxes the node holds on which pages are shared.
    var nodeSandboxes: Int

    func print(in format: ResultFormat) {
        format.print(
            text: text { $0.text(width: Terminal.width) }, markdown: text(\.markdown), csv: rows.csv,
            json: .object([
                ("functions", .array(comparison.functions.map(JSONValue.string))),
                ("rounds", .whole(UInt64(rounds))),
                ("node_sandboxes", .whole(UInt64(nodeSandboxes))),
                (
                    "methods",
                    .array(
                        comparison.rows.map { row in
                            .object([("name", .string(row.method)), ("summary", .string(row.summary))])
                        })
                ),
                ("rows", rows.json),
            ]))
    }

    private func text(_ render: (NumberTable) -> String) -> String {
        let count = comparison.functions.count
        return """
            Saving (1 - stored / original bytes) of one more sandbox beside its base: mean over \(count) \
            \(count == 1 ? "function" : "functions"), ± deviation over \(rounds) \
            \(rounds == 1 ? "pairing" : "pairings").
            private: pages that a checkpoint would hold. all: clean pages of files too, free where the page cache
            holds them for a base. Stored: patch + 16 B, kept page 4096 + 8 B, zero page 8 B; exact pages 64 B each.
            exact-node is the mean of all \(nodeSandboxes) sandboxes of a node, the first ones included.

            \(render(means))
            Saving of private pages by function:

            \(render(byFunction))
            """
    }

    private var means: NumberTable {
        var table = NumberTable([
            .words("method"), .numbers("hits", decimals: 3), .numbers("patch B", decimals: 0),
            .numbers("private", decimals: 3), .numbers("±private", title: "±", decimals: 3),
            .numbers("all", decimals: 3), .numbers("±all", title: "±", decimals: 3),
            .words("what it does"),
        ])
        for row in comparison.rows {
            let saving = row.estimate(.saving)
            let all = row.estimate(.savingOfAll)
            table.add([
                .string(row.method), .finite(row.estimate(.hitRate).mean),
                .finite(row.estimate(.meanPatch).mean), .finite(saving.mean), .finite(saving.deviation),
                .finite(all.mean), .finite(all.deviation), .string(row.summary),
            ])
        }
        return table
    }

    private var byFunction: NumberTable {
        var table = NumberTable(
            [.words("method")] + comparison.functions.map { .numbers($0, decimals: 3) })
        for row in comparison.rows {
            let values = comparison.functions.indices.map {
                JSONValue.finite(row.estimate(.saving, function: $0).mean)
            }
            table.add([.string(row.method)] + values)
        }
        return table
    }

    /// One row a method and function; the function `mean` is the mean over all, its deviation that over pairings.
    private var rows: NumberTable {
        var columns: [NumberTable.Column] = [
            .words("method"), .words("function"), .numbers("rounds"), .numbers("private_pages"),
            .numbers("file_pages"),
        ]
        for quantity in MethodComparison.Quantity.allCases {
            columns += [.numbers(quantity.rawValue), .numbers("\(quantity.rawValue)_sd")]
        }
        var table = NumberTable(columns, labels: 2)
        for row in comparison.rows {
            for (index, function) in comparison.functions.enumerated() {
                let outcomes = row.outcomes[index]
                var cells: [JSONValue] = [
                    .string(row.method), .string(function), .whole(UInt64(outcomes.count)),
                    .finite(MeanEstimate(outcomes.map { Double($0.pages) }).mean),
                    .finite(MeanEstimate(outcomes.map { Double($0.filePages) }).mean),
                ]
                for quantity in MethodComparison.Quantity.allCases {
                    let estimate = row.estimate(quantity, function: index)
                    cells += [.finite(estimate.mean), .finite(estimate.deviation)]
                }
                table.add(cells)
            }
            var cells: [JSONValue] = [
                .string(row.method), .string("mean"), .whole(UInt64(rounds)), .null, .null,
            ]
            for quantity in MethodComparison.Quantity.allCases {
                let estimate = row.estimate(quantity)
                cells += [.finite(estimate.mean), .finite(estimate.deviation)]
            }
            table.add(cells)
        }
        return table
    }
}
