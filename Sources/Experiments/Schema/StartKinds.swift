import EventKernel
import Simulator

extension Kind where Value == StartPath {
    /// A start path: a preset's name, `{preset: NAME}`, a list of stages, or `{stages: [...], gates: [...],
    /// transient: {...}}`. Its name is `name` unless the mapping says another.
    static func startPath(named name: String) -> Kind {
        let stages = Kind<Stage>.stage.list(blank: Stage(.create, .constant(0)))
        let record = Record<StartPath>(
            "a start",
            [
                Field(
                    "name",
                    read: { node, path, faults in
                        path.name = Kind<String>.text.read(node, path.name, faults)
                    }, write: { $0.name == name ? nil : .text($0.name) }),
                Field("stages", \.stages, stages, required: true),
                Field("gates", \.gates, Kind<String>.resourceName.list(blank: "").absentWhenEmpty),
                Field("transient", \.transient, .transientMemory),
            ])
        return Kind("the stages of a start, or a preset") { node, base, faults in
            if case .list = node.content {
                return StartPath(name: name, stages: stages.read(node, base.stages, faults))
            }
            if node.entries != nil && node["preset"] == nil {
                return record.read(node, over: StartPath(name: name, stages: []), faults)
            }
            return StartPath(name: name, stages: preset(node, faults)?.stages ?? base.stages)
        } write: {
            $0 == StartPath(name: name, stages: $0.stages) ? stages.write($0.stages) : record.write($0)
        }
    }

    /// The cold starts that have a name: published ones, and those by what primitives cost.
    static var preset: Kind {
        .word(
            StartPreset.allCases.map { ($0.rawValue, $0.path) }
                + CostedStart.allCases.map { ($0.rawValue, $0.path) })
    }

    private static func preset(_ node: ConfigNode, _ faults: Faults) -> StartPath? {
        if node.scalar != nil { return preset.read(node, StartPreset.docker.path, faults) }
        let field = Field(
            "preset", \StartPath?.self, preset.optional(blank: StartPreset.docker.path), required: true)
        return Record("a start", [field]).read(node, over: nil, faults)
    }
}

extension Kind where Value == TransientMemory {
    /// Memory on the way: `{fixed: 10 MiB, per-image-byte: 1, per-base-byte: 0.5}`. None is not written.
    fileprivate static var transientMemory: Kind {
        let factor = Kind<Double>.number.limited(to: "from 0 to 1000") { (0...1_000).contains($0) }
        let record = Record<TransientMemory>(
            "transient memory",
            [
                Field("fixed", \.fixed, .memory), Field("per-image-byte", \.perImageByte, factor),
                Field("per-base-byte", \.perBaseByte, factor),
            ])
        return Kind("transient memory") { node, base, faults in
            record.read(node, over: base, faults)
        } write: {
            $0 == TransientMemory() ? ConfigNode(.null) : record.write($0)
        }
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
            settings.cold = Kind<StartPath>.preset.read(node, StartPreset.docker.path, faults)
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
                settings.cold = Kind<StartPath>.preset.read(node, StartPreset.docker.path, faults)
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
