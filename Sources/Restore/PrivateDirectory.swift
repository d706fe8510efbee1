import Files
import Glibc
import Snapshots

/// A directory that only the user can read, and that goes with its files at the end. Should this process be killed
/// before, the next one that makes such a directory takes it away: its owner no longer holds it locked, whatever number
/// the owner's process has or had.
final class PrivateDirectory {
    let path: String
    /// The directory, open and locked as long as this lives.
    private let hold: Int32

    private static let prefix = "pagefold-run-"

    /// A directory in `parent`.
    init(in parent: String) throws(InputError) {
        PrivateDirectory.sweep(parent)
        while true {
            var path = Array((parent + "/\(PrivateDirectory.prefix)XXXXXX").utf8CString)
            let made = path.withUnsafeMutableBufferPointer { buffer in
                buffer.baseAddress.flatMap { mkdtemp($0) }.map { String(cString: $0) }
            }
            guard let made else { throw InputError.system("no directory can be made", file: parent) }
            let descriptor = open(made, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            guard descriptor >= 0 else { throw InputError.system("cannot be opened", file: made) }
            // Who swept before it was locked has taken it away.
            var status = stat()
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0, fstat(descriptor, &status) == 0, status.st_nlink > 0
            {
                self.path = made
                hold = descriptor
                return
            }
            close(descriptor)
        }
    }

    deinit {
        PrivateDirectory.remove(path)
        close(hold)
    }

    /// Takes away directories in `parent` that are the user's and that nobody holds any more.
    static func sweep(_ parent: String) {
        for name in ProcFile.names(in: parent) ?? [] where name.hasPrefix(prefix) {
            let path = "\(parent)/\(name)"
            let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            guard descriptor >= 0 else { continue }
            defer { close(descriptor) }
            var status = stat()
            guard fstat(descriptor, &status) == 0, status.st_uid == geteuid(),
                flock(descriptor, LOCK_EX | LOCK_NB) == 0
            else { continue }
            remove(path)
        }
    }

    private static func remove(_ path: String) {
        for name in ProcFile.names(in: path) ?? [] { unlink("\(path)/\(name)") }
        rmdir(path)
    }

    /// Where the node's memory holds files: tmpfs nearly everywhere; elsewhere the page cache has them all the same.
    static var memory: String { access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp" }
    /// Where temporary files go.
    static var temporary: String { getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp" }
}
