import Files
import HardwareCosts

extension Scenario {
    /// Every path of the scenario: cold starts, and the ways into, out of and from idle states.
    package var allPaths: [StartPath] {
        [start.cold] + (start.byRuntime + start.byName).map(\.path)
            + idleStates.flatMap { [$0.restore, $0.entry] + [$0.reentry, $0.forks].compactMap { $0 } }
    }

    /// The primitives that the scenario's stages name, and those of the network where base pages are read, each once, in
    /// the order of `CostPrimitive`.
    public var primitives: [CostPrimitive] {
        var used: Set<CostPrimitive> = []
        for stage in allPaths.flatMap(\.stages) {
            switch stage.time {
            case .cost(let primitive, _): used.insert(primitive)
            case .transfer: used.formUnion(fabric.needed + fabric.optional.filter { costs.find($0) != nil })
            case .law: break
            }
        }
        return CostPrimitive.allCases.filter(used.contains)
    }

    /// What each primitive of the scenario costs, with its origin: what a run prints.
    /// - Throws: one `InputError` for all that no costs file has.
    public func usedCosts() throws(InputError) -> [HardwareCosts.Found] { try costs.listing(primitives) }
}
