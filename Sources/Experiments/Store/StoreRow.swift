import Files
import Foundation
import GRDB

/// One row of a store. Nothing in it is believed: each cell is decoded with a check, and one that is not what this table
/// holds there is an error that names it. SQLite itself puts anything into any column.
struct StoreRow {
    private let values: [DatabaseValue]
    private let names: [String]
    /// Which of the rows read, from 1.
    let number: Int
    /// Where its cells are, in words.
    private let tables: String
    private let file: String

    /// What no text of a store is longer than, but for definitions: bytes.
    static let textLimit = 1 << 20

    /// Reads `sql`, whose rows come from `table`, each with what belongs to it in the tables `joined`, and gives each to
    /// `body`.
    static func forEach(
        in table: String, joined: [String] = [], of file: String, _ database: Database, sql: String,
        _ body: (StoreRow) throws -> Void
    ) throws {
        let tables = ([table] + joined).map { "'\($0)'" }.joined(separator: " with ")
        let statement = try database.makeStatement(sql: sql)
        let names = statement.columnNames
        let rows = try Row.fetchCursor(statement)
        var number = 0
        while let row = try rows.next() {
            number += 1
            try body(
                StoreRow(
                    values: Array(row.databaseValues), names: names, number: number, tables: tables,
                    file: file))
        }
    }

    /// A text.
    func text(_ column: Int, limit: Int = StoreRow.textLimit) throws(InputError) -> String {
        guard case .string(let text) = values[column].storage else { throw damage(column, "is not text") }
        guard text.utf8.count <= limit else { throw damage(column, "has more than \(limit) bytes") }
        return text
    }

    /// A whole number within `range`.
    func whole(_ column: Int, in range: ClosedRange<Int64>) throws(InputError) -> Int {
        let value = try word(column)
        guard range.contains(value) else {
            throw damage(column, "is not from \(range.lowerBound) to \(range.upperBound)")
        }
        return Int(value)
    }

    /// The number of one of `count` things.
    func place(_ column: Int, among count: Int) throws(InputError) -> Int {
        let value = try word(column)
        guard value >= 0, value < Int64(count) else {
            throw damage(column, "is none of the \(count) that there are")
        }
        return Int(value)
    }

    /// Any whole number of 64 bits.
    func word(_ column: Int) throws(InputError) -> Int64 {
        guard case .int64(let value) = values[column].storage else {
            throw damage(column, "is not a whole number")
        }
        return value
    }

    /// A number; nil where there is none.
    func number(_ column: Int) throws(InputError) -> Double? {
        switch values[column].storage {
        case .null: nil
        case .double(let value) where value.isFinite: value
        case .int64(let value): Double(value)
        default: throw damage(column, "is not a number")
        }
    }

    /// Bytes.
    func bytes(_ column: Int) throws(InputError) -> Data {
        guard case .blob(let data) = values[column].storage else { throw damage(column, "holds no bytes") }
        return data
    }

    /// Whether there is nothing.
    func isNull(_ column: Int) -> Bool { values[column].isNull }

    private func damage(_ column: Int, _ fault: String) -> InputError {
        StoreRow.damage("\(names[column]) in row \(number) of \(tables) \(fault)", file: file)
    }

    /// That the store `file` is not as Pagefold writes it, and what to do.
    static func damage(_ fault: String, file: String) -> InputError {
        InputError(
            file: file, "the store is damaged: \(fault)",
            remedy: "restore it from a copy, or sweep into a new one")
    }
}

/// The places of a store's sweep, and how many of each there may be.
enum StoreLimits {
    /// Replicates that an experiment may ask for.
    static let replicates: ClosedRange<Int64> = 0...999_999
    /// Bytes of a policy's name: more than experiments allow, for stores of other versions.
    static let nameLength = 1_000
    /// Numbers of a table by point, policy and replicate, in memory.
    static let places = 50_000_000
}
