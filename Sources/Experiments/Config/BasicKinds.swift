import EventKernel
import Files
import Workload

extension Kind where Value == String {
    /// Any text of one scalar.
    static var text: Kind { Kind(scalar: "a text", parse: { $0 }, write: { $0 }) }
}

extension Kind where Value == Bool {
    /// Yes or no.
    static var flag: Kind {
        Kind(scalar: "true or false") { text in
            switch text.lowercased() {
            case "true", "yes", "on": true
            case "false", "no", "off": false
            default: nil
            }
        } write: {
            $0 ? "true" : "false"
        }
    }
}

extension Kind where Value == Double {
    /// A plain number, finite.
    static var number: Kind {
        Kind(scalar: "a number") { text in
            var rest = text[...]
            guard let number = ExactDecimal(prefixOf: &rest), rest.isEmpty, number.double.isFinite else {
                return nil
            }
            return number.double
        } write: {
            $0 == $0.rounded() && $0.magnitude < 1e15 ? "\(Int64($0))" : "\($0)"
        }
    }

    /// An amount with unit, in the base unit of its family.
    static func amount(_ family: UnitFamily) -> Kind {
        Kind(scalar: "\(family.name) such as \(family.example)") { (text) throws(UnitFamily.Fault) in
            let amount = try family.read(text)
            return amount.base.isFinite ? amount.base : nil
        } write: {
            family.write(base: $0)
        }
    }

    /// Memory times time, in byte seconds.
    static var byteSeconds: Kind {
        Kind(scalar: "memory times time such as 500 GiB s") { (text) throws(UnitFamily.Fault) in
            if text == "unlimited" { return unlimitedByteSeconds }
            let words = text.split(separator: " ")
            guard let last = words.last, words.count > 1 else {
                if text == "0" { return 0 }
                throw UnitFamily.Fault(
                    problem: "'\(text.prefix(60))' has no unit", remedy: "write 500 GiB s, or 2 GiB h")
            }
            let memory = try UnitFamily.memory.read(words.dropLast().joined(separator: " "))
            let value = memory.base * (try UnitFamily.time.read("1 \(last)").base)
            return value.isFinite ? value : nil
        } write: {
            $0 == unlimitedByteSeconds ? "unlimited" : "\($0 / 0x1p30) GiB s"
        }
    }

    /// More memory-time than any run can take: what `unlimited` stands for.
    private static var unlimitedByteSeconds: Double { 1e30 }

    /// Events a second.
    static var rate: Kind {
        Kind(scalar: "a rate such as 10 /s") { (text) throws(UnitFamily.Fault) in
            var rest = text[...].trimmed
            guard let number = ExactDecimal(prefixOf: &rest), number.double.isFinite, !number.isNegative
            else { return nil }
            rest = rest.trimmed
            if rest.isEmpty && number.double == 0 { return 0 }
            guard rest.first == "/" else {
                throw UnitFamily.Fault(
                    problem: "'\(text.prefix(60))' has no unit", remedy: "write 10 /s, or 600 /min")
            }
            let symbol = String(rest.dropFirst().trimmed)
            guard UnitFamily.time.size(of: symbol) != nil else {
                throw UnitFamily.Fault(
                    problem: "'\(symbol.prefix(40))' is not a unit of a duration",
                    remedy: UnitFamily.time.remedy(for: symbol, after: "\(number.text) /"))
            }
            return number.double / (try UnitFamily.time.read("1 \(symbol)").base)
        } write: {
            "\(Kind.number.write($0).scalar ?? "0") /s"
        }
    }
}

extension Kind where Value == Int {
    /// A whole number within bounds.
    static func whole(_ range: ClosedRange<Int>) -> Kind {
        let expected = "a whole number from \(range.lowerBound) to \(range.upperBound)"
        return Kind(scalar: expected) { text in
            var rest = text[...]
            guard let number = ExactDecimal(prefixOf: &rest), rest.isEmpty,
                let whole = number.whole(times: 1),
                let value = Int(exactly: whole), range.contains(value)
            else { return nil }
            return value
        } write: {
            "\($0)"
        }
    }
}

extension Kind where Value == UInt64 {
    /// A seed: any whole number of 64 bits.
    static var seed: Kind {
        Kind(scalar: "a whole number from 0 to 18446744073709551615") { text in
            UInt64(text)
        } write: {
            "\($0)"
        }
    }
}

extension Kind where Value == SimDuration {
    /// A time span; `forever` is possible.
    static var duration: Kind {
        Kind(scalar: "a duration such as 10 min") { (text) throws(UnitFamily.Fault) in
            if text == "forever" { return .forever }
            let amount = try UnitFamily.time.read(text)
            // Ends of time are not spans: `forever` is a word.
            guard
                let duration = SimDuration(seconds: amount.base).map({ rounded in
                    amount.whole.map { .nanoseconds($0) } ?? rounded
                })
            else {
                throw UnitFamily.Fault(
                    problem: "'\(text)' is too long", remedy: "write less than 292 years, or forever")
            }
            if duration == .zero && amount.base > 0 {
                throw UnitFamily.Fault(problem: "'\(text)' is below a nanosecond", remedy: "write 0, or more")
            }
            return duration
        } write: {
            $0 == .forever ? "forever" : UnitFamily.time.write(whole: $0.nanoseconds)
        }
    }
}

extension Kind where Value == Bytes {
    /// An amount of memory.
    static var memory: Kind {
        Kind(scalar: "an amount of memory such as 2 GiB") { (text) throws(UnitFamily.Fault) in
            let amount = try UnitFamily.memory.read(text)
            let whole = amount.whole ?? UInt64(nearest: amount.base)
            guard let whole, whole < 1 << 62 else {
                throw UnitFamily.Fault(problem: "'\(text)' is too much", remedy: "write less than 4 EiB")
            }
            return Bytes(whole)
        } write: {
            UnitFamily.memory.write(whole: $0.count)
        }
    }
}

extension Kind {
    /// One of the words that `words` gives to values.
    static func word(_ words: [(String, Value)]) -> Kind where Value: Equatable {
        let names = words.map(\.0)
        return Kind(scalar: "one of \(names.joined(separator: ", "))") { (text) throws(UnitFamily.Fault) in
            if let found = words.first(where: { $0.0 == text }) { return found.1 }
            throw UnitFamily.Fault(
                problem: "there is no '\(text.prefix(60))' here",
                remedy: Suggestion.remedy(for: text, among: names))
        } write: { value in
            words.first { $0.1 == value }?.0 ?? ""
        }
    }

    /// One of the cases of an enumeration, spelled in lower case with hyphens.
    static func word() -> Kind where Value: CaseIterable & Equatable {
        word(Value.allCases.map { (Kebab.spelling("\($0)"), $0) })
    }
}

/// The spelling of names in files: `mostRecent` is `most-recent`.
enum Kebab {
    /// `name` in lower case, with a hyphen before what was a capital.
    static func spelling(_ name: String) -> String {
        var result = ""
        for character in name {
            if character.isUppercase { result += "-" }
            result += character.lowercased()
        }
        return result
    }
}
