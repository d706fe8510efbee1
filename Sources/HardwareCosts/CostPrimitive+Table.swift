extension CostPrimitive.Facts {
    /// What the cost is an amount of and what it grows with, in a few words: `time per page`.
    public var unit: String {
        let amount =
            switch quantity {
            case .time: "time"
            case .memory: "memory"
            case .bandwidth: "bytes a second"
            case .rate: "operations a second"
            case .factor: "factor"
            case .count: "count"
            }
        return switch driver {
        case .nothing: amount
        case .bytes(let what): "\(amount) by the bytes of \(what)"
        case .items(let item): "\(amount) by \(item)s"
        }
    }
}

extension CostPrimitive {
    /// Every primitive as rows of a table in Markdown: what docs/costs.md shows.
    public static var markdownTable: String {
        let rows = allCases.map { "| `\($0.name)` | \($0.facts.unit) | \($0.facts.meaning) |\n" }
        return "| primitive | cost | of what |\n|---|---|---|\n" + rows.joined()
    }
}
