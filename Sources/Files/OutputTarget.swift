import Glibc

/// Where the path of an output leads, links followed.
///
/// A regular file can be replaced as a whole. What is not a regular file (a device, a pipe, an open descriptor such as
/// `/dev/stdout`) must not be replaced: it is written to as it is.
enum OutputTarget {
    /// A regular file, or nothing yet; `old` is what is there.
    case file(path: String, old: stat?)
    /// Something to write into, open for that.
    case stream(Int32)

    /// Follows `path`.
    /// - Throws: `InputError` when it leads to a directory, in a circle, or to what cannot be written to.
    init(_ path: String) throws(InputError) {
        guard !path.isEmpty else {
            throw InputError("the name of an output is empty", remedy: "name a file")
        }
        var place = path
        // As many links as the kernel follows.
        for _ in 0..<40 {
            if let stream = try OutputTarget.openDescriptor(place, of: path) {
                self = .stream(stream)
                return
            }
            var status = stat()
            guard lstat(place, &status) == 0 else {
                guard errno == ENOENT else { throw InputError.system("cannot be written", file: path) }
                self = .file(path: place, old: nil)
                return
            }
            switch status.st_mode & S_IFMT {
            case S_IFLNK: place = try OutputTarget.target(ofLink: place)
            case S_IFREG:
                guard access(place, W_OK) == 0 else {
                    throw InputError.system("cannot be written", file: path)
                }
                self = .file(path: place, old: status)
                return
            case S_IFDIR:
                throw InputError(file: path, "is a directory", remedy: "give the path of a file")
            default:
                self = .stream(try OutputTarget.open(place, of: path))
                return
            }
        }
        throw InputError(file: path, "the link leads in a circle", remedy: "give the path of a file")
    }

    /// What the link at `place` names, seen from where `place` is seen from.
    private static func target(ofLink place: String) throws(InputError) -> String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(place, &buffer, buffer.count)
        guard count > 0 else { throw InputError.system("the link cannot be read", file: place) }
        let bytes = buffer[..<count].map { UInt8(bitPattern: $0) }
        guard let target = String(validating: bytes, as: UTF8.self) else {
            throw InputError(
                file: place, "is a link to '\(String.printable(bytes: bytes))', which is not UTF-8 text",
                remedy: "give another path, or rename what it leads to")
        }
        return target.hasPrefix("/") ? target : FilePlace(place).neighbour(target)
    }

    /// The open descriptor that `place` stands for, as `/dev/stdout` and `/proc/self/fd/1` do, opened once more; nil when it
    /// stands for none. What it leads to, a file at times, is somebody's output already and goes on where it stands.
    private static func openDescriptor(_ place: String, of path: String) throws(InputError) -> Int32? {
        let split = FilePlace(place)
        guard let number = Int32(split.name), let real = realpath(split.directory, nil) else { return nil }
        let words = String(cString: real).split(separator: "/")
        free(real)
        guard words.first == "proc", words.last == "fd", words.count >= 3 else { return nil }
        guard words[1] == "\(getpid())" else { return try open(place, of: path) }
        let flags = fcntl(number, F_GETFL)
        guard flags >= 0, flags & O_ACCMODE != O_RDONLY else {
            throw InputError(
                file: path, "descriptor \(number) is not open for writing", remedy: "give the path of a file")
        }
        let copy = fcntl(number, F_DUPFD_CLOEXEC, 3)
        guard copy >= 0 else { throw InputError.system("cannot be written", file: path) }
        return copy
    }

    private static func open(_ place: String, of path: String) throws(InputError) -> Int32 {
        let file = Glibc.open(place, O_WRONLY | O_CLOEXEC | O_NOCTTY)
        guard file >= 0 else { throw InputError.system("cannot be written", file: path) }
        return file
    }
}

/// A path as the directory and the name in it.
struct FilePlace {
    /// The directory, without a slash at its end unless it is the root; `.` for a bare name.
    let directory: String
    /// The name in the directory.
    let name: String

    init(_ path: String) {
        let bytes = path.utf8
        guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else {
            directory = "."
            name = path
            return
        }
        directory = slash == bytes.startIndex ? "/" : String(path[..<slash])
        name = String(path[bytes.index(after: slash)...])
    }

    /// The path of `other` in the same directory.
    func neighbour(_ other: String) -> String { directory == "/" ? "/\(other)" : "\(directory)/\(other)" }
}
