/// A value of an experiment file, with where it came from: what is left of YAML once anchors, merges and
/// styles are resolved.
public struct ConfigNode: Sendable {
    /// The value.
    public var content: Content
    /// Where it was given.
    public var origin: Origin
    /// Its place in the file, as `--set` spells it: `cluster.nodes.0.memory`; empty for the whole file.
    public var path: String

    /// A value.
    public enum Content: Hashable, Sendable {
        /// Nothing was written.
        case null
        /// A word, a number, a quantity, a text. `quoted` says that it was written between quotes.
        case scalar(String, quoted: Bool)
        /// Values in order.
        case list([ConfigNode])
        /// Values by name, in the order of the file; no name stands twice.
        case mapping([Entry])
    }

    /// A named value of a mapping.
    public struct Entry: Hashable, Sendable {
        /// The name.
        public var key: String
        /// Where the name stands.
        public var origin: Origin
        /// The value.
        public var value: ConfigNode

        /// Equal when names and values are, wherever they stand.
        public static func == (a: Entry, b: Entry) -> Bool { a.key == b.key && a.value == b.value }
        /// Hashes name and value.
        public func hash(into hasher: inout Hasher) {
            hasher.combine(key)
            hasher.combine(value)
        }
    }

    /// Where a value was given.
    public enum Origin: Hashable, Sendable {
        /// In the experiment file, in this line.
        case line(Int)
        /// On the command line, as written there.
        case option(String)
        /// Nowhere: it was filled in.
        case none
    }

    /// A value.
    public init(_ content: Content, origin: Origin = .none, path: String = "") {
        self.content = content
        self.origin = origin
        self.path = path
    }

    /// The path of a child of this value.
    func path(of child: String) -> String { path.isEmpty ? child : "\(path).\(child)" }
}

extension ConfigNode: Hashable {
    /// Equal when the values are, wherever they were given.
    public static func == (a: ConfigNode, b: ConfigNode) -> Bool { a.content == b.content }
    /// Hashes the value.
    public func hash(into hasher: inout Hasher) { hasher.combine(content) }
}

extension ConfigNode {
    /// A value to be written: a plain scalar.
    static func text(_ text: String) -> ConfigNode { ConfigNode(.scalar(text, quoted: false)) }
    /// A value to be written: a list.
    static func list(_ values: [ConfigNode]) -> ConfigNode { ConfigNode(.list(values)) }
    /// A value to be written: a mapping.
    static func mapping(_ pairs: [(String, ConfigNode)]) -> ConfigNode {
        ConfigNode(.mapping(pairs.map { Entry(key: $0.0, origin: .none, value: $0.1) }))
    }

    /// The entries of a mapping; nil for anything else.
    var entries: [Entry]? {
        if case .mapping(let entries) = content { return entries }
        return nil
    }

    /// The text of a scalar; nil for anything else.
    var scalar: String? {
        if case .scalar(let text, _) = content { return text }
        return nil
    }

    /// The value under `key` of a mapping.
    subscript(key: String) -> ConfigNode? { entries?.first { $0.key == key }?.value }

    /// What the value is, for messages.
    var description: String {
        switch content {
        case .null: "nothing"
        case .scalar(let text, _): "'\(text.count > 60 ? text.prefix(57) + "..." : text[...])'"
        case .list: "a list"
        case .mapping: "a mapping"
        }
    }
}
