import Files
import Glibc
import Snapshots

/// A directory that only the user can read, and that goes with its files at the end.
final class PrivateDirectory {
    let path: String

    /// A directory in `parent`.
    init(in parent: String) throws(InputError) {
        var path = Array((parent + "/pagefold-XXXXXX").utf8CString)
        let made = path.withUnsafeMutableBufferPointer { buffer in
            buffer.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) }
        }
        guard let made else { throw InputError.system("no directory can be made", file: parent) }
        self.path = made
    }

    deinit {
        for name in ProcFile.names(in: path) ?? [] { unlink("\(path)/\(name)") }
        rmdir(path)
    }

    /// Where the node's memory holds files: tmpfs nearly everywhere; elsewhere the page cache has them all the same.
    static var memory: String { access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp" }
    /// Where temporary files go.
    static var temporary: String { getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp" }
}
