import Files
import Glibc

/// Reads comma-separated values (RFC 4180) row by row from a file of any size.
///
/// Fields are spans of the reader's buffer, valid until the next row. Quotes, doubled quotes, line ends
/// inside quotes, CRLF, a UTF-8 byte order mark, empty lines and a missing last line end are understood, and
/// so are semicolons or tabs between columns, and rows that end in a carriage return alone (`CSVDialect`).
package struct CSVReader: ~Copyable {
    /// No row is longer; a quote that is never closed ends here instead of taking the whole file.
    private static let longestRow = 64 << 20

    private let source: ByteSource
    private var buffer: UnsafeMutableRawBufferPointer
    /// Where the row starts and where the bytes read end.
    private var rowStart = 0
    private var filled = 0
    private var atEnd = false
    private var started = false
    private var fields: ContiguousArray<Range<Int>> = []
    private var nextLine = 1
    private var dialect = CSVDialect.standard
    /// The line on which the current row starts, from 1.
    package private(set) var line = 0

    /// Opens the file at `path`.
    package init(path: String, bufferSize: Int = 1 << 20) throws(InputError) {
        source = try ByteSource(path: path)
        buffer = .allocate(byteCount: max(bufferSize, 16), alignment: 16)
    }

    deinit { buffer.deallocate() }

    /// The path as given.
    package var path: String { source.path }
    /// The digest of what was read so far: of the whole file once `next` gave false.
    package var digest: String { source.digest }
    /// Whether numbers may have a decimal comma, as they do where semicolons separate columns.
    var mayHaveDecimalCommas: Bool { dialect.separator == 0x3B }
    /// Numbers with a decimal comma that were read so far.
    let decimalCommas = DecimalCommas()
    /// How many fields the current row has.
    package var count: Int { fields.count }

    /// The field at `index` of the current row.
    @inline(__always)
    package subscript(index: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[fields[index]])
    }

    /// The field at `index` as text; bytes that are not UTF-8 are replaced.
    package func text(_ index: Int) -> String {
        String(decoding: NumberParser.trimmed(self[index]), as: UTF8.self)
    }

    /// An error about the current row.
    package func error(_ problem: String, remedy: String = "") -> InputError {
        InputError(file: path, line: line, problem, remedy: remedy)
    }

    /// Goes on to the next row that is not empty; false at the end of the file.
    package mutating func next() throws(InputError) -> Bool {
        if !started {
            try skipByteOrderMark()
            try findDialect()
        }
        while true {
            fields.removeAll(keepingCapacity: true)
            line = nextLine
            let end = try scanRow()
            if fields.isEmpty { return false }
            nextLine += 1
            // Offsets were counted from the row's start, which may have moved to the front on the way.
            if rowStart > 0 {
                for index in fields.indices {
                    fields[index] =
                        (fields[index].lowerBound + rowStart)..<(fields[index].upperBound + rowStart)
                }
            }
            rowStart += end
            if fields.count > 1 || !NumberParser.trimmed(self[0]).isEmpty { return true }
        }
    }

    private mutating func skipByteOrderMark() throws(InputError) {
        started = true
        if try has(2), buffer[..<3].elementsEqual([0xEF, 0xBB, 0xBF]) { rowStart = 3 }
    }

    /// Looks at the first row that is not empty.
    private mutating func findDialect() throws(InputError) {
        var start = 0
        while try has(start), [0x0A, 0x0D, 0x20].contains(buffer[rowStart + start]) { start += 1 }
        // No header begins so.
        if try has(start), [UInt8(ascii: "{"), UInt8(ascii: "[")].contains(buffer[rowStart + start]) {
            throw InputError(
                file: path, "is JSON, not CSV",
                remedy: "write a header and a row for each call, for example with jq -r '[…] | @csv'")
        }
        // Nobody has a longer header; a longer first row is not a header, and reading it will say so.
        let end = start + (1 << 20)
        var finder = CSVDialect.Finder()
        for position in start..<end {
            let byte = try has(position) ? buffer[rowStart + position] : nil
            if let found = finder.take(byte) {
                dialect = found
                return
            }
        }
    }

    /// Finds the fields of the row at `rowStart`, as offsets from there; gives the offset after its line end.
    private mutating func scanRow() throws(InputError) -> Int {
        var position = 0
        if dialect.endsInReturn, try has(0), buffer[rowStart] == 0x0A { position = 1 }
        while true {
            let (field, separator, after) = try scanField(from: position)
            position = after
            if separator == .end, fields.isEmpty, field.isEmpty, after == field.lowerBound { return 0 }
            fields.append(field)
            if separator != .comma { return position }
        }
    }

    private enum Separator { case comma, line, end }

    /// Finds one field that starts at offset `start`, what ends it, and the offset after that.
    private mutating func scanField(from start: Int) throws(InputError) -> (Range<Int>, Separator, Int) {
        if try has(start), buffer[rowStart + start] == 0x22 { return try scanQuoted(from: start) }
        var position = start
        let (comma, lineEnd) = (dialect.separator, dialect.lineEnd)
        while true {
            let bytes = buffer.baseAddress.unsafelyUnwrapped + rowStart
            let available = filled - rowStart
            while position < available {
                let byte = bytes.load(fromByteOffset: position, as: UInt8.self)
                if byte == comma { return (start..<position, .comma, position + 1) }
                if byte == lineEnd { return (start..<withoutReturn(start, position), .line, position + 1) }
                position &+= 1
            }
            if try !has(position) { return (start..<withoutReturn(start, position), .end, position) }
        }
    }

    /// Where a field that runs from `start` to `end` ends without a carriage return.
    private func withoutReturn(_ start: Int, _ end: Int) -> Int {
        end > start && buffer[rowStart + end - 1] == 0x0D ? end - 1 : end
    }

    /// Finds a quoted field and takes the quotes out in place.
    private mutating func scanQuoted(from start: Int) throws(InputError) -> (Range<Int>, Separator, Int) {
        var position = start + 1
        var written = start
        while true {
            guard try has(position) else {
                throw InputError(file: path, line: line, "a quote is opened and never closed")
            }
            let byte = buffer[rowStart + position]
            if byte == 0x22 {
                let next = try has(position + 1) ? buffer[rowStart + position + 1] : 0x0A
                if next != 0x22 { break }
                position += 1
            } else if byte == dialect.lineEnd {
                nextLine += 1
            }
            buffer[rowStart + written] = byte
            written += 1
            position += 1
        }
        position += 1
        if !dialect.endsInReturn, try has(position), buffer[rowStart + position] == 0x0D { position += 1 }
        guard try has(position) else { return (start..<written, .end, position) }
        switch buffer[rowStart + position] {
        case dialect.separator: return (start..<written, .comma, position + 1)
        case dialect.lineEnd: return (start..<written, .line, position + 1)
        default: throw InputError(file: path, line: line, "there is text after a closing quote")
        }
    }

    /// Whether the file has a byte at this offset from the row's start, reading on when needed.
    @inline(__always)
    private mutating func has(_ offset: Int) throws(InputError) -> Bool {
        if rowStart &+ offset < filled { return true }
        return try refill(at: offset)
    }

    /// Moves the unfinished row to the front, makes room, and reads until `offset` is there.
    private mutating func refill(at offset: Int) throws(InputError) -> Bool {
        while rowStart + offset >= filled {
            if atEnd { return false }
            if rowStart > 0 {
                let rest = filled - rowStart
                let base = buffer.baseAddress.unsafelyUnwrapped
                memmove(base, base + rowStart, rest)
                filled = rest
                rowStart = 0
            }
            if filled == buffer.count { try grow() }
            let many = try source.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
            if many == 0 { atEnd = true }
            filled += many
        }
        return true
    }

    private mutating func grow() throws(InputError) {
        if buffer.count >= CSVReader.longestRow {
            throw InputError(
                file: path, line: line, "a row is longer than \(CSVReader.longestRow >> 20) MiB",
                remedy: "is a quote left open, or is this no CSV file?")
        }
        let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: buffer.count * 2, alignment: 16)
        larger.copyMemory(from: UnsafeRawBufferPointer(buffer))
        buffer.deallocate()
        buffer = larger
    }
}
