extension ParetoFront {
    /// The front as text whose tables are at most `width` columns of characters wide.
    public func text(width: Int = 110) -> String { page.text(width: width) }

    /// The front in Markdown.
    public var markdown: String { page.markdown() }

    private var front: [Entry] { entries.filter { $0.dominator == nil } }

    private var page: Page {
        var page = Page()
        page.add("\(results.experiment): Pareto front of \(x.name) and \(y.name)")
        page.add("\(x.name): \(x.meaning). \(x.direction.phrase)")
        page.add("\(y.name): \(y.meaning). \(y.direction.phrase)")
        let styles = (
            NumberStyle(MetricUnit(metric: x.name), values: entries.map(\.x)),
            NumberStyle(MetricUnit(metric: y.name), values: entries.map(\.y))
        )
        let ordered = front.sorted { a, b in
            let (costA, costB) = x.direction == .higher ? (-a.x, -b.x) : (a.x, b.x)
            return (costA, a.point, a.policy) < (costB, b.point, b.policy)
        }
        page.add(heading: "On the front: \(front.count) of \(entries.count)")
        page.add(table(ordered, styles, dominated: false))
        let dominated = entries.filter { $0.dominator != nil }
        if !dominated.isEmpty {
            page.add(heading: "Dominated: \(dominated.count)")
            page.add(table(dominated, styles, dominated: true))
        }
        page.addSpace()
        page.add(note)
        return page
    }

    private func table(
        _ entries: [Entry], _ styles: (NumberStyle, NumberStyle), dominated: Bool
    ) -> TextTable {
        var columns = results.settingNames.map { TextTable.Column.words($0) } + [.words("policy")]
        let labels = columns.count
        columns += [.numbers(styles.0.scale.heading(x.name)), .numbers(styles.1.scale.heading(y.name))]
        if dominated { columns += [.words("dominated by"), .words("clearly")] }
        var table = TextTable(columns, labels: labels)
        for entry in entries {
            var cells = results.points[entry.point].settings.map(\.value) + [results.policies[entry.policy]]
            cells += [styles.0.text(entry.x), styles.1.text(entry.y)]
            if let dominator = entry.dominator {
                cells += [name(self.entries[dominator]), clarity(of: entry)]
            }
            table.add(cells)
        }
        return table
    }

    private func name(_ entry: Entry) -> String {
        let label = results.points[entry.point].label
        return label.isEmpty
            ? results.policies[entry.policy] : "\(results.policies[entry.policy]) at \(label)"
    }

    private func clarity(of entry: Entry) -> String {
        results.replicates == 1 ? "one replicate" : entry.isClear ? "yes" : "may be chance"
    }

    private var note: String {
        if results.replicates == 1 { return results.replication.note ?? Comparison.anecdote }
        let percent = Decimal.fixed((1 - level) * 100, decimals: 1)
        return
            "Clearly: better in one metric beyond chance and not worse beyond chance in the other, paired by "
            + "replicate, at \(percent) % for each pair by itself."
    }

    /// One row for each point and policy, in this order; numbers in the units of the metrics' names.
    public var csv: String {
        let settings = results.points.first?.settings.map(\.path) ?? []
        var text = CSVRow.line(
            ["point"] + settings + [
                "policy", x.name, y.name, "on_front", "dominated_by_point", "dominated_by_policy", "clearly",
            ])
        for entry in entries {
            var row = CSVRow()
            row.add(UInt64(entry.point))
            for setting in results.points[entry.point].settings { row.add(setting.value) }
            row.add(results.policies[entry.policy])
            row.add(entry.x)
            row.add(entry.y)
            row.add(entry.dominator == nil ? "true" : "false")
            if let dominator = entry.dominator {
                row.add(UInt64(entries[dominator].point))
                row.add(results.policies[entries[dominator].policy])
                row.add(entry.isClear ? "true" : "false")
            } else {
                for _ in 0..<3 { row.add("") }
            }
            text += row.line()
        }
        return text
    }

    /// The front and what it dominates, for machines.
    public var json: JSONValue {
        .object([
            ("experiment", .string(results.experiment)), ("level", .number(level)),
            ("x", x.description), ("y", y.description),
            ("entries", .array(entries.map(json))),
        ])
    }

    private func json(_ entry: Entry) -> JSONValue {
        let dominator = entry.dominator.map { number in
            JSONValue.object([
                ("point", .whole(UInt64(entries[number].point))),
                ("policy", .string(results.policies[entries[number].policy])),
                ("clearly", .bool(entry.isClear)),
            ])
        }
        return .object([
            ("point", .whole(UInt64(entry.point))), ("settings", results.points[entry.point].json),
            ("policy", .string(results.policies[entry.policy])), (x.name, .number(entry.x)),
            (y.name, .number(entry.y)), ("on_front", .bool(entry.dominator == nil)),
            ("dominated_by", dominator ?? .null),
        ])
    }
}
