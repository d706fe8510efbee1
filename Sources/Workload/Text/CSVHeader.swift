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
        if let preamble = Self.preamble(names) {
            throw reader.error(preamble.problem, remedy: preamble.remedy)
        }
        var seen = Set<String>()
        for name in names where !name.isEmpty && !seen.insert(name).inserted {
            throw reader.error("column `\(CSVHeader.short(name))` is there twice")
        }
    }

    /// What a first row is that is none of columns, as other programs write it; nil for a header.
    private static func preamble(_ names: [String]) -> (problem: String, remedy: String)? {
        let first = names[0]
        if first.hasPrefix("#") {
            return ("the first row is a comment", "take the `#` or the line away: the header row comes first")
        }
        if first.lowercased().hasPrefix("sep=") {
            return (
                "the first row is the `sep=` of a spreadsheet", "delete it: the separator is found without it"
            )
        }
        if names.count == 1, first.contains("|") {
            return ("the columns are separated by `|`", "separate them by commas, semicolons or tabs")
        }
        return nil
    }

    /// Where the column `name` is: by its exact name, or else by the only name that differs in capitals
    /// alone.
    package func column(ifPresent name: String) -> Int? {
        if let exact = names.firstIndex(of: name) { return exact }
        let similar = names.indices.filter { names[$0].lowercased() == name.lowercased() }
        return similar.count == 1 ? similar[0] : nil
    }

    /// Where the columns of these names are, as far as they are there.
    func columns(ifPresent names: [String]) -> Set<Int> { Set(names.compactMap { column(ifPresent: $0) }) }

    /// Where the column `name` is.
    /// - Throws: `InputError` when it is missing, with the name nearest to it.
    package func column(_ name: String) throws(InputError) -> Int {
        if let index = column(ifPresent: name) { return index }
        throw missing(name)
    }

    /// That the file cannot be used, as its header shows.
    func refusal(_ problem: String, remedy: String) -> InputError {
        InputError(file: path, line: line, problem, remedy: remedy)
    }

    /// That the column `name` is missing; `remedy` stands for what was probably meant.
    func missing(_ name: String, remedy: String? = nil) -> InputError {
        let nearest = Suggestion.nearest(to: name, among: names.filter { !$0.isEmpty })
        let meant = remedy ?? nearest.map { "is `\(CSVHeader.short($0))` meant?" }
        let text = meant.map { "\($0) The columns are \(list)" } ?? "the columns are \(list)"
        return InputError(file: path, line: line, "column `\(name)` is missing", remedy: text)
    }

    /// Notes the columns that nobody uses, by their names: all but those at `used`. What is meant by one
    /// is looked for among `candidates`.
    func noteUnused(
        besides used: Set<Int>, candidates: [String], in tally: inout WarningTally
    ) throws(InputError) {
        let unused = names.indices.filter { !used.contains($0) }
        let free = candidates.filter { column(ifPresent: $0) == nil }
        let shown = unused.prefix(12).map { index in
            let near = Suggestion.nearest(to: names[index], among: free)
            return "`\(CSVHeader.short(names[index]))`" + (near.map { ": did you mean `\($0)`?" } ?? "")
        }
        let more = unused.count > 12 ? " and \(unused.count - 12) more" : ""
        try tally.note(
            "columns that are not understood are left out (\(shown.joined(separator: ", "))\(more))",
            count: unused.count, file: path)
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
