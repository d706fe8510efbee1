import HardwareCosts
import Simulator

/// What the runs of an experiment took operations to cost, and where each figure comes from.
public struct CostTable: Sendable {
    private var found: [HardwareCosts.Found] = []

    /// The table of these runs; each cost once.
    public init(_ runs: [VariantRun]) {
        for cost in runs.flatMap(\.costs) where !found.contains(cost) { found.append(cost) }
        let order = CostPrimitive.allCases
        found = found.enumerated().sorted { a, b in
            let (first, second) = (
                order.firstIndex(of: a.element.primitive), order.firstIndex(of: b.element.primitive)
            )
            return (first ?? 0, a.offset) < (second ?? 0, b.offset)
        }.map(\.element)
    }

    /// Whether no run needed costs.
    public var isEmpty: Bool { found.isEmpty }

    /// The costs that nobody knows: results that rest on them are ranges.
    public var assumed: [String] {
        var names: [String] = []
        for cost in found where cost.cost.origin.word == "assumed" && !names.contains(cost.primitive.name) {
            names.append(cost.primitive.name)
        }
        return names
    }

    /// What to say of assumed costs; nil when there are none.
    public var note: String? {
        if assumed.isEmpty { return nil }
        return "Assumed, so that results resting on them are ranges: \(assumed.joined(separator: ", ")). "
            + "Sweep costs.factors."
    }

    /// The table as aligned text.
    public var text: String { table.text(width: .max) }

    /// The table in Markdown.
    public var markdown: String { table.markdown }

    private var table: TextTable {
        var table = TextTable([.words("cost"), .words("model"), .words("from"), .words("origin")], labels: 1)
        for cost in found {
            var origin = cost.cost.origin.text
            if origin.count > 72 { origin = origin.prefix(69) + "..." }
            if cost.cost.evidence?.isNoisy == true { origin = "NOISY: " + origin }
            table.add([cost.primitive.name, cost.modelText, cost.set, origin])
        }
        return table
    }
}
