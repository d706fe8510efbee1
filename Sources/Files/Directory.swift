import Glibc

/// Directories and what is in them.
package enum Directory {
    /// The names in it that are text, in no order, without `.` and `..`; nil, with `errno` set, when it cannot be read.
    package static func names(in path: String) -> [String]? {
        DirectoryNames(at: path)?.names
    }

    /// The working directory's path.
    /// - Throws: `InputError` where it has none, or one that is not UTF-8: a text would name another directory.
    package static func working() throws(InputError) -> String {
        guard let buffer = getcwd(nil, 0) else {
            throw InputError.system("the working directory has no path", file: ".")
        }
        defer { free(buffer) }
        guard let path = String(validatingCString: buffer) else {
            throw InputError(
                "the path of the working directory is not UTF-8 text",
                remedy: "give the command in a directory of another name")
        }
        return path
    }

    /// Makes a directory and those it is in, as far as they are missing. What cannot be made shows when it is used.
    package static func make(_ path: String) {
        for end in path.utf8.indices where path.utf8[end] == UInt8(ascii: "/") && end > path.startIndex {
            mkdir(String(path[..<end]), 0o777)
        }
        mkdir(path, 0o777)
    }

    /// Removes the directory and what is in it; links are removed, not followed.
    static func remove(_ path: String) {
        for name in names(in: path) ?? [] {
            let inner = "\(path)/\(name)"
            if unlink(inner) != 0, errno == EISDIR || errno == EPERM { remove(inner) }
        }
        rmdir(path)
    }
}

/// The names in a directory. A name is bytes; only UTF-8 can be carried in a text without naming another file, so names
/// that are none are kept apart.
package struct DirectoryNames {
    /// The names that are UTF-8, without `.` and `..`, in no order.
    package private(set) var names: [String] = []
    /// The bytes of the others.
    package private(set) var others: [[UInt8]] = []

    /// Reads the directory at `path`; nil, with `errno` set, when it cannot be read.
    package init?(at path: String) {
        guard let directory = opendir(path) else { return nil }
        defer { closedir(directory) }
        self.init(reading: directory)
    }

    /// Reads all that is left in an open directory.
    package init(reading directory: OpaquePointer) {
        while let entry = readdir(directory) {
            let bytes = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            if let name = String(validating: bytes, as: UTF8.self) {
                if name != "." && name != ".." { names.append(name) }
            } else {
                others.append(bytes)
            }
        }
    }

    /// A name that is not UTF-8 cannot be passed on: it would name another file, or none.
    package static func unreadable(_ bytes: [UInt8], in directory: String) -> InputError {
        InputError(
            file: directory, "the name of '\(String.printable(bytes: bytes))' is not UTF-8 text",
            remedy: "rename it, or link to it under another name")
    }
}
