import EventKernel
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
    /// An idle state besides `warm`.
    static var idleState: Kind {
        let path = Kind<StartPath>(
            "the stages of a restore",
            read: { node, base, faults in
                Kind<StartPath>.startPath(named: base.name).read(node, base, faults)
            },
            write: { Kind<StartPath>.startPath(named: $0.name).write($0) })
        let record = Record(
            "an idle state",
            [
                Field("name", \IdleState.name, .text, required: true),
                Field("layers", \IdleState.placements, .placements, required: true),
                Field("restore", \IdleState.restore, path, required: true),
            ])
        return Kind("an idle state: name, layers, restore") { node, base, faults in
            var state = record.read(node, over: base, faults)
            state.restore.name = state.name
            return state
        } write: {
            record.write($0)
        }
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
