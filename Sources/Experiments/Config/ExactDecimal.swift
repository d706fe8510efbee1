/// A decimal number as people write it, kept exactly, so that `0.107 s` is 107,000,000 ns and not one less.
struct ExactDecimal {
    /// The text, for the nearest `Double`.
    let text: String
    private let negative: Bool
    /// The digits without the point; nil when they do not fit into 64 bits.
    private let mantissa: UInt64?
    private let exponent: Int

    /// Takes the number at the beginning of `text` off; nil when there is none.
    init?(prefixOf text: inout Substring) {
        var rest = text.utf8[...]
        var written = ""
        func take(_ condition: (UInt8) -> Bool) -> Bool {
            guard let byte = rest.first, condition(byte) else { return false }
            written.unicodeScalars.append(Unicode.Scalar(byte))
            rest = rest.dropFirst()
            return true
        }
        func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

        var mantissa: UInt64? = 0
        var exponent = 0
        var digits = 0
        func takeDigits(scale: Int) {
            while let byte = rest.first, take(isDigit) {
                digits += 1
                exponent += scale
                mantissa = mantissa.flatMap { ExactDecimal.shift($0, by: UInt64(byte - UInt8(ascii: "0"))) }
            }
        }
        let negative = rest.first == UInt8(ascii: "-")
        if take({ $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }) {}
        takeDigits(scale: 0)
        if take({ $0 == UInt8(ascii: ".") }) { takeDigits(scale: -1) }
        guard digits > 0, digits < 400 else { return nil }

        let beforeExponent = (rest, written)
        if take({ $0 | 0x20 == UInt8(ascii: "e") }) {
            let minus = rest.first == UInt8(ascii: "-")
            if take({ $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }) {}
            var power = 0
            var any = false
            while let byte = rest.first, take(isDigit) {
                any = true
                power = min(power * 10 + Int(byte - UInt8(ascii: "0")), 10_000)
            }
            if any { exponent += minus ? -power : power } else { (rest, written) = beforeExponent }
        }
        self.negative = negative
        self.mantissa = mantissa
        self.exponent = exponent
        self.text = written
        text = Substring(rest)
    }

    private static func shift(_ value: UInt64, by digit: UInt64) -> UInt64? {
        let (ten, overflow) = value.multipliedReportingOverflow(by: 10)
        let (sum, carry) = ten.addingReportingOverflow(digit)
        return overflow || carry ? nil : sum
    }

    /// Whether it is below zero.
    var isNegative: Bool { negative && double != 0 }

    /// The nearest floating-point number; infinite when it is too large.
    var double: Double { Double(text) ?? .infinity }

    /// The number times `factor` when that is a whole number that fits; nil otherwise.
    func whole(times factor: UInt64) -> UInt64? {
        guard var value = mantissa, !isNegative else { return nil }
        var factor = factor
        var exponent = exponent
        if value == 0 { return 0 }
        while exponent < 0 {
            if factor % 10 == 0 { factor /= 10 } else if value % 10 == 0 { value /= 10 } else { break }
            exponent += 1
        }
        // What is left of the power of ten may be split between the two as twos and fives.
        while exponent < 0 {
            if let (a, b) = ExactDecimal.divideByTen(value, factor) {
                (value, factor) = (a, b)
            } else {
                return nil
            }
            exponent += 1
        }
        for _ in 0..<min(exponent, 20) {
            guard let next = ExactDecimal.shift(value, by: 0) else { return nil }
            value = next
        }
        let (product, overflow) = value.multipliedReportingOverflow(by: factor)
        return overflow ? nil : product
    }

    private static func divideByTen(_ a: UInt64, _ b: UInt64) -> (UInt64, UInt64)? {
        if a % 2 == 0 && b % 5 == 0 { return (a / 2, b / 5) }
        if a % 5 == 0 && b % 2 == 0 { return (a / 5, b / 2) }
        return nil
    }
}
