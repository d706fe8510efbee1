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
        guard file >= 0 else { throw InputError.unopened(path) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw InputError.system("cannot be examined", file: path) }
        if status.st_mode & S_IFMT == S_IFDIR {
            throw InputError(file: path, "is a directory", remedy: "give the path of a file")
        }
        InputFiles.note(file)
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
                let head = UnsafeRawBufferPointer(rebasing: bytes.prefix(512))
                if let kind = ContentKind(head: head) { throw kind.refusal(of: path) }
            }
            return many
        }
    }
}
