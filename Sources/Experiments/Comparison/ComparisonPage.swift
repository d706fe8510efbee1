extension Comparison {
    /// The comparison as text whose tables are at most `width` columns of characters wide.
    public func text(width: Int = 110) -> String { page.text(width: width) }

    /// The comparison in Markdown.
    public var markdown: String { page.markdown() }

    private var page: Page {
        var page = Page()
        page.add(results.question.isEmpty ? results.experiment : "\(results.experiment): \(results.question)")
        page.add(basis)
        if isByPoint {
            for position in points.indices { add(pointAt: position, to: &page) }
        } else {
            for metric in results.tables.indices { add(metric, to: &page) }
        }
        page.addSpace()
        for note in notes { page.add(note) }
        return page
    }

    /// What the numbers rest on, in a line.
    private var basis: String {
        if results.replicates == 1 { return "One replicate." }
        let percent = Decimal.fixed(level * 100, decimals: level * 100 == (level * 100).rounded() ? 0 : 1)
        return
            "\(results.replicates) replicates; mean ± half the width of its \(percent) % interval (Student)."
    }

    /// A metric over all points: one row for each.
    private func add(_ metric: Int, to page: inout Page) {
        let table = results.tables[metric]
        let rows = cells[metric]
        let style = style(rows.flatMap { $0 }, table)
        page.add(heading: "\(style.scale.heading(table.name)): \(table.meaning). \(table.direction.phrase)")
        var means = TextTable(
            settingColumns + results.policies.map { .numbers($0) }, labels: settingColumns.count)
        for (point, row) in zip(points, rows) {
            means.add(settings(of: point) + row.map { text($0, style) })
        }
        page.add(means)
        page.add(tally(rows, table.direction))
        guard others.count > 0, results.replicates > 1 else { return }
        let changes = rows.flatMap { row in others.map { row[$0].change } }.compactMap { $0 }
        let isRelative = !changes.isEmpty && changes.allSatisfy { $0.relative != nil }
        let changeStyle = differenceStyle(changes, table)
        page.add(
            heading: "\(table.name): \(isRelative ? "relative difference" : "difference") to \(reference)")
        var differences = TextTable(
            settingColumns + others.map { .numbers(results.policies[$0]) }, labels: settingColumns.count)
        for (point, row) in zip(points, rows) {
            differences.add(
                settings(of: point) + others.map { text(row[$0].change, changeStyle, isRelative: isRelative) }
            )
        }
        page.add(differences)
    }

    /// All metrics at one point: one row for each.
    private func add(pointAt position: Int, to page: inout Page) {
        let point = results.points[points[position]]
        page.add(heading: point.settings.isEmpty ? "Means" : "Point \(points[position]): \(point.label)")
        var means = TextTable([.words("")] + results.policies.map { .numbers($0) })
        for (metric, table) in results.tables.enumerated() {
            let row = cells[metric][position]
            let style = style(row, table)
            means.add([style.scale.heading(table.name)] + row.map { text($0, style) })
        }
        page.add(means)
        guard others.count > 0, results.replicates > 1 else { return }
        page.add(heading: "Difference to \(reference), paired by replicate")
        var differences = TextTable(
            [
                .words("metric"), .words("policy"), .numbers("difference"), .numbers("interval"),
                .numbers("relative"), .numbers("interval"), .numbers("p"), .words("verdict"),
            ], labels: 2)
        for (metric, table) in results.tables.enumerated() {
            for other in others {
                let change = cells[metric][position][other].change
                differences.add(
                    [table.name, results.policies[other]] + texts(change, differenceStyle([change], table)))
            }
        }
        page.add(differences)
    }

    private var reference: String { results.policies[results.reference] }
    private var others: [Int] { results.policies.indices.filter { $0 != results.reference } }

    private var settingColumns: [TextTable.Column] { results.settingNames.map { .words($0) } }

    private func settings(of point: Int) -> [String] { results.points[point].settings.map(\.value) }
}

// MARK: Cells

extension Comparison {
    private func style(_ cells: [Cell], _ table: MetricTable) -> NumberStyle {
        NumberStyle(
            MetricUnit(metric: table.name), values: cells.compactMap(\.mean),
            halfWidths: cells.compactMap(\.halfWidth))
    }

    private func differenceStyle(_ changes: [Change?], _ table: MetricTable) -> NumberStyle {
        let changes = changes.compactMap { $0 }
        return NumberStyle(
            MetricUnit(metric: table.name), values: changes.map(\.difference),
            halfWidths: changes.compactMap { change in
                change.interval.map { ($0.upperBound - $0.lowerBound) / 2 }
            }, digits: 3)
    }

    /// A mean with its interval and its mark, in a width that keeps marks in one column.
    private func text(_ cell: Cell, _ style: NumberStyle) -> String {
        guard let mean = cell.mean else { return "-  " }
        var text = style.text(mean)
        if let halfWidth = cell.halfWidth { text += " ± \(style.text(halfWidth))" }
        if cell.count < results.replicates { text += " (\(cell.count) of \(results.replicates))" }
        switch cell.standing {
        case .best: return text + " *"
        case .notToldApart: return text + " ~"
        case .behind, .none: return text + "  "
        }
    }

    /// A difference in one cell: `-12.3 % [-13.1, -11.5] better`.
    private func text(_ change: Change?, _ style: NumberStyle, isRelative: Bool) -> String {
        guard let change else { return "-" }
        if change.verdict == .same { return "same values" }
        let text: String
        if isRelative {
            text = Comparison.percent(change.relative, change.relativeInterval)
        } else {
            text =
                style.signed(change.difference) + style.scale.suffix(ofDifference: true)
                + Comparison.interval(change.interval, style.signed)
        }
        return "\(text) \(change.verdict.word)"
    }

    /// A difference in cells: absolute, its interval, relative, its interval, p, verdict.
    private func texts(_ change: Change?, _ style: NumberStyle) -> [String] {
        guard let change else { return ["-", "", "", "", "", "no common replicates"] }
        if change.verdict == .same { return ["0", "", "", "", "", change.verdict.word] }
        let relative = Comparison.percentStyle([change.relative], change.relativeInterval)
        return [
            style.signed(change.difference) + style.scale.suffix(ofDifference: true),
            Comparison.interval(change.interval, style.signed),
            change.relative.map { relative.signed($0) + " %" } ?? "-",
            Comparison.interval(change.relativeInterval, relative.signed),
            Comparison.probability(change.adjustedP), change.verdict.word,
        ]
    }

    private static func percentStyle(_ values: [Double?], _ interval: ClosedRange<Double>?) -> NumberStyle {
        NumberStyle(
            .share, values: values.compactMap { $0 },
            halfWidths: interval.map { [($0.upperBound - $0.lowerBound) / 2] } ?? [], digits: 3)
    }

    private static func percent(_ value: Double?, _ interval: ClosedRange<Double>?) -> String {
        let style = percentStyle([value], interval)
        return style.signed(value) + " %" + Comparison.interval(interval, style.signed)
    }

    private static func interval(_ interval: ClosedRange<Double>?, _ text: (Double?) -> String) -> String {
        interval.map { " [\(text($0.lowerBound)), \(text($0.upperBound))]" } ?? ""
    }

    /// A probability with three digits behind the point.
    static func probability(_ p: Double?) -> String {
        guard let p else { return "" }
        return p < 0.001 ? "<0.001" : Decimal.fixed(p, decimals: 3)
    }
}

// MARK: Words

extension Comparison {
    /// At how many points each policy is best: `Best: hybrid at 12 of 15 points (clearly at 9), fixed at 3 (1).`
    private func tally(_ rows: [[Cell]], _ direction: Metric.Direction) -> String {
        if direction == .none { return "" }
        let counts = results.policies.indices.map { policy in
            let wins = rows.filter { $0[policy].standing == .best }
            let clear = wins.count { row in
                row.enumerated().allSatisfy { $0.offset == policy || $0.element.standing == .behind }
            }
            return (name: results.policies[policy], wins: wins.count, clear: clear)
        }
        var words: [String] = []
        for count in counts where count.wins > 0 {
            let points = words.isEmpty ? " of \(rows.count) points" : ""
            let clearly = results.replicates == 1 ? "" : " (clearly at \(count.clear))"
            words.append("\(count.name) at \(count.wins)\(points)\(clearly)")
        }
        return words.isEmpty ? "" : "Best: \(words.joined(separator: ", "))."
    }

    /// What the marks mean and what the numbers are worth.
    private var notes: [String] {
        if results.replicates == 1 { return ["* best. \(ComparisonTable.note)"] }
        let percent = Decimal.fixed((1 - level) * 100, decimals: 1)
        let family = isByPoint ? "the table" : "the table of the metric"
        var notes = [
            "* best; ~ its difference to the best may be chance: paired by replicate, at \(percent) %, adjusted "
                + "after Holm over the policies of a row.",
            "Verdicts are adjusted after Holm over \(family); intervals are not. A relative difference is one of "
                + "means (Fieller's interval).",
        ]
        if results.points.count > 1 && !isByPoint {
            notes.append("--point shows all metrics of one point, with p-values.")
        }
        return notes
    }
}

extension Change.Verdict {
    /// The verdict in a table.
    var word: String { self == .unknown ? "one replicate" : rawValue }
}

extension Metric.Direction {
    /// The direction in a sentence.
    var phrase: String {
        switch self {
        case .lower: "Lower is better."
        case .higher: "Higher is better."
        case .none: "Neither way is better."
        }
    }
}
