/// Reads numbers from bytes of text without a copy, the same on every machine.
///
/// Spaces and tabs around a number are skipped. Words such as `nan` and `inf`, digits with separators, and
/// anything that is not a plain decimal number are refused.
package enum NumberParser {
    /// A whole number from 0 to 2^63 - 1; `3.0` and `3e2` count as whole, `3.5` does not.
    package static func whole(_ text: UnsafeRawBufferPointer) -> UInt64? {
        // Nearly all fields of a trace are one to six plain digits.
        if text.count > 0, text.count < 19 {
            var value: UInt64 = 0
            var plain = true
            for byte in text {
                let digit = byte &- 0x30
                if digit > 9 {
                    plain = false
                    break
                }
                value = value &* 10 &+ UInt64(digit)
            }
            if plain { return value }
        }
        guard let parts = parse(text), !parts.negative || parts.mantissa == 0 else { return nil }
        var (value, exponent) = (parts.mantissa, parts.exponent)
        if value == 0 { return 0 }
        if parts.inexact { return nil }
        while exponent < 0 {
            let (quotient, rest) = value.quotientAndRemainder(dividingBy: 10)
            if rest != 0 { return nil }
            value = quotient
            exponent += 1
        }
        while exponent > 0 {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            if overflow { return nil }
            value = product
            exponent -= 1
        }
        return value < 1 << 63 ? value : nil
    }

    /// A finite decimal number. Up to 15 digits with small exponents are rounded correctly; others are right
    /// to a few units in the last place.
    package static func decimal(_ text: UnsafeRawBufferPointer) -> Double? {
        guard let parts = parse(text) else { return nil }
        var value = Double(parts.mantissa)
        var exponent = parts.exponent
        if value == 0 { return 0 }
        while exponent < 0, value > 0 {
            let step = min(-exponent, 22)
            value /= tenTo(step)
            exponent += step
        }
        while exponent > 0 {
            let step = min(exponent, 22)
            value *= tenTo(step)
            exponent -= step
            if !value.isFinite { return nil }
        }
        return parts.negative ? -value : value
    }

    private struct Parts {
        var negative = false
        var mantissa: UInt64 = 0
        var exponent = 0
        /// Whether digits other than zeros were left out of the mantissa.
        var inexact = false
    }

    private static func parse(_ text: UnsafeRawBufferPointer) -> Parts? {
        let text = trimmed(text)
        var parts = Parts()
        var index = 0
        var digits = 0
        if index < text.count, text[index] == 0x2D || text[index] == 0x2B {
            parts.negative = text[index] == 0x2D
            index += 1
        }
        var point = false
        while index < text.count {
            let byte = text[index]
            if byte == 0x2E, !point {
                point = true
            } else if byte &- 0x30 <= 9 {
                digits += 1
                add(digit: UInt64(byte &- 0x30), fraction: point, to: &parts)
            } else {
                break
            }
            index += 1
        }
        if digits == 0 { return nil }
        if index < text.count {
            guard text[index] | 0x20 == 0x65 else { return nil }
            let rest = UnsafeRawBufferPointer(rebasing: text[(index + 1)...])
            guard let power = exponent(rest) else { return nil }
            parts.exponent += power
        }
        return parts
    }

    private static func add(digit: UInt64, fraction: Bool, to parts: inout Parts) {
        if parts.mantissa < 1_000_000_000_000_000_000 {
            parts.mantissa = parts.mantissa * 10 + digit
            if fraction { parts.exponent -= 1 }
        } else {
            if digit != 0 { parts.inexact = true }
            if !fraction { parts.exponent += 1 }
        }
    }

    /// A signed exponent of at most four digits.
    private static func exponent(_ text: UnsafeRawBufferPointer) -> Int? {
        var digits = text[...]
        var negative = false
        if let sign = digits.first, sign == 0x2D || sign == 0x2B {
            negative = sign == 0x2D
            digits = digits.dropFirst()
        }
        guard !digits.isEmpty, digits.count <= 4 else { return nil }
        var value = 0
        for byte in digits {
            guard byte &- 0x30 <= 9 else { return nil }
            value = value * 10 + Int(byte &- 0x30)
        }
        return negative ? -value : value
    }

    /// `text` without spaces and tabs at its ends.
    package static func trimmed(_ text: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        var rest = text[...]
        while let byte = rest.first, byte == 0x20 || byte == 0x09 { rest = rest.dropFirst() }
        while let byte = rest.last, byte == 0x20 || byte == 0x09 { rest = rest.dropLast() }
        return UnsafeRawBufferPointer(rebasing: rest)
    }

    /// 10 to the power 0 ... 22, which doubles hold exactly.
    private static func tenTo(_ exponent: Int) -> Double {
        var value = 1.0
        for _ in 0..<exponent { value *= 10 }
        return value
    }
}
