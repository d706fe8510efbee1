import EventKernel
import Simulator
import Workload

/// The settings of a scenario as experiment files spell them.
enum ScenarioSchema {
    /// Settings whose defaults are those of `Scenario`, in the order in which they are written.
    static func fields(_ paths: PathKind, _ catalog: PolicyCatalog) -> [Field<Scenario>] {
        [
            Field("cluster", \Scenario.nodes, cluster), Field("sandbox", \Scenario.sandbox, sandbox.kind),
            Field("start", \Scenario.start, .startSettings),
            Field("warm-start", \Scenario.warmStart, .timeDistribution),
            Field(
                "idle-states", \Scenario.furtherIdleStates,
                Kind<IdleState>.idleState().list(
                    blank: IdleState(name: "", restore: StartPath(name: "", stages: [])))),
            Field("layers", \Scenario.layers, .layers), Field("waiting", \Scenario.waiting, waiting.kind),
            Field("contention", \Scenario.contention, .contention),
            Field("measurement", \Scenario.measurement, measurement.kind),
        ] + mechanism(paths) + policies(catalog).map { $0.lifted(\.policies) }
    }

    /// What idle states that store pages need. None of it is written for a scenario without it.
    private static func mechanism(_ paths: PathKind) -> [Field<Scenario>] {
        let plain = Scenario(nodes: [])
        let fabric = Field("fabric", \Scenario.fabric, .fabric)
        return [
            Field("costs", \Scenario.costs, Kind<_>.costs(paths).absent(when: plain.costs)),
            Field("content", \Scenario.content, .content(paths)),
            Field(
                "fabric", read: fabric.read,
                write: { $0.content == nil && $0.fabric == plain.fabric ? nil : fabric.write($0) }),
            Field("resources", \Scenario.resources, Kind<_>.resources.absent(when: [])),
            Field("failures", \Scenario.failures, Kind<_>.failures.absent(when: plain.failures)),
        ]
    }

    /// How a variant says that it has none of a setting that is otherwise not written.
    static let nothing: [String: ConfigNode] = [
        "costs": .list([]), "content": .text("none"),
        "fabric": Kind<_>.fabric.write(FabricSettings()), "resources": .list([]),
        "failures": Kind<_>.failures.write(FailureSettings()),
    ]

    /// The whole scenario of a variant.
    static func record(_ paths: PathKind, _ catalog: PolicyCatalog) -> Record<Scenario> {
        Record("a scenario", fields(paths, catalog))
    }

    private static func policies(_ catalog: PolicyCatalog) -> [Field<PolicyChoices>] {
        [
            Field(
                "idle", \PolicyChoices.idle, .policy(hook: "idle", catalog.idle.map(PolicyDescription.init))),
            Field(
                "placement", \PolicyChoices.placement,
                .policy(hook: "placement", catalog.placement.map(PolicyDescription.init))),
            Field(
                "reclaim", \PolicyChoices.reclaim,
                .policy(hook: "reclaim", catalog.reclaim.map(PolicyDescription.init))),
        ]
    }

    private static var cluster: Kind<[NodeGroup]> {
        let group = Record(
            "a group of nodes",
            [
                Field("count", \NodeGroup.count, .whole(1...1_000_000), required: true),
                Field(
                    "memory", \NodeGroup.memory, Kind<Bytes>.memory.limited(to: "above 0") { $0 > .zero },
                    required: true),
                Field(
                    "limit", \NodeGroup.limit,
                    Kind<Bytes>.memory.limited(to: "above 0") { $0 > .zero }.optional(blank: .gibibytes(1))),
                Field("cores", \NodeGroup.cores, .positive),
            ])
        let blank = NodeGroup(count: 1, memory: .gibibytes(1))
        let groups = group.kind.list(blank: blank).limited(to: "1 to 1,000 groups") {
            (1...1_000).contains($0.count)
        }
        return Record("cluster", [Field("nodes", \[NodeGroup].self, groups, required: true)]).kind
    }

    private static var sandbox: Record<SandboxSettings> {
        Record(
            "sandbox",
            [
                Field("unit", \SandboxSettings.unit, .word()),
                Field("concurrency", \SandboxSettings.concurrency, .whole(1...10_000)),
                Field("reuse", \SandboxSettings.reuse, .word()),
                Field("keep-alive-from", \SandboxSettings.keepAliveFrom, .word()),
                Field("keep-alive-reset", \SandboxSettings.keepAliveReset, .flag),
            ])
    }

    private static var waiting: Record<WaitingSettings> {
        Record(
            "waiting",
            [
                Field("when-full", \WaitingSettings.whenFull, .duration),
                Field("for-busy", \WaitingSettings.forBusy, .duration),
                Field("for-starting", \WaitingSettings.forStarting, .flag),
                Field("count-waited-as-cold", \WaitingSettings.countWaitedAsCold, .flag),
                Field(
                    "starts-at-once", \WaitingSettings.startsAtOnce,
                    Kind<Int>.whole(1...1_000_000).optional(blank: 20)),
            ])
    }

    private static var measurement: Record<MeasurementSettings> {
        let interval = Kind<SimDuration>.duration.limited(to: "above 0 and not forever") {
            $0 > .zero && $0 < .forever
        }
        return Record(
            "measurement",
            [
                Field("warm-up", \MeasurementSettings.warmUp, .duration),
                Field("interval", \MeasurementSettings.interval, interval),
                Field("by-function", \MeasurementSettings.byFunction, Kind<Bool>.flag.absent(when: false)),
            ])
    }
}

extension Kind where Value == Contention {
    /// `off`, or `{processor-sharing: {demand: 1}}`.
    static var contention: Kind {
        let expected = "off, or processor-sharing"
        let demand = Record("processor-sharing", [Field("demand", \Double.self, .positive)])
        return Kind(expected) { node, base, faults in
            switch node.scalar {
            case "off"?, "false"?, "no"?: return .off
            case "processor-sharing"?: return .processorSharing(demand: 1)
            default: break
            }
            guard let entries = node.entries, entries.count == 1, entries[0].key == "processor-sharing" else {
                faults.expected(expected, node, remedy: "write off, or {processor-sharing: {demand: 1}}")
                return base
            }
            return .processorSharing(demand: demand.read(entries[0].value, over: 1, faults))
        } write: {
            switch $0 {
            case .off: .text("off")
            case .processorSharing(let cores):
                .mapping([("processor-sharing", demand.write(cores))])
            }
        }
    }
}

extension Kind where Value == MinuteLayout {
    /// `even`, `uniform`, `poisson`, `burst`, or `{burst: {at: 5 s}}`.
    static var layout: Kind {
        let expected = "one of even, uniform, poisson, burst"
        let plain = Kind.word([
            ("even", .even), ("uniform", .uniform), ("poisson", .poisson), ("burst", .burst(at: .zero)),
        ])
        let time = Kind<SimDuration>.duration.limited(to: "below a minute") { $0 < .minutes(1) }
        let burst = Record("burst", [Field("at", \SimDuration.self, time)])
        return Kind(expected) { node, base, faults in
            if node.scalar != nil { return plain.read(node, base, faults) }
            guard let entries = node.entries, entries.count == 1, entries[0].key == "burst" else {
                faults.expected(expected, node, remedy: "write uniform, or {burst: {at: 5 s}}")
                return base
            }
            return .burst(at: burst.read(entries[0].value, over: .zero, faults))
        } write: { layout in
            if case .burst(let at) = layout { return .mapping([("burst", burst.write(at))]) }
            return plain.write(layout)
        }
    }
}
