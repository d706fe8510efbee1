import Glibc
import Synchronization

/// The files that this process reads its inputs from, so that no output replaces one of them: not under another name and
/// not through a link either.
package enum InputFiles {
    private struct Identity: Hashable, Sendable {
        var device: UInt
        var number: UInt

        init(_ status: stat) {
            device = UInt(status.st_dev)
            number = UInt(status.st_ino)
        }
    }

    private static let known = Mutex<Set<Identity>>([])

    /// Notes that the open file `descriptor` is an input.
    package static func note(_ descriptor: Int32) {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return }
        let identity = Identity(status)
        known.withLock { _ = $0.insert(identity) }
    }

    /// Notes that the file at `path` is an input.
    package static func note(path: String) {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return }
        let identity = Identity(status)
        known.withLock { _ = $0.insert(identity) }
    }

    /// - Throws: `InputError` when the file with this status is an input; `path` is what the user calls it.
    static func refuse(_ status: stat, as path: String) throws(InputError) {
        let identity = Identity(status)
        guard known.withLock({ $0.contains(identity) }) else { return }
        throw InputError(
            file: path, "is an input of this command, which the output would replace",
            remedy: "choose another name for the output")
    }

    /// - Throws: `InputError` when an output at `path` would replace an input. For commands that write at the end of long
    ///   work and should say so before it.
    package static func refuse(path: String?) throws(InputError) {
        var status = stat()
        guard let path, stat(path, &status) == 0 else { return }
        try refuse(status, as: path)
    }
}
