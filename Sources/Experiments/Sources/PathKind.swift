/// Makes paths of experiment files absolute: those in the file are relative to it, those of `--set` to the
/// working directory. A resolved experiment therefore means the same files wherever it is kept.
struct PathKind: Sendable {
    /// The directory of the experiment file, absolute.
    let fileDirectory: String
    /// The working directory, absolute.
    let workingDirectory: String

    /// The kind of value.
    var kind: Kind<String> {
        Kind("a path") { node, base, faults in
            guard let text = node.scalar, !text.isEmpty, !text.utf8.contains(0) else {
                faults.expected("a path", node)
                return base
            }
            if text.hasPrefix("/") { return text }
            if case .option = node.origin { return Self.join(workingDirectory, text) }
            return Self.join(fileDirectory, text)
        } write: {
            .text($0)
        }
    }

    /// `path` as seen from `directory`, without needless `./`.
    static func join(_ directory: String, _ path: String) -> String {
        var rest = path[...]
        while rest.hasPrefix("./") { rest = rest.dropFirst(2) }
        if rest.isEmpty || rest == "." { return directory }
        return directory.hasSuffix("/") ? directory + rest : "\(directory)/\(rest)"
    }
}
