import Files
import Glibc
import Workload

/// Holds a store for one writing process. The lock goes with the process, however it ends.
///
/// It is an open-file-description lock on a byte that SQLite never locks (its own are at 2^30), so readers
/// are not hindered.
final class StoreLock {
    private let descriptor: Int32

    /// Takes the lock of the store at `path`, which is made when it is missing.
    /// - Parameter isOptional: whether to do without where the file system has no locks.
    /// - Throws: `InputError` when another process holds it, or the file cannot be written.
    init(_ path: String, isOptional: Bool = false) throws {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else {
            throw InputError(
                file: path, "cannot write the store: \(String(cString: strerror(errno)))",
                remedy: "choose a place that may be written")
        }
        var lock = flock()
        lock.l_type = Int16(F_WRLCK)
        lock.l_whence = Int16(SEEK_SET)
        lock.l_start = 1 << 40
        lock.l_len = 1
        let setWithoutWaiting: Int32 = 37  // F_OFD_SETLK, which the C library shows to GNU sources only
        guard fcntl(descriptor, setWithoutWaiting, &lock) == 0 else {
            let reason = errno
            let isHeld = reason == EAGAIN || reason == EACCES
            if isOptional && !isHeld { return }
            close(descriptor)
            guard isHeld else {
                throw InputError(
                    file: path, "cannot lock the store: \(String(cString: strerror(reason)))",
                    remedy: "keep it on a file system with locks")
            }
            throw InputError(
                file: path, "another sweep is writing to this store",
                remedy: "wait for it to end, or name another store with --store")
        }
    }

    deinit { close(descriptor) }
}
