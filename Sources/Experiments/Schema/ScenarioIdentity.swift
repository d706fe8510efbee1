import Files
import HardwareCosts
import Simulator

extension ScenarioSchema {
    /// What tells the scenario with these settings from all others: everything but where its profile is kept,
    /// and what only explains its costs. The profile's digest is there, and so is every cost.
    static func identity(of settings: ConfigNode) -> ConfigNode {
        guard let entries = settings.entries else { return settings }
        return .mapping(
            entries.map { entry in
                switch entry.key {
                case "content": (entry.key, entry.value.without(["profile"]))
                case "costs": (entry.key, costs(entry.value))
                default: (entry.key, entry.value)
                }
            })
    }

    /// Costs without what no run depends on.
    private static func costs(_ node: ConfigNode) -> ConfigNode {
        guard case .list(let sets) = node.content else { return node }
        return .list(sets.map { $0.without(["about", "machine", "absent"]) })
    }
}

extension ConfigNode {
    /// The mapping without these names.
    fileprivate func without(_ keys: [String]) -> ConfigNode {
        .mapping((entries ?? []).filter { !keys.contains($0.key) }.map { ($0.key, $0.value) })
    }
}

extension ExperimentDraft {
    /// Holds names and numbers of one part of the file against what other parts of it say.
    func checkNames(_ faults: Faults, in tree: ConfigNode) {
        let scenarios = [base] + variants.map(\.scenario)
        let names = Set(scenarios.flatMap(\.resourceNames))
        let used = names.sorted()
        func check(_ settings: ConfigNode?, of scenario: Scenario) {
            guard let settings else { return }
            if let node = settings["resources"] {
                for resource in scenario.resources where !names.contains(resource.name) {
                    faults.add(
                        node, "no stage or gate uses the resource '\(resource.name.prefix(60))'",
                        remedy: Suggestion.remedy(for: resource.name, among: used))
                }
            }
        }
        func checkStates(_ settings: ConfigNode?, of scenario: Scenario) {
            guard case .list(let nodes)? = settings?["idle-states"]?.content else { return }
            for (node, state) in zip(nodes, scenario.furtherIdleStates) {
                for fault in scenario.faults(of: state) {
                    let layer = fault.layer.map { Kebab.spelling("\($0)") }
                    let setting = node[fault.key]
                    faults.add(
                        layer.flatMap { setting?[$0] } ?? setting ?? node, fault.problem, remedy: fault.remedy
                    )
                }
            }
        }
        checkStates(tree, of: base)
        for variant in variants { checkStates(policies?[variant.name], of: variant.scenario) }
        check(tree, of: base)
        for variant in variants { check(policies?[variant.name], of: variant.scenario) }
        for variant in variants {
            let count = variant.scenario.nodes.reduce(0) { $0 + $1.count }
            for failure in variant.scenario.failures.nodes where failure.node >= count {
                faults.add(
                    policies?[variant.name]?["failures"] ?? tree["failures"] ?? tree,
                    "there is no node \(failure.node)", remedy: "the nodes are 0 to \(count - 1)")
            }
        }
    }
}

extension Scenario {
    /// The resources that stages and gates name.
    fileprivate var resourceNames: [String] {
        allPaths.flatMap { path in path.gates + path.stages.compactMap(\.resource) }
    }
}
