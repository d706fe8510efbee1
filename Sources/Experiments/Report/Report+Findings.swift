/// The part that says in words what came out.
extension Report {
    var findings: [HTMLNode] {
        var parts: [HTMLNode] = []
        if results.replicates == 1 {
            parts.append(
                .tag(
                    "p", class: "warning",
                    .text(
                        results.replication.note
                            ?? "One replicate only: every difference below may be chance.")))
        }
        if results.policies.count == 1 {
            parts.append(
                .tag("p", "There is one policy, \(results.policies[0]), and nothing to compare it with."))
            return parts
        }
        let judged = results.tables.indices.filter { results.tables[$0].direction != .none }
        let words = judged.compactMap {
            input.comparison.points.count == 1 ? finding(at: $0) : overview(of: $0)
        }
        parts.append(
            words.isEmpty
                ? .tag("p", "None of the metrics here has a better and a worse.") : .tag("ul", all: words))
        if let losses { parts.append(losses) }
        if let tradeoff { parts.append(tradeoff) }
        if let unsure { parts.append(unsure) }
        return parts
    }

    /// One metric at the only point.
    private func finding(at metric: Int) -> HTMLNode? {
        let table = results.tables[metric]
        let row = input.comparison.cells[metric][0]
        let best = row.indices.filter { row[$0].standing == .best }
        guard let first = best.first else { return nil }
        let style = Report.style(row, table)
        var value = style.text(row[first].mean)
        if results.replicates > 1 { value += row[first].reach(style.text) }
        value += style.scale.suffix()
        var text: [HTMLNode] = head(table)
        if best.count == results.policies.count {
            return .tag("li", all: text + [.text("all policies have the same values, \(value).")])
        }
        let near = row.indices.filter { row[$0].standing == .notToldApart }.map { results.policies[$0] }
        let claim = near.isEmpty ? "\(best.count == 1 ? "is" : "are") best, at" : "has the best mean,"
        text += [.tag("strong", .text(Report.list(best.map { results.policies[$0] }))), " \(claim) \(value)"]
        if let change = row[first].change, first != results.reference {
            text.append(.text(", \(phrase(change))"))
        }
        if !near.isEmpty { text.append(.text("; it cannot be told apart from \(Report.list(near))")) }
        return .tag("li", all: text + ["."])
    }

    /// One metric over all points.
    private func overview(of metric: Int) -> HTMLNode? {
        let rows = input.comparison.cells[metric]
        let judged = rows.filter { row in row.contains { $0.standing == .best } }
        if judged.isEmpty { return nil }
        let wins = results.policies.indices.map { policy in
            judged.count { $0[policy].standing == .best }
        }
        let most = wins.max() ?? 0
        guard let winner = wins.firstIndex(of: most) else { return nil }
        let clear = judged.count { row in
            row[winner].standing == .best
                && row.indices.allSatisfy {
                    $0 == winner || row[$0].standing == .behind || row[$0].standing == .none
                }
        }
        let points = judged.count
        var text = head(results.tables[metric])
        let leaders = wins.indices.filter { wins[$0] == most }.map { results.policies[$0] }
        text += [
            .tag("strong", .text(Report.list(leaders))),
            .text(" \(leaders.count == 1 ? "has" : "have") the best mean at \(most) of \(points) points"),
        ]
        if results.replicates > 1, leaders.count == 1 {
            let clearly = clear == 0 ? "none" : clear == points ? "all" : "\(clear)"
            text.append(.text(", clearly at \(clearly)"))
        }
        if leaders.count == 1, winner != results.reference {
            text.append(.text(range(rows.compactMap { $0[winner].change })))
        }
        return .tag("li", all: text + ["."])
    }

    private func head(_ table: MetricTable) -> [HTMLNode] {
        [.tag("code", .text(table.name)), .text(" (\(table.meaning)): ")]
    }

    /// The span of differences to the reference over points.
    private func range(_ changes: [Change]) -> String {
        let shares = changes.compactMap(\.relative)
        guard let low = shares.min(), let high = shares.max() else { return "" }
        let reference = results.policies[results.reference]
        let style = Report.shareStyle(max(abs(low), abs(high)), nil)
        let ends = [low, high].map { Report.signed($0, style) }
        let span = ends[0] == ends[1] ? "" : "\(ends[0]) to "
        var text = "; the difference to \(reference) is \(span)\(ends[1])\u{A0}%"
        if results.replicates > 1 {
            let significant = changes.count { [.better, .worse].contains($0.verdict) }
            text += ", significant at \(significant) of \(changes.count) points"
        }
        return text
    }

    /// A difference to the reference in words.
    private func phrase(_ change: Change) -> String {
        let reference = results.policies[results.reference]
        if change.verdict == .same { return "the same as \(reference)" }
        guard let relative = change.relative else { return "which differs from \(reference)" }
        let style = Report.shareStyle(relative, change.relativeInterval)
        var text = "\(style.text(abs(relative)))\u{A0}% \(relative < 0 ? "less" : "more") than \(reference)"
        if results.replicates > 1, change.relativeInterval == nil {
            text += " (the replicates do not limit the difference: its interval is unbounded)"
        }
        if let interval = change.relativeInterval {
            let ends = [interval.lowerBound, interval.upperBound].map { Report.signed($0, style) }
            text += " (interval of the difference: \(ends[0]) to \(ends[1])\u{A0}%)"
        }
        return change.verdict == .notSignificant ? text + ", which is not significant" : text
    }

    /// What policies lose beside the reference, beyond chance.
    private var losses: HTMLNode? {
        if results.replicates == 1 { return nil }
        let lines = results.policies.indices.filter { $0 != results.reference }.compactMap {
            policy -> HTMLNode? in
            let metrics = results.tables.indices.compactMap { loss(of: policy, in: $0) }
            if metrics.isEmpty { return nil }
            return .tag(
                "li", .tag("strong", .text(results.policies[policy])),
                .text(": \(metrics.joined(separator: ", "))"))
        }
        if lines.isEmpty { return nil }
        let reference = results.policies[results.reference]
        return .tag(
            "div", .tag("p", "Worse than \(reference), beyond chance:"), .tag("ul", all: lines))
    }

    /// What a policy loses in a metric: `cold_share (+12 to +30 %, at 3 of 5 points)`; nil where it loses nothing.
    private func loss(of policy: Int, in metric: Int) -> String? {
        let table = results.tables[metric]
        let changes = input.comparison.cells[metric].compactMap { $0[policy].change }
        let worse = changes.filter { $0.verdict == .worse }
        guard !worse.isEmpty else { return nil }
        let shares = worse.compactMap(\.relative)
        var said: [String] = []
        if shares.count == worse.count, let low = shares.min(), let high = shares.max() {
            said.append(span(low, high, Report.shareStyle(max(abs(low), abs(high)), nil), "\u{A0}%"))
        } else if let low = worse.map(\.difference).min(), let high = worse.map(\.difference).max() {
            let style = NumberStyle(MetricUnit(metric: table.name), values: [low, high], digits: 3)
            said.append(span(low, high, style, style.scale.suffix(ofDifference: true)))
        }
        if changes.count > 1 { said.append("at \(worse.count) of \(changes.count) points") }
        return "\(table.name) (\(said.joined(separator: ", ")))"
    }

    private func span(_ low: Double, _ high: Double, _ style: NumberStyle, _ suffix: String) -> String {
        let ends = [low, high].map { Report.signed($0, style) }
        return (ends[0] == ends[1] ? "" : "\(ends[0]) to ") + ends[1] + suffix
    }

    /// Which differences to the reference may be chance.
    private var unsure: HTMLNode? {
        let reference = results.policies[results.reference]
        if results.replicates == 1 { return nil }
        let lines = results.policies.indices.filter { $0 != results.reference }.compactMap {
            policy -> HTMLNode? in
            let metrics = results.tables.indices.compactMap { metric -> String? in
                if results.tables[metric].direction == .none { return nil }
                let changes = input.comparison.cells[metric].compactMap { $0[policy].change }
                let chance = changes.count { $0.verdict == .notSignificant }
                if chance == 0 { return nil }
                let name = results.tables[metric].name
                return changes.count == 1 ? name : "\(name) (\(chance) of \(changes.count) points)"
            }
            if metrics.isEmpty { return nil }
            return .tag(
                "li", .tag("strong", .text(results.policies[policy])),
                .text(": \(metrics.joined(separator: ", "))"))
        }
        if lines.isEmpty { return nil }
        return .tag(
            "div", .tag("p", "Not significant, so perhaps chance, are these differences to \(reference):"),
            .tag("ul", all: lines))
    }

    /// `a`, `a and b`, `a, b and c`.
    static func list(_ names: [String]) -> String {
        guard let last = names.last, names.count > 1 else { return names.first ?? "" }
        return names.dropLast().joined(separator: ", ") + " and " + last
    }
}
