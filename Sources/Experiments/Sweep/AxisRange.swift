import EventKernel
import Files
import Workload

/// The values between two quantities: `{from: 1 min, to: 1 h, steps: 5, scale: log}`.
///
/// Values are written in the unit of `from` with four significant digits. Ends that are whole numbers without
/// a unit give whole numbers.
struct AxisRange: Sendable {
    /// How many values; nil where only positions are asked for.
    var steps: Int?
    private let from: ConfigNode
    private let to: ConfigNode
    private let low: Double
    private let high: Double
    private let symbol: String
    private let isWhole: Bool
    private let isLogarithmic: Bool

    /// A quantity as it was written.
    private struct Quantity {
        var number: Double
        var symbol: String
        var isWhole: Bool

        init?(_ node: ConfigNode) {
            guard let text = node.scalar else { return nil }
            var rest = text[...].trimmed
            guard let number = ExactDecimal(prefixOf: &rest), number.double.isFinite else { return nil }
            self.number = number.double
            symbol = String(rest.trimmed)
            isWhole = symbol.isEmpty && number.text.allSatisfy { $0.isNumber || $0 == "-" }
        }

        /// The number in another unit; nil when the two have nothing to do with each other.
        func number(in other: String) -> Double? {
            if symbol == other { return number }
            if number == 0 && symbol.isEmpty { return 0 }
            for family in [UnitFamily.time, .memory] {
                if let mine = family.size(of: symbol), let theirs = family.size(of: other) {
                    return number * Double(mine) / Double(theirs)
                }
            }
            return nil
        }
    }

    /// The range that a mapping describes; nil, with faults noted, when it describes none.
    /// - Parameter needsSteps: whether it must say how many values there are.
    init?(_ node: ConfigNode, needsSteps: Bool, _ faults: Faults) {
        let known = ["from", "to", "scale"] + (needsSteps ? ["steps", "by"] : [])
        for entry in node.entries ?? [] where !known.contains(entry.key) {
            faults.add(
                entry.origin, "there is no '\(entry.key.prefix(60))' in a range",
                remedy: Suggestion.remedy(for: entry.key, among: known))
            return nil
        }
        guard let from = node["from"], let to = node["to"], let low = Quantity(from), let high = Quantity(to)
        else {
            faults.add(node, "a range needs two quantities", remedy: "write {from: 1 min, to: 1 h}")
            return nil
        }
        symbol = low.number == 0 && low.symbol.isEmpty ? high.symbol : low.symbol
        guard let begin = low.number(in: symbol), let end = high.number(in: symbol), begin < end else {
            faults.add(
                node, "'\(from.scalar ?? "")' is not below '\(to.scalar ?? "")'",
                remedy: "give two amounts of the same kind, the smaller one first")
            return nil
        }
        switch node["scale"]?.scalar {
        case nil, "linear"?: isLogarithmic = false
        case "log"? where begin > 0: isLogarithmic = true
        case "log"?:
            faults.add(node, "a logarithmic range must begin above 0")
            return nil
        default:
            faults.expected("linear or log", node["scale"] ?? node)
            return nil
        }
        self.from = from
        self.to = to
        self.low = begin
        isWhole = low.isWhole && high.isWhole
        var last = end
        if needsSteps {
            guard let (steps, end) = AxisRange.steps(node, begin...end, symbol, isLogarithmic, faults) else {
                return nil
            }
            self.steps = steps
            last = end
        }
        self.high = last
        if !checkDistinct(node, faults) { return nil }
    }

    private static func steps(
        _ node: ConfigNode, _ ends: ClosedRange<Double>, _ symbol: String, _ isLogarithmic: Bool,
        _ faults: Faults
    ) -> (steps: Int, end: Double)? {
        switch (node["steps"], node["by"]) {
        case (let steps?, nil):
            let before = faults.errors.count
            let count = Kind<Int>.whole(2...1_000_000).read(steps, 2, faults)
            return faults.errors.count == before ? (count, ends.upperBound) : nil
        case (nil, let by?) where !isLogarithmic:
            guard let step = Quantity(by)?.number(in: symbol), step > 0,
                (ends.upperBound - ends.lowerBound) / step < 1e6
            else {
                faults.expected("a step above 0 that fits the range", by)
                return nil
            }
            let count = Int((ends.upperBound - ends.lowerBound) / step + 1e-9)
            return (count + 1, ends.lowerBound + Double(count) * step)
        default:
            faults.add(
                node, "the range does not say how many values it has",
                remedy: "add 'steps: 5', or 'by: STEP' to a linear range")
            return nil
        }
    }

    private func checkDistinct(_ node: ConfigNode, _ faults: Faults) -> Bool {
        guard let steps, steps <= 100_000 else { return true }
        if Set(values.map { $0.scalar ?? "" }).count == steps { return true }
        faults.add(
            node, "the range gives the same value twice",
            remedy: isWhole ? "use fewer steps, or write 0.0 and 1.0 for fractions" : "use fewer steps")
        return false
    }

    /// All values, in order.
    var values: [ConfigNode] {
        guard let steps else { return [] }
        return (0..<steps).map { value(at: Double($0) / Double(steps - 1)) }
    }

    /// The value at a position from 0 to 1.
    func value(at position: Double) -> ConfigNode {
        if position <= 0 { return from }
        let number =
            isLogarithmic
            ? low * portableExp(position * portableLog(high / low)) : low + position * (high - low)
        let whole = isWhole ? Int64(nearest: number).map { "\($0)" } : nil
        let text = whole ?? AxisRange.text(number)
        return ConfigNode(
            .scalar(symbol.isEmpty ? text : "\(text) \(symbol)", quoted: false), origin: from.origin)
    }

    /// A number with four significant digits.
    private static func text(_ number: Double) -> String {
        guard number != 0 else { return "0" }
        var scale = 1.0
        while number.magnitude * scale < 1_000 && scale < 1e18 { scale *= 10 }
        let rounded = number.magnitude >= 10_000 ? number.rounded() : (number * scale).rounded() / scale
        return rounded == rounded.rounded() && rounded.magnitude < 1e15
            ? "\(Int64(rounded))" : "\(rounded)"
    }
}

extension UnitFamily {
    /// The size of a unit in the smallest; nil for a unit of another family.
    func size(of symbol: String) -> UInt64? { units.first { $0.symbols.contains(symbol) }?.size }
}
