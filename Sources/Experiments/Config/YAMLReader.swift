import Files
import Workload
import Yams

/// Reads YAML into configuration nodes, within limits that no honest experiment meets.
enum YAMLReader {
    /// Longest text in bytes.
    static let sizeLimit = 4 << 20
    /// Deepest nesting.
    static let depthLimit = 64
    /// Most values, aliases followed.
    static let nodeLimit = 200_000
    /// Most asterisks, and longest text, of a text with anchors. The parser hashes keys with their aliases
    /// followed, so these two keep an alias bomb in a key from going off.
    static let aliasLimit = 16, aliasedSizeLimit = 64 << 10

    /// The value that `text` describes.
    /// - Throws: `InputError` naming `file` and the line.
    static func read(_ text: String, file: String, origin: ConfigNode.Origin? = nil) throws -> ConfigNode {
        let text = String(PlainText.withoutMark(text))
        let size = text.utf8.count
        guard size <= sizeLimit else {
            throw InputError(
                file: file, "the file has \(size) bytes", remedy: "experiment files may have \(sizeLimit)")
        }
        try checkAliases(text, file: file)
        do {
            guard let root = try Yams.compose(yaml: text) else {
                return ConfigNode(.null, origin: origin ?? .line(1))
            }
            var converter = Converter(file: file, origin: origin, remaining: nodeLimit)
            return try converter.node(root, path: "", depth: 0)
        } catch let error as YamlError {
            throw inputError(error, file: file)
        }
    }

    private static func checkAliases(_ text: String, file: String) throws {
        var stars = 0
        var anchors = false
        for byte in text.utf8 {
            if byte == UInt8(ascii: "*") { stars += 1 }
            if byte == UInt8(ascii: "&") { anchors = true }
        }
        if anchors && stars > 0 && (stars > aliasLimit || text.utf8.count > aliasedSizeLimit) {
            throw InputError(
                file: file, "too many aliases",
                remedy: "write the values out; \(aliasLimit) aliases are possible")
        }
    }

    private static func inputError(_ error: YamlError, file: String) -> InputError {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            return InputError(
                file: file, line: mark.line, "this is not YAML: \(problem)",
                remedy: "look at column \(mark.column)"
                    + (problem.contains("cannot start any token")
                        ? ": indent with spaces, not tabs, and quote values that begin with @, % or a backquote"
                        : " and at the indentation"))
        case .duplicatedKeysInMapping(let duplicates, let context):
            return InputError(
                file: file, line: context.mark.line, "'\(duplicates.first ?? "")' is given twice",
                remedy: "remove one of them")
        case .reader(let problem, _, let value, _):
            return InputError(
                file: file, "this is not YAML: \(problem) (\(value))", remedy: "save the file as UTF-8 text")
        default:
            return InputError(file: file, "this is not YAML", remedy: "check the syntax")
        }
    }
}

/// Turns the parser's nodes into ours.
private struct Converter {
    let file: String
    let origin: ConfigNode.Origin?
    var remaining: Int

    mutating func node(_ node: Node, path: String, depth: Int) throws -> ConfigNode {
        let place = origin ?? .line(node.mark?.line ?? 1)
        remaining -= 1
        guard depth <= YAMLReader.depthLimit, remaining > 0 else {
            throw InputError(
                file: file, line: node.mark?.line,
                depth > YAMLReader.depthLimit ? "the nesting is too deep" : "the file has too many values",
                remedy: "an experiment needs far less")
        }
        var result = ConfigNode(.null, origin: place, path: path)
        switch node {
        case .scalar(let scalar):
            let plain = scalar.style == .plain || scalar.style == .any
            let empty = plain && ["", "~", "null"].contains(scalar.string)
            if !empty { result.content = .scalar(try checked(scalar.string, node), quoted: !plain) }
        case .sequence(let sequence):
            var values: [ConfigNode] = []
            for (index, value) in sequence.enumerated() {
                values.append(try self.node(value, path: result.path(of: "\(index)"), depth: depth + 1))
            }
            result.content = .list(values)
        case .mapping(let mapping):
            result.content = .mapping(try entries(of: mapping, in: result, depth: depth))
        case .alias:
            throw InputError(file: file, line: node.mark?.line, "this alias cannot be followed")
        }
        return result
    }

    /// The text, unless it has what neither YAML, nor XML, nor a database can carry.
    private func checked(_ text: String, _ node: Node) throws(InputError) -> String {
        if let scalar = text.unicodeScalars.first(where: { [0, 0xFFFE, 0xFFFF].contains($0.value) }) {
            throw InputError(
                file: file, line: node.mark?.line,
                "a text has the character \(String(scalar).printable), which files cannot carry",
                remedy: "leave it out")
        }
        return text
    }

    private mutating func entries(
        of mapping: Node.Mapping, in parent: ConfigNode, depth: Int
    ) throws -> [ConfigNode.Entry] {
        var entries: [ConfigNode.Entry] = []
        var merged: [ConfigNode.Entry] = []
        for (key, value) in mapping {
            guard case .scalar(let name) = key else {
                throw InputError(
                    file: file, line: key.mark?.line, "a name must be a word", remedy: "write NAME: VALUE")
            }
            _ = try checked(name.string, key)
            if name.string == "<<", name.style == .plain {
                let node = try self.node(value, path: parent.path, depth: depth + 1)
                guard let more = node.entries else {
                    throw InputError(
                        file: file, line: key.mark?.line, "only a mapping can be merged with '<<'")
                }
                merged += more
            } else {
                let child = try self.node(value, path: parent.path(of: name.string), depth: depth + 1)
                let place = origin ?? .line(key.mark?.line ?? 1)
                entries.append(ConfigNode.Entry(key: name.string, origin: place, value: child))
            }
        }
        var names = Set(entries.map(\.key))
        entries += merged.filter { names.insert($0.key).inserted }
        return entries
    }
}
