import Glibc

/// A directory that only the user can enter, and that goes with all that is in it at the end. What a process that was killed
/// has left there is removed by the next one (`Leftovers`).
package final class TemporaryDirectory {
    /// Its path.
    package let path: String
    private let handle: Int32

    /// A new directory in `parent`; where nothing is named, in `TMPDIR` or /tmp.
    /// - Throws: `InputError` when none can be made.
    package init(in parent: String = TemporaryDirectory.standard) throws(InputError) {
        Leftovers.sweep(parent)
        guard let made = Leftovers.makeDirectory(in: parent, mode: 0o700) else {
            throw InputError.system("no directory can be made", file: parent)
        }
        (handle, path) = made
    }

    deinit {
        Directory.remove(path)
        close(handle)
    }

    /// Where temporary files go.
    package static var standard: String {
        let named = getenv("TMPDIR").map { String(cString: $0) } ?? ""
        return named.isEmpty ? "/tmp" : named
    }

    /// Where files lie in memory: on tmpfs nearly everywhere; elsewhere the page cache has them all the same.
    package static var memory: String { access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp" }
}
