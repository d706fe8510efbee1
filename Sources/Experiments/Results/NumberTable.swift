/// A table of named columns that can be printed for people and for programs alike.
public struct NumberTable: Sendable {
    /// One column.
    public struct Column: Sendable {
        /// Its name in CSV and JSON.
        public var key: String
        /// What stands above it in text.
        public var title: String
        /// Digits behind the point in text; nil for words and whole numbers.
        public var decimals: Int?
        /// Whether it stands to the left in text, as words do.
        public var isWords: Bool

        /// A column of words; the title is the key unless given.
        public static func words(_ key: String, title: String? = nil) -> Column {
            Column(key: key, title: title ?? key, decimals: nil, isWords: true)
        }

        /// A column of numbers, in text with `decimals` digits behind the point.
        public static func numbers(_ key: String, title: String? = nil, decimals: Int? = nil) -> Column {
            Column(key: key, title: title ?? key, decimals: decimals, isWords: false)
        }
    }

    private let columns: [Column]
    private let labels: Int
    private var rows: [[JSONValue]] = []

    /// A table without rows; the first `labels` columns name a row.
    public init(_ columns: [Column], labels: Int = 1) {
        self.columns = columns
        self.labels = labels
    }

    /// Adds a row, a value for each column.
    public mutating func add(_ row: [JSONValue]) {
        precondition(row.count == columns.count, "a row has a value for each column")
        rows.append(row)
    }

    /// Aligned text, broken into blocks of at most `width` columns of characters.
    public func text(width: Int) -> String { table.text(width: width) }

    /// The table in Markdown.
    public var markdown: String { table.markdown }

    /// The table as CSV with a line of names; numbers are whole, nothing is rounded.
    public var csv: String {
        var text = CSVRow.line(columns.map(\.key))
        for values in rows {
            var row = CSVRow()
            for value in values { row.add(value) }
            text += row.line()
        }
        return text
    }

    /// The rows as objects.
    public var json: JSONValue {
        .array(rows.map { row in .object(zip(columns, row).map { ($0.key, $1) }) })
    }

    private var table: TextTable {
        var table = TextTable(
            columns.map { $0.isWords ? .words($0.title) : .numbers($0.title) }, labels: labels)
        for row in rows { table.add(zip(columns, row).map { NumberTable.cell($1, decimals: $0.decimals) }) }
        return table
    }

    private static func cell(_ value: JSONValue, decimals: Int?) -> String {
        switch value {
        case .string(let text): text
        case .whole(let number):
            decimals == nil ? "\(number)" : Decimal.fixed(Double(number), decimals: decimals ?? 0)
        case .number(let number): Decimal.fixed(number, decimals: decimals ?? 3)
        case .bool(let flag): flag ? "yes" : "no"
        case .null, .array, .object: "-"
        }
    }
}
