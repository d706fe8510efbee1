import EventKernel
import Simulator

extension Kind where Value == StartPath {
    /// A start path: a preset's name, `{preset: NAME}`, or a list of stages.
    static func startPath(named name: String) -> Kind {
        let stages = Kind<Stage>.stage.list(blank: Stage(.create, .constant(0)))
        return Kind("the stages of a start, or a preset") { node, base, faults in
            if case .list = node.content {
                return StartPath(name: name, stages: stages.read(node, base.stages, faults))
            }
            return StartPath(name: name, stages: preset(node, faults)?.path.stages ?? base.stages)
        } write: {
            stages.write($0.stages)
        }
    }

    private static func preset(_ node: ConfigNode, _ faults: Faults) -> StartPreset? {
        var preset: StartPreset?
        if node.scalar != nil {
            preset = Kind<StartPreset>.preset.read(node, .docker, faults)
        } else {
            let fields = [
                Field(
                    "preset", \StartPreset?.self, Kind<StartPreset>.preset.optional(blank: .docker),
                    required: true)
            ]
            preset = Record("a start", fields).read(node, over: nil, faults)
        }
        return preset
    }
}

extension Kind where Value == StartPreset {
    /// The name of a published cold start.
    static var preset: Kind { .word(StartPreset.allCases.map { ($0.rawValue, $0) }) }
}

extension Kind where Value == Stage {
    /// One stage of a start: `{stage: create, duration: 0.3 s}`.
    static var stage: Kind {
        Record(
            "a stage of a start",
            [
                Field(
                    "stage", \Stage.kind, .word(StageKind.allCases.map { ($0.rawValue, $0) }), required: true),
                Field("duration", \Stage.law, .timeDistribution, required: true),
                Field("resource", \Stage.resource, Kind<String>.text.optional(blank: "")),
            ]
        ).kind
    }
}

extension Kind where Value == [StartSettings.RuntimePath] {
    /// Start paths by name.
    static var pathsByName: Kind {
        let path = Kind<StartPath>.startPath(named: "cold")
        return Kind("start paths by name") { node, base, faults in
            guard let entries = node.entries else {
                faults.expected(
                    "names with start paths", node, remedy: "write NAME: PRESET, or NAME: [stages]")
                return base
            }
            return entries.map { entry in
                .init(entry.key, path.read(entry.value, StartPath(name: "cold", stages: []), faults))
            }
        } write: { paths in
            .mapping(paths.map { ($0.name, path.write($0.path)) })
        }
    }
}

extension Kind where Value == StartSettings {
    /// How starts go: a preset's name, or `cold`, `by-runtime` and `by-name`. `preset` stands for `cold`.
    static var startSettings: Kind {
        let path = Kind<StartPath>.startPath(named: "cold")
        let presetField = Field<StartSettings>("preset") { node, settings, faults in
            settings.cold = Kind<StartPreset>.preset.read(node, .docker, faults).path
        } write: { _ in
            nil
        }
        let record = Record(
            "start",
            [
                presetField, Field("cold", \StartSettings.cold, path),
                Field("by-runtime", \StartSettings.byRuntime, .pathsByName),
                Field("by-name", \StartSettings.byName, .pathsByName),
            ])
        return Kind("a preset, or the stages of a cold start") { node, base, faults in
            if node.scalar != nil {
                var settings = base
                settings.cold = Kind<StartPreset>.preset.read(node, .docker, faults).path
                return settings
            }
            if node["preset"] != nil, let cold = node["cold"] {
                faults.add(cold, "a preset is given too", remedy: "remove 'preset' or 'cold'")
            }
            return record.read(node, over: base, faults)
        } write: {
            record.write($0)
        }
    }
}

extension Stage {
    /// The law of its duration; that of no time for a stage whose time has none.
    var law: Distribution {
        get { if case .law(let law) = time { law } else { .constant(0) } }
        set { time = .law(newValue) }
    }
}
