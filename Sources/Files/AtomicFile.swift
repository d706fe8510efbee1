import Glibc

/// Writes a file as a whole or not at all: into a temporary file in the same directory, which takes the place
/// of the old one once it lies on the disk.
package struct AtomicFile: ~Copyable {
    private let path: String
    private let temporary: String
    private let file: Int32
    private var isCommitted = false

    /// Begins a new file that is to become `path`.
    package init(path: String) throws(InputError) {
        var template = ContiguousArray((path + ".part-XXXXXX").utf8CString)
        let opened = template.withUnsafeMutableBufferPointer { name in
            name.baseAddress.map { mkstemp($0) } ?? -1
        }
        if opened < 0 { throw InputError.system("cannot be written", file: path) }
        self.path = path
        file = opened
        temporary = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        close(file)
        if !isCommitted { unlink(temporary) }
    }

    /// Adds the bytes of `storage`, or a part of them.
    package func write(_ storage: ByteStorage, part: UnsafeRawBufferPointer? = nil) throws(InputError) {
        // The storage must not go while its bytes are written.
        defer { withExtendedLifetime(storage) {} }
        try write(part ?? storage.bytes)
    }

    /// Adds bytes that live as long as the call.
    package func write(_ bytes: UnsafeRawBufferPointer) throws(InputError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let slice = UnsafeRawBufferPointer(rebasing: rest)
            let written = Glibc.write(file, slice.baseAddress, slice.count)
            if written < 0 {
                if errno == EINTR { continue }
                throw InputError.system("cannot be written", file: path)
            }
            rest = rest.dropFirst(written)
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
    package mutating func commit() throws(InputError) {
        // mkstemp leaves the file to its owner alone; give it the rights of any new file.
        let mask = umask(0)
        umask(mask)
        guard fchmod(file, 0o666 & ~mask) == 0, fsync(file) == 0 else {
            throw InputError.system("cannot be written", file: path)
        }
        guard rename(temporary, path) == 0 else { throw InputError.system("cannot be replaced", file: path) }
        isCommitted = true
        AtomicFile.syncDirectory(of: path)
    }

    /// Makes the new name last through a loss of power; some file systems cannot, which is no error.
    private static func syncDirectory(of path: String) {
        let directory = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        let handle = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if handle >= 0 {
            fsync(handle)
            close(handle)
        }
    }
}
