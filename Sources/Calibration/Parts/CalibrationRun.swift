import Files
import HardwareCosts

/// What came of running parts one after another.
public struct CalibrationRun: Sendable {
    /// The costs, with what was asked for and could not be had.
    public var costs: CostSet
    /// What each part has found, in order.
    public var parts: [Part]

    /// What one part has found.
    public struct Part: Sendable {
        /// The part's name.
        public var name: String
        /// What it has found.
        public var result: PartResult
        /// Why it could not measure anything; nil when it could.
        public var failure: String?
    }

    /// Whether any cost was measured.
    public var hasCosts: Bool { !costs.costs.isEmpty }

    /// The primitives whose rounds differ too much.
    public var noisy: [CostPrimitive] {
        costs.primitives.filter { costs.costs[$0]?.evidence?.isNoisy == true }
    }

    /// Runs `parts` in order. A part that cannot run is marked absent, and the others run all the same.
    /// - Parameter context: makes the context of the part of that number.
    /// - Throws: what a part throws beside `PartUnavailable`.
    public init(
        name: String, about: String = "", _ parts: [any CalibrationPart],
        context: (Int) throws -> CalibrationContext
    ) throws {
        var set = CostSet(name: name, about: about)
        self.parts = []
        for (index, part) in parts.enumerated() {
            let context = try context(index)
            set.machine.merge(context.machine) { _, new in new }
            var result = PartResult()
            var failure: String?
            do {
                result = try part.run(context)
            } catch let unavailable as PartUnavailable {
                failure = unavailable.reason
            }
            for primitive in part.primitives where result.costs[primitive] == nil {
                set.absent[primitive] = failure ?? result.absent[primitive] ?? "not measured"
            }
            for (primitive, cost) in result.costs {
                try CalibrationRun.check(cost, of: primitive, part)
                set.costs[primitive] = cost
                set.absent[primitive] = nil
            }
            set.machine.merge(result.machine) { _, new in new }
            set.isEmulated = set.isEmulated || context.isEmulated || result.isEmulated
            self.parts.append(Part(name: part.name, result: result, failure: failure))
        }
        // What one part could not give, another one may have given.
        for primitive in set.costs.keys { set.absent[primitive] = nil }
        costs = set
    }

    /// A number that no costs file may have must not get into one.
    private static func check(
        _ cost: Cost, of primitive: CostPrimitive, _ part: any CalibrationPart
    ) throws(InputError) {
        let fault = cost.model.fault(for: primitive) ?? cost.evidence?.fault ?? cost.origin.fault
        if let fault {
            throw InputError("part '\(part.name)' measured an impossible '\(primitive.name)': \(fault)")
        }
    }
}
