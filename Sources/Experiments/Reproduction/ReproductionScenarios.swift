import EventKernel
import Files
import HardwareCosts
import Simulator
import Workload

/// Makes the scenario of a variant.
package protocol ReproductionScenarios: Sendable {
    /// The scenario; nil when the variant cannot be run yet.
    /// - Throws: `InputError` for inputs that cannot be read.
    func scenario(
        for variant: ReproductionVariant, column: ReproductionColumn,
        under assumptions: ReproductionAssumptions
    ) throws -> Scenario?
}

/// The variants that need no contents of pages: keep-alives of several kinds.
package struct KeepAliveScenarios: ReproductionScenarios {
    /// The share of a node's memory up to which the released code builds sandboxes.
    static let usableShare = 0.95
    /// The worker nodes of the paper's test bed.
    static let nodes = 19

    /// The keep-alive variants.
    package init() {}

    /// The scenario of a keep-alive variant; nil for others.
    package func scenario(
        for variant: ReproductionVariant, column: ReproductionColumn,
        under assumptions: ReproductionAssumptions
    ) throws -> Scenario? {
        var scenario = KeepAliveScenarios.base(variant, column, assumptions)
        switch variant.policy {
        case .fixed(let minutes):
            scenario.policies.idle = PolicyChoice("fixed", ["keep-alive": .duration(.minutes(minutes))])
        case .hybrid: scenario.policies.idle = PolicyChoice("hybrid-histogram")
        case .adaptive: scenario.policies.idle = PolicyChoice(KeepAliveByUnit.name)
        case .catalyzer, .medes: return nil
        }
        return scenario
    }

    /// What all variants share: the cluster, cold starts, how requests find sandboxes.
    static func base(
        _ variant: ReproductionVariant, _ column: ReproductionColumn, _ assumptions: ReproductionAssumptions
    ) -> Scenario {
        let pool = variant.functions == .all ? variant.pool : assumptions.representativePool
        let usable = Bytes(mebibytes: pool.node.mebibytes * usableShare) ?? .zero
        var scenario = Scenario(name: variant.name, nodes: [NodeGroup(count: nodes, memory: usable)])
        scenario.layout = assumptions.layout
        scenario.sandbox.unit = .function
        scenario.sandbox.reuse = assumptions.reuse
        scenario.start = start(column)
        // A warm start unpauses a container: 1 to 20 ms in the platforms that the paper cites.
        scenario.idleStates = [.warm(delay: .constant(0.005))]
        return scenario
    }

    /// Cold starts: figure 8 by function, or the line through it by memory.
    static func start(_ column: ReproductionColumn) -> StartSettings {
        let paths = PaperFunction.all.map { function in
            let seconds =
                column == .paperInputs ? function.coldMs / 1_000 : 0.492 + 0.0092 * function.memoryMB
            let path = StartPath(name: "cold", stages: [Stage(.create, .constant(seconds))])
            return StartSettings.RuntimePath(function.name, path)
        }
        return StartSettings(byName: paths)
    }
}

/// A keep-alive for each unit, for the whole run.
final class KeepAliveByUnit: IdlePolicy {
    static let name = "keep-alive-by-function"
    private let keepAlives: [SimDuration]

    /// The keep-alives, by unit.
    init(_ keepAlives: [SimDuration]) { self.keepAlives = keepAlives }

    func constantKeepAlive(of unit: UnitView) -> SimDuration? { keepAlives[Int(unit.id.raw)] }

    func nextStep(of sandbox: SandboxView, unit: UnitView, now: SimTime) -> IdleStep {
        .evict(after: keepAlives[Int(unit.id.raw)])
    }

    /// The adaptive baseline of Medes' released code, by the names of the workload's functions.
    static let entry = PolicyEntry<IdlePolicies>(
        name, "the adaptive baseline of Medes' released code: a keep-alive for each function"
    ) { _, context in
        let keepAlives = context.workload.functions.map { function in
            let paper = PaperFunction.all.first { $0.name == function.name }
            return paper.map { SimDuration.seconds($0.adaptiveSeconds.second) } ?? .minutes(10)
        }
        var byUnit = [SimDuration](repeating: .minutes(10), count: context.units.count)
        for (function, unit) in context.unitOfFunction.enumerated() {
            byUnit[Int(unit.raw)] = keepAlives[function]
        }
        return IdlePolicies(idle: KeepAliveByUnit(byUnit))
    }
}

extension PolicyCatalog {
    /// The policies that ship with Pagefold, and those that only the reproduction needs.
    static let reproduction: PolicyCatalog = {
        var catalog = PolicyCatalog.standard
        catalog.idle.append(KeepAliveByUnit.entry)
        return catalog
    }()
}
