import Statistics

/// What a reproduction says, for people and for programs.
extension ReproductionResults {
    /// The tables as aligned text, at most `width` columns wide where their columns allow it.
    package func text(width: Int) -> String { page.text(width: width) }

    /// The tables in Markdown.
    package var markdown: String { page.markdown() }

    private var page: Page {
        var page = Page()
        page.add(
            "Medes (EuroSys'22) again: \(settings.draws) draws of an Azure-like hour from seed \(settings.seed), "
                + "19 nodes, ten functions. Means over draws with 95 % intervals; changes are paired by draw."
        )
        page.addSpace()
        page.add(
            "Fitted, so never evidence: calls come in groups of 8, chosen so that fixed keep-alive has about the "
                + "paper's cold starts and memory; costs of restores, reads and patches (figure 8); in paper-inputs "
                + "also memory, savings (tables 2 and 3), cold starts (figure 8) and other functions' base pages (7.3.1). "
                + "Quantities without a remark follow the released code; those by the paper's rules say so.")
        page.addSpace()
        page.add(targetTable)
        page.addSpace()
        page.add(
            "inside: the paper's value lies in the interval. same direction: sign or order as in the paper, beyond "
                + "chance, the value outside. fitted: taken from the paper, no evidence. not judged: depends on the "
                + "trace, which was not published. not applicable: the paper's inputs are of one size of chunks and one "
                + "cardinality. not run: there is no profile. *: outside the interval "
                + "of the mean, but one more draw could have it, as the paper's one trace does.")
        if let sensitivity {
            page.add(heading: "Where the paper says nothing")
            page.add(
                "Cold starts and changes of cold starts under other assumptions, one changed at a time "
                    + "(paper-inputs, \(sensitivity.draws) draws).")
            page.addSpace()
            page.add(sensitivity.table)
        }
        return page
    }

    private var targetTable: TextTable {
        var columns: [TextTable.Column] = [
            .words("target"), .words("what"), .words("kind"), .numbers("paper"),
        ]
        for column in ReproductionColumn.allCases {
            columns.append(.numbers(column.rawValue))
            columns.append(.words("verdict"))
        }
        var table = TextTable(columns, labels: 2)
        var last = ""
        for row in rows {
            let quantity = row.quantity
            var cells = [
                quantity.target == last ? "" : quantity.target, quantity.name, quantity.kind.rawValue,
                quantity.text(quantity.paper),
            ]
            last = quantity.target
            for cell in row.cells { cells += [quantity.text(cell.estimate), quantity.text(cell)] }
            table.add(cells)
        }
        return table
    }

    /// The results as JSON.
    package var json: JSONValue {
        .object([
            ("reproduction", .string("medes-eurosys22")), ("version", .string(pagefoldVersion)),
            ("draws", .whole(UInt64(settings.draws))), ("seed", .whole(settings.seed)),
            ("quantities", .array(rows.map(\.json))),
            ("sensitivity", sensitivity?.json ?? .null),
        ])
    }
}

extension ReproductionResults.Row {
    fileprivate var json: JSONValue {
        let bounds = quantity.paper.bounds
        var members: [(String, JSONValue)] = [
            ("target", .string(quantity.target)), ("what", .string(quantity.name)),
            ("source", .string(quantity.source)), ("kind", .string(quantity.kind.rawValue)),
            ("unit", .string(quantity.unit.rawValue)), ("paper_low", .number(bounds.low)),
            ("paper_high", .number(bounds.high)),
        ]
        for (column, cell) in zip(ReproductionColumn.allCases, cells) {
            members.append((column.rawValue, cell.json))
        }
        return .object(members)
    }
}

extension ReproductionResults.Cell {
    fileprivate var json: JSONValue {
        var members: [(String, JSONValue)] = [("verdict", .string(verdict.rawValue))]
        if let estimate { members += estimate.members }
        return .object(members)
    }
}

extension MeanEstimate {
    fileprivate var members: [(String, JSONValue)] {
        [
            ("draws", .whole(UInt64(count))), ("mean", .number(mean)), ("low", .number(low)),
            ("high", .number(high)), ("one_draw_low", .number(mean - halfWidthOfOneDraw)),
            ("one_draw_high", .number(mean + halfWidthOfOneDraw)),
        ]
    }
}

extension PaperQuantity {
    private var decimals: Int {
        switch unit {
        case .count, .milliseconds: 0
        case .percent, .points, .megabytes, .gigabytes: 1
        case .ratio: 2
        }
    }

    private var suffix: String { unit == .count ? "" : unit == .ratio ? "x" : " \(unit.rawValue)" }

    private var isSigned: Bool { neutral == 0 }

    private func number(_ value: Double) -> String {
        (isSigned && value > 0 ? "+" : "") + Decimal.fixed(value, decimals: decimals)
    }

    fileprivate func text(_ paper: PaperValue) -> String {
        switch paper {
        case .number(let value): number(value) + suffix
        case .range(let low, let high): "\(number(low)) to \(number(high))\(suffix)"
        case .atMost(let high): "at most \(number(high))\(suffix)"
        }
    }

    fileprivate func text(_ cell: ReproductionResults.Cell) -> String {
        let isOutside = [.sameDirection, .notReproduced].contains(cell.verdict)
        let couldBe = cell.estimate.map(couldBeOneDraw) ?? false
        return cell.verdict.rawValue + (isOutside && couldBe ? " *" : "")
    }

    fileprivate func text(_ estimate: MeanEstimate?) -> String {
        guard let estimate else { return "-" }
        let reach = estimate.halfWidth.isFinite ? Decimal.fixed(estimate.halfWidth, decimals: decimals) : "?"
        return "\(number(estimate.mean)) ± \(reach)\(suffix)"
    }
}

extension SensitivityTable {
    /// A line for each assumption and number.
    var csv: String {
        var text = CSVRow.line(["assumed", "quantity", "paper", "mean", "low", "high", "draws"])
        for row in rows {
            for (place, column) in Self.columns.enumerated() {
                guard let estimate = row.estimates[place] else { continue }
                var line = CSVRow()
                line.add(row.name)
                line.add(column.key)
                for cell in [Self.paper[place], estimate.mean, estimate.low, estimate.high] { line.add(cell) }
                line.add(UInt64(estimate.count))
                text += line.line()
            }
        }
        return text
    }

    fileprivate var table: TextTable {
        var table = TextTable([.words("assumed")] + Self.columns.map { .numbers($0.title) })
        table.add(
            ["the paper"] + zip(Self.columns, Self.paper).map { Decimal.fixed($1, decimals: $0.decimals) })
        for row in rows {
            let cells = zip(Self.columns, row.estimates).map { column, estimate in
                guard let estimate else { return "-" }
                let mean = Decimal.fixed(estimate.mean, decimals: column.decimals)
                guard estimate.halfWidth.isFinite else { return mean }
                return "\(mean) ± \(Decimal.fixed(estimate.halfWidth, decimals: column.decimals))"
            }
            table.add([row.name] + cells)
        }
        return table
    }

    fileprivate var json: JSONValue {
        .array(
            rows.map { row in
                .object(
                    [("assumed", .string(row.name))]
                        + zip(Self.columns, row.estimates).map { column, estimate in
                            (column.key, estimate.map { .object($0.members) } ?? .null)
                        })
            })
    }
}
