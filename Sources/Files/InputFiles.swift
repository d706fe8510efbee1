import Glibc
import Synchronization

/// The files that a command has read its inputs from, so that no output replaces one of them: not under another name and
/// not through a link either.
///
/// A process that runs one command turns this on with `protect`. Elsewhere the rule would be wrong: a library's caller
/// may read a file and write it anew.
package enum InputFiles {
    private struct Identity: Hashable, Sendable {
        var device: UInt
        var number: UInt

        init(_ status: stat) {
            device = UInt(status.st_dev)
            number = UInt(status.st_ino)
        }
    }

    /// The inputs so far; nil while nobody asked for their protection.
    private static let known = Mutex<Set<Identity>?>(nil)

    /// From here on no output of this process replaces one of its inputs.
    package static func protect() { known.withLock { $0 = $0 ?? [] } }

    /// Notes that the open file `descriptor` is an input.
    package static func note(_ descriptor: Int32) {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return }
        let identity = Identity(status)
        known.withLock { _ = $0?.insert(identity) }
    }

    /// Notes that the file at `path` is an input.
    package static func note(path: String) {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return }
        let identity = Identity(status)
        known.withLock { _ = $0?.insert(identity) }
    }

    /// - Throws: `InputError` when the file with this status is an input; `path` is what the user calls it.
    static func refuse(_ status: stat, as path: String) throws(InputError) {
        let identity = Identity(status)
        guard known.withLock({ $0?.contains(identity) ?? false }) else { return }
        throw InputError(
            file: path, "is an input of this command, which the output would replace",
            remedy: "choose another name for the output")
    }

    /// - Throws: `InputError` when what is open as `descriptor` is an input; `path` is what the user calls it.
    package static func refuse(descriptor: Int32, as path: String) throws(InputError) {
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return }
        try refuse(status, as: path)
    }

    /// - Throws: `InputError` when an output at `path` would replace an input. For commands that write at the end of long
    ///   work and should say so before it.
    package static func refuse(path: String?) throws(InputError) {
        var status = stat()
        guard let path, stat(path, &status) == 0 else { return }
        try refuse(status, as: path)
    }
}
