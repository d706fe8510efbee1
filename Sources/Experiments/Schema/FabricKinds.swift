import EventKernel
import Files
import Simulator

extension Kind where Value == FabricSettings {
    /// `{connections: mesh, reads-own-node-by-adapter: true}`.
    static var fabric: Kind {
        Record(
            "fabric",
            [
                Field("connections", \FabricSettings.connections, .connections),
                Field("reads-own-node-by-adapter", \FabricSettings.readsOwnNodeByAdapter, .flag),
            ]
        ).kind
    }
}

extension Kind where Value == ConnectionScheme {
    /// `mesh`, `{on-demand: {cap: 64}}` or `{shared: {count: 4}}`.
    fileprivate static var connections: Kind {
        let expected = "mesh, {on-demand: {cap: 64}} or {shared: {count: 4}}"
        func number(_ title: String, _ name: String) -> Record<Int> {
            Record(title, [Field(name, \Int.self, .whole(1...1_000_000), required: true)])
        }
        let onDemand = number("on-demand", "cap")
        let shared = number("shared", "count")
        return Kind(expected) { node, base, faults in
            if node.scalar == "mesh" { return .mesh }
            guard let entries = node.entries, entries.count == 1, let entry = entries.first else {
                faults.expected(expected, node)
                return base
            }
            switch entry.key {
            case "on-demand": return .onDemand(cap: onDemand.read(entry.value, over: 1, faults))
            case "shared": return .shared(count: shared.read(entry.value, over: 1, faults))
            default:
                faults.add(
                    entry.origin, "there is no scheme of connections '\(entry.key.prefix(60))'",
                    remedy: Suggestion.remedy(for: entry.key, among: ["mesh", "on-demand", "shared"]))
                return base
            }
        } write: { scheme in
            switch scheme {
            case .mesh: .text("mesh")
            case .onDemand(let cap): .mapping([("on-demand", onDemand.write(cap))])
            case .shared(let count): .mapping([("shared", shared.write(count))])
            }
        }
    }
}

extension Kind where Value == [Resource] {
    /// Resources that are not one a node: `[{name: registry, scope: cluster, servers: 4, sharing: split}]`.
    static var resources: Kind {
        let record = Record<Resource>(
            "a resource",
            [
                Field("name", \.name, .resourceName, required: true),
                Field("scope", \.scope, .word(Resource.Scope.allCases.map { ($0.rawValue, $0) })),
                Field("servers", \.servers, .whole(1...1_000_000)),
                Field("sharing", \.sharing, .word(Resource.Sharing.allCases.map { ($0.rawValue, $0) })),
            ])
        let list = record.kind.list(blank: Resource(""))
        return Kind("a list of resources") { node, base, faults in
            let resources = list.read(node, base, faults)
            var names: Set<String> = []
            for resource in resources where !names.insert(resource.name).inserted {
                faults.add(
                    node, "the resource '\(resource.name)' is given twice", remedy: "remove one of them")
            }
            return resources
        } write: {
            list.write($0)
        }
    }
}

extension Kind where Value == FailureSettings {
    /// `{nodes: [{node: 3, at: 20 min, lasts: 5 min}], dependants: lost}`.
    static var failures: Kind {
        let at = Kind<SimDuration>.duration.limited(to: "before the end of time") { $0 < .forever }
        let lasts = Kind<SimDuration>.duration.limited(to: "above 0") { $0 > .zero }
        let failure = Record<NodeFailure>(
            "a failure",
            [
                Field("node", \.node, .whole(0...999_999), required: true),
                Field("at", \.at, at, required: true), Field("lasts", \.lasts, lasts),
            ])
        return Record<FailureSettings>(
            "failures",
            [
                Field("nodes", \.nodes, failure.kind.list(blank: NodeFailure(node: 0, at: .zero))),
                Field(
                    "dependants", \.dependants, .word(DependantFate.allCases.map { ($0.rawValue, $0) })),
            ]
        ).kind
    }
}
