import Files
import Glibc

/// A regular file of foreign origin that is read by position.
///
/// It is read with `pread`, not mapped: a mapped file that another program cuts short kills its reader
/// (SIGBUS), while a read that comes back short is an error like any other.
package final class InputFile {
    /// The path, as it is named in errors.
    package let path: String
    /// Bytes in the file when it was opened.
    package let size: Int
    private let descriptor: Int32

    /// Opens the file at `path`; symbolic links are followed, as the user named it.
    package convenience init(path: String) throws(InputError) {
        // Opening a FIFO must not wait for a writer.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        if descriptor < 0 { throw InputError.system("cannot be opened", file: path) }
        try self.init(adopting: descriptor, path: path)
    }

    /// Takes charge of an open file that `path` names in errors.
    package init(adopting descriptor: Int32, path: String) throws(InputError) {
        var status = stat()
        let examined = fstat(descriptor, &status)
        self.descriptor = descriptor
        self.path = path
        size = Int(status.st_size)
        if examined != 0 { throw InputError.system("cannot be examined", file: path) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw InputError(file: path, "is not a regular file", remedy: "give the path of a file on disk")
        }
        InputFiles.note(descriptor)
    }

    deinit { close(descriptor) }

    /// Fills `target` with the bytes from `offset` on.
    /// - Throws: `InputError` when there are not as many.
    package func read(into target: UnsafeMutableRawBufferPointer, at offset: Int) throws(InputError) {
        guard offset >= 0, offset <= size, target.count <= size - offset else {
            throw InputError(
                file: path, "ends at byte \(size), where \(target.count) bytes from \(offset) on are needed",
                remedy: "it was cut short: copy or make it again")
        }
        var done = 0
        while done < target.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: target[done...])
            let count = pread(descriptor, rest.baseAddress, rest.count, off_t(offset + done))
            if count < 0 {
                if errno == EINTR { continue }
                throw InputError.system("cannot be read at byte \(offset + done)", file: path)
            }
            if count == 0 {
                throw InputError(
                    file: path, "became shorter than \(size) bytes while it was read",
                    remedy: "wait until it is complete")
            }
            done += count
        }
    }

    /// A copy of `count` bytes from `offset` on.
    package func bytes(at offset: Int, count: Int) throws(InputError) -> [UInt8] {
        // Checked before memory is asked for.
        guard offset >= 0, count >= 0, offset <= size, count <= size - offset else {
            throw InputError(
                file: path, "ends at byte \(size), where \(count) bytes from \(offset) on are needed",
                remedy: "it was cut short: copy or make it again")
        }
        var bytes = [UInt8](repeating: 0, count: count)
        var failure: InputError?
        bytes.withUnsafeMutableBytes { buffer in
            do throws(InputError) { try read(into: buffer, at: offset) } catch { failure = error }
        }
        if let failure { throw failure }
        return bytes
    }

    /// The next bytes of `range` that the file system stores; nil when the rest of the range is a hole.
    ///
    /// File systems that do not tell holes have none.
    package func data(in range: Range<Int>) -> Range<Int>? {
        if range.isEmpty { return nil }
        // SEEK_DATA and SEEK_HOLE, which glibc's headers hide without _GNU_SOURCE.
        let start = lseek(descriptor, off_t(range.lowerBound), 3)
        if start < 0 { return errno == ENXIO ? nil : range }
        if start >= range.upperBound { return nil }
        let from = max(start, range.lowerBound)
        let hole = lseek(descriptor, off_t(from), 4)
        return from..<(hole > from ? min(hole, range.upperBound) : range.upperBound)
    }

    /// Whether the file begins with `magic`.
    package func begins(with magic: [UInt8]) throws(InputError) -> Bool {
        guard size >= magic.count else { return false }
        return try bytes(at: 0, count: magic.count) == magic
    }
}
