/// Where a cost comes from: what a result that rests on it is worth.
public enum CostOrigin: Hashable, Sendable {
    /// Measured by Pagefold's calibration.
    case measured(Measurement)
    /// Published: the source, with section, figure or table.
    case published(source: String)
    /// Assumed. What rests on it is swept from `low` to `high` times the model, and reported as a range.
    case assumed(reason: String, low: Double, high: Double)

    /// When, where and how something was measured.
    public struct Measurement: Hashable, Sendable {
        /// The machine, in a few words.
        public var machine: String
        /// The release of its kernel.
        public var kernel: String
        /// The day, as 2026-03-28.
        public var date: String
        /// How it was measured.
        public var method: String

        /// When, where and how something was measured.
        public init(machine: String, kernel: String, date: String, method: String) {
            self.machine = machine
            self.kernel = kernel
            self.date = date
            self.method = method
        }
    }

    /// The kind of origin: `measured`, `published` or `assumed`.
    public var word: String {
        switch self {
        case .measured: "measured"
        case .published: "published"
        case .assumed: "assumed"
        }
    }

    /// The origin in a line, for what is printed with results.
    public var text: String {
        switch self {
        case .measured(let how):
            "measured on \(how.machine), Linux \(how.kernel), \(how.date): \(how.method)"
        case .published(let source): "published: \(source)"
        case .assumed(let reason, let low, let high): "assumed (\(low) to \(high) times): \(reason)"
        }
    }

    /// Why this is not an origin, in words; nil when it is one.
    public var fault: String? {
        switch self {
        case .measured(let how):
            if [how.machine, how.kernel, how.method].contains("") {
                return "machine, kernel and method must be given"
            }
            return CostOrigin.isDate(how.date)
                ? nil : "'\(how.date.prefix(40))' is not a day such as 2026-03-28"
        case .published(let source): return source.isEmpty ? "the source is empty" : nil
        case .assumed(let reason, let low, let high):
            if reason.isEmpty { return "the reason is empty" }
            guard low.isFinite, high.isFinite, low > 0, low <= 1, high >= 1 else {
                return "the range must hold 1, the model itself, and begin above 0"
            }
            return low < high ? nil : "the range is empty: what is assumed must be swept"
        }
    }

    private static func isDate(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].count == 4, parts[1].count == 2, parts[2].count == 2 else {
            return false
        }
        let numbers = parts.compactMap { part -> Int? in
            guard part.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
                return nil
            }
            return part.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        }
        guard numbers.count == 3, (1...12).contains(numbers[1]) else { return false }
        let leap = numbers[0] % 4 == 0 && (numbers[0] % 100 != 0 || numbers[0] % 400 == 0)
        let days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return (1...days[numbers[1] - 1]).contains(numbers[2])
    }
}
