/// The part with the numbers.
extension Report {
    var tables: [HTMLNode] {
        let comparison = input.comparison
        var parts: [HTMLNode] = [.tag("p", class: "quiet", .text(legend))]
        if comparison.points.count == 1 {
            return parts + [metricTable(at: 0)]
        }
        for metric in results.tables.indices {
            let table = results.tables[metric]
            parts.append(
                .details(
                    "\(table.name): \(table.meaning)", isOpen: metric < 3 || comparison.points.count <= 8,
                    [pointTable(of: metric)]))
        }
        return parts
    }

    private static let mostRows = 60

    private var legend: String {
        let reference = results.policies[results.reference]
        if results.replicates == 1 {
            return
                "★ marks the best policy of a row. "
                + (results.replication.note
                    ?? "There is one replicate: no intervals, and nothing is known of chance.")
                + " Percentages compare with \(reference)."
        }
        let percent = Decimal.fixed(input.comparison.level * 100, decimals: 0)
        let isRatio = results.tables.contains(where: \.isRatioOfTotals)
        let ratios =
            isRatio ? " Brackets beside a value: a ratio of totals with its interval (Fieller's)." : ""
        return
            "Means over replicates ± half the width of the \(percent) % interval (Student's t).\(ratios) ★ marks the best"
            + " policy of a row, ≈ one that cannot be told apart from it (Holm-adjusted paired tests). Below each"
            + " mean: the difference to \(reference), paired by replicate, with its interval; “n.s.” says that"
            + " it is not significant. Verdicts are adjusted after Holm over \(family); intervals, and the bars"
            + " of the figures, stand each for itself and are not adjusted. “unbounded”: the replicates do not"
            + " limit the value."
    }

    /// What verdicts are adjusted over.
    var family: String {
        input.comparison.isByPoint ? "all metrics and policies" : "all points and policies of a metric"
    }

    /// Metrics down, policies across, at one point.
    private func metricTable(at position: Int) -> HTMLNode {
        let rows = results.tables.indices.map { metric -> [HTMLNode] in
            let table = results.tables[metric]
            let row = input.comparison.cells[metric][position]
            let style = Report.style(row, table)
            let name = HTMLNode.tag(
                "span", .tag("code", .text(style.scale.heading(table.name))), .element("br", [], []),
                .tag("small", .text("\(table.meaning)\(Report.wish(table.direction))")))
            return [name] + row.map { cell($0, style) }
        }
        return .table(
            ["All metrics"], head: ["Metric"] + results.policies.map { .text($0) }, labels: 1, rows: rows)
    }

    /// Points down, policies across, for one metric.
    private func pointTable(of metric: Int) -> HTMLNode {
        let comparison = input.comparison
        let table = results.tables[metric]
        let style = Report.style(comparison.cells[metric].flatMap { $0 }, table)
        let rows = comparison.points.indices.prefix(Report.mostRows).map { position -> [HTMLNode] in
            let settings = results.points[comparison.points[position]].settings
            return settings.map { .text($0.value) }
                + comparison.cells[metric][position].map { cell($0, style) }
        }
        var caption = "\(style.scale.heading(table.name))\(Report.wish(table.direction))"
        if comparison.points.count > Report.mostRows {
            caption +=
                "; the first \(Report.mostRows) of \(comparison.points.count) points, all of them with pagefold compare"
        }
        return .table(
            [.text(caption)],
            head: results.settingNames.map { .text($0) } + results.policies.map { .text($0) },
            labels: results.settingNames.count, rows: rows)
    }

    private static func wish(_ direction: Metric.Direction) -> String {
        switch direction {
        case .lower: " (lower is better)"
        case .higher: " (higher is better)"
        case .none: ""
        }
    }

    static func style(_ cells: [Comparison.Cell], _ table: MetricTable) -> NumberStyle {
        NumberStyle(
            MetricUnit(metric: table.name), values: cells.compactMap(\.mean),
            halfWidths: cells.compactMap(\.interval).map { ($0.upperBound - $0.lowerBound) / 2 })
    }

    private func cell(_ cell: Comparison.Cell, _ style: NumberStyle) -> HTMLNode {
        guard cell.mean != nil else { return .element("span", [("aria-label", "no value")], ["–"]) }
        var text = style.text(cell.mean)
        if results.replicates > 1 { text += cell.reach(style.text) }
        var parts: [HTMLNode]
        switch cell.standing {
        case .best:
            parts = [.tag("strong", .text(text)), .element("span", [("title", "best")], [" ★"])]
        case .notToldApart:
            parts = [.text(text), .element("span", [("title", "not told apart from the best")], [" ≈"])]
        case .behind, .none: parts = [.text(text)]
        }
        if cell.count < results.replicates { parts.append(" (\(cell.count) of \(results.replicates))") }
        if let change = cell.change, let words = words(for: change) {
            parts += [.element("br", [], []), words]
        }
        return .tag("span", all: parts)
    }

    private func words(for change: Change) -> HTMLNode? {
        if change.verdict == .same { return .tag("small", "same values") }
        guard let relative = change.relative else { return nil }
        let style = Report.shareStyle(relative, change.relativeInterval)
        var text = "\(Report.signed(relative, style))\u{A0}%"
        if results.replicates > 1 {
            text += Comparison.brackets(change.relativeInterval) { Report.signed($0 ?? .nan, style) }
        }
        switch change.verdict {
        case .better: return .tag("small", class: "better", "\(text) better")
        case .worse: return .tag("small", class: "worse", "\(text) worse")
        case .notSignificant: return .tag("small", class: "quiet", "\(text) n.s.")
        case .different, .same, .unknown: return .tag("small", .text(text))
        }
    }

    /// Percentages with digits that suit their interval.
    static func shareStyle(_ value: Double, _ interval: ClosedRange<Double>?) -> NumberStyle {
        NumberStyle(
            .share, values: [value],
            halfWidths: interval.map { [($0.upperBound - $0.lowerBound) / 2] } ?? [], digits: 3)
    }

    /// A number with its sign, a true minus.
    static func signed(_ value: Double, _ style: NumberStyle) -> String {
        let text = style.signed(value)
        return text.hasPrefix("-") ? "\u{2212}" + text.dropFirst() : text
    }
}
