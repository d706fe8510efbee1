import Files

/// Counts the numbers with a decimal comma of one file. A class, as rows are read through borrowed readers.
package final class DecimalCommas {
    private(set) var count = 0
    /// The first of them, and its line.
    private(set) var first = (text: "", line: 0)

    func note(_ text: String, line: Int) {
        if count == 0 { first = (text, line) }
        count += 1
    }
}

extension CSVReader {
    /// Whether the field at `index` says that there is no value: empty, or one of the words that programs
    /// write for it.
    func isMissing(_ index: Int) -> Bool {
        let field = NumberParser.trimmed(self[index])
        if field.isEmpty { return true }
        guard field.count <= 4, field[0] &- 0x30 > 9 else { return false }
        return ["nan", "na", "n/a", "null", "none", "-"].contains(text(index).lowercased())
    }

    /// The number in the field at `index`, between `low` and `high`.
    /// - Throws: `InputError` naming `column` when it is not a number or outside; `hint` says more of one that
    ///   is outside.
    func decimal(
        _ index: Int, column: String, from low: Double = 0, through high: Double = .greatestFiniteMagnitude,
        hint: (Double) -> String = { _ in "" }
    ) throws(InputError) -> Double {
        guard let value = NumberParser.decimal(self[index]) ?? decimalWithComma(index) else {
            let text = text(index)
            throw error(
                "\(column) is `\(text.prefix(40))`, which is not a number",
                remedy: NumberRemedy.remedy(for: text))
        }
        guard value >= low, value <= high else {
            throw error(
                "\(column) is \(text(index).prefix(40)), which is outside \(low) ... \(high)",
                remedy: hint(value))
        }
        return value
    }

    /// The number in a field that has a comma for its point.
    private func decimalWithComma(_ index: Int) -> Double? {
        guard mayHaveDecimalCommas, self[index].count <= 40, self[index].count(where: { $0 == 0x2C }) == 1,
            !self[index].contains(0x2E)
        else { return nil }
        let mended = self[index].map { $0 == 0x2C ? UInt8(ascii: ".") : $0 }
        guard let value = mended.withUnsafeBytes({ NumberParser.decimal($0) }) else { return nil }
        decimalCommas.note(text(index), line: line)
        return value
    }

    /// The name in the field at `index`.
    /// - Throws: `InputError` when it is empty, or no UTF-8: names that differ must not become one.
    func name(_ index: Int, of what: String) throws(InputError) -> String {
        let field = NumberParser.trimmed(self[index])
        guard let name = String(validating: field, as: UTF8.self) else {
            throw error(
                "the name of the \(what) is not UTF-8 text",
                remedy: "convert the file: iconv -f ISO-8859-1 -t UTF-8 FILE > NEWFILE")
        }
        if name.isEmpty { throw error("the \(what) has no name") }
        return name
    }
}

/// What to do about a text that stands for a number and is none.
enum NumberRemedy {
    static func remedy(for text: String) -> String {
        let digits = text.filter(\.isNumber)
        if text.isEmpty { return "the field is empty" }
        if digits.isEmpty { return "" }
        let lower = text.lowercased()
        if lower.hasPrefix("0x") { return "write it in decimal digits" }
        if text.contains("-") && text.dropFirst().contains("-") || text.contains("/") || text.contains(":") {
            return "dates are read as in 2021-01-31T00:00:00Z, in columns of times without a unit"
        }
        if let last = text.last, last.isLetter {
            return
                "name the unit in the column's header, as in time_ms or memory_mb, and give the number alone"
        }
        if text.contains(",") || text.contains("_") || text.contains(" ") || text.contains("'") {
            return "write it with a decimal point and without separators of thousands"
        }
        return ""
    }
}
