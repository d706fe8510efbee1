import Glibc

extension InputError {
    /// A file that the user named cannot be opened, for the reason in `errno`. Of a missing one it says where
    /// the path ends, and which name there is nearest.
    package static func unopened(_ path: String) -> InputError {
        let reason = errno
        let text = strerror(reason).map { String(cString: $0) } ?? "unknown error"
        return InputError(
            file: path, "cannot be opened: \(text)",
            remedy: reason == ENOENT || reason == ENOTDIR ? remedyForMissing(path) : "")
    }

    /// What to do about a path that leads nowhere: the nearest name, or the part of the path that is there.
    package static func remedyForMissing(_ path: String) -> String {
        var directory = "."
        var name = path[...]
        if let slash = path.lastIndex(of: "/") {
            directory = slash == path.startIndex ? "/" : String(path[..<slash])
            name = path[path.index(after: slash)...]
        }
        guard let names = names(in: directory) else {
            return "there is no directory `\(directory)`"
        }
        if let near = nearest(to: String(name), among: names) {
            let start =
                directory == "." && !path.hasPrefix("./") ? "" : "\(directory == "/" ? "" : directory)/"
            return "did you mean `\(start)\(near)`?"
        }
        return directory == "." ? "check the path; it is relative to the working directory" : "check the path"
    }

    /// The name that was probably meant: one that goes on, as `day.csv.gz` for `day.csv`, or that is spelled
    /// alike.
    private static func nearest(to name: String, among names: [String]) -> String? {
        guard !name.isEmpty else { return nil }
        let longer = names.filter { $0.hasPrefix(name + ".") || name.hasPrefix($0 + ".") }
        return longer.first ?? Suggestion.nearest(to: name, among: names)
    }

    /// The names in a directory that a terminal can show, sorted; nil when there is no such directory.
    private static func names(in directory: String) -> [String]? {
        let shown = Directory.names(in: directory)?.lazy.filter { name in
            !name.hasPrefix(".") && name.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
        }
        // More names than this take long to compare, and nobody who has them waits for a suggestion.
        return shown?.prefix(10_000).sorted()
    }
}
