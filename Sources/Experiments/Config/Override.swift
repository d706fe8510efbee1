import Files
import Workload

/// One setting given on the command line: `--set cluster.nodes.0.count=50`.
public struct Override: Hashable, Sendable {
    /// The setting's path.
    let path: SettingPath
    /// Its value, as YAML.
    let value: String
    /// The override as it was written.
    let text: String
    /// The option as it was written, for messages.
    let option: String

    /// The override that `text` (`path=value`) asks for. A dot in a name is written `\.`.
    /// - Throws: `InputError` when `text` is not of that form.
    public init(_ text: String) throws {
        self.text = text
        option = "--set \(text.prefix(200))"
        guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
            throw InputError("\(option): expected PATH=VALUE", remedy: "for example --set seed=3")
        }
        value = String(text[text.index(after: equals)...])
        do throws(SettingPath.Misfit) {
            path = try SettingPath(String(text[..<equals]))
        } catch {
            throw InputError("\(option): \(error.problem)", remedy: error.remedy)
        }
    }

    /// Puts the value into the tree of an experiment file.
    /// - Throws: `InputError` when the path leads nowhere. Unknown names at its end are found when the tree
    ///   is decoded.
    func apply(to root: inout ConfigNode) throws {
        let origin = ConfigNode.Origin.option(option)
        let node: ConfigNode
        do {
            node = try YAMLReader.read(value, file: option, origin: origin)
        } catch let error as InputError {
            throw InputError("\(option): \(error.problem)", remedy: "quote the value, or give simple YAML")
        }
        do throws(SettingPath.Misfit) {
            try path.put(node, in: &root)
        } catch {
            throw InputError("\(option): \(error.problem)", remedy: error.remedy)
        }
    }
}
