import EventKernel
import Files
import Workload

/// Units that belong together, and how amounts in them are read and written.
///
/// Amounts are whole numbers of the smallest unit (nanoseconds, bytes) where they can be: no rounding then.
struct UnitFamily: Sendable {
    /// What is measured, with an article: `a duration`.
    let name: String
    /// One amount as it should be written.
    let example: String
    /// The units, smallest first, with their size in the smallest.
    let units: [(symbols: [String], size: UInt64)]
    /// The size of the unit in which `Double` amounts count (a second, a byte).
    let base: UInt64

    /// Time spans; `Double` amounts are seconds.
    static let time = UnitFamily(
        name: "a duration", example: "10 min",
        units: [
            (["ns"], 1), (["us", "µs", "μs"], 1_000), (["ms"], 1_000_000),
            (["s", "sec", "second", "seconds"], 1_000_000_000),
            (["min", "minute", "minutes"], 60_000_000_000), (["h", "hour", "hours"], 3_600_000_000_000),
            (["days", "day", "d"], 86_400_000_000_000),
        ], base: 1_000_000_000)

    /// Amounts of memory; `Double` amounts are bytes.
    static let memory = UnitFamily(
        name: "an amount of memory", example: "2 GiB",
        units: [
            (["B", "byte", "bytes"], 1), (["KB", "kB"], 1_000), (["KiB"], 1 << 10), (["MB"], 1_000_000),
            (["MiB"], 1 << 20), (["GB"], 1_000_000_000), (["GiB"], 1 << 30), (["TB"], 1_000_000_000_000),
            (["TiB"], 1 << 40),
        ], base: 1)

    /// An amount: whole in the smallest unit when it can be, and in the base unit.
    struct Amount {
        var whole: UInt64?
        var base: Double
    }

    /// Why a text is not an amount.
    struct Fault: Error {
        var problem: String
        var remedy: String
    }

    private var expectation: String { "\(name) such as \(example)" }
    private var symbols: String { units.map { $0.symbols[0] }.joined(separator: ", ") }

    /// The amount that `text` describes.
    func read(_ text: String) throws(Fault) -> Amount {
        var rest = text[...].trimmed
        guard let number = ExactDecimal(prefixOf: &rest) else {
            throw Fault(
                problem: "expected \(expectation), found '\(text.prefix(60))'",
                remedy: "write a number and a unit")
        }
        let symbol = String(rest.trimmed)
        if symbol.isEmpty {
            if number.double == 0 { return Amount(whole: 0, base: 0) }
            throw Fault(
                problem: "'\(text)' has no unit", remedy: "write \(expectation); the units are \(symbols)")
        }
        guard let size = size(of: symbol) else {
            throw Fault(
                problem: "'\(symbol.prefix(40))' is not a unit of \(name)",
                remedy: remedy(for: symbol, after: number.text))
        }
        if number.isNegative { throw Fault(problem: "'\(text)' is negative", remedy: "write \(expectation)") }
        let whole = number.whole(times: size)
        return Amount(whole: whole, base: base(number, whole: whole, size: size))
    }

    private func base(_ number: ExactDecimal, whole: UInt64?, size: UInt64) -> Double {
        if size == base { return number.double }
        if let whole, whole < 1 << 53 { return Double(whole) / Double(base) }
        return size > base ? number.double * Double(size / base) : number.double / Double(base / size)
    }

    /// The amount of `whole` smallest units, in the largest unit of which it is a whole number.
    func write(whole: UInt64) -> String {
        if whole == 0 { return "0 \(units.first { $0.size == base }?.symbols[0] ?? units[0].symbols[0])" }
        guard let unit = units.last(where: { whole % $0.size == 0 }) else {
            return "\(whole) \(units[0].symbols[0])"
        }
        let count = whole / unit.size
        let symbol = unit.symbols[0] == "days" && count == 1 ? "day" : unit.symbols[0]
        return "\(count) \(symbol)"
    }

    /// An amount that counts base units, so that it reads back as the same number.
    func write(base amount: Double) -> String {
        let whole = amount * Double(base)
        if whole < 0x1p53, whole.rounded() / Double(base) == amount, let units = UInt64(nearest: whole) {
            return write(whole: units)
        }
        return "\(amount) \(units.first { $0.size == base }?.symbols[0] ?? "")"
    }
}

extension Substring {
    /// Without spaces and tabs at the ends.
    var trimmed: Substring {
        var result = self
        while let first = result.first, first == " " || first == "\t" { result = result.dropFirst() }
        while let last = result.last, last == " " || last == "\t" { result = result.dropLast() }
        return result
    }
}
