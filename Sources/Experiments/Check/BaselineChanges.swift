/// What a new baseline changes beside the one that it replaces, for printing.
public struct BaselineChanges: Sendable {
    private let old: Baseline?
    private let new: Baseline
    private let moved: [Move]
    private let same: Int
    private let added: [String]
    private let removed: [String]

    private struct Move: Sendable {
        var place: String
        var metric: String
        var before: Line
        var after: Line
    }

    private struct Line: Sendable {
        var place: String
        var metric: String
        var values: [Double]
        var amounts: [Double]

        /// The mean, or the ratio of the totals.
        var mean: Double { Baseline.summary(values, amounts: amounts).mean }
    }

    /// What changes from `old` (nil where there was none) to `new`.
    public init(from old: Baseline?, to new: Baseline) {
        self.old = old
        self.new = new
        let before = old.map(BaselineChanges.lines) ?? Lines()
        let after = BaselineChanges.lines(of: new)
        let isSameSeeds = old?.seeds == new.seeds
        var moved: [Move] = []
        var same = 0
        var added: [String] = []
        for (key, line) in after.inOrder {
            guard let old = before.byKey[key] else {
                added.append("\(line.place) \(line.metric)")
                continue
            }
            if BaselineChanges.isSame(old.values, line.values)
                && BaselineChanges.isSame(old.amounts, line.amounts) && isSameSeeds
            {
                same += 1
            } else {
                moved.append(Move(place: line.place, metric: line.metric, before: old, after: line))
            }
        }
        self.moved = moved
        self.same = same
        self.added = added
        removed = before.inOrder.filter { after.byKey[$0.0] == nil }.map { "\($0.1.place) \($0.1.metric)" }
    }

    /// Whether the file stays as it is, tolerances and all.
    public var isNothing: Bool {
        guard let old else { return false }
        return moved.isEmpty && added.isEmpty && removed.isEmpty && old.metrics == new.metrics
            && old.level == new.level && old.version == new.version
    }

    /// What changes, as text.
    public func text(width: Int = 110) -> String {
        var page = Page()
        let count = moved.count + same + added.count
        if old == nil {
            page.add("New baseline: \(count) lines, \(new.seeds.count) replicates.")
            return page.text(width: width)
        }
        page.add(
            "\(moved.count) of \(count) lines change, \(added.count) are added, \(removed.count) removed.")
        if old?.seeds != new.seeds { page.add("The seeds change.") }
        for (name, lines) in [("added", added), ("removed", removed)] {
            for line in lines.prefix(10) { page.add("\(name): \(line)") }
            if lines.count > 10 { page.add("\(name): \(lines.count - 10) more") }
        }
        if !moved.isEmpty { page.add(table) }
        if moved.count > 50 { page.add("and \(moved.count - 50) more") }
        return page.text(width: width)
    }

    private var table: TextTable {
        var table = TextTable(
            [
                .words("where"), .words("metric"), .numbers("old mean"), .numbers("new mean"),
                .numbers("change"),
            ],
            labels: 2)
        for move in moved.prefix(50) {
            let (a, b) = (move.before.mean, move.after.mean)
            let style = NumberStyle(MetricUnit(metric: move.metric), values: [a, b])
            let share = NumberStyle(.share, values: [b / a - 1], digits: 3)
            let suffix = style.scale.suffix()
            table.add([
                move.place, move.metric, style.text(a) + suffix, style.text(b) + suffix,
                a > 0 ? share.signed(b / a - 1) + " %" : "-",
            ])
        }
        return table
    }

    private static func isSame(_ a: [Double], _ b: [Double]) -> Bool {
        a.count == b.count && zip(a, b).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN }
    }

    private struct Lines {
        var inOrder: [(Key, Line)] = []
        var byKey: [Key: Line] = [:]
    }

    private struct Key: Hashable {
        var point: SweepPoint
        var policy: String
        var metric: String
    }

    private static func lines(of baseline: Baseline) -> Lines {
        var lines = Lines()
        for point in baseline.points {
            for policy in point.policies {
                for (metric, (values, amounts)) in zip(baseline.metrics, zip(policy.values, policy.amounts))
                where !values.isEmpty {
                    let place =
                        (point.settings.settings.isEmpty ? "" : "\(point.settings.label), ") + policy.name
                    let key = Key(point: point.settings.inOrder, policy: policy.name, metric: metric.name)
                    let line = Line(
                        place: place, metric: metric.name, values: values, amounts: amounts)
                    lines.inOrder.append((key, line))
                    lines.byKey[key] = line
                }
            }
        }
        return lines
    }
}
