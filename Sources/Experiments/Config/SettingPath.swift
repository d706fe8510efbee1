import Files
import Workload

/// The place of a setting in an experiment's tree, as `--set` and sweeps spell it:
/// `cluster.nodes.0.memory`. A dot in a name is written `\.`.
struct SettingPath: Hashable, Sendable {
    /// The names on the way, from the top of the file.
    let names: [String]
    /// The path as it was written.
    let text: String

    /// Why a path leads nowhere.
    struct Misfit: Error {
        var problem: String
        var remedy = ""
    }

    /// The path that `text` spells.
    init(_ text: String) throws(Misfit) {
        self.text = text
        names = SettingPath.split(text)
        if names.contains(where: \.isEmpty) {
            throw Misfit(
                problem: "a name of the path is empty", remedy: "for example cluster.nodes.0.count")
        }
        guard names.count <= YAMLReader.depthLimit else {
            throw Misfit(
                problem: "the path is too long", remedy: "it may have \(YAMLReader.depthLimit) names")
        }
    }

    private static func split(_ text: String) -> [String] {
        var names = [""]
        var escaped = false
        // By scalars: a dot with a combining mark behind it is one character to Swift, and still a dot.
        for character in text.unicodeScalars {
            if escaped {
                names[names.count - 1].unicodeScalars.append(character)
                escaped = false
            } else if character == "\\" {
                escaped = true
            } else if character == "." {
                names.append("")
            } else {
                names[names.count - 1].unicodeScalars.append(character)
            }
        }
        return names
    }

    /// Settings that may stand as one word, and the name of what the word then gives.
    private static let shorthands = [
        "idle": "policy", "placement": "policy", "reclaim": "policy", "start": "preset",
        "replicates": "count",
    ]

    /// Puts `value` into the tree of an experiment file. Unknown names at the end of the path are found when
    /// the tree is decoded.
    func put(_ value: ConfigNode, in root: inout ConfigNode) throws(Misfit) {
        try put(value.relocated(to: names.joined(separator: ".")), at: names[...], in: &root)
    }

    private func put(
        _ new: ConfigNode, at path: ArraySlice<String>, in node: inout ConfigNode
    ) throws(Misfit) {
        guard let name = path.first else {
            node = new
            return
        }
        switch node.content {
        case .list(var values):
            guard let index = Int(name), values.indices.contains(index) else {
                throw Misfit(
                    problem: "there is no '\(name)' in \(node.path)",
                    remedy: values.isEmpty ? "the list is empty" : "its items are 0 to \(values.count - 1)")
            }
            try put(new, at: path.dropFirst(), in: &values[index])
            node.content = .list(values)
        case .mapping(var entries):
            try put(new, at: path, name: name, in: &entries, of: node)
            node.content = .mapping(entries)
        case .scalar:
            let last = node.path.split(separator: ".").last.map(String.init) ?? ""
            guard let inner = SettingPath.shorthands[last] else {
                throw Misfit(
                    problem: "\(node.path) is \(node.description) and has no settings of its own")
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
    ) throws(Misfit) {
        if let index = entries.firstIndex(where: { $0.key == name }) {
            return try put(new, at: path.dropFirst(), in: &entries[index].value)
        }
        if parent.path == "policies" {
            throw Misfit(
                problem: "the file has no variant '\(name)'",
                remedy: Suggestion.remedy(for: name, among: entries.map(\.key)))
        }
        var child = ConfigNode(.null, origin: new.origin, path: parent.path(of: name))
        try put(new, at: path.dropFirst(), in: &child)
        entries.append(ConfigNode.Entry(key: name, origin: new.origin, value: child))
    }
}

extension ConfigNode {
    /// The same value at another place of the tree.
    func relocated(to path: String) -> ConfigNode {
        var node = self
        node.path = path
        switch content {
        case .list(let values):
            node.content = .list(
                values.enumerated().map { $0.element.relocated(to: node.path(of: "\($0.offset)")) })
        case .mapping(let entries):
            node.content = .mapping(
                entries.map {
                    Entry(
                        key: $0.key, origin: $0.origin, value: $0.value.relocated(to: node.path(of: $0.key)))
                })
        case .null, .scalar: break
        }
        return node
    }
}
