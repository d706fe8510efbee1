import Files
import Glibc

/// Writes a file that only its owner may read, as a whole or not at all. Until it is whole it has no name, so
/// that nothing is left of it, whatever ends this process.
struct PrivateFile: ~Copyable {
    private let path: String
    private let file: Int32
    /// Its name until it is whole, where the file system cannot do without one.
    private var temporary: String?

    /// `O_TMPFILE`, which Swift cannot see: it needs a directory.
    private static let nameless: Int32 = 0o20_000_000 | O_DIRECTORY

    private init(path: String, file: Int32, temporary: String?) {
        self.path = path
        self.file = file
        self.temporary = temporary
    }

    /// Begins a file of `size` bytes that is to become `path`. The room is taken at once, so that a full disk
    /// shows before anything is written.
    static func begin(path: String, size: Int) throws(InputError) -> PrivateFile {
        let directory = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        var temporary: String?
        var opened = open(directory, nameless | O_WRONLY | O_CLOEXEC, 0o600)
        if opened < 0, errno == EOPNOTSUPP || errno == EISDIR || errno == ENOENT {
            let name = neighbour(of: path)
            opened = open(name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
            temporary = opened >= 0 ? name : nil
        }
        if opened < 0 { throw InputError.system("cannot be written", file: path) }
        let file = PrivateFile(path: path, file: opened, temporary: temporary)
        try file.prepare(size)
        return file
    }

    private func prepare(_ size: Int) throws(InputError) {
        // Whatever mask is in force, the rights are these.
        guard fchmod(file, 0o600) == 0 else { throw InputError.system("cannot be made private", file: path) }
        guard size > 0 else { return }
        var failure: Int32
        repeat { failure = posix_fallocate(file, 0, off_t(size)) } while failure == EINTR
        // Some file systems cannot; then writing tells.
        if failure != 0 && failure != EOPNOTSUPP && failure != EINVAL {
            throw PrivateFile.failure(failure, path: path, size: size)
        }
    }

    deinit {
        close(file)
        if let temporary { unlink(temporary) }
    }

    /// Adds bytes.
    mutating func write(_ bytes: UnsafeRawBufferPointer) throws(InputError) {
        var rest = bytes
        while !rest.isEmpty {
            let written = Glibc.write(file, rest.baseAddress, min(rest.count, 1 << 30))
            if written < 0 {
                if errno == EINTR { continue }
                throw PrivateFile.failure(errno, path: path, size: rest.count)
            }
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(written))
        }
    }

    /// Gives the file its name.
    mutating func commit() throws(InputError) {
        if let name = temporary {
            guard rename(name, path) == 0 else { throw InputError.system("cannot be replaced", file: path) }
            temporary = nil
            return
        }
        let source = "/proc/self/fd/\(file)"
        if linkat(AT_FDCWD, source, AT_FDCWD, path, AT_SYMLINK_FOLLOW) == 0 { return }
        guard errno == EEXIST else { throw InputError.system("cannot be written", file: path) }
        // An old file can only be replaced by one with a name; it has it for no longer than it takes.
        let name = PrivateFile.neighbour(of: path)
        guard linkat(AT_FDCWD, source, AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0 else {
            throw InputError.system("cannot be written", file: path)
        }
        if rename(name, path) != 0 {
            let failure = errno
            unlink(name)
            throw PrivateFile.failure(failure, path: path, size: 0)
        }
    }

    /// A name beside `path` that no other process uses.
    private static func neighbour(of path: String) -> String { "\(path).part-\(getpid())" }

    private static func failure(_ number: Int32, path: String, size: Int) -> InputError {
        if number == ENOSPC || number == EDQUOT {
            return InputError(
                file: path, "no room for \(size / (1 << 20) + 1) MiB; nothing was written",
                remedy: "make room, or write elsewhere")
        }
        return InputError(file: path, "cannot be written: \(String(cString: strerror(number)))")
    }
}
