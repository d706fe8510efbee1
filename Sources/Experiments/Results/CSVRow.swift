/// One row of a CSV file (RFC 4180), built cell by cell.
package struct CSVRow {
    private(set) var text = ""
    private var isEmpty = true

    /// A row without cells.
    package init() {}

    /// Adds a text.
    package mutating func add(_ cell: String) {
        begin()
        if cell.utf8.contains(where: { [UInt8(ascii: ","), UInt8(ascii: "\""), 10, 13].contains($0) }) {
            text += "\""
            for character in cell.unicodeScalars {
                if character == "\"" { text += "\"" }
                text.unicodeScalars.append(character)
            }
            text += "\""
        } else {
            text += cell
        }
    }

    /// Adds a whole number.
    package mutating func add(_ cell: UInt64) {
        begin()
        text += "\(cell)"
    }

    /// Adds a number; an empty cell for none.
    package mutating func add(_ cell: Double?) {
        begin()
        if let cell, cell.isFinite { text += "\(cell)" }
    }

    /// Adds a metric's value.
    package mutating func add(_ value: JSONValue) {
        switch value {
        case .whole(let number): add(number)
        case .number(let number): add(number)
        case .string(let text): add(text)
        case .bool(let flag): add(flag ? "true" : "false")
        case .null, .array, .object: add("")
        }
    }

    /// The row as a line; the next row begins empty.
    package mutating func line() -> String {
        defer {
            text = ""
            isEmpty = true
        }
        return text + "\n"
    }

    /// A line of texts.
    package static func line(_ cells: [String]) -> String {
        var row = CSVRow()
        for cell in cells { row.add(cell) }
        return row.line()
    }

    private mutating func begin() {
        if !isEmpty { text += "," }
        isEmpty = false
    }
}
