import EventKernel

// What an idle state says must have an effect: memory that it takes from a sandbox is somewhere, or is built anew.
extension Scenario {
    /// Something that an idle state says in vain, or that makes memory vanish.
    public struct StateFault: Hashable, Sendable {
        /// The setting, in the words of experiment files.
        public var key: String
        /// The layer that it concerns; nil for none.
        public var layer: LayerKind?
        /// What is wrong with it.
        public var problem: String
        /// What to do about that.
        public var remedy: String
    }

    /// Stages that build a layer instead of bringing it back from somewhere.
    private static let building: Set<StageKind> = [.create, .network, .boot, .import, .initialize]

    /// What `state` says in vain, in the order of its settings.
    public func faults(of state: IdleState) -> [StateFault] {
        var faults: [StateFault] = []
        var seen: Set<LayerKind> = []
        let first = state.placements.first
        // Presets name all layers alike; of these, those that sandboxes do not have go without saying.
        let isUniform =
            Set(state.placements.map(\.layer)).count == LayerKind.allCases.count
            && state.placements.allSatisfy {
                $0.residency == first?.residency && $0.localFraction == first?.localFraction
            }
        for placement in state.placements {
            func add(_ problem: String, _ remedy: String) {
                let text = "in the idle state '\(state.name)', \(problem)"
                faults.append(
                    StateFault(key: "layers", layer: placement.layer, problem: text, remedy: remedy))
            }
            if !seen.insert(placement.layer).inserted {
                add("the \(placement.layer) layer has two places", "remove one of them")
            } else if !isUniform, !layers.contains(where: { $0.kind == placement.layer && $0.share > 0 }) {
                add(
                    "the \(placement.layer) layer has a place, but sandboxes have no such layer",
                    "remove it, or give the layer a share under 'layers'")
            } else if let (problem, remedy) = Scenario.fault(of: placement, in: state) {
                add(problem, remedy)
            }
        }
        if state.keepsImage, !state.putsImageAway {
            faults.append(
                StateFault(
                    key: "keeps-image", problem: "the idle state '\(state.name)' keeps an image and has none",
                    remedy: "say what is put away (image), or leave out keeps-image"))
        }
        if state.reentry != nil, !state.keepsImage {
            faults.append(
                StateFault(
                    key: "reentry",
                    problem:
                        "nothing ever goes the way 'reentry' of the idle state '\(state.name)': no image stays",
                    remedy: "write keeps-image: true, or leave out reentry"))
        }
        return faults
    }

    private static func fault(
        of placement: IdleState.Placement, in state: IdleState
    ) -> (problem: String, remedy: String)? {
        let (layer, local) = (placement.layer, placement.localFraction)
        switch placement.residency {
        case .local where local < 1:
            return (
                "the \(layer) layer is local, but only \(local) of it stays in the node's memory",
                "write local: 1, or say where the rest is"
            )
        case .local: return nil
        case .absent where local > 0:
            return (
                "the \(layer) layer is absent, but \(local) of it stays in the node's memory",
                "write local: 0"
            )
        default: break
        }
        if local == 1 {
            return (
                "the \(layer) layer is said to be elsewhere, but all of it stays in the node's memory",
                "write residency: local, or a part below 1 that stays"
            )
        }
        // Compressed in place: the part that stays is what it takes.
        if placement.residency == .compressed, local > 0 { return nil }
        if state.putsImageAway || state.restore.stages.contains(where: { building.contains($0.kind) }) {
            return nil
        }
        return (
            "what does not stay of the \(layer) layer is held nowhere (no memory but the node's is counted yet), and no"
                + " stage of the way back builds it",
            "say what is put away (image: elsewhere, for a disk or another machine), or give 'restore' the stages that"
                + " build the layer: \(StageKind.allCases.filter(building.contains).map(\.rawValue).joined(separator: ", "))"
        )
    }
}

extension IdleState {
    /// Whether a sandbox puts an image away when it enters the state; shared pages are none.
    fileprivate var putsImageAway: Bool { image != nil && image != .merged }
}
