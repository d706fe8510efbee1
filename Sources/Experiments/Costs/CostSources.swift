import Files
import Glibc
import HardwareCosts

/// Finds costs by name or path.
public enum CostSources {
    /// The names of the costs that Pagefold brings along.
    public static var shippedNames: [String] { ShippedCosts.texts.map(\.name) }

    /// The costs that `text` names: those shipped under that name, else those of the file at that path.
    /// - Parameter directory: where relative paths start.
    /// - Throws: `InputError` or `InputErrors` when there are none, or they cannot be understood.
    public static func find(_ text: String, directory: String) throws -> CostSet {
        if let shipped = ShippedCosts.texts.first(where: { $0.name == text }) {
            return try CostSet(text: shipped.text, file: shipped.name)
        }
        let path = text.hasPrefix("/") ? text : PathKind.join(directory, text)
        let isName = !text.contains("/") && !text.hasSuffix(".yaml") && !text.hasSuffix(".json")
        if isName && access(path, F_OK) != 0 {
            throw InputError(
                "there are no costs '\(text.prefix(60))'",
                remedy: Suggestion.remedy(for: text, among: shippedNames) + " (or give the path of a file)")
        }
        return try CostSet(text: try content(of: path, named: text), file: text)
    }

    private static func content(of path: String, named name: String) throws(InputError) -> String {
        if path.utf8.contains(0) || name.isEmpty {
            throw InputError("this is not a path of a costs file", remedy: "give a name or a path")
        }
        let storage: ByteStorage
        do {
            storage = try ByteStorage(mapping: path)
        } catch {
            throw InputError(file: name, error.problem, remedy: error.remedy)
        }
        guard storage.bytes.count <= YAMLReader.sizeLimit else {
            throw InputError(
                file: name, "the file has \(storage.bytes.count) bytes",
                remedy: "costs files may have \(YAMLReader.sizeLimit)")
        }
        return try PlainText.decode(Array(storage.bytes), path: name)
    }

    /// The costs of an experiment: `names` in their order.
    /// - Throws: as `find`, and as `HardwareCosts` does.
    public static func costs(_ names: [String], directory: String) throws -> HardwareCosts {
        try HardwareCosts(try names.map { try find($0, directory: directory) })
    }
}

extension HardwareCosts.Found {
    /// The model as files spell it, on one line.
    public var modelText: String { YAMLWriter.inline(Kind<_>.costModel(of: primitive).write(cost.model)) }
}
