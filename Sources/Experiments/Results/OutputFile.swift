import Files
import Glibc
import Workload

/// A file that is written once, from begin to end, and is on disk when it is closed.
public struct OutputFile: ~Copyable {
    private let path: String
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private var failed: InputError?

    /// Creates the file.
    /// - Throws: `InputError` when that is not possible.
    public init(_ path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw ResultDirectory.failure("cannot write", in: path) }
        self.path = path
        self.descriptor = descriptor
        buffer.reserveCapacity(1 << 17)
    }

    deinit { Glibc.close(descriptor) }

    /// Adds text. A failure is thrown when the file is closed.
    public mutating func write(_ text: String) {
        buffer.append(contentsOf: text.utf8)
        if buffer.count >= 1 << 16 { flush() }
    }

    /// Ends the file.
    /// - Throws: `InputError` when not everything could be written.
    public consuming func close() throws {
        flush()
        if failed == nil && fsync(descriptor) != 0 {
            failed = ResultDirectory.failure("cannot write", in: path)
        }
        if let failed { throw failed }
    }

    private mutating func flush() {
        var offset = 0
        while failed == nil && offset < buffer.count {
            let written = buffer.withUnsafeBytes { bytes in
                Glibc.write(descriptor, bytes.baseAddress.map { $0 + offset }, bytes.count - offset)
            }
            if written > 0 {
                offset += written
            } else if errno != EINTR {
                failed = ResultDirectory.failure("cannot write", in: path)
            }
        }
        buffer.removeAll(keepingCapacity: true)
    }
}
