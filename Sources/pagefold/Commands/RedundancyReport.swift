import Experiments
import PageContent
import Statistics

/// What `profile redundancy` prints of functions compared with themselves.
struct RedundancyReport {
    var study: RedundancyStudy
    var measures: [RedundancyMeasure]

    func print(in format: ResultFormat) {
        format.print(
            text: text { $0.text(width: Terminal.width) }, markdown: text(\.markdown), csv: rows.csv,
            json: .object([
                ("functions", .array(study.functions.map(JSONValue.string))),
                ("rows", rows.json),
                ("published", published.json),
            ]))
    }

    private func text(_ render: (NumberTable) -> String) -> String {
        let count = study.functions.count
        let pairs = study.pairs.map(\.count)
        let most = pairs.max() ?? 0
        return """
            Share of private memory that another instance of the function holds too, by chunk size in bytes:
            mean over \(count) \(count == 1 ? "function" : "functions"), each the mean over \
            \(most) \(most == 1 ? "pair" : "pairs") of instances.

            \(render(means(.private)))
            Clean pages of files included; one that the other instance has resident counts at every size:

            \(render(means(.all)))
            As published (\(PublishedRedundancy.source); by the measure 'medes', of private pages):

            \(render(published))
            By function, private memory; ± is the deviation over pairs:

            \(render(byFunction))
            """
    }

    private func means(_ counted: RedundancyStudy.Counted) -> NumberTable {
        var table = NumberTable(
            [.words("measure")] + study.sizes.map { .numbers("\($0)", decimals: 3) })
        for measure in measures {
            let values = study.sizes.map {
                JSONValue.finite(study.estimate(measure, size: $0, counted: counted).mean)
            }
            table.add([.string(measure.rawValue)] + values)
        }
        return table
    }

    private var published: NumberTable {
        var table = NumberTable(
            [.words("randomisation")] + PublishedRedundancy.sizes.map { .numbers("\($0)", decimals: 3) })
        for (name, values) in [
            ("off", PublishedRedundancy.randomisationOff), ("on", PublishedRedundancy.randomisationOn),
        ] {
            table.add([.string(name)] + values.map(JSONValue.number))
        }
        return table
    }

    private var byFunction: NumberTable {
        let size = study.sizes[0]
        var columns: [NumberTable.Column] = [.words("function"), .numbers("MiB", decimals: 1)]
        for measure in measures {
            columns.append(.numbers("\(measure.rawValue) \(size)", decimals: 3))
            columns.append(.numbers("±\(measure.rawValue)", title: "±", decimals: 3))
        }
        let pages = study.sizes.contains(Page.size) && measures.contains(.aligned)
        if pages { columns += [.numbers("pages", decimals: 3), .numbers("±pages", title: "±", decimals: 3)] }
        var table = NumberTable(columns)
        for (index, function) in study.functions.enumerated() {
            let sizes = study.pairs[index].map { Double($0.privateBytes) / 0x1p20 }
            var row: [JSONValue] = [.string(function), .finite(MeanEstimate(sizes).mean)]
            for measure in measures {
                row += cells(study.estimate(measure, size: size, counted: .private, function: index))
            }
            if pages {
                row += cells(study.estimate(.aligned, size: Page.size, counted: .private, function: index))
            }
            table.add(row)
        }
        return table
    }

    private func cells(_ estimate: MeanEstimate) -> [JSONValue] {
        [.finite(estimate.mean), .finite(estimate.deviation)]
    }

    /// One row a function, measure, chunk size and kind of pages; the function `mean` is the mean over all.
    private var rows: NumberTable {
        var table = NumberTable([
            .words("function"), .words("pages"), .words("measure"), .numbers("chunk_bytes"), .numbers("mean"),
            .numbers("sd"), .numbers("count"),
        ])
        for counted in RedundancyStudy.Counted.allCases {
            for measure in measures {
                for size in study.sizes {
                    for (index, function) in study.functions.enumerated() {
                        let estimate = study.estimate(measure, size: size, counted: counted, function: index)
                        table.add(row(function, counted, measure, size, estimate))
                    }
                    let estimate = study.estimate(measure, size: size, counted: counted)
                    table.add(row("mean", counted, measure, size, estimate))
                }
            }
        }
        return table
    }

    private func row(
        _ function: String, _ counted: RedundancyStudy.Counted, _ measure: RedundancyMeasure, _ size: Int,
        _ estimate: MeanEstimate
    ) -> [JSONValue] {
        [
            .string(function), .string(counted.rawValue), .string(measure.rawValue), .whole(UInt64(size)),
            .finite(estimate.mean), .finite(estimate.deviation), .whole(UInt64(estimate.count)),
        ]
    }
}
