import Glibc

/// A directory of files that appears whole or not at all: files are written into a hidden directory, which takes the name,
/// or gives its files to the directory that has it, once everything is on disk.
///
/// What else lies in a directory that is there already stays as it is.
package struct AtomicDirectory: ~Copyable {
    /// The directory, links followed where it is there already.
    private let path: String
    /// Where the files are until they are whole.
    package let staging: String
    private let handle: Int32
    /// What may be removed of a directory that is there already; nil when there is none.
    private let replaceable: Set<String>?
    private var isDone = false

    /// Prepares for files in a directory at `path`, which is made if it is missing.
    /// - Parameters:
    ///   - makesParents: whether directories on the way that are missing are made too.
    ///   - mayReplace: given the names in a directory that is there and not empty, says which of them may be
    ///     replaced or removed, or throws when nothing may be written there.
    /// - Throws: `InputError` when something else is there, or nothing can be written.
    package init(
        at path: String, makesParents: Bool = false,
        mayReplace: (Set<String>) throws(InputError) -> Set<String>
    ) throws(InputError) {
        var trimmed = path[...]
        while trimmed.utf8.count > 1 && trimmed.utf8.last == UInt8(ascii: "/") {
            trimmed = trimmed.dropLast()
        }
        let path = String(trimmed)
        let replaceable = try AtomicDirectory.replaceable(in: path, mayReplace)
        // Inside a directory that is there: its own rights decide, and its neighbours stay untouched.
        let parent = replaceable == nil ? FilePlace(path).directory : path
        if replaceable == nil && makesParents { Directory.make(parent) }
        Leftovers.sweep(parent)
        guard !path.isEmpty, let made = Leftovers.makeDirectory(in: parent, mode: 0o777) else {
            throw InputError(
                file: path, "files cannot be written there: \(String(cString: strerror(errno)))",
                remedy: "choose a directory that exists and may be written")
        }
        self.path = path
        self.replaceable = replaceable
        (handle, staging) = made
    }

    private static func replaceable(
        in path: String, _ mayReplace: (Set<String>) throws(InputError) -> Set<String>
    ) throws(InputError) -> Set<String>? {
        var status = stat()
        guard stat(path, &status) == 0 else {
            if lstat(path, &status) == 0 {
                throw InputError(
                    file: path, "is a link to nothing", remedy: "make the directory that it names")
            }
            return nil
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            throw InputError(file: path, "this is not a directory", remedy: "choose another name")
        }
        guard let names = Directory.names(in: path) else {
            throw InputError.system("cannot be read", file: path)
        }
        let others = Set(names.filter { !Leftovers.isName($0) })
        return others.isEmpty ? [] : try mayReplace(others)
    }

    deinit {
        if !isDone { Directory.remove(staging) }
        close(handle)
    }

    /// Puts the files in their place.
    /// - Parameter last: the file that marks the directory as complete: it goes first and comes last.
    /// - Throws: `InputError` when that is not possible. Nothing of it is there then.
    package consuming func commit(last: String? = nil) throws(InputError) {
        fsync(handle)
        if let replaceable {
            try fill(replaceable, last: last)
        } else if rename(staging, path) != 0 {
            throw InputError.system("the files cannot get their place", file: path)
        }
        isDone = true
        FilePlace(path).synchronise()
    }

    private func fill(_ replaceable: Set<String>, last: String?) throws(InputError) {
        let names =
            (Directory.names(in: staging) ?? []).sorted().filter { $0 != last } + [last].compactMap { $0 }
        for name in names where !replaceable.contains(name) && access("\(path)/\(name)", F_OK) == 0 {
            throw InputError(
                file: "\(path)/\(name)", "is there already, and nothing says that Pagefold wrote it",
                remedy: "move it away, or choose another directory")
        }
        // Before anything goes: what cannot be replaced leaves the old files whole.
        for name in names {
            var status = stat()
            if lstat("\(path)/\(name)", &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
                throw InputError(
                    file: "\(path)/\(name)", "is a directory where a result goes",
                    remedy: "move it away, or choose another directory")
            }
        }
        if let last { unlink("\(path)/\(last)") }
        for name in replaceable where !names.contains(name) { removeFile(name) }
        for name in names {
            guard rename("\(staging)/\(name)", "\(path)/\(name)") == 0 else {
                throw InputError.system("cannot be replaced", file: "\(path)/\(name)")
            }
        }
        rmdir(staging)
        FilePlace("\(path)/.").synchronise()
    }

    /// Removes one of the old files, if it is a regular one.
    private func removeFile(_ name: String) {
        var status = stat()
        let old = "\(path)/\(name)"
        if lstat(old, &status) == 0, status.st_mode & S_IFMT == S_IFREG { unlink(old) }
    }
}
