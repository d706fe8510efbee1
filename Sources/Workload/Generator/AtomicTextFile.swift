import Glibc

/// A file that appears under its name only once it is complete: it is written beside it and renamed.
struct AtomicTextFile: ~Copyable {
    private let path: String
    private let temporary: String
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private var isFinished = false

    /// Begins a file.
    /// - Throws: `InputError` when it cannot be created.
    init(_ path: String) throws(InputError) {
        self.path = path
        temporary = "\(path).\(getpid()).partial"
        descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        if descriptor < 0 { throw AtomicTextFile.failure(path, "cannot be created") }
        buffer.reserveCapacity(1 << 17)
    }

    deinit {
        close(descriptor)
        if !isFinished { unlink(temporary) }
    }

    /// Adds text, which waits in memory until the next flush.
    mutating func append(_ text: String) { buffer.append(contentsOf: text.utf8) }

    /// Writes what waits once it is 64 KiB.
    mutating func flushIfLarge() throws(InputError) {
        if buffer.count >= 1 << 16 { try flush() }
    }

    /// Writes what waits and gives the file its name.
    consuming func finish() throws(InputError) {
        try flush()
        if fsync(descriptor) != 0 || rename(temporary, path) != 0 {
            throw AtomicTextFile.failure(path, "cannot be completed")
        }
        isFinished = true
    }

    private mutating func flush() throws(InputError) {
        var written = 0
        while written < buffer.count {
            let result = buffer.withUnsafeBytes { bytes in
                Glibc.write(descriptor, bytes.baseAddress?.advanced(by: written), bytes.count - written)
            }
            if result < 0 && errno == EINTR { continue }
            if result <= 0 { throw AtomicTextFile.failure(path, "cannot be written") }
            written += result
        }
        buffer.removeAll(keepingCapacity: true)
    }

    private static func failure(_ path: String, _ what: String) -> InputError {
        InputError(file: path, "\(what): \(String(cString: strerror(errno)))")
    }
}
