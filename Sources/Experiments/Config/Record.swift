import Files
import Workload

/// One named setting of a record.
struct Field<Root> {
    /// Its name in the file.
    let name: String
    /// Whether it must be given.
    let required: Bool
    /// Reads it into a record.
    let read: (ConfigNode, inout Root, Faults) -> Void
    /// Its value in a record; nil when it is not to be written.
    let write: (Root) -> ConfigNode?

    /// A setting that reads and writes itself.
    init(
        _ name: String, required: Bool = false, read: @escaping (ConfigNode, inout Root, Faults) -> Void,
        write: @escaping (Root) -> ConfigNode?
    ) {
        self.name = name
        self.required = required
        self.read = read
        self.write = write
    }

    /// The setting at `path`, of this kind.
    init<Value>(
        _ name: String, _ path: WritableKeyPath<Root, Value>, _ kind: Kind<Value>, required: Bool = false
    ) {
        self.init(name, required: required) { node, root, faults in
            if node.content == .null {
                faults.add(node, "there is no value", remedy: "write \(kind.expected), or remove the line")
            } else {
                root[keyPath: path] = kind.read(node, root[keyPath: path], faults)
            }
        } write: { root in
            let node = kind.write(root[keyPath: path])
            return node.content == .null ? nil : node
        }
    }

    /// The same setting of something that has a `Root`.
    func lifted<Outer>(_ path: WritableKeyPath<Outer, Root>, required: Bool = false) -> Field<Outer> {
        Field<Outer>(name, required: required) { node, outer, faults in
            read(node, &outer[keyPath: path], faults)
        } write: {
            write($0[keyPath: path])
        }
    }
}

/// A mapping with known names.
struct Record<Root> {
    /// What it describes, for messages: `a group of nodes`.
    let title: String
    /// Its settings, in the order in which they are written.
    let fields: [Field<Root>]

    /// A mapping with known names.
    init(_ title: String, _ fields: [Field<Root>]) {
        self.title = title
        self.fields = fields
    }

    /// The settings that `node` gives, over `base`.
    func read(_ node: ConfigNode, over base: Root, _ faults: Faults) -> Root {
        guard let entries = node.entries else {
            faults.expected("\(title): \(fields.map(\.name).joined(separator: ", "))", node)
            return base
        }
        var root = base
        for entry in entries {
            if let field = fields.first(where: { $0.name == entry.key }) {
                field.read(entry.value, &root, faults)
            } else {
                let place = node.path.isEmpty ? title : node.path
                faults.add(
                    entry.origin, "there is no setting '\(entry.key.prefix(60))' in \(place)",
                    remedy: Suggestion.remedy(for: entry.key, among: fields.map(\.name)))
            }
        }
        for field in fields where field.required && !entries.contains(where: { $0.key == field.name }) {
            faults.add(node, "'\(field.name)' is missing", remedy: "add it")
        }
        return root
    }

    /// All settings of `root`.
    func write(_ root: Root) -> ConfigNode {
        .mapping(fields.compactMap { field in field.write(root).map { (field.name, $0) } })
    }

    /// The record as a kind of value.
    var kind: Kind<Root> {
        Kind(title) { node, base, faults in
            read(node, over: base, faults)
        } write: {
            write($0)
        }
    }
}
