/// Numbers for people.
package enum Decimal {
    /// `value` with this many digits behind the point, rounded half away from zero; `-` for none.
    package static func fixed(_ value: Double?, decimals: Int) -> String {
        guard let value, value.isFinite else { return "-" }
        var scale: UInt64 = 1
        for _ in 0..<decimals { scale *= 10 }
        let scaled = (value.magnitude * Double(scale)).rounded()
        guard scaled < 0x1p63 else { return "\(value)" }
        let whole = UInt64(scaled)
        var text = grouped(whole / scale)
        if decimals > 0 {
            let rest = String(whole % scale)
            text += "." + String(repeating: "0", count: decimals - rest.count) + rest
        }
        return value < 0 && whole > 0 ? "-" + text : text
    }

    /// How many digits behind the point show the largest of `values` with four digits in all.
    package static func decimals(for values: [Double?], most: Int) -> Int {
        let largest = values.compactMap { $0?.magnitude }.filter(\.isFinite).max() ?? 0
        if largest == 0 { return 0 }
        var bound = 1_000.0
        var decimals = 0
        while largest < bound && decimals < most {
            bound /= 10
            decimals += 1
        }
        return decimals
    }

    /// A whole number with commas between thousands.
    package static func grouped(_ value: UInt64) -> String {
        let digits = String(value)
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0 && (digits.count - index) % 3 == 0 { text += "," }
            text.append(digit)
        }
        return text
    }
}
