import Files
import Restore

/// Functions that can be started, as a file lists them: YAML, of which JSON is a part.
public enum FunctionFile {
    /// The version of the format that is read; others are refused.
    public static let format = 1

    /// Reads a list of functions. docs/calibration.md describes it.
    /// - Throws: `InputError` or `InputErrors`, with file and line, for what cannot be understood.
    public static func read(_ text: String, file: String) throws -> [FunctionCommand] {
        let tree = try YAMLReader.read(text, file: file)
        let faults = Faults(file: file)
        let draft = Draft.record.read(tree, over: Draft(), faults)
        try faults.throwIfAny()
        let names = draft.functions.map(\.name)
        if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
            throw InputError(
                file: file, "function '\(twice)' is listed twice", remedy: "give it another name")
        }
        return draft.functions
    }

    /// The file's top.
    private struct Draft {
        var format = FunctionFile.format
        var functions: [FunctionCommand] = []

        static var record: Record<Draft> {
            Record(
                "a list of functions",
                [
                    Field(
                        "functions", \.format,
                        .whole(1...1_000_000).limited(
                            to: "\(FunctionFile.format), the version that this program reads"
                        ) {
                            $0 == FunctionFile.format
                        }, required: true),
                    Field(
                        "list", \.functions,
                        function.kind.list(blank: FunctionCommand(name: "", arguments: []))
                            .limited(to: "1 to 1,000 functions") { (1...1_000).contains($0.count) },
                        required: true),
                ])
        }

        private static var function: Record<FunctionCommand> {
            Record(
                "a function",
                [
                    Field("name", \.name, name, required: true),
                    Field("run", \.arguments, command, required: true),
                    Field("zygote", \.zygoteOrNone, command),
                    Field("variables", \.variablesOrNone, .byName("environment variables", .text, blank: "")),
                ])
        }

        private static var name: Kind<String> {
            Kind<String>.text.limited(to: "1 to 100 letters, digits, dots, hyphens and underscores") { name in
                (1...100).contains(name.count)
                    && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || ".-_".contains($0)) }
            }
        }

        /// A program and its arguments. No zeros: the kernel would cut them there.
        private static var command: Kind<[String]> {
            Kind<String>.text.limited(to: "a text without zeros") { !$0.utf8.contains(0) }
                .list(blank: "").limited(to: "a program and its arguments, each on its own") {
                    $0.first?.isEmpty == false
                }
        }
    }
}

extension FunctionCommand {
    fileprivate var zygoteOrNone: [String] {
        get { zygote ?? [] }
        set { zygote = newValue }
    }

    fileprivate var variablesOrNone: [String: String] {
        get { variables ?? [:] }
        set { variables = newValue }
    }
}
