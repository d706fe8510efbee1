import Files
import Workload

/// Everything that is wrong with an experiment, so that it can be mended at one go.
public struct InputErrors: Error, Hashable, Sendable, CustomStringConvertible {
    /// The errors, in the order of the file; never empty.
    public var errors: [InputError]

    /// Everything that is wrong; not nothing.
    public init(errors: [InputError]) { self.errors = errors }

    /// One error a line.
    public var description: String { errors.map(\.description).joined(separator: "\n") }
}

/// Collects what is wrong while an experiment is read.
final class Faults {
    private let file: String
    private(set) var errors: [InputError] = []

    /// Nothing wrong yet with this file, as the user named it.
    init(file: String) { self.file = file }

    /// Notes a fault of the value `node`.
    func add(_ node: ConfigNode, _ problem: String, remedy: String = "") {
        add(node.origin, node.path.isEmpty ? problem : "\(node.path): \(problem)", remedy: remedy)
    }

    /// Notes a fault at `origin`.
    func add(_ origin: ConfigNode.Origin, _ problem: String, remedy: String = "") {
        switch origin {
        case .line(let line): errors.append(InputError(file: file, line: line, problem, remedy: remedy))
        case .option(let option): errors.append(InputError("\(option): \(problem)", remedy: remedy))
        case .none: errors.append(InputError(file: file, problem, remedy: remedy))
        }
    }

    /// Notes that `node` is not the kind of value that is wanted.
    func expected(_ wanted: String, _ node: ConfigNode, remedy: String = "") {
        add(node, "expected \(wanted), found \(node.description)", remedy: remedy)
    }

    /// - Throws: `InputErrors` when something was wrong; what stands first in the file comes first.
    func throwIfAny() throws {
        if errors.isEmpty { return }
        var seen: Set<InputError> = []
        let ordered = errors.enumerated().sorted {
            ($0.element.line ?? 0, $0.offset) < ($1.element.line ?? 0, $1.offset)
        }
        throw InputErrors(errors: ordered.map(\.element).filter { seen.insert($0).inserted })
    }
}
