import Files
import HardwareCosts

extension Kind where Value == HardwareCosts {
    /// What primitives cost: `[medes-eurosys22, my-costs.yaml]`, names and paths in the order in which they are
    /// asked. A whole costs file may stand in the place of its name: that is how they are written, so that what
    /// is printed depends on no file.
    ///
    /// `{from: [...], factors: {registry-lookup: 2}}` multiplies single costs: for sweeps of what is assumed.
    static func costs(_ paths: PathKind) -> Kind {
        let set = Kind<CostSet>.costSource(paths)
        let record = Record<CostsDraft>(
            "costs",
            [
                Field("from", \.sets, set.list(blank: CostSet(name: ""))),
                Field("factors", \.factors, .costFactors),
            ])
        return Kind("a list of costs by name or path") { node, base, faults in
            let before = faults.errors.count
            var draft = CostsDraft(sets: base.sets)
            if node.entries != nil {
                draft = record.read(node, over: draft, faults)
            } else {
                draft.sets = set.list(blank: CostSet(name: "")).read(node, draft.sets, faults)
            }
            if faults.errors.count > before { return base }
            return draft.costs(faults, at: node) ?? base
        } write: {
            .list($0.sets.map(set.write))
        }
    }
}

/// What stands under `costs`.
private struct CostsDraft {
    var sets: [CostSet]
    var factors: [CostPrimitive: Double] = [:]

    /// The name of the set that multiplied costs stand in.
    private static let scaled = "_factors"

    /// The costs; nil when they do not go together.
    func costs(_ faults: Faults, at node: ConfigNode) -> HardwareCosts? {
        do throws(InputError) {
            if factors.isEmpty { return try HardwareCosts(sets) }
            // Factors are those of the costs as they were given, also where a variant changes them.
            let plain = try HardwareCosts(sets.filter { $0.name != Self.scaled })
            var scaled = sets.first { $0.name == Self.scaled } ?? CostSet(name: Self.scaled)
            for primitive in CostPrimitive.allCases {
                guard let factor = factors[primitive] else { continue }
                scaled.costs[primitive] = nil
                let found = try plain.cost(of: primitive)
                if factor != 1 { scaled.costs[primitive] = try found.scaled(by: factor, primitive) }
            }
            return try HardwareCosts((scaled.costs.isEmpty ? [] : [scaled]) + plain.sets)
        } catch {
            faults.add(node, error.problem, remedy: error.remedy)
            return nil
        }
    }
}

extension Cost {
    /// This cost `factor` times as high: assumed, in a range that holds the cost as it was.
    fileprivate func scaled(by factor: Double, _ primitive: CostPrimitive) throws(InputError) -> Cost {
        let model = model.scaled(by: factor)
        if let fault = model.fault(for: primitive) {
            throw InputError(
                "\(factor) times '\(primitive.name)' is not a cost of it: \(fault)",
                remedy: "choose another factor")
        }
        var low = 1.0
        var high = 1.0
        if case .assumed(_, let least, let most) = origin { (low, high) = (least, most) }
        return Cost(
            model,
            origin: .assumed(
                reason: "\(factor) times what is \(origin.text)", low: min(low / factor, 1),
                high: max(high / factor, 1)))
    }
}

extension Kind where Value == CostSet {
    /// Costs by name or path, or a whole costs file in its place.
    fileprivate static func costSource(_ paths: PathKind) -> Kind {
        let inline = Kind<CostSet>.costSet
        return Kind("the name or the path of costs") { node, base, faults in
            if node.entries != nil { return inline.read(node, base, faults) }
            guard let text = node.scalar, !text.isEmpty else {
                faults.expected("the name or the path of costs", node)
                return base
            }
            do {
                return try paths.inputs.costs(text, directory: paths.directory(of: node.origin))
            } catch let error as InputErrors {
                for error in error.errors.prefix(5) { faults.add(node, error.place, remedy: error.remedy) }
            } catch let error as InputError {
                faults.add(node, error.place, remedy: error.remedy)
            } catch {
                faults.add(node, "\(error)")
            }
            return base
        } write: {
            inline.write($0)
        }
    }
}

extension InputError {
    /// Where and what, without the remedy.
    var place: String {
        var plain = self
        plain.remedy = ""
        return plain.description
    }
}

extension Kind where Value == [CostPrimitive: Double] {
    /// Factors by primitive.
    fileprivate static var costFactors: Kind {
        let factor = Kind<Double>.number.limited(to: "from 0.001 to 1000") { (0.001...1_000).contains($0) }
        return Kind("factors by primitive, such as {registry-lookup: 2}") { node, base, faults in
            guard let entries = node.entries else {
                faults.expected("factors by primitive", node, remedy: "write {registry-lookup: 2}")
                return base
            }
            var factors = base
            for entry in entries {
                guard let primitive = Kind<CostPrimitive>.primitive.named(entry, node, faults) else {
                    continue
                }
                factors[primitive] = factor.read(entry.value, 1, faults)
            }
            return factors
        } write: { _ in
            ConfigNode(.null)
        }
    }
}

extension Kind where Value == CostPrimitive {
    /// The name of a primitive.
    static var primitive: Kind { .word(CostPrimitive.allCases.map { ($0.name, $0) }) }

    /// The primitive that an entry of `node` is named after; nil, and a fault, when there is none.
    fileprivate func named(
        _ entry: ConfigNode.Entry, _ node: ConfigNode, _ faults: Faults
    ) -> CostPrimitive? {
        let name = ConfigNode(.scalar(entry.key, quoted: false), origin: entry.origin, path: node.path)
        let before = faults.errors.count
        let primitive = read(name, .checkpoint, faults)
        return faults.errors.count > before ? nil : primitive
    }
}
