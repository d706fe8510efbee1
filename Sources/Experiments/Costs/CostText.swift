import HardwareCosts

/// Costs in words, for people; files spell them exactly.
package enum CostText {
    /// An amount with four digits and a unit.
    package static func amount(_ value: Double, _ quantity: CostQuantity) -> String {
        func scaled(_ units: [(name: String, size: Double)]) -> String {
            let unit = units.last { value >= $0.size } ?? units[0]
            let shown = value / unit.size
            return "\(Decimal.fixed(shown, decimals: Decimal.decimals(for: [shown], most: 3))) \(unit.name)"
        }
        switch quantity {
        case .time: return scaled([("ns", 1), ("us", 1e3), ("ms", 1e6), ("s", 1e9)])
        case .bandwidth: return scaled([("B/s", 1), ("kB/s", 1e3), ("MB/s", 1e6), ("GB/s", 1e9)])
        case .memory: return scaled([("B", 1), ("KiB", 1024), ("MiB", 0x1p20), ("GiB", 0x1p30)])
        case .rate: return scaled([("/s", 1), ("k/s", 1e3), ("M/s", 1e6)])
        case .factor, .count: return Decimal.fixed(value, decimals: Decimal.decimals(for: [value], most: 3))
        }
    }

    /// A size, whole where it is: `16 MiB`.
    private static func size(_ bytes: Double) -> String {
        let units = [("B", 1.0), ("KiB", 0x1p10), ("MiB", 0x1p20), ("GiB", 0x1p30)]
        let unit = units.last { bytes >= $0.1 } ?? units[0]
        let shown = bytes / unit.1
        return "\(Decimal.fixed(shown, decimals: shown == shown.rounded() ? 0 : 1)) \(unit.0)"
    }

    /// A model: `2.1 us + 763.7 ns each`.
    package static func model(_ model: CostModel, of primitive: CostPrimitive) -> String {
        let quantity = primitive.facts.quantity
        func text(_ value: Double) -> String { amount(value, quantity) }
        func sum(_ fixed: Double, _ rest: String) -> String { fixed > 0 ? "\(text(fixed)) + \(rest)" : rest }
        switch model {
        case .constant(let value): return text(value)
        case .affine(let fixed, let perByte): return sum(fixed, "\(text(perByte * 0x1p20))/MiB")
        case .perItem(let fixed, let each, let threads):
            return sum(fixed, "\(text(each)) each") + (threads > 1 ? " on \(threads) threads" : "")
        case .quantiles(let points):
            let ends = [points.first, points.last].compactMap { $0.map { text($0.value) } }
            return "mean \(text(model.value(at: 1))), \(ends.joined(separator: " to "))"
        case .curve(let curve):
            func point(_ point: CostCurve.Point) -> String {
                guard case .bytes = primitive.facts.driver else {
                    return "\(text(point.value)) at \(Decimal.fixed(point.amount, decimals: 0))"
                }
                return "\(text(point.value)) at \(size(point.amount))"
            }
            let ends = [curve.points.first, curve.points.last].compactMap { $0.map(point) }
            return "\(ends.joined(separator: " to ")), \(curve.points.count) points"
        }
    }
}
