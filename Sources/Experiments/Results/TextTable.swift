import Files

/// A table of texts, for terminals and for Markdown.
package struct TextTable {
    /// One column.
    package struct Column {
        /// What stands above it.
        var title: String
        /// Where its cells stand.
        var alignment: Alignment

        /// Where the cells of a column stand.
        enum Alignment {
            case left, right
        }

        /// A column of words.
        package static func words(_ title: String) -> Column { Column(title: title, alignment: .left) }
        /// A column of numbers.
        package static func numbers(_ title: String) -> Column { Column(title: title, alignment: .right) }
    }

    /// The columns.
    let columns: [Column]
    /// How many of the first columns name a row: they stand in each block of a table that is too wide.
    let labels: Int
    /// The rows, a cell for each column.
    private(set) var rows: [[String]] = []

    /// A table without rows.
    package init(_ columns: [Column], labels: Int = 1) {
        self.columns = columns.map { Column(title: $0.title.printableLine, alignment: $0.alignment) }
        self.labels = labels
    }

    /// Adds a row.
    package mutating func add(_ cells: [String]) {
        precondition(cells.count == columns.count, "a row has a cell for each column")
        rows.append(cells.map(\.printableLine))
    }

    /// The table as aligned text, broken into blocks of at most `width` columns of characters.
    package func text(width: Int) -> String {
        let widths = columns.indices.map { column in
            rows.reduce(columns[column].title.count) { max($0, $1[column].count) }
        }
        let labelWidth = widths[..<labels].reduce(0) { $0 + $1 + 2 } - 2
        var text = ""
        var begin = labels
        repeat {
            var end = begin
            var used = labelWidth
            while end < columns.count && (end == begin || used + widths[end] + 2 <= width) {
                used += widths[end] + 2
                end += 1
            }
            if begin > labels { text += "\n" }
            let shown = Array(0..<labels) + Array(begin..<end)
            text += line(columns.map(\.title), shown, widths)
            for row in rows { text += line(row, shown, widths) }
            begin = end
        } while begin < columns.count
        return text
    }

    private func line(_ cells: [String], _ shown: [Int], _ widths: [Int]) -> String {
        var text = ""
        for (place, column) in shown.enumerated() {
            let space = String(repeating: " ", count: widths[column] - cells[column].count)
            if place > 0 { text += "  " }
            text += columns[column].alignment == .left ? cells[column] + space : space + cells[column]
        }
        while text.last == " " { text.removeLast() }
        return text + "\n"
    }

    /// The table in Markdown.
    package var markdown: String {
        var text = TextTable.markdownLine(columns.map(\.title)) + "|"
        for column in columns { text += column.alignment == .left ? "---|" : "---:|" }
        text += "\n"
        for row in rows { text += TextTable.markdownLine(row) }
        return text
    }

    private static func markdownLine(_ cells: [String]) -> String {
        var text = "|"
        for cell in cells {
            let trimmed = String(cell[...].trimmed)
            text += trimmed.isEmpty ? " |" : " \(Markdown.escaped(trimmed)) |"
        }
        return text + "\n"
    }
}

/// Texts in Markdown.
package enum Markdown {
    /// The text, so that none of its characters is taken for markup in a cell of a table or in a line of prose.
    package static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "|", "*", "`", "<", "\\", "[", "~": result += "\\"
            case "\n", "\r": result += " "; continue
            default: break
            }
            result.unicodeScalars.append(scalar)
        }
        return result
    }
}
