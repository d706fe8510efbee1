import Files
import Simulator
import Workload

/// A policy of a catalogue without the code that makes it: what an experiment file needs to know.
struct PolicyDescription {
    let name: String
    let parameters: [PolicyParameter]

    init<Made>(_ entry: PolicyEntry<Made>) {
        name = entry.name
        parameters = entry.parameters
    }

    /// The policy with a value for each of its parameters, those of `choice` first.
    func complete(_ choice: PolicyChoice) -> PolicyChoice {
        var complete = PolicyChoice(name)
        for parameter in parameters {
            complete.parameters[parameter.name] = choice.parameters[parameter.name] ?? parameter.standard
        }
        return complete
    }
}

extension Kind where Value == PolicyChoice {
    /// A policy of one hook: its name, or `{policy: NAME, PARAMETER: VALUE ...}`. Without a name the policy
    /// stays the one that is overridden.
    static func policy(hook: String, _ policies: [PolicyDescription]) -> Kind {
        let names = policies.map(\.name)
        return Kind("\(hook) policy") { node, base, faults in
            var name = base.name
            var nameNode = node
            if let word = node.scalar {
                name = word
            } else if let given = node["policy"] {
                nameNode = given
                name = given.scalar ?? ""
            } else if node.entries == nil {
                faults.expected("a policy", node, remedy: "write NAME, or {policy: NAME, PARAMETER: VALUE}")
                return base
            }
            guard let policy = policies.first(where: { $0.name == name }) else {
                faults.add(
                    nameNode, "there is no \(hook) policy '\(name.prefix(60))'",
                    remedy: Suggestion.remedy(for: name, among: names))
                return base
            }
            let start = policy.complete(name == base.name ? base : PolicyChoice(name))
            guard node.entries != nil else { return start }
            return record(policy).read(node, over: start, faults)
        } write: { choice in
            guard let policy = policies.first(where: { $0.name == choice.name }) else {
                return .text(choice.name)
            }
            return policy.parameters.isEmpty
                ? .text(choice.name) : record(policy).write(policy.complete(choice))
        }
    }

    private static func record(_ policy: PolicyDescription) -> Record<PolicyChoice> {
        let name = Field<PolicyChoice>("policy", read: { _, _, _ in }, write: { .text($0.name) })
        let parameters = policy.parameters.map { parameter in
            Field(
                parameter.name, \PolicyChoice.parameters[parameter.name],
                Kind<ParameterValue>.parameter(parameter).optional(blank: parameter.standard))
        }
        return Record("the policy '\(policy.name)'", [name] + parameters)
    }
}

extension Kind where Value == ParameterValue {
    /// A value for `parameter`: of the same kind as its default.
    static func parameter(_ parameter: PolicyParameter) -> Kind {
        switch parameter.standard {
        case .duration(let standard):
            Kind<_>.duration.mapped(
                { .duration($0) }, { if case .duration(let value) = $0 { value } else { standard } })
        case .bytes(let standard):
            Kind<_>.memory.mapped(
                { .bytes($0) }, { if case .bytes(let value) = $0 { value } else { standard } })
        case .number(let standard):
            Kind<Double>.number.mapped(
                { .number($0) }, { if case .number(let value) = $0 { value } else { standard } })
        case .byteSeconds(let standard):
            Kind<Double>.byteSeconds.mapped(
                { .byteSeconds($0) }, { if case .byteSeconds(let value) = $0 { value } else { standard } })
        case .flag(let standard):
            Kind<Bool>.flag.mapped(
                { .flag($0) }, { if case .flag(let value) = $0 { value } else { standard } })
        case .text(let standard):
            (parameter.words.isEmpty ? Kind<String>.text : .word(parameter.words.map { ($0, $0) }))
                .mapped({ .text($0) }, { if case .text(let value) = $0 { value } else { standard } })
        }
    }
}
