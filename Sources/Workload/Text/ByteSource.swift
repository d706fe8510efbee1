import Files
import Glibc

/// Reads a file piece by piece, hashing it on the way.
final class ByteSource {
    /// The path as given.
    let path: String
    private let file: Int32
    private var running = RunningContentHash()
    private var isFirst = true

    /// Opens the file at `path`.
    /// - Throws: `InputError` when it cannot be opened or is a directory.
    init(path: String) throws(InputError) {
        self.path = path
        file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw InputError.system("cannot be opened", file: path) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw InputError.system("cannot be examined", file: path) }
        if status.st_mode & S_IFMT == S_IFDIR {
            throw InputError(file: path, "is a directory", remedy: "give the path of a file")
        }
    }

    deinit { close(file) }

    /// The hash of all bytes read so far, as `xxhsum -H3` prints it.
    var digest: String { running.text }

    /// Reads up to `room.count` bytes; 0 at the end of the file.
    func read(into room: UnsafeMutableRawBufferPointer) throws(InputError) -> Int {
        while true {
            let many = Glibc.read(file, room.baseAddress, room.count)
            if many < 0 {
                if errno == EINTR { continue }
                throw InputError.system("cannot be read", file: path)
            }
            let bytes = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(room)[..<many])
            running.update(bytes)
            if isFirst, many > 0 {
                isFirst = false
                try refusePacked(bytes)
            }
            return many
        }
    }

    /// Names what the file is when its first bytes show that it cannot be text.
    private func refusePacked(_ bytes: UnsafeRawBufferPointer) throws(InputError) {
        let signatures: [([UInt8], String)] = [
            ([0x1F, 0x8B], "gzip"), ([0x50, 0x4B, 0x03, 0x04], "zip"), ([0x37, 0x7A, 0xBC, 0xAF], "7z"),
            ([0x52, 0x61, 0x72, 0x21], "RAR"), ([0xFD, 0x37, 0x7A, 0x58], "xz"),
            ([0x28, 0xB5, 0x2F, 0xFD], "zstd"),
            ([0x42, 0x5A, 0x68], "bzip2"),
        ]
        for (start, name) in signatures where bytes.starts(with: start) {
            throw InputError(file: path, "is compressed (\(name))", remedy: "unpack it first")
        }
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            throw InputError(file: path, "is UTF-16 text", remedy: "convert it to UTF-8")
        }
    }
}
