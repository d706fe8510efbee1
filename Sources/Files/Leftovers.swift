import Glibc
import Synchronization

/// Names of what is being written and not yet whole, and what becomes of it when its process was killed.
///
/// They are `.pagefold-PROCESS-NUMBER`, beside what is being written. Whoever writes holds a lock on the file or directory
/// for as long as it lives; a lock goes with its process, however that ends. So what nobody holds is a leftover, whatever
/// number its process had, and the next Pagefold that writes there removes it.
package enum Leftovers {
    private static let prefix = ".pagefold-"
    private static let count = Atomic<Int>(0)

    /// A name that no other process of this machine uses, and this one uses once.
    static func freshName() -> String {
        "\(prefix)\(getpid())-\(count.wrappingAdd(1, ordering: .relaxed).newValue)"
    }

    static func isName(_ name: String) -> Bool {
        guard name.hasPrefix(prefix) else { return false }
        let words = name.dropFirst(prefix.count).split(separator: "-", omittingEmptySubsequences: false)
        return words.count == 2 && words.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy(isDigit) }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    /// A new file, locked, and its name; nil, with `errno` set, when none can be made.
    static func makeFile(in place: FilePlace, mode: mode_t) -> (file: Int32, name: String)? {
        for _ in 0..<1_000 {
            let name = place.neighbour(freshName())
            let file = open(name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, mode)
            if file < 0 {
                if errno == EEXIST { continue }
                return nil
            }
            if hold(file) { return (file, name) }
            close(file)
        }
        errno = EEXIST
        return nil
    }

    /// Gives the open file at `source`, a path of /proc, a name in the directory of `place`; nil, with `errno` set, when
    /// that fails.
    static func link(_ source: String, in place: FilePlace) -> String? {
        for _ in 0..<1_000 {
            let name = place.neighbour(freshName())
            if linkat(AT_FDCWD, source, AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0 { return name }
            if errno != EEXIST { return nil }
        }
        return nil
    }

    /// A new directory in `parent`, locked as long as the descriptor is open; nil, with `errno` set, when none can be
    /// made.
    static func makeDirectory(in parent: String, mode: mode_t) -> (handle: Int32, path: String)? {
        for _ in 0..<1_000 {
            let path = FilePlace("\(parent == "/" ? "" : parent)/x").neighbour(freshName())
            if mkdir(path, mode) != 0 {
                if errno == EEXIST { continue }
                return nil
            }
            let handle = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
            guard handle >= 0 else { return nil }
            if hold(handle) { return (handle, path) }
            close(handle)
        }
        errno = EEXIST
        return nil
    }

    /// Takes the lock of what was just made.
    /// - Returns: whether it still has its name. Another process may have found it unlocked, as it was for a moment, and
    ///   removed it.
    private static func hold(_ descriptor: Int32) -> Bool {
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            if errno == EINTR { continue }
            // Without locks nobody removes anything either.
            return errno != EWOULDBLOCK
        }
        var status = stat()
        return fstat(descriptor, &status) == 0 && status.st_nlink > 0
    }

    /// Where this process has swept: what is left after that is its own. Sweeping again for each file that is written
    /// would read a directory of many files as often as it has files.
    private static let swept = Mutex<Set<String>>([])

    /// Removes what processes that are gone have left in `directory`, at its first call for this directory.
    static func sweep(_ directory: String) {
        guard swept.withLock({ $0.insert(directory).inserted }) else { return }
        for name in Directory.names(in: directory) ?? [] where isName(name) {
            sweep("\(directory)/\(name)", isOwn: geteuid())
        }
    }

    private static func sweep(_ path: String, isOwn user: uid_t) {
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_uid == user,
            flock(descriptor, LOCK_EX | LOCK_NB) == 0
        else { return }
        switch status.st_mode & S_IFMT {
        case S_IFREG: unlink(path)
        case S_IFDIR: Directory.remove(path)
        default: break
        }
    }
}
