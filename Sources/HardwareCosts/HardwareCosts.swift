import EventKernel
import Files

/// The costs that a simulation uses: an ordered list of sets, and each primitive from the first that has it.
public struct HardwareCosts: Hashable, Sendable {
    /// The sets, in the order in which they are asked.
    public let sets: [CostSet]

    /// A cost and the set it comes from.
    public struct Found: Hashable, Sendable {
        /// What costs this.
        public var primitive: CostPrimitive
        /// The cost.
        public var cost: Cost
        /// The name of the set that had it first.
        public var set: String
    }

    /// No costs.
    public init() { sets = [] }

    /// The costs of `sets`, the first before the second.
    /// - Throws: `InputError` for two sets of one name, and for a set of emulated hardware, whose numbers
    ///   stand for no machine.
    public init(_ sets: [CostSet]) throws(InputError) {
        for (index, set) in sets.enumerated() {
            if set.isEmulated {
                throw InputError(
                    "the costs '\(set.name)' come from emulated hardware and stand for no machine",
                    remedy: "take costs of a real one; these only show that the harness works")
            }
            if sets[..<index].contains(where: { $0.name == set.name }) {
                throw InputError("the costs '\(set.name)' are given twice", remedy: "remove one of them")
            }
        }
        self.sets = sets
    }

    /// The cost of `primitive` from the first set that has it; nil when none has.
    public func find(_ primitive: CostPrimitive) -> Found? {
        for set in sets {
            if let cost = set.costs[primitive] {
                return Found(primitive: primitive, cost: cost, set: set.name)
            }
        }
        return nil
    }

    /// The cost of `primitive`.
    /// - Throws: `InputError` naming the primitive, the sets searched and the remedy when no set has it.
    public func cost(of primitive: CostPrimitive) throws(InputError) -> Cost {
        guard let found = find(primitive) else { throw missing([primitive]) }
        return found.cost
    }

    /// What each of `primitives` costs and where that comes from, in the order given: what a run prints.
    /// - Throws: one `InputError` for all that no set has.
    public func listing(_ primitives: [CostPrimitive]) throws(InputError) -> [Found] {
        let found = primitives.compactMap(find)
        if found.count < primitives.count { throw missing(primitives.filter { find($0) == nil }) }
        return found
    }

    /// Those of `primitives` whose cost is assumed, with the range to sweep: results that rest on them are
    /// ranges.
    public func assumptions(among primitives: [CostPrimitive]) -> [Found] {
        primitives.compactMap(find).filter { $0.cost.origin.word == "assumed" }
    }

    private func missing(_ primitives: [CostPrimitive]) -> InputError {
        let names = primitives.map { "'\($0.name)'" }.joined(separator: ", ")
        let searched = sets.map(\.name).joined(separator: ", ")
        var problem = "no cost is known for \(names)"
        problem += sets.isEmpty ? ": no costs are given" : "; searched: \(searched)"
        for set in sets {
            for primitive in primitives {
                if let reason = set.absent[primitive] {
                    problem += "; '\(set.name)' has no '\(primitive.name)': \(reason)"
                }
            }
        }
        var remedy = "add a costs file that has \(primitives.count == 1 ? "it" : "them") to the list"
        if let first = primitives.first { remedy += "; '\(first.name)' means: \(first.facts.meaning)" }
        return InputError(problem, remedy: remedy)
    }
}
