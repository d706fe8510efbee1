import Files

/// Counts what a reader mends or leaves out; where the reader is strict, the first of it is an error.
struct WarningTally {
    /// Whether anything to warn of is an error.
    let strict: Bool
    /// What was found so far, in order of first sight.
    private(set) var warnings: [Provenance.Warning] = []

    init(strict: Bool) { self.strict = strict }

    /// Counts a warning about a row, or throws it.
    mutating func note(_ message: String, count: Int = 1, _ reader: borrowing CSVReader) throws(InputError) {
        try note(message, count: count, file: reader.path, line: reader.line)
    }

    /// Counts a warning, or throws it; a count of 0 is nothing.
    mutating func note(
        _ message: String, count: Int = 1, file: String = "", line: Int? = nil
    ) throws(InputError) {
        if count == 0 { return }
        if strict {
            let times = line == nil && count > 1 ? " (\(count) times)" : ""
            throw InputError(
                file: file, line: line, message + times, remedy: "mend it, or read without the strict option")
        }
        if let index = warnings.firstIndex(where: { $0.message == message }) {
            warnings[index].count += count
        } else {
            warnings.append(Provenance.Warning(message, count: count))
        }
    }

    /// Counts numbers that were written with a decimal comma.
    mutating func noteDecimalCommas(_ reader: borrowing CSVReader) throws(InputError) {
        let commas = reader.decimalCommas
        try note(
            "numbers with a comma are read as with a decimal point (`\(commas.first.text)` in line "
                + "\(commas.first.line) is the first)", count: commas.count, file: reader.path,
            line: commas.count > 0 ? commas.first.line : nil)
    }
}
