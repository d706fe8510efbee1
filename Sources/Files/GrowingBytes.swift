import Glibc

/// Bytes that are appended to and then become a `ByteStorage` without being copied.
package struct GrowingBytes: ~Copyable {
    @usableFromInline var base: UnsafeMutableRawPointer?
    @usableFromInline package var count = 0
    @usableFromInline var capacity = 0

    /// No bytes, with room for `capacity`. Room that is never filled takes no memory.
    package init(capacity: Int = 0) {
        if capacity > 0 { grow(to: capacity) }
    }

    deinit { free(base) }

    /// What was appended.
    package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

    /// Adds one byte.
    @inlinable @inline(__always)
    package mutating func append(_ byte: UInt8) {
        if count == capacity { grow(to: count + 1) }
        base.unsafelyUnwrapped.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
        count &+= 1
    }

    /// Adds seven bits a byte, low ones first, the top bit saying that more follow (LEB128).
    @inlinable @inline(__always)
    package mutating func append(varint value: UInt32) {
        var rest = value
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest &>>= 7
        }
        append(UInt8(truncatingIfNeeded: rest))
    }

    /// Adds a little-endian word.
    package mutating func append(word: UInt64) {
        withUnsafeBytes(of: word.littleEndian) { append(contentsOf: $0) }
    }

    /// Adds a little-endian half word.
    package mutating func append(half: UInt32) {
        withUnsafeBytes(of: half.littleEndian) { append(contentsOf: $0) }
    }

    /// Adds bytes.
    package mutating func append(contentsOf more: UnsafeRawBufferPointer) {
        guard let source = more.baseAddress, !more.isEmpty else { return }
        if capacity - count < more.count { grow(to: count + more.count) }
        base.unsafelyUnwrapped.advanced(by: count).copyMemory(from: source, byteCount: more.count)
        count += more.count
    }

    /// Adds zeros until the length is a multiple of 8.
    package mutating func align() {
        while count % 8 != 0 { append(UInt8(0)) }
    }

    /// Overwrites the word at byte `offset`, which must have been appended.
    package mutating func store(word: UInt64, at offset: Int) {
        precondition(offset >= 0 && offset + 8 <= count, "store outside the bytes")
        base.unsafelyUnwrapped.storeBytes(of: word.littleEndian, toByteOffset: offset, as: UInt64.self)
    }

    /// Hands the bytes over.
    package consuming func finish() -> ByteStorage {
        // Gives unused room back; the block stays where it is or shrinks.
        if capacity > count, count > 0 { base = realloc(base, count) ?? base }
        let storage = ByteStorage(adopting: base, count: count)
        base = nil
        return storage
    }

    @usableFromInline mutating func grow(to least: Int) {
        let larger = max(least, capacity * 2, 64)
        guard let moved = realloc(base, larger) else { fatalError("out of memory: \(larger) bytes") }
        base = moved
        capacity = larger
    }
}
