extension Check {
    /// Most rows of the table of what moved; failures come first.
    private static let rowLimit = 100

    /// What moved, as text whose tables are at most `width` columns of characters wide.
    public func text(width: Int = 110) -> String { page(symbols: false).text(width: width) }

    /// What moved, in Markdown, for the summary of a pipeline.
    public var markdown: String { page(symbols: true).markdown() }

    /// The result in a line: `FAILED: 1 of 90 comparisons is worse than tolerated.`
    var headline: String {
        let worse = items.count { $0.verdict == .worse || $0.verdict == .changed }
        if passed { return "PASSED: nothing is worse than tolerated." }
        var words: [String] = []
        if worse > 0 { words.append("\(worse) of \(items.count) comparisons worse than tolerated") }
        let lacking = items.count { $0.verdict == .missing }
        if lacking > 0 || !missing.isEmpty { words.append("\(max(lacking, missing.count)) missing") }
        return "FAILED: \(words.joined(separator: ", "))."
    }

    private func page(symbols: Bool) -> Page {
        var page = Page()
        page.add(heading: "\(symbols ? passed ? "✅ " : "❌ " : "")\(baseline.experiment): \(headline)")
        page.add(counts)
        for line in missing.prefix(20) { page.add("missing: \(line)") }
        if missing.count > 20 { page.add("missing: \(missing.count - 20) more") }
        let moved = Check.order.flatMap { verdict in items.filter { $0.verdict == verdict } }
        if !moved.isEmpty {
            page.addSpace()
            page.add(table(Array(moved.prefix(Check.rowLimit))))
            if moved.count > Check.rowLimit {
                page.add("and \(moved.count - Check.rowLimit) more; --json has all")
            }
            page.addSpace()
            page.add(note)
        }
        for notice in notices { page.add("note: \(notice).") }
        return page
    }

    /// What the table shows, what matters most first.
    private static let order: [Verdict] = [.worse, .changed, .improved, .unclear]

    /// How many comparisons came to what.
    private var counts: String {
        let words = Verdict.allCases.compactMap { verdict -> String? in
            let count = items.count { $0.verdict == verdict }
            return count == 0 ? nil : "\(count) \(verdict.rawValue)"
        }
        return "\(items.count) comparisons: \(words.joined(separator: ", "))."
    }

    private func table(_ items: [Item]) -> TextTable {
        let settings = items.contains { !$0.point.settings.isEmpty }
        var columns: [TextTable.Column] = [.words("verdict")] + (settings ? [.words("point")] : [])
        columns += [.words("policy"), .words("metric")]
        let labels = columns.count
        columns += [
            .numbers("baseline"), .numbers("now"), .numbers("change"), .numbers("tolerated"), .numbers("p"),
            .numbers("needs"),
        ]
        var table = TextTable(columns, labels: labels)
        for item in items {
            table.add(
                [item.verdict.rawValue] + (settings ? [item.point.label] : []) + [item.policy, item.metric]
                    + item.cells)
        }
        return table
    }

    private var note: String {
        let percent = Decimal.fixed(level * 100, decimals: level >= 0.01 ? 0 : 2)
        return
            "p: the probability of what is seen, or worse, if the metric were just as bad as tolerated, adjusted "
            + "after Holm over all \(items.count) comparisons; the check fails at \(percent) % or below. Intervals of "
            + "changes (±) stand each for itself and are not adjusted. "
            + "needs: about how many replicates would tell what is unclear, if the change is what is seen."
    }

    /// Everything, for machines; numbers in the units of the metrics' names.
    public var json: JSONValue {
        .object([
            ("experiment", .string(baseline.experiment)), ("passed", .bool(passed)),
            ("level", .number(level)), ("baseline_version", .string(baseline.version)),
            ("version", .string(pagefoldVersion)),
            (
                "counts",
                .object(
                    Verdict.allCases.map { verdict in
                        (verdict.rawValue, .whole(UInt64(items.count { $0.verdict == verdict })))
                    })
            ),
            ("missing", .array(missing.map { .string($0) })),
            ("notices", .array(notices.map { .string($0) })),
            ("comparisons", .array(items.map(\.json))),
        ])
    }
}

extension Check.Item {
    private var style: NumberStyle {
        let values = evidence.map { [$0.before, $0.after] } ?? []
        return NumberStyle(MetricUnit(metric: metric), values: values)
    }

    /// Baseline, now, change, tolerance, p, replicates needed.
    fileprivate var cells: [String] {
        guard let evidence else { return ["-", "-", "a new value", allowed, "", ""] }
        let style = style
        let suffix = style.scale.suffix()
        return [
            style.text(evidence.before) + suffix, style.text(evidence.after) + suffix, changeText, allowed,
            Comparison.probability(adjustedP), needs,
        ]
    }

    /// The tolerance as files spell it.
    fileprivate var allowed: String { tolerance.text(MetricUnit(metric: metric)) }

    /// The change, relative to the baseline where that is above 0, with its interval.
    private var changeText: String {
        guard let evidence else { return "" }
        let isRelative = evidence.before > 0
        let size = isRelative ? evidence.before : 1
        let reach = evidence.interval.map { ($0.upperBound - $0.lowerBound) / 2 / size }
        let numbers = NumberStyle(
            isRelative ? .share : MetricUnit(metric: metric), values: [evidence.change / size],
            halfWidths: reach.map { [$0] } ?? [], digits: 3)
        let text = numbers.signed(evidence.change / size)
        return text + (reach.map { " ± \(numbers.text($0))" } ?? "") + numbers.scale.suffix()
    }

    /// How many replicates would tell what is unclear.
    private var needs: String {
        guard verdict == .unclear, let evidence, evidence.method != .single else { return "" }
        return evidence.needed.map { Decimal.grouped(UInt64($0)) } ?? ">1,000,000"
    }

    /// What a failure means, in a line.
    var message: String {
        let cells = cells
        if verdict == .missing { return "missing in the store" }
        return
            "\(cells[0]) -> \(cells[1]) (\(cells[2]); tolerated \(cells[3])): \(verdict.rawValue)\(explanation)"
    }

    /// What to know about the verdict.
    private var explanation: String {
        if evidence?.method == .single { return " (one replicate)" }
        return needs.isEmpty ? "" : " (about \(needs) replicates would tell)"
    }

    /// The comparison for machines.
    fileprivate var json: JSONValue {
        .object([
            ("settings", point.json), ("policy", .string(policy)), ("metric", .string(metric)),
            ("better", .string(direction.rawValue)), ("verdict", .string(verdict.rawValue)),
            ("method", evidence.map { .string($0.method.rawValue) } ?? .null),
            ("n", evidence.map { .whole(UInt64($0.count)) } ?? .null),
            ("baseline", JSONValue(evidence?.before)), ("now", JSONValue(evidence?.after)),
            ("change", JSONValue(evidence?.change)), ("interval", JSONValue(evidence?.interval)),
            ("tolerance", .string(allowed)), ("tolerated_change", JSONValue(evidence?.allowance)),
            ("p", JSONValue(evidence.flatMap { [.single, .exact].contains($0.method) ? nil : $0.pWorse })),
            ("adjusted_p", JSONValue(adjustedP)),
            ("replicates_needed", evidence?.needed.map { .whole(UInt64($0)) } ?? .null),
        ])
    }
}
