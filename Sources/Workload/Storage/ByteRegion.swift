import Files

/// A part of a `ByteStorage`, kept alive with it.
@frozen @usableFromInline
struct ByteRegion: @unchecked Sendable {
    @usableFromInline let storage: ByteStorage
    @usableFromInline let bytes: UnsafeRawBufferPointer

    /// All of a storage.
    init(_ storage: ByteStorage) {
        self.storage = storage
        bytes = storage.bytes
    }

    /// The `range` of a storage; it must lie inside.
    init(_ storage: ByteStorage, range: Range<Int>) {
        precondition(range.upperBound <= storage.bytes.count, "region outside its storage")
        self.storage = storage
        bytes = UnsafeRawBufferPointer(rebasing: storage.bytes[range])
    }

    /// The first `count` bytes.
    func prefix(_ count: Int) -> ByteRegion {
        let start = bytes.baseAddress.map { $0 - (storage.bytes.baseAddress ?? $0) } ?? 0
        return ByteRegion(storage, range: start..<(start + count))
    }

    /// The little-endian word of the column that starts at byte `start`.
    @inlinable @inline(__always)
    func word(_ index: Int, from start: Int = 0) -> UInt64 {
        UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: start &+ index &* 8, as: UInt64.self))
    }

    /// The little-endian half word of the column that starts at byte `start`.
    @inlinable @inline(__always)
    func half(_ index: Int, from start: Int = 0) -> UInt32 {
        UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: start &+ index &* 4, as: UInt32.self))
    }
}
