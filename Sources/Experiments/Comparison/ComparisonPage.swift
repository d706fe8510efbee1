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
        if results.replicates == 1 { return results.replication.note ?? "One replicate." }
        let percent = Decimal.fixed(level * 100, decimals: level * 100 == (level * 100).rounded() ? 0 : 1)
        let basis =
            "\(results.replicates) replicates; mean ± half the width of its \(percent) % interval (Student)."
        if !results.tables.contains(where: \.isRatioOfTotals) { return basis }
        return basis + " Brackets: a ratio of totals with its interval (Fieller)."
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
            halfWidths: cells.compactMap(\.interval).map { ($0.upperBound - $0.lowerBound) / 2 })
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
        if results.replicates > 1 { text += cell.reach(style.text) }
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
            text = percent(change.relative, change.relativeInterval)
        } else {
            text =
                style.signed(change.difference) + style.scale.suffix(ofDifference: true)
                + interval(change.interval, style.signed)
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
            interval(change.interval, style.signed),
            change.relative.map { relative.signed($0) + " %" } ?? "-",
            change.relative == nil ? "" : interval(change.relativeInterval, relative.signed),
            Comparison.probability(change.adjustedP), change.verdict.word,
        ]
    }

    private static func percentStyle(_ values: [Double?], _ interval: ClosedRange<Double>?) -> NumberStyle {
        NumberStyle(
            .share, values: values.compactMap { $0 },
            halfWidths: interval.map { [($0.upperBound - $0.lowerBound) / 2] } ?? [], digits: 3)
    }

    private func percent(_ value: Double?, _ range: ClosedRange<Double>?) -> String {
        let style = Comparison.percentStyle([value], range)
        return style.signed(value) + " %" + interval(range, style.signed)
    }

    private func interval(_ interval: ClosedRange<Double>?, _ text: (Double?) -> String) -> String {
        results.replicates == 1 ? "" : Comparison.brackets(interval, text)
    }

    /// An interval in brackets, in words where it has no ends.
    static func brackets(_ interval: ClosedRange<Double>?, _ text: (Double?) -> String) -> String {
        interval.map { " [\(text($0.lowerBound)), \(text($0.upperBound))]" } ?? " [unbounded]"
    }

    /// A probability with three digits behind the point.
    static func probability(_ p: Double?) -> String {
        guard let p else { return "" }
        return p < 0.001 ? "<0.001" : Decimal.fixed(p, decimals: 3)
    }
}

// MARK: Words

extension Comparison {
    /// What results of one replicate are worth, and what to do about it.
    static let anecdote =
        "One run of one draw is an anecdote: differences may be chance. The same pagefold sweep command with "
        + "--replicates 20 goes on from here, and gives intervals."

    /// What a reader should know of intervals without ends.
    static let meaningOfUnbounded =
        "unbounded: the replicates do not limit the value, as they are too few, or the reference's mean cannot be "
        + "told from 0."

    private var isAnyUnbounded: Bool {
        cells.joined().joined().contains { cell in
            guard cell.mean != nil else { return false }
            guard let change = cell.change, change.verdict != .same else { return cell.interval == nil }
            return cell.interval == nil || change.interval == nil
                || change.relative != nil && change.relativeInterval == nil
        }
    }

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
        if results.replicates == 1 {
            return ["* best." + (results.replication.note == nil ? " \(Comparison.anecdote)" : "")]
        }
        let percent = Decimal.fixed((1 - level) * 100, decimals: 1)
        let family = isByPoint ? "the table" : "the table of the metric"
        var notes = [
            "* best; ~ its difference to the best may be chance: paired by replicate, at \(percent) %, adjusted "
                + "after Holm over the policies of a row.",
            "n.s.: not significant. Verdicts are adjusted after Holm over \(family); intervals are not. "
                + "A relative difference is one of means (Fieller's interval).",
        ]
        if isAnyUnbounded { notes.append(Comparison.meaningOfUnbounded) }
        if let note = results.replication.note { notes.append(note) }
        if !warmUp.isEmpty { notes.append(warmUp) }
        if results.points.count > 1 && !isByPoint {
            notes.append("--point shows all metrics of one point, with p-values.")
        }
        return notes
    }
}

extension Change.Verdict {
    /// The verdict in a table.
    var word: String {
        switch self {
        case .notSignificant: "n.s."
        case .unknown: "one replicate"
        case .better, .worse, .different, .same: rawValue
        }
    }
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
