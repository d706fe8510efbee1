import EventKernel

/// Dates and times as ISO 8601 writes them, read as time since the start of 1970 (UTC).
package enum CalendarTime {
    /// The time that `text` gives: `2021-01-31T06:30:00.25Z`, with a space for the `T`, an offset such as
    /// `+01:00` for the `Z`, or neither, which is read as UTC; a date alone is its midnight. Years 1970 to 2069:
    /// a trace covers a century at most.
    package static func read(_ text: UnsafeRawBufferPointer) -> SimTime? {
        var scanner = Scanner(rest: NumberParser.trimmed(text)[...])
        guard let year = scanner.number(digits: 4), scanner.take("-"), let month = scanner.number(digits: 2),
            scanner.take("-"), let day = scanner.number(digits: 2),
            let days = days(year: year, month: month, day: day)
        else { return nil }
        var seconds = days * 86_400
        var nanoseconds = 0
        if !scanner.rest.isEmpty {
            guard scanner.take("T") || scanner.take("t") || scanner.take(" "),
                let hour = scanner.number(digits: 2), scanner.take(":"),
                let minute = scanner.number(digits: 2), hour < 24, minute < 60
            else { return nil }
            seconds += hour * 3_600 + minute * 60
            if scanner.take(":") {
                // A leap second counts as the first of the next minute.
                guard let second = scanner.number(digits: 2), second <= 60 else { return nil }
                seconds += second
                if scanner.take(".") || scanner.take(",") {
                    guard let fraction = scanner.fraction() else { return nil }
                    nanoseconds = fraction
                }
            }
            guard let offset = scanner.zone() else { return nil }
            seconds -= offset
        }
        guard scanner.rest.isEmpty, seconds >= 0 else { return nil }
        return SimTime(nanoseconds: UInt64(seconds) * 1_000_000_000 + UInt64(nanoseconds))
    }

    /// The time that `text` gives; nil when it gives none.
    package static func read(_ text: String) -> SimTime? {
        Array(text.utf8).withUnsafeBytes { read($0) }
    }

    /// Why `read` gives nothing for a text that begins like a date; nil for one that does not.
    package static func problem(with text: UnsafeRawBufferPointer) -> String? {
        if read(text) != nil { return nil }
        var scanner = Scanner(rest: NumberParser.trimmed(text)[...])
        guard let year = scanner.number(digits: 4), scanner.take("-"), let month = scanner.number(digits: 2),
            scanner.take("-"), let day = scanner.number(digits: 2)
        else { return nil }
        guard (1970...2069).contains(year) else { return "dates may be from 1970 to 2069" }
        if days(year: year, month: month, day: day) == nil { return "there is no such day" }
        return "a time of day is written as in 2021-01-31T06:30:00.25Z, with Z or an offset such as +01:00"
    }

    /// The date and time of day `time` after the start of 1970, to the second: `2021-01-31T06:30:00Z`.
    package static func text(_ time: SimTime) -> String {
        let seconds = Int(time.nanoseconds / 1_000_000_000)
        let (year, month, day) = date(seconds / 86_400)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let rest = seconds % 86_400
        return
            "\(year)-\(two(month))-\(two(day))T\(two(rest / 3_600)):\(two(rest / 60 % 60)):\(two(rest % 60))Z"
    }

    /// Days since the start of 1970; nil for a day that does not exist. The proleptic Gregorian calendar, by the
    /// era of 400 years that begins in March (Hinnant, "chrono-compatible low-level date algorithms").
    private static func days(year: Int, month: Int, day: Int) -> Int? {
        guard (1970...2069).contains(year), (1...12).contains(month), day >= 1 else { return nil }
        let shifted = month <= 2 ? year - 1 : year
        let ofEra = shifted % 400
        let ofYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        let days = shifted / 400 * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468
        return date(days) == (year, month, day) ? days : nil
    }

    private static func date(_ days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let ofEra = shifted % 146_097
        let year = (ofEra - ofEra / 1_460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * year + year / 4 - year / 100)
        let month = (5 * ofYear + 2) / 153
        let day = ofYear - (153 * month + 2) / 5 + 1
        let calendarMonth = month < 10 ? month + 3 : month - 9
        return (era * 400 + year + (calendarMonth <= 2 ? 1 : 0), calendarMonth, day)
    }

    private struct Scanner {
        var rest: Slice<UnsafeRawBufferPointer>

        mutating func take(_ character: Character) -> Bool {
            guard let byte = rest.first, byte == character.asciiValue else { return false }
            rest = rest.dropFirst()
            return true
        }

        mutating func number(digits: Int) -> Int? {
            guard rest.count >= digits else { return nil }
            var value = 0
            for byte in rest.prefix(digits) {
                guard byte &- 0x30 <= 9 else { return nil }
                value = value * 10 + Int(byte &- 0x30)
            }
            rest = rest.dropFirst(digits)
            return value
        }

        /// The digits behind the point, in nanoseconds; further ones are cut off.
        mutating func fraction() -> Int? {
            var value = 0
            var count = 0
            while let byte = rest.first, byte &- 0x30 <= 9 {
                if count < 9 { value = value * 10 + Int(byte &- 0x30) }
                count += 1
                rest = rest.dropFirst()
            }
            guard count > 0 else { return nil }
            for _ in 0..<max(0, 9 - count) { value *= 10 }
            return value
        }

        /// Seconds that local time is ahead of UTC.
        mutating func zone() -> Int? {
            if rest.isEmpty || take("Z") || take("z") { return 0 }
            _ = take(" ")
            if rest.elementsEqual("UTC".utf8) || rest.elementsEqual("GMT".utf8) {
                rest = rest.dropFirst(3)
                return 0
            }
            let sign = rest.first == 0x2D ? -1 : 1
            guard take("+") || take("-"), let hours = number(digits: 2), hours < 24 else { return nil }
            if rest.isEmpty { return sign * hours * 3_600 }
            _ = take(":")
            guard let minutes = number(digits: 2), minutes < 60 else { return nil }
            return sign * (hours * 3_600 + minutes * 60)
        }
    }
}
