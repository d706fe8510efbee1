import Simulator

/// The policies of a catalogue, for people and machines.
public struct PolicyListing {
    private struct Hook {
        var name: String
        var policies: [Policy]
    }

    private struct Policy {
        var name: String
        var summary: String
        var parameters: [PolicyParameter]

        init<Made>(_ entry: PolicyEntry<Made>) {
            name = entry.name
            summary = entry.summary
            parameters = entry.parameters
        }
    }

    private let hooks: [Hook]

    /// The policies of `catalog`, hook by hook.
    public init(_ catalog: PolicyCatalog) {
        hooks = [
            Hook(name: "idle", policies: catalog.idle.map(Policy.init)),
            Hook(name: "placement", policies: catalog.placement.map(Policy.init)),
            Hook(name: "reclaim", policies: catalog.reclaim.map(Policy.init)),
        ]
    }

    private static func standard(_ parameter: PolicyParameter) -> String {
        Kind<ParameterValue>.parameter(parameter).write(parameter.standard).scalar ?? ""
    }

    /// Aligned text.
    public var text: String {
        var text = ""
        for hook in hooks {
            text += "\(hook.name):\n"
            for policy in hook.policies {
                text += "  \(policy.name): \(policy.summary)\n"
                let width = policy.parameters.map(\.name.count).max() ?? 0
                for parameter in policy.parameters {
                    let space = String(repeating: " ", count: width - parameter.name.count)
                    text +=
                        "    \(parameter.name)\(space)  \(parameter.meaning); default \(Self.standard(parameter))"
                    text +=
                        parameter.words.isEmpty
                        ? "\n" : "; one of \(parameter.words.joined(separator: ", "))\n"
                }
            }
        }
        return text
    }

    /// Markdown: a section for each hook.
    public var markdown: String {
        var text = ""
        for hook in hooks {
            text += "## \(hook.name)\n\n"
            for policy in hook.policies {
                text += "### `\(policy.name)`\n\n\(policy.summary)\n\n"
                if policy.parameters.isEmpty { continue }
                text += "| parameter | default | meaning |\n|---|---|---|\n"
                for parameter in policy.parameters {
                    let words =
                        parameter.words.isEmpty ? "" : "; one of \(parameter.words.joined(separator: ", "))"
                    text +=
                        "| `\(parameter.name)` | \(Self.standard(parameter)) | \(parameter.meaning)\(words) |\n"
                }
                text += "\n"
            }
        }
        return text
    }

    /// An object with a list of policies for each hook.
    public var json: JSONValue {
        .object(
            hooks.map { hook in
                (hook.name, .array(hook.policies.map(PolicyListing.json)))
            })
    }

    private static func json(_ policy: Policy) -> JSONValue {
        let parameters = policy.parameters.map { parameter in
            JSONValue.object([
                ("name", .string(parameter.name)), ("default", .string(standard(parameter))),
                ("meaning", .string(parameter.meaning)),
                ("words", .array(parameter.words.map { .string($0) })),
            ])
        }
        return .object([
            ("name", .string(policy.name)), ("summary", .string(policy.summary)),
            ("parameters", .array(parameters)),
        ])
    }
}
