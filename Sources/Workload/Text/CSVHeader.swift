import Files

/// The first row of a CSV file: which column holds what, in whatever order.
package struct CSVHeader {
    /// The columns' names, in order, without surrounding spaces.
    package let names: [String]
    private let path: String
    private let line: Int

    /// Reads the first row of `reader`.
    /// - Throws: `InputError` when the file is empty or names a column twice.
    package init(_ reader: inout CSVReader) throws(InputError) {
        path = reader.path
        guard try reader.next() else {
            throw InputError(file: reader.path, "is empty", remedy: "a header row and data rows are expected")
        }
        line = reader.line
        var names: [String] = []
        for index in 0..<reader.count { names.append(reader.text(index)) }
        self.names = names
        var seen = Set<String>()
        for name in names where !name.isEmpty && !seen.insert(name).inserted {
            throw reader.error("column `\(CSVHeader.short(name))` is there twice")
        }
    }

    /// Where the column `name` is: by its exact name, or else by the only name that differs in capitals
    /// alone.
    package func column(ifPresent name: String) -> Int? {
        if let exact = names.firstIndex(of: name) { return exact }
        let similar = names.indices.filter { names[$0].lowercased() == name.lowercased() }
        return similar.count == 1 ? similar[0] : nil
    }

    /// Where the column `name` is.
    /// - Throws: `InputError` when it is missing, with the name nearest to it.
    package func column(_ name: String) throws(InputError) -> Int {
        if let index = column(ifPresent: name) { return index }
        let nearest = Suggestion.nearest(to: name, among: names.filter { !$0.isEmpty })
        let remedy = nearest.map { "is `\(CSVHeader.short($0))` meant? The columns are \(list)" }
        throw InputError(
            file: path, line: line, "column `\(name)` is missing", remedy: remedy ?? "the columns are \(list)"
        )
    }

    /// Checks that the current row has a field for each column.
    @inline(__always)
    package func checkWidth(_ reader: borrowing CSVReader) throws(InputError) {
        if reader.count != names.count {
            throw reader.error(
                "the row has \(reader.count) fields and the header \(names.count)",
                remedy: reader.count < names.count ? "the file may be cut off or damaged here" : "")
        }
    }

    private var list: String {
        let shown = names.prefix(12).map { CSVHeader.short($0) }.joined(separator: ", ")
        return names.count > 12 ? "\(shown) and \(names.count - 12) more" : shown
    }

    private static func short(_ name: String) -> String {
        name.count > 40 ? name.prefix(40) + "..." : name
    }
}

extension CSVReader {
    /// The number in the field at `index`, between `low` and `high`.
    /// - Throws: `InputError` naming `column` when it is no number or outside.
    func decimal(
        _ index: Int, column: String, from low: Double = 0, through high: Double = .greatestFiniteMagnitude
    ) throws(InputError) -> Double {
        guard let value = NumberParser.decimal(self[index]) else {
            throw error("\(column) is `\(text(index).prefix(40))`, which is not a number")
        }
        guard value >= low, value <= high else {
            throw error("\(column) is \(text(index).prefix(40)), which is outside \(low) ... \(high)")
        }
        return value
    }
}
