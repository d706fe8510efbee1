import Workload

/// One setting given on the command line: `--set cluster.nodes.0.count=50`.
public struct Override: Hashable, Sendable {
    /// The setting's path.
    public var path: [String]
    /// Its value, as YAML.
    public var value: String
    /// The option as it was written, for messages.
    public var option: String

    /// The override that `text` (`path=value`) asks for. A dot in a name is written `\.`.
    /// - Throws: `InputError` when `text` is not of that form.
    public init(_ text: String) throws {
        option = "--set \(text.prefix(200))"
        guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
            throw InputError("\(option): expected PATH=VALUE", remedy: "for example --set seed=3")
        }
        path = Override.split(text[..<equals])
        value = String(text[text.index(after: equals)...])
        if path.contains(where: \.isEmpty) {
            throw InputError(
                "\(option): a name of the path is empty", remedy: "for example --set cluster.nodes.0.count=50"
            )
        }
    }

    private static func split(_ text: Substring) -> [String] {
        var names = [""]
        var escaped = false
        for character in text {
            if escaped {
                names[names.count - 1].append(character)
                escaped = false
            } else if character == "\\" {
                escaped = true
            } else if character == "." {
                names.append("")
            } else {
                names[names.count - 1].append(character)
            }
        }
        return names
    }

    /// Settings that may stand as one word, and the name of what the word then gives.
    private static let shorthands = [
        "idle": "policy", "placement": "policy", "reclaim": "policy", "start": "preset",
    ]

    /// Puts the value into the tree of an experiment file.
    /// - Throws: `InputError` when the path leads nowhere. Unknown names at its end are found when the tree
    ///   is decoded.
    func apply(to root: inout ConfigNode) throws {
        guard path.count <= YAMLReader.depthLimit else {
            throw InputError(
                "\(option): the path is too long", remedy: "it may have \(YAMLReader.depthLimit) names")
        }
        let origin = ConfigNode.Origin.option(option)
        var node: ConfigNode
        do {
            node = try YAMLReader.read(value, file: option, origin: origin)
        } catch let error as InputError {
            throw InputError("\(option): \(error.problem)", remedy: "quote the value, or give simple YAML")
        }
        Override.prefix(&node, with: path.joined(separator: "."))
        try put(node, at: path[...], in: &root)
    }

    private static func prefix(_ node: inout ConfigNode, with path: String) {
        node.path = node.path.isEmpty ? path : "\(path).\(node.path)"
        switch node.content {
        case .list(let values):
            node.content = .list(values.map { prefixed($0, path) })
        case .mapping(let entries):
            node.content = .mapping(
                entries.map {
                    ConfigNode.Entry(key: $0.key, origin: $0.origin, value: prefixed($0.value, path))
                })
        case .null, .scalar: break
        }
    }

    private static func prefixed(_ node: ConfigNode, _ path: String) -> ConfigNode {
        var node = node
        prefix(&node, with: path)
        return node
    }

    private func put(_ new: ConfigNode, at path: ArraySlice<String>, in node: inout ConfigNode) throws {
        guard let name = path.first else {
            node = new
            return
        }
        switch node.content {
        case .list(var values):
            guard let index = Int(name), values.indices.contains(index) else {
                throw InputError(
                    "\(option): there is no '\(name)' in \(node.path)",
                    remedy: values.isEmpty ? "the list is empty" : "its items are 0 to \(values.count - 1)")
            }
            try put(new, at: path.dropFirst(), in: &values[index])
            node.content = .list(values)
        case .mapping(var entries):
            try put(new, at: path, name: name, in: &entries, of: node)
            node.content = .mapping(entries)
        case .scalar:
            guard let inner = Override.shorthands[node.path.split(separator: ".").last.map(String.init) ?? ""]
            else {
                throw InputError(
                    "\(option): \(node.path) is \(node.description) and has no settings of its own")
            }
            let word = ConfigNode(node.content, origin: node.origin, path: node.path(of: inner))
            node.content = .mapping([ConfigNode.Entry(key: inner, origin: node.origin, value: word)])
            try put(new, at: path, in: &node)
        case .null:
            node.content = .mapping([])
            try put(new, at: path, in: &node)
        }
    }

    private func put(
        _ new: ConfigNode, at path: ArraySlice<String>, name: String, in entries: inout [ConfigNode.Entry],
        of parent: ConfigNode
    ) throws {
        if let index = entries.firstIndex(where: { $0.key == name }) {
            return try put(new, at: path.dropFirst(), in: &entries[index].value)
        }
        if parent.path == "policies" {
            throw InputError(
                "\(option): the file has no variant '\(name)'",
                remedy: Suggestion.remedy(for: name, among: entries.map(\.key)))
        }
        let origin = ConfigNode.Origin.option(option)
        var child = ConfigNode(.null, origin: origin, path: parent.path(of: name))
        try put(new, at: path.dropFirst(), in: &child)
        entries.append(ConfigNode.Entry(key: name, origin: origin, value: child))
    }
}
