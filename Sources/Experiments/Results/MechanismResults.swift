import HardwareCosts
import Simulator

extension VariantRun {
    /// What primitives of the scenario cost and where that comes from; none for a scenario that needs none.
    public var costs: [HardwareCosts.Found] { scenario.primitives.compactMap(scenario.costs.find) }

    /// What was done with pages, cores and the network, beyond the metrics.
    var mechanismMembers: [(String, JSONValue)] {
        let mechanism = record.mechanism
        let states = zip(scenario.idleStates, mechanism.states)
        return [
            ("idle_states", .array(states.map { .object([("state", .string($0.name))] + $1.members) })),
            ("core_seconds", .object(mechanism.coreSeconds.map { ($0.purpose, .number($0.seconds)) })),
            ("content", .array(behaviours)),
            ("unknown_units", .array(mechanism.unknownUnits.map { .string($0) })),
            ("costs", .array(costs.map(\.json))),
        ]
    }

    /// How many of the workload's functions behave as each function of the profile.
    private var behaviours: [JSONValue] {
        var counts: [ProfileFunction: UInt64] = [:]
        for function in record.functions.compactMap(\.behavesAs) { counts[function, default: 0] += 1 }
        return counts.keys.sorted { $0.name < $1.name }.map { function in
            .object([
                ("function", .string(function.name)), ("family", .string(function.family)),
                ("functions", .whole(counts[function, default: 0])),
            ])
        }
    }
}

extension StateRecord {
    /// Everything in the order in which results show it.
    fileprivate var members: [(String, JSONValue)] {
        [
            ("sandboxes_mean", .number(sandboxes.mean)), ("sandboxes_peak", .whole(sandboxes.peak)),
            ("entered", .whole(entered)), ("reentered", .whole(reentered)), ("refused", .whole(refused)),
            ("broken_off", .whole(brokenOff)), ("entry_s", entry.json), ("startup_s", startup.json),
            ("before_bytes", .whole(before)), ("after_bytes", .whole(after)), ("pages", .whole(pages)),
            ("patched_pages", .whole(patched)), ("patched_on_own_base", .whole(patchedOnOwn)),
        ]
    }
}

extension LatencySummary {
    /// The distribution in brief.
    fileprivate var json: JSONValue {
        .object([
            ("count", .whole(count)), ("mean", .number(mean)), ("p50", .number(p50)), ("p90", .number(p90)),
            ("p99", .number(p99)), ("p99_9", .number(p999)), ("max", .number(max)),
        ])
    }
}

extension HardwareCosts.Found {
    /// The cost with where it comes from.
    fileprivate var json: JSONValue {
        var members: [(String, JSONValue)] = [
            ("primitive", .string(primitive.name)), ("model", .string(modelText)), ("from", .string(set)),
            ("origin", .string(cost.origin.word)), ("source", .string(cost.origin.text)),
        ]
        if case .assumed(_, let low, let high) = cost.origin {
            members += [("low", .number(low)), ("high", .number(high))]
        }
        return .object(members)
    }
}
