import EventKernel
import HardwareCosts
import Simulator

extension Kind where Value == Stage {
    /// One stage of a start: `{stage: create, duration: 0.3 s}`, `{stage: apply, cost: patch-apply-xdelta3, of:
    /// patched-pages, threads: 8}`, `{stage: read, transfer: true}`.
    static var stage: Kind {
        let record = StageDraft.record
        return Kind("a stage of a start") { node, base, faults in
            let before = faults.errors.count
            let draft = record.read(node, over: StageDraft(base.kind), faults)
            let time = draft.time(faults, at: node)
            if faults.errors.count > before { return base }
            return Stage(
                draft.kind, time ?? base.time, resource: draft.resource,
                holdsEveryServer: draft.holdsEveryServer, threads: draft.threads)
        } write: {
            record.write(StageDraft(writing: $0))
        }
    }
}

extension Kind where Value == String {
    /// The name of a resource.
    static var resourceName: Kind {
        Kind.text.limited(to: "1 to 100 characters") { !$0.isEmpty && $0.utf8.count <= 100 }
    }
}

/// A stage as files spell it: how long it takes stands in one of several keys.
private struct StageDraft {
    var kind: StageKind
    var duration: Distribution?
    var cost: CostPrimitive?
    var amount: StageAmount?
    var isTransfer = false
    var threads = 0
    var resource: String?
    var holdsEveryServer = false

    init(_ kind: StageKind) { self.kind = kind }

    init(writing stage: Stage) {
        kind = stage.kind
        threads = stage.threads
        resource = stage.resource
        holdsEveryServer = stage.holdsEveryServer
        switch stage.time {
        case .law(let law): duration = law
        case .cost(let primitive, let amount): (cost, self.amount) = (primitive, amount)
        case .transfer: isTransfer = true
        }
    }

    static var record: Record<StageDraft> {
        Record(
            "a stage of a start",
            [
                Field("stage", \.kind, .word(StageKind.allCases.map { ($0.rawValue, $0) }), required: true),
                Field("duration", \.duration, Kind<_>.timeDistribution.optional(blank: .constant(0))),
                Field("cost", \.cost, Kind<_>.primitive.optional(blank: .checkpoint)),
                Field(
                    "of", \.amount,
                    Kind<_>.word(StageAmount.allCases.map { ($0.rawValue, $0) }).optional(blank: .one)),
                Field("transfer", \.isTransfer, Kind<Bool>.flag.absent(when: false)),
                Field("threads", \.threads, Kind<Int>.whole(0...1_000).absent(when: 0)),
                Field("resource", \.resource, Kind<String>.resourceName.optional(blank: "")),
                Field("every-server", \.holdsEveryServer, Kind<Bool>.flag.absent(when: false)),
            ])
    }

    /// How long the stage takes; nil, and a fault, when that is not said in one way.
    func time(_ faults: Faults, at node: ConfigNode) -> StageTime? {
        guard node.entries != nil else { return nil }
        if holdsEveryServer && resource == nil {
            faults.add(node, "'every-server' is given without a 'resource'", remedy: "name the resource")
        }
        let given = ["duration", "cost", "transfer"].filter { key in
            key == "transfer" ? isTransfer : node[key] != nil
        }
        if given.isEmpty {
            faults.add(
                node, "'duration' is missing",
                remedy: "say how long it takes: duration, cost or transfer: true")
            return nil
        }
        if given.count > 1 {
            faults.add(
                node, "'\(given[0])' and '\(given[1])' are given",
                remedy: "say how long it takes in one way: remove one of them")
            return nil
        }
        if cost == nil, node["of"] != nil {
            faults.add(node, "'of' is given without a 'cost'", remedy: "remove it, or write cost: PRIMITIVE")
            return nil
        }
        if isTransfer { return .transfer }
        if let duration { return .law(duration) }
        return cost.flatMap { timeOfCost($0, faults, at: node) }
    }

    private func timeOfCost(
        _ primitive: CostPrimitive, _ faults: Faults, at node: ConfigNode
    ) -> StageTime? {
        let facts = primitive.facts
        let place = node["cost"] ?? node
        guard facts.quantity == .time else {
            faults.add(
                place, "'\(primitive.name)' is not a time but \(facts.unit)", remedy: "name another cost")
            return nil
        }
        let possible = primitive.stageAmounts
        let names = possible.map(\.rawValue).joined(separator: ", ")
        guard let amount = amount ?? (possible.count == 1 ? possible.first : nil) else {
            faults.add(
                node, "'of' is missing: '\(primitive.name)' is \(facts.unit)",
                remedy: "write of: and one of \(names)")
            return nil
        }
        guard possible.contains(amount) else {
            faults.add(
                node["of"] ?? place, "'\(primitive.name)' is \(facts.unit), not by \(amount.rawValue)",
                remedy: "possible here: \(names)")
            return nil
        }
        return .cost(primitive, of: amount)
    }
}

extension CostPrimitive {
    /// What a stage may pay this for.
    fileprivate var stageAmounts: [StageAmount] {
        switch facts.driver {
        case .nothing: [.one]
        case .bytes: [.footprint, .image]
        case .items(let item):
            item.hasSuffix("page") ? [.pages, .patchedPages, .compressedPages, .one] : [.one]
        }
    }
}

extension Kind where Value: Equatable {
    /// The same kind, of which `value` is not written.
    func absent(when value: Value) -> Kind {
        Kind(expected) {
            read($0, $1, $2)
        } write: {
            $0 == value ? ConfigNode(.null) : write($0)
        }
    }
}
