import Files
import Foundation
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
        guard let data = FileManager.default.contents(atPath: path) else {
            let isName = !text.contains("/") && !text.hasSuffix(".yaml") && !text.hasSuffix(".json")
            if isName {
                throw InputError(
                    "there are no costs '\(text.prefix(60))'",
                    remedy: Suggestion.remedy(for: text, among: shippedNames) + ", or give a path")
            }
            throw InputError(file: text, "cannot be read", remedy: "give the path of a costs file")
        }
        guard let content = String(data: data, encoding: .utf8) else {
            throw InputError(file: text, "is no text in UTF-8", remedy: "give a costs file")
        }
        return try CostSet(text: content, file: text)
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
