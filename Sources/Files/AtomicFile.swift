import Glibc

/// Writes a file as a whole or not at all.
///
/// Until it is whole the file has no name, where the file system can do that, so that nothing is left of it whatever ends
/// this process; elsewhere it has a name of `Leftovers`. Then it takes the place of the old one. Links are followed to the
/// file that they name. What is not a regular file (a device, a pipe, `/dev/stdout`) is written to directly, as nothing else
/// would be what the user means.
package struct AtomicFile: ~Copyable {
    /// Who may read the file.
    package enum Access: Sendable {
        /// Whom the mask of the process leaves; a file that is replaced keeps its rights.
        case everyone
        /// Its owner alone, whatever the mask says.
        case owner
    }

    private let path: String
    private let access: Access
    private var parts: Parts

    /// What is open.
    private struct Parts {
        var file: Int32
        /// Where the file goes; nil when it is written to directly.
        var place: FilePlace?
        /// The rights of the file that it replaces.
        var oldMode: mode_t?
        /// Its name until it is whole, where the file system cannot do without one.
        var temporary: String?
    }

    /// `O_TMPFILE`, which Swift cannot see: it needs a directory.
    private static let nameless: Int32 = 0o20_000_000 | O_DIRECTORY

    /// Begins a new file that is to become `path`.
    /// - Parameters:
    ///   - size: the bytes that it will have, when that is known. The room is taken at once, so that a full disk shows
    ///     before anything is written.
    ///   - replacesInput: whether it may replace a file that this process has read.
    /// - Throws: `InputError` when nothing can be written there, or the file is an input.
    package init(
        path: String, access: Access = .everyone, size: Int = 0, replacesInput: Bool = false
    ) throws(InputError) {
        parts = try AtomicFile.begin(path, access, size: size, replacesInput: replacesInput)
        self.path = path
        self.access = access
    }

    private static func begin(
        _ path: String, _ access: Access, size: Int, replacesInput: Bool
    ) throws(InputError) -> Parts {
        switch try OutputTarget(path) {
        case .stream(let descriptor):
            do throws(InputError) {
                if !replacesInput { try InputFiles.refuse(descriptor: descriptor, as: path) }
            } catch {
                close(descriptor)
                throw error
            }
            return Parts(file: descriptor)
        case .file(let target, let old):
            if let old, !replacesInput { try InputFiles.refuse(old, as: path) }
            let place = FilePlace(target)
            Leftovers.sweep(place.directory)
            var parts = try open(in: place, path, mode: access == .owner ? 0o600 : 0o666)
            parts.oldMode = old.map { $0.st_mode & 0o7777 }
            if let failure = reserve(size, for: access, file: parts.file, path) {
                close(parts.file)
                if let temporary = parts.temporary { unlink(temporary) }
                throw failure
            }
            return parts
        }
    }

    private static func open(
        in place: FilePlace, _ path: String, mode: mode_t
    ) throws(InputError) -> Parts {
        // Without /proc a file without a name could not get one.
        if Glibc.access("/proc/self/fd", X_OK) == 0 {
            let file = Glibc.open(place.directory, nameless | O_WRONLY | O_CLOEXEC, mode)
            if file >= 0 {
                // It may have a name for a moment, when it replaces another; see `Leftovers`.
                flock(file, LOCK_EX | LOCK_NB)
                return Parts(file: file, place: place)
            }
        }
        guard let (file, name) = Leftovers.makeFile(in: place, mode: mode) else {
            throw InputError.system("cannot be written", file: path)
        }
        return Parts(file: file, place: place, temporary: name)
    }

    private static func reserve(
        _ size: Int, for access: Access, file: Int32, _ path: String
    ) -> InputError? {
        // Whatever mask is in force, nobody else reads it.
        if access == .owner, fchmod(file, 0o600) != 0 {
            return InputError.system("cannot be made private", file: path)
        }
        guard size > 0 else { return nil }
        var failure: Int32
        repeat { failure = posix_fallocate(file, 0, off_t(size)) } while failure == EINTR
        // Some file systems cannot; then writing tells.
        if failure == 0 || failure == EOPNOTSUPP || failure == EINVAL { return nil }
        return AtomicFile.failure(failure, path, missing: size)
    }

    deinit {
        close(parts.file)
        if let temporary = parts.temporary { unlink(temporary) }
    }

    /// Adds the bytes of `storage`, or a part of them.
    package func write(_ storage: ByteStorage, part: UnsafeRawBufferPointer? = nil) throws(InputError) {
        // The storage must not go while its bytes are written.
        defer { withExtendedLifetime(storage) {} }
        try write(part ?? storage.bytes)
    }

    /// Adds bytes that live as long as the call.
    package func write(_ bytes: UnsafeRawBufferPointer) throws(InputError) {
        var rest = bytes
        while !rest.isEmpty {
            let written = Glibc.write(parts.file, rest.baseAddress, min(rest.count, 1 << 30))
            if written < 0 {
                if errno == EINTR { continue }
                if errno == EAGAIN {
                    // Another process made the pipe so that it does not wait.
                    var ready = pollfd(fd: parts.file, events: Int16(POLLOUT), revents: 0)
                    poll(&ready, 1, -1)
                    continue
                }
                throw failure(errno, missing: rest.count)
            }
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(written))
        }
    }

    /// Adds text.
    package func write(_ text: String) throws(InputError) {
        var text = text
        let failure = text.withUTF8 { bytes -> InputError? in
            do throws(InputError) {
                try write(UnsafeRawBufferPointer(bytes))
                return nil
            } catch {
                return error
            }
        }
        if let failure { throw failure }
    }

    /// Puts the file in its place.
    /// - Throws: `InputError` when it does not reach the disk, or cannot get its name.
    package mutating func commit() throws(InputError) {
        guard let place = parts.place else {
            // Pipes and most devices have nothing to bring to a disk.
            if fsync(parts.file) != 0, errno != EINVAL, errno != EROFS, errno != ENOTSUP {
                throw failure(errno, missing: 0)
            }
            return
        }
        if access == .everyone, let mode = parts.oldMode, fchmod(parts.file, mode) != 0 {
            throw failure(errno, missing: 0)
        }
        guard fsync(parts.file) == 0 else { throw failure(errno, missing: 0) }
        let name = place.neighbour(place.name)
        if parts.temporary == nil {
            let source = "/proc/self/fd/\(parts.file)"
            if linkat(AT_FDCWD, source, AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0 {
                return place.synchronise()
            }
            // An old file can only be replaced by one with a name; it has it for no longer than it takes.
            guard errno == EEXIST, let linked = Leftovers.link(source, in: place) else {
                throw InputError.system("cannot be written", file: path)
            }
            parts.temporary = linked
        }
        var status = stat()
        if lstat(name, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
            throw InputError(file: path, "is no longer a regular file", remedy: "choose another name")
        }
        guard let temporary = parts.temporary, rename(temporary, name) == 0 else {
            throw InputError.system("cannot be replaced", file: path)
        }
        parts.temporary = nil
        place.synchronise()
    }

    private func failure(_ number: Int32, missing bytes: Int) -> InputError {
        AtomicFile.failure(number, path, missing: bytes)
    }

    private static func failure(_ number: Int32, _ path: String, missing bytes: Int) -> InputError {
        if bytes > 0, number == ENOSPC || number == EDQUOT {
            return InputError(
                file: path, "no room for \(bytes / (1 << 20) + 1) MiB; nothing was written",
                remedy: "make room, or write elsewhere")
        }
        return InputError(file: path, "cannot be written: \(String(cString: strerror(number)))")
    }
}

extension FilePlace {
    /// Makes new names in the directory last through a loss of power; some file systems cannot, which is not an error.
    func synchronise() {
        let handle = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if handle >= 0 {
            fsync(handle)
            close(handle)
        }
    }
}
