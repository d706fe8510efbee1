import HardwareCosts

/// Two costs files side by side.
public struct CostComparison: Sendable {
    private let first: CostSet
    private let second: CostSet

    /// Compares these two.
    public init(_ first: CostSet, _ second: CostSet) {
        self.first = first
        self.second = second
    }

    /// For how much the ratio of two costs is shown: a MiB, a thousand items.
    private static func amount(_ primitive: CostPrimitive) -> UInt64 {
        switch primitive.facts.driver {
        case .nothing: 1
        case .bytes: 1 << 20
        case .items: 1_000
        }
    }

    private var primitives: [CostPrimitive] {
        CostPrimitive.allCases.filter { primitive in
            [first, second].contains { $0.costs[primitive] != nil || $0.absent[primitive] != nil }
        }
    }

    private func cell(_ set: CostSet, _ primitive: CostPrimitive, exact: Bool) -> String {
        guard let cost = set.costs[primitive] else {
            let reason = set.absent[primitive].map { $0.count > 60 ? $0.prefix(59) + "…" : $0[...] }
            return reason.map { "absent: \($0)" } ?? "-"
        }
        let marks = [
            cost.origin.word == "measured" ? nil : cost.origin.word,
            cost.evidence?.isNoisy == true ? "noisy" : nil,
        ].compactMap { $0 }
        let text =
            exact ? set.modelText(of: primitive) ?? "-" : CostText.model(cost.model, of: primitive)
        return marks.isEmpty ? text : "\(text) (\(marks.joined(separator: ", ")))"
    }

    /// The second cost divided by the first; nil unless both are known.
    private func ratio(_ primitive: CostPrimitive) -> Double? {
        guard let a = first.costs[primitive], let b = second.costs[primitive] else { return nil }
        let amount = CostComparison.amount(primitive)
        let least = a.model.value(at: amount)
        return least > 0 ? b.model.value(at: amount) / least : nil
    }

    /// The costs in words, or as files spell them.
    private func table(exact: Bool) -> NumberTable {
        var table = NumberTable([
            .words("cost"), .words("a", title: titles[0]), .words("b", title: titles[1]),
            .numbers("ratio", title: "B/A", decimals: 3),
        ])
        for primitive in primitives {
            table.add([
                .string(primitive.name), .string(cell(first, primitive, exact: exact)),
                .string(cell(second, primitive, exact: exact)),
                ratio(primitive).map(JSONValue.number) ?? .null,
            ])
        }
        return table
    }

    private var titles: [String] {
        zip(["A", "B"], [first, second]).map { "\($0): \($1.name)\($1.isEmulated ? ", emulated" : "")" }
    }

    private var facts: NumberTable {
        var table = NumberTable([
            .words("machine"), .words("a", title: titles[0]), .words("b", title: titles[1]),
        ])
        for fact in MachineFact.allCases where first.machine[fact] != nil || second.machine[fact] != nil {
            table.add([
                .string(fact.rawValue), .string(first.machine[fact] ?? "-"),
                .string(second.machine[fact] ?? "-"),
            ])
        }
        return table
    }

    private static let note =
        "B/A: at 1 MiB of what grows with bytes, at 1,000 items of what grows with items.\n"

    private var hasFacts: Bool { !(first.machine.isEmpty && second.machine.isEmpty) }

    /// Aligned text.
    public func text(width: Int) -> String {
        (hasFacts ? facts.text(width: .max) + "\n" : "") + table(exact: false).text(width: .max) + "\n"
            + CostComparison.note
    }
    /// Markdown.
    public var markdown: String {
        (hasFacts ? facts.markdown + "\n" : "") + table(exact: false).markdown + "\n" + CostComparison.note
    }
    /// CSV of the costs.
    public var csv: String { table(exact: true).csv }
    /// Both names, and a row a primitive.
    public var json: JSONValue {
        .object([("a", .string(first.name)), ("b", .string(second.name)), ("rows", table(exact: true).json)])
    }
}
