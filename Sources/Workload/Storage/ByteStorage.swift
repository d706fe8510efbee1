import Glibc

/// A block of bytes that never changes: memory of its own or a file mapped into memory. Everything large in a
/// workload lies in one of these, so that a workload can be opened without being copied.
///
/// A mapped file must not be overwritten in place while it is in use. Pagefold itself writes a new file and
/// renames it, which leaves open mappings alone.
public final class ByteStorage: @unchecked Sendable {
    /// The bytes; valid as long as this object lives.
    public let bytes: UnsafeRawBufferPointer
    private let mapped: Bool

    /// Takes over memory from `malloc`.
    init(adopting memory: UnsafeMutableRawPointer?, count: Int) {
        bytes = UnsafeRawBufferPointer(start: memory, count: count)
        mapped = false
    }

    /// Holds a copy of `bytes`.
    package init(copying bytes: [UInt8]) {
        let memory = UnsafeMutableRawBufferPointer(start: malloc(max(bytes.count, 1)), count: bytes.count)
        memory.copyBytes(from: bytes)
        self.bytes = UnsafeRawBufferPointer(memory)
        mapped = false
    }

    /// Maps the file at `path` for reading.
    /// - Throws: `InputError` when the file cannot be opened, is no regular file, or cannot be mapped.
    public init(mapping path: String) throws(InputError) {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw InputError.system("cannot be opened", file: path) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw InputError.system("cannot be examined", file: path) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw InputError(file: path, "is not a regular file", remedy: "give the path of a file on disk")
        }
        let size = Int(status.st_size)
        mapped = size > 0
        guard size > 0 else {
            bytes = UnsafeRawBufferPointer(start: nil, count: 0)
            return
        }
        let address = mmap(nil, size, PROT_READ, MAP_PRIVATE, file, 0)
        guard let address, address != MAP_FAILED else {
            throw InputError.system("cannot be mapped into memory", file: path)
        }
        bytes = UnsafeRawBufferPointer(start: address, count: size)
    }

    deinit {
        let address = UnsafeMutableRawPointer(mutating: bytes.baseAddress)
        if mapped { munmap(address, bytes.count) } else { free(address) }
    }
}

extension InputError {
    /// A system call failed on `file`; the reason is taken from `errno`.
    package static func system(_ problem: String, file: String) -> InputError {
        let reason = strerror(errno).map { String(cString: $0) } ?? "unknown error"
        return InputError(file: file, "\(problem): \(reason)")
    }
}

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
