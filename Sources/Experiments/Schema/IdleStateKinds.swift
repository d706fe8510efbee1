import EventKernel
import Files
import Simulator

extension Kind where Value == [Layer] {
    /// The layers of a sandbox with their shares: `{runtime: 0.4, libraries: 0.6}`.
    static var layers: Kind {
        let kinds = Kind<LayerKind>.word()
        return Kind("layers with shares that add up to 1, such as {runtime: 0.4, initialized: 0.6}") {
            node, base, faults in
            guard let entries = node.entries else {
                faults.expected("layers with shares", node, remedy: "write {runtime: 0.4, initialized: 0.6}")
                return base
            }
            let layers = entries.map { entry in
                let name = ConfigNode(
                    .scalar(entry.key, quoted: false), origin: entry.origin, path: node.path)
                let share = Kind<Double>.share.read(entry.value, 0, faults)
                return Layer(kinds.read(name, .initialized, faults), share: share)
            }
            let sum = layers.reduce(0) { $0 + $1.share }
            if (sum - 1).magnitude > 1e-9 {
                faults.add(node, "the shares add up to \(sum)", remedy: "they must add up to 1")
            }
            return layers
        } write: { layers in
            .mapping(layers.map { (Kebab.spelling("\($0.kind)"), .text("\($0.share)")) })
        }
    }
}

extension Kind where Value == Double {
    /// A part of a whole, 0 to 1.
    static var share: Kind { number.limited(to: "from 0 to 1") { $0 >= 0 && $0 <= 1 } }
    /// A number above zero.
    static var positive: Kind { number.limited(to: "above 0") { $0 > 0 } }
}

extension Kind where Value == [IdleState.Placement] {
    /// Where layers are in an idle state: `{libraries: {residency: ssd, local: 0}}`.
    static var placements: Kind {
        let kinds = Kind<LayerKind>.word()
        let record = Record(
            "a layer's place",
            [
                Field("residency", \IdleState.Placement.residency, Kind<Residency>.word(), required: true),
                Field("local", \IdleState.Placement.localFraction, .share, required: true),
            ])
        return Kind("layers with their places, such as {libraries: {residency: ssd, local: 0}}") {
            node, base, faults in
            guard let entries = node.entries else {
                faults.expected(
                    "layers with their places", node, remedy: "write {LAYER: {residency: ssd, local: 0}}")
                return base
            }
            return entries.map { entry in
                let name = ConfigNode(
                    .scalar(entry.key, quoted: false), origin: entry.origin, path: node.path)
                let blank = IdleState.Placement(
                    kinds.read(name, .initialized, faults), .local, localFraction: 1)
                return record.read(entry.value, over: blank, faults)
            }
        } write: { placements in
            .mapping(placements.map { (Kebab.spelling("\($0.layer)"), record.write($0)) })
        }
    }
}

extension Kind where Value == IdleState {
    /// An idle state besides `warm`: the name of a preset, or its settings, those of a preset changed or all.
    static func idleState(_ presets: IdleStatePresets = .standard) -> Kind {
        let record = record(isPreset: false)
        let changes = self.record(isPreset: true)
        let expected = "an idle state: a preset, or name, layers, restore"
        return Kind(expected) { node, base, faults in
            guard node.scalar != nil || node["preset"] != nil else {
                let state = record.read(node, over: base, faults)
                return state.withPathNames(from: node)
            }
            guard let state = preset(node["preset"] ?? node, made: node["made"], presets, faults) else {
                return base
            }
            if node.scalar != nil { return state }
            var changed = changes.read(node, over: state, faults)
            // Without an image that stays nothing goes the preset's way back in.
            if !changed.keepsImage, node["reentry"] == nil { changed.reentry = nil }
            return changed
        } write: {
            record.write($0)
        }
    }

    private static func preset(
        _ node: ConfigNode, made: ConfigNode?, _ presets: IdleStatePresets, _ faults: Faults
    ) -> IdleState? {
        guard let name = node.scalar else {
            faults.expected("the name of an idle state", node)
            return nil
        }
        if let made {
            let settings = Kind<StatePresetSettings>.presetSettings.read(made, StatePresetSettings(), faults)
            if let state = StatePreset(rawValue: name)?.state(settings) { return state }
        }
        if let state = presets.state(name) { return state }
        faults.add(
            node, "there is no idle state '\(name.prefix(60))'",
            remedy: Suggestion.remedy(for: name, among: presets.names)
                + "; or write {name: ..., layers: ..., restore: ...}")
        return nil
    }

    /// The settings of an idle state; none is required where a preset gives them.
    private static func record(isPreset: Bool) -> Record<IdleState> {
        func path(
            _ key: String, _ path: WritableKeyPath<IdleState, StartPath>, required: Bool = false,
            absent: StartPath? = nil, name: @escaping (IdleState) -> String
        ) -> Field<IdleState> {
            Field(key, required: required && !isPreset) { node, state, faults in
                // The name of the state may stand after this in the file: see `withPathNames`.
                let kind = Kind<StartPath>.startPath(named: isPreset ? state[keyPath: path].name : "")
                state[keyPath: path] = kind.read(node, state[keyPath: path], faults)
            } write: { state in
                let value = state[keyPath: path]
                return value == absent ? nil : Kind<StartPath>.startPath(named: name(state)).write(value)
            }
        }
        let reentry = path("reentry", \.reentryOrNone) { "reenter \($0.name)" }
        let forks = path("forks", \.forksOrNone) { "fork \($0.name)" }
        let ignored = ["preset", "made"].map { key in
            Field<IdleState>(key, read: { _, _, _ in }, write: { _ in nil })
        }
        let fields = [
            Field("name", \.name, .text, required: !isPreset),
            Field("layers", \.placements, .placements, required: !isPreset),
            path("restore", \.restore, required: true) { $0.name },
            path("entry", \.entry, absent: StartPath(name: "", stages: [])) { "enter \($0.name)" },
            Field(
                "reentry", read: reentry.read, write: { $0.reentry == nil ? nil : reentry.write($0) }),
            Field("image", \.image, Kind<ImageStorage>.imageStorage.optional(blank: .whole)),
            Field("keeps-image", \.keepsImage, Kind<Bool>.flag.absent(when: false)),
            Field("overhead", \.overhead, Kind<Bytes>.memory.absent(when: .zero)),
            Field("resumed", \.isResumed, Kind<Bool>.flag.absent(when: false)),
            Field("taken", \.taken, Kind<IdleState.Taken>.word().absent(when: .inOrder)),
            Field("forks", read: forks.read, write: { $0.forks == nil ? nil : forks.write($0) }),
        ]
        return Record("an idle state", isPreset ? ignored + fields : fields)
    }
}

extension IdleState {
    /// The way back with an old image; one without stages where there is none of its own.
    fileprivate var reentryOrNone: StartPath {
        get { reentry ?? StartPath(name: "", stages: []) }
        set { reentry = newValue }
    }

    /// The way to fork another sandbox; one without stages where there is none.
    fileprivate var forksOrNone: StartPath {
        get { forks ?? StartPath(name: "", stages: []) }
        set { forks = newValue }
    }

    /// The same state; paths that `node` does not name are named after it.
    fileprivate func withPathNames(from node: ConfigNode) -> IdleState {
        var state = self
        func isUnnamed(_ key: String) -> Bool { node[key] != nil && node[key]?["name"] == nil }
        if isUnnamed("restore") { state.restore.name = name }
        if isUnnamed("entry") { state.entry.name = "enter \(name)" }
        if isUnnamed("forks") { state.forks?.name = "fork \(name)" }
        if isUnnamed("reentry") { state.reentry?.name = "reenter \(name)" }
        return state
    }
}

extension Scenario {
    /// What a start on a warm sandbox takes: the restore of the first idle state.
    var warmStart: Distribution {
        get {
            if case .law(let law)? = idleStates.first?.restore.stages.first?.time { return law }
            return .constant(0)
        }
        set { idleStates[0] = .warm(delay: newValue) }
    }

    /// The idle states besides `warm`.
    var furtherIdleStates: [IdleState] {
        get { Array(idleStates.dropFirst()) }
        set { idleStates = [idleStates[0]] + newValue }
    }
}
