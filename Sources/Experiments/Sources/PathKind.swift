/// Makes paths of experiment files absolute: those in the file are relative to it, those of `--set` to the
/// working directory. A resolved experiment therefore means the same files wherever it is kept.
struct PathKind: Sendable {
    /// The directory of the experiment file, absolute.
    let fileDirectory: String
    /// The working directory, absolute.
    let workingDirectory: String
    /// What was read already of the files that the experiment names.
    let inputs = ReadInputs()

    /// No directories: for writing.
    static let none = PathKind(fileDirectory: "", workingDirectory: "")

    /// Makes paths absolute as seen from these directories.
    init(fileDirectory: String, workingDirectory: String) {
        self.fileDirectory = fileDirectory
        self.workingDirectory = workingDirectory
    }

    /// Where relative paths in a value of this origin start.
    func directory(of origin: ConfigNode.Origin) -> String {
        if case .option = origin { return workingDirectory }
        return fileDirectory
    }

    /// The kind of value.
    var kind: Kind<String> {
        Kind("a path") { node, base, faults in
            guard let text = node.scalar, !text.isEmpty, !text.utf8.contains(0) else {
                faults.expected("a path", node)
                return base
            }
            return Self.absolute(text, from: directory(of: node.origin))
        } write: {
            .text($0)
        }
    }

    /// `path` if it is absolute, else as seen from `directory`.
    static func absolute(_ path: String, from directory: String) -> String {
        path.hasPrefix("/") ? path : join(directory, path)
    }

    /// `path` as seen from `directory`, without needless `./`.
    static func join(_ directory: String, _ path: String) -> String {
        var rest = path[...]
        while rest.hasPrefix("./") { rest = rest.dropFirst(2) }
        if rest.isEmpty || rest == "." { return directory }
        return directory.hasSuffix("/") ? directory + rest : "\(directory)/\(rest)"
    }
}
