import EventKernel
import Files

/// A column of times: numbers in a unit, or dates and times of day. The first row decides which; the others must
/// be alike.
struct ClockColumn {
    /// Where it is.
    let index: Int
    private let name: String
    private let unit: TimeUnit
    /// Whether the header names the unit, which dates do not have.
    private let namesUnit: Bool
    /// Whether the format lets the header name another unit.
    private let takesUnits: Bool
    private var hasDates: Bool?

    init(
        _ column: (index: Int, unit: TimeUnit), name: String, header: CSVHeader, takesUnits: Bool = true
    ) {
        self.takesUnits = takesUnits
        index = column.index
        unit = column.unit
        self.name = name
        namesUnit = header.names[column.index].lowercased() != name
    }

    /// The time in the current row, on the trace's clock; dates count from the start of 1970.
    mutating func read(_ reader: borrowing CSVReader) throws(InputError) -> SimTime {
        if hasDates == nil { hasDates = !namesUnit && CalendarTime.read(reader[index]) != nil }
        if hasDates == true {
            if let time = CalendarTime.read(reader[index]) { return time }
            try refuseDate(reader)
            throw reader.error(
                "\(name) is `\(reader.text(index).prefix(40))`, and the rows before give dates such as "
                    + "2021-01-31T06:30:00Z", remedy: "write all times of a file in one way")
        }
        if !namesUnit { try refuseDate(reader) }
        let span = try reader.duration(index, column: name, unit: unit) { hint($0) }
        // So far from zero, seconds as a floating-point number do not hold nanoseconds.
        if span > TimeZero.longestLead, unit.rawValue <= 1, let value = NumberParser.decimal(reader[index]) {
            return ClockColumn.exact(value, perSecond: (1 / unit.rawValue).rounded())
        }
        return SimTime(nanoseconds: span.nanoseconds)
    }

    /// - Throws: `InputError` for what begins like a date.
    private func refuseDate(_ reader: borrowing CSVReader) throws(InputError) {
        guard let problem = CalendarTime.problem(with: reader[index]) else { return }
        throw reader.error(
            "\(name) is `\(reader.text(index).prefix(40))`, which is not a date and time", remedy: problem)
    }

    /// The time of `value` parts of a second, its whole seconds apart from the rest.
    private static func exact(_ value: Double, perSecond: Double) -> SimTime {
        let rest = value.truncatingRemainder(dividingBy: perSecond)
        // Times beyond a century were refused.
        let seconds = UInt64(((value - rest) / perSecond).rounded(), within: 0...4_000_000_000)
        let parts = UInt64((rest * (1e9 / perSecond)).rounded(), within: 0...1_000_000_000)
        return SimTime(nanoseconds: seconds * 1_000_000_000 + parts)
    }

    /// What a time beyond a century probably is.
    private func hint(_ value: Double) -> String {
        guard let guess = EpochUnit.guess(value) else { return "times may reach over 100 years" }
        let date = CalendarTime.text(SimTime(nanoseconds: UInt64(value / guess.perSecond) * 1_000_000_000))
        if !takesUnits {
            return
                "as \(guess.plural) since 1970 it is \(date): this format has seconds, so divide the column, and let "
                + "the run start at the first call (time-zero: first-call)"
        }
        return
            "as \(guess.plural) since 1970 it is \(date): call the column \(name)_\(guess.symbol), and let the "
            + "run start at the first call (time-zero: first-call); durations have a unit of their own, as in "
            + "duration_\(guess.symbol)"
    }
}

/// Units in which clocks count from 1970.
struct EpochUnit {
    let symbol: String
    let plural: String
    let perSecond: Double

    /// The unit in which `value` is a time of 2000 to 2100; nil when it is none.
    static func guess(_ value: Double) -> EpochUnit? {
        let units = [
            EpochUnit(symbol: "s", plural: "seconds", perSecond: 1),
            EpochUnit(symbol: "ms", plural: "milliseconds", perSecond: 1e3),
            EpochUnit(symbol: "us", plural: "microseconds", perSecond: 1e6),
            EpochUnit(symbol: "ns", plural: "nanoseconds", perSecond: 1e9),
        ]
        return units.first { (946_684_800...4_102_444_800).contains(value / $0.perSecond) }
    }
}
