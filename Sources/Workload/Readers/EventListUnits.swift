import EventKernel
import Files

/// A unit of time that a column may be in.
enum TimeUnit: Double {
    case nanosecond = 1e-9
    case microsecond = 1e-6
    case millisecond = 1e-3
    case second = 1
    case minute = 60
    case hour = 3_600

    /// The unit that a column's name ends in, such as `_ms`.
    static let suffixes: [(String, TimeUnit)] = [
        ("_ns", .nanosecond), ("_us", .microsecond), ("_ms", .millisecond), ("_s", .second),
        ("_seconds", .second), ("_min", .minute), ("_h", .hour),
    ]
}

/// A unit of memory that a column may be in, by its bytes.
enum MemoryUnit: Double {
    case byte = 1
    case kibibyte = 1_024
    case megabyte = 1_000_000
    case mebibyte = 1_048_576
    case gigabyte = 1_000_000_000
    case gibibyte = 1_073_741_824

    /// The unit that a column's name ends in, such as `_mib`.
    static let suffixes: [(String, MemoryUnit)] = [
        ("_bytes", .byte), ("_kib", .kibibyte), ("_mb", .megabyte), ("_mib", .mebibyte), ("_gb", .gigabyte),
        ("_gib", .gibibyte),
    ]
}

extension CSVHeader {
    /// The column `name`, with or without one of the suffixes, and its unit.
    /// - Throws: `InputError` when several columns fit.
    func column<Unit>(
        _ name: String, suffixes: [(String, Unit)], otherwise unit: Unit, _ reader: borrowing CSVReader
    ) throws(InputError) -> (index: Int, unit: Unit)? {
        var found: (index: Int, unit: Unit)?
        for (suffix, unit) in [("", unit)] + suffixes {
            guard let index = column(ifPresent: name + suffix) else { continue }
            if let found {
                throw reader.error(
                    "the columns `\(names[found.index])` and `\(names[index])` say the same",
                    remedy: "keep one")
            }
            found = (index, unit)
        }
        return found
    }

    /// The column `name` of times or spans of time, and its unit.
    /// - Throws: `InputError` when it is missing, or in a unit that is not known.
    func timeColumn(_ name: String, _ reader: borrowing CSVReader) throws(InputError) -> (
        index: Int, unit: TimeUnit
    ) {
        if let found = try column(name, suffixes: TimeUnit.suffixes, otherwise: .second, reader) {
            return found
        }
        guard let near = names.first(where: { $0.lowercased().hasPrefix(name) }) else {
            throw missing(name)
        }
        throw unknownUnit(near, name, standard: "seconds", suffixes: TimeUnit.suffixes.map(\.0))
    }

    /// The column `name` of memory, and its unit; nil when there is none.
    /// - Throws: `InputError` when it is in a unit that is not known, as in `memory (MB)`.
    func memoryColumn(_ name: String, _ reader: borrowing CSVReader) throws(InputError) -> (
        index: Int, unit: MemoryUnit
    )? {
        if let found = try column(name, suffixes: MemoryUnit.suffixes, otherwise: .mebibyte, reader) {
            return found
        }
        let near = names.first { header in
            let lower = header.lowercased()
            return lower.hasPrefix(name)
                && lower.dropFirst(name.count).first.map { " ([/".contains($0) } ?? false
        }
        if let near {
            throw unknownUnit(near, name, standard: "MiB", suffixes: MemoryUnit.suffixes.map(\.0))
        }
        return nil
    }

    private func unknownUnit(
        _ near: String, _ name: String, standard: String, suffixes: [String]
    ) -> InputError {
        let names = suffixes.map { name + $0 }.joined(separator: ", ")
        return missing(
            name,
            remedy:
                "the unit in `\(near.prefix(40))` is not understood: call the column \(name) (\(standard)), or "
                + "\(names).")
    }
}

extension CSVReader {
    /// A span of time from 0 to 100 years in the field at `index`.
    func duration(
        _ index: Int, column: String, unit: TimeUnit, hint: (Double) -> String = { _ in "" }
    ) throws(InputError) -> SimDuration {
        let century = 100 * 365.25 * 86_400
        let value = try decimal(index, column: column, through: century / unit.rawValue, hint: hint)
        guard let duration = SimDuration(seconds: value * unit.rawValue) else {
            throw error("\(column) is not a span of time")
        }
        return duration
    }

    /// An amount from 0 to 1 EiB in the field at `index`; where the header names no unit, up to 1 TiB: more is
    /// no sandbox, and is almost always a number of bytes.
    func memory(_ index: Int, column: String, unit: MemoryUnit, isNamed: Bool) throws(InputError) -> Bytes {
        let most = isNamed ? 0x1p60 : 0x1p40
        let value = try decimal(index, column: column, through: most / unit.rawValue) { _ in
            isNamed
                ? ""
                : "in \(column) it would be above 1 TiB: if these are bytes, call the column \(column)_bytes"
        }
        return Bytes(UInt64((value * unit.rawValue).rounded(), within: 0...Bytes.largest.count))
    }
}
