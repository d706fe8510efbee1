/// Looks settings up in the definition of a sweep.
struct DefinitionSettings {
    private let root: ConfigNode?

    /// The settings of a definition; none when it cannot be read.
    init(_ text: String) { root = try? YAMLReader.read(text, file: "definition") }

    /// The value at a path such as `measurement.warm-up`, when it is a scalar.
    func value(at path: String) -> String? {
        var node = root
        for key in path.split(separator: ".") { node = node?[String(key)] }
        return node?.scalar
    }

    /// A setting and its value under each policy; nil where a policy has no such setting.
    struct Difference: Hashable {
        var path: String
        var values: [String?]
    }

    /// The settings that are not the same for all policies, in the order of the definition. What a policy does
    /// not give it has from the rest of the file.
    func differences(between policies: [String]) -> [Difference] {
        guard let variants = root?["policies"] else { return [] }
        var order: [String] = []
        var ordered: Set<String> = []
        var keys: [String] = []
        var known: Set<String> = []
        for policy in policies {
            for entry in variants[policy]?.entries ?? [] where known.insert(entry.key).inserted {
                keys.append(entry.key)
            }
        }
        let all = policies.map { policy -> [(String, String)] in
            var leaves: [(String, String)] = []
            for key in keys {
                guard let node = variants[policy]?[key] ?? root?[key] else { continue }
                DefinitionSettings.collect(node, key, &leaves)
            }
            return leaves
        }
        let paths = Set(all.flatMap { $0.map(\.0) })
        let settings = all.map { leaves -> [String: String] in
            // `idle: forever` is short for `idle: {policy: forever}`.
            let leaves = leaves.map { path, value in
                (paths.contains("\(path).policy") ? "\(path).policy" : path, value)
            }
            for (path, _) in leaves where ordered.insert(path).inserted { order.append(path) }
            return Dictionary(leaves) { first, _ in first }
        }
        return order.map { path in Difference(path: path, values: settings.map { $0[path] }) }
            .filter { Set($0.values).count > 1 }
    }

    private static func collect(_ node: ConfigNode, _ path: String, _ leaves: inout [(String, String)]) {
        func child(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }
        switch node.content {
        case .null: break
        case .scalar(let text, _): leaves.append((path, text))
        case .list(let items):
            for (place, item) in items.enumerated() { collect(item, child(String(place)), &leaves) }
        case .mapping(let entries):
            for entry in entries { collect(entry.value, child(entry.key), &leaves) }
        }
    }
}
