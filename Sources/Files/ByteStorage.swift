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
    package init(adopting memory: UnsafeMutableRawPointer?, count: Int) {
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
    /// - Throws: `InputError` when the file cannot be opened, is not a regular file, or cannot be mapped.
    public init(mapping path: String) throws(InputError) {
        // Without waiting: opening a pipe that nobody writes to would never return.
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw InputError.unopened(path) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw InputError.system("cannot be examined", file: path) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw InputError(file: path, "is not a regular file", remedy: "give the path of a file on disk")
        }
        InputFiles.note(file)
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
