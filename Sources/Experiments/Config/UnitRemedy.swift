import Files

extension UnitFamily {
    /// What to do about a unit that does not exist, behind `number` (and, of a rate, a stroke).
    func remedy(for symbol: String, after number: String) -> String {
        if let remedy = remedyForNumber(cutOffBefore: symbol, number) { return remedy }
        // What is a unit of something else is not a slip for one of these.
        if [UnitFamily.time, .memory].contains(where: { $0.size(of: symbol) != nil }) {
            return "the units are \(units.map { $0.symbols[0] }.joined(separator: ", "))"
        }
        let meant = candidates(for: symbol)
        switch meant.count {
        case 0: return "the units are \(units.map { $0.symbols[0] }.joined(separator: ", "))"
        case 1: return "did you mean '\(meant[0])'?"
        default:
            return "did you mean "
                + meant.map { number + (number.hasSuffix("/") ? "" : " ") + $0 }.joined(separator: " or ")
                + "?"
        }
    }

    /// The units that a word may stand for: those that people shorten to it, else the one that is spelled
    /// most like it. Several where it is ambiguous: `m` is minutes as often as a slip for `ms`, and `G` says
    /// nothing of powers of two or ten.
    private func candidates(for symbol: String) -> [String] {
        let word = symbol.lowercased()
        if let known = UnitFamily.misspellings[word]?.filter({ size(of: $0) != nil }), !known.isEmpty {
            return known
        }
        let all = units.flatMap(\.symbols)
        if let same = all.first(where: { $0.lowercased() == word }) { return [same] }
        // What is spelled like many units is like none: one letter is one edit from every unit of two.
        if word.count < 2 { return [] }
        return Suggestion.nearest(to: symbol, among: all).map { [$0] } ?? []
    }

    /// What people write for units, in small letters.
    private static let misspellings: [String: [String]] = [
        "m": ["min", "ms", "MiB", "MB"], "mn": ["min"], "mins": ["min"], "minuts": ["min"],
        "msec": ["ms"], "msecs": ["ms"], "millis": ["ms"], "millisecond": ["ms"], "milliseconds": ["ms"],
        "u": ["us"], "usec": ["us"], "usecs": ["us"], "micros": ["us"], "microsecond": ["us"],
        "microseconds": ["us"],
        "n": ["ns"], "nsec": ["ns"], "nanos": ["ns"], "nanosecond": ["ns"], "nanoseconds": ["ns"],
        "secs": ["s"], "hr": ["h"], "hrs": ["h"],
        "k": ["KiB", "KB"], "g": ["GiB", "GB"], "t": ["TiB", "TB"],
        "ki": ["KiB"], "mi": ["MiB"], "gi": ["GiB"], "ti": ["TiB"],
        "kb": ["KB", "KiB"], "mb": ["MB", "MiB"], "gb": ["GB", "GiB"], "tb": ["TB", "TiB"],
        "megabyte": ["MB", "MiB"], "megabytes": ["MB", "MiB"], "gigabyte": ["GB", "GiB"],
        "gigabytes": ["GB", "GiB"], "kilobyte": ["KB", "KiB"], "kilobytes": ["KB", "KiB"],
        "mebibyte": ["MiB"], "mebibytes": ["MiB"], "gibibyte": ["GiB"], "gibibytes": ["GiB"],
    ]

    /// What to do when the number ended too early because it is written in another way.
    private func remedyForNumber(cutOffBefore rest: String, _ number: String) -> String? {
        guard let first = rest.first else { return nil }
        let unit = rest.drop { !$0.isLetter }
        let isUnit = size(of: String(unit)) != nil
        let example = isUnit ? String(unit) : units[0].symbols[0]
        let digits = rest.dropFirst().prefix { $0.isNumber }
        if first == ",", !digits.isEmpty {
            let point = "\(number).\(digits) \(example)"
            return digits.count == 3
                ? "write \(point) with a point, or \(number)\(digits) \(example) without a separator"
                : "write the number with a point: \(point)"
        }
        if first == "_" || first == "'" { return "write the number without separators" }
        if number == "0", first == "x" || first == "X" { return "write the number in decimal digits" }
        if first == ":" || rest.contains(where: \.isNumber) {
            return "write one number and one unit, such as \(self.example)"
        }
        if ["w", "week", "weeks"].contains(rest), size(of: "days") != nil {
            return "write weeks as days: 7 days"
        }
        if ["y", "yr", "year", "years", "month", "months"].contains(rest), size(of: "days") != nil {
            return "write it as days: a year is 365 days"
        }
        return nil
    }
}
