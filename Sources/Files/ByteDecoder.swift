/// Reads what `GrowingBytes` wrote, and never beyond its end.
package struct ByteDecoder {
    /// The bytes end too early, or hold what cannot be.
    package struct Damage: Error {
        /// Something is wrong with the bytes.
        package init() {}
    }

    private let bytes: UnsafeRawBufferPointer
    package private(set) var position = 0

    package init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// How many bytes are left.
    package var left: Int { bytes.count - position }

    package mutating func byte() throws(Damage) -> UInt8 {
        guard left >= 1 else { throw Damage() }
        position += 1
        return bytes[position - 1]
    }

    package mutating func half() throws(Damage) -> UInt32 {
        guard left >= 4 else { throw Damage() }
        position += 4
        return UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: position - 4, as: UInt32.self))
    }

    package mutating func word() throws(Damage) -> UInt64 {
        guard left >= 8 else { throw Damage() }
        position += 8
        return UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position - 8, as: UInt64.self))
    }

    package mutating func number() throws(Damage) -> Double { Double(bitPattern: try word()) }

    /// A count of things that take at least `size` bytes each, so that damage cannot ask for endless memory.
    package mutating func count(ofSize size: Int) throws(Damage) -> Int {
        let count = try word()
        guard count <= UInt64(left / size) else { throw Damage() }
        return Int(count)
    }

    package mutating func text() throws(Damage) -> String {
        let count = Int(try half())
        guard count <= left else { throw Damage() }
        let slice = UnsafeRawBufferPointer(rebasing: bytes[position..<(position + count)])
        guard let text = String(validating: slice, as: UTF8.self) else { throw Damage() }
        position += count
        return text
    }

    /// A text of at most `limit` bytes that a terminal can show.
    package mutating func plainText(limit: Int) throws(Damage) -> String {
        let text = try text()
        guard text.utf8.count <= limit, text.utf8.allSatisfy({ $0 >= 32 && $0 != 127 }) else {
            throw Damage()
        }
        return text
    }

    /// Skips to a multiple of 8 from the start.
    package mutating func align() throws(Damage) {
        while position % 8 != 0 { if try byte() != 0 { throw Damage() } }
    }
}

extension GrowingBytes {
    /// Adds a text with its length.
    package mutating func append(text: String) {
        var text = text
        text.withUTF8 { bytes in
            append(half: UInt32(bytes.count))
            append(contentsOf: UnsafeRawBufferPointer(bytes))
        }
    }

    /// Adds the bits of a number.
    package mutating func append(number: Double) { append(word: number.bitPattern) }
}
