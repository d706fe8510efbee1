import EventKernel
import Files
import HardwareCosts
import Simulator
import Workload

/// Makes the scenario of a variant.
package protocol ReproductionScenarios: Sendable {
    /// The scenario; nil when the variant cannot be run with the inputs of the column.
    /// - Throws: `InputError` for inputs that cannot be used.
    func scenario(
        for variant: ReproductionVariant, column: ReproductionColumn,
        under assumptions: ReproductionAssumptions
    ) throws -> Scenario?

    /// Memory of a sandbox of each of the variant's functions, in the paper's order; nil when it is not known.
    func footprints(of variant: ReproductionVariant, in column: ReproductionColumn) -> [Bytes]?
}

/// The paper's set-up: 19 nodes with a limit of memory, and every policy on the same placement and eviction.
package struct PaperScenarios: ReproductionScenarios {
    /// The share of a node's memory up to which the released code builds sandboxes.
    static let usableShare = 0.95
    /// Memory of each node; the limit is for sandboxes.
    static let nodeMemory = Bytes.gibibytes(64)
    /// The worker nodes of the paper's test bed.
    static let nodes = 19
    /// A warm start unpauses a container: 1 to 20 ms in the platforms that the paper cites.
    static let warmStart = 0.005

    /// What sandboxes hold, and what operations cost.
    package var inputs: ReproductionInputs

    /// Scenarios from `inputs`.
    package init(_ inputs: ReproductionInputs) { self.inputs = inputs }

    /// Memory by table 2, or as measured.
    package func footprints(
        of variant: ReproductionVariant, in column: ReproductionColumn
    ) -> [Bytes]? { inputs.footprints(of: variant, in: column) }

    /// The scenario; nil where the profile or its measure is missing.
    package func scenario(
        for variant: ReproductionVariant, column: ReproductionColumn,
        under assumptions: ReproductionAssumptions
    ) throws -> Scenario? {
        if inputs.footprints(of: variant, in: column) == nil { return nil }
        var scenario = base(variant, column, assumptions)
        switch variant.policy {
        case .fixed(let minutes): scenario.policies.idle = .fixed(minutes)
        case .hybrid: scenario.policies.idle = PolicyChoice("hybrid-histogram")
        case .adaptive: scenario.policies.idle = PolicyChoice("medes-adaptive")
        case .catalyzer:
            scenario.policies.idle = .fixed(10)
            scenario.start = StartSettings(cold: CostedStart.catalyzer.path)
        case .medes(let knobs):
            guard let content = inputs.content(of: variant, in: column) else { return nil }
            scenario.content = content
            scenario.idleStates = states(variant.mode, assumptions)
            scenario.policies.idle = medes(knobs, variant.mode, assumptions)
            replaceMedes(in: &scenario, by: assumptions.instead)
            if knobs.coldStartsRestore {
                scenario.start = StartSettings(cold: CostedStart.catalyzer.path)
            }
        case .probe(let pausesRestores):
            guard let content = inputs.content(of: variant, in: column) else { return nil }
            scenario.nodes = [NodeGroup(count: 1, memory: .mebibytes(65_536))]
            scenario.content = content
            scenario.idleStates = states(variant.mode, assumptions)
            if !pausesRestores { scenario.idleStates = scenario.idleStates.map(PaperScenarios.unpaused) }
            scenario.policies.idle = StartProbe.policy
        }
        return scenario
    }

    /// Puts what `standIn` says in the place of Medes.
    private func replaceMedes(in scenario: inout Scenario, by standIn: ReproductionAssumptions.StandIn) {
        switch standIn {
        case .medes: return
        case .everything:
            for index in scenario.idleStates.indices {
                scenario.idleStates[index].entry.stages = []
                scenario.idleStates[index].reentry = nil
                scenario.idleStates[index].keepsImage = false
            }
            scenario.policies.idle = PolicyChoice(
                "tiers",
                [
                    "after": .duration(.minutes(1)), "keep-alive": .duration(.minutes(15)),
                    "bases-per": .number(40),
                ])
            scenario.policies.placement = PolicyChoice("least-loaded")
            scenario.policies.reclaim = PolicyChoice("lru")
        case .memory(let percent, let minutes):
            scenario.idleStates = [scenario.idleStates[0]]
            scenario.content = nil
            scenario.policies.idle = .fixed(minutes)
            for index in scenario.nodes.indices {
                let limit = scenario.nodes[index].limit?.count ?? 0
                scenario.nodes[index].limit = Bytes(limit * percent / 100)
            }
        }
    }

    /// What all variants share: the cluster, cold starts, how requests find sandboxes, placement, eviction.
    private func base(
        _ variant: ReproductionVariant, _ column: ReproductionColumn, _ assumptions: ReproductionAssumptions
    ) -> Scenario {
        let pool = variant.functions == .all ? variant.pool : assumptions.representativePool
        let usable = Bytes(mebibytes: pool.node.mebibytes * PaperScenarios.usableShare) ?? .zero
        var scenario = Scenario(
            name: variant.name,
            nodes: [
                NodeGroup(
                    count: PaperScenarios.nodes,
                    memory: assumptions.limitsAll ? usable : max(usable, PaperScenarios.nodeMemory),
                    limit: usable)
            ])
        scenario.waiting.startsAtOnce = assumptions.startsAtOnce
        scenario.layout = assumptions.layout
        scenario.sandbox.unit = .function
        scenario.sandbox.reuse = assumptions.reuse
        scenario.start = PaperScenarios.start(column)
        scenario.idleStates = [.warm(delay: .constant(PaperScenarios.warmStart))]
        scenario.costs = inputs.costs
        scenario.measurement.byFunction = true
        let isPaper = variant.mode == .paper
        scenario.policies.placement = PolicyChoice(isPaper ? "least-loaded" : "round-robin")
        scenario.policies.reclaim = PolicyChoice(isPaper ? "lru" : "medes")
        return scenario
    }

    /// Cold starts: figure 8 by function, or the line through it by table 2's memory.
    static func start(_ column: ReproductionColumn) -> StartSettings {
        let paths = PaperFunction.all.map { function in
            let path = StartPath(
                name: "cold", stages: [Stage(.create, .constant(coldSeconds(function, column)))])
            return StartSettings.RuntimePath(function.name, path)
        }
        return StartSettings(byName: paths)
    }

    private static func coldSeconds(_ function: PaperFunction, _ column: ReproductionColumn) -> Double {
        column == .paperInputs ? function.coldMs / 1_000 : 0.492 + 0.0092 * function.memoryMB
    }

    private func medes(
        _ knobs: MedesKnobs, _ mode: MedesMode, _ assumptions: ReproductionAssumptions
    ) -> PolicyChoice {
        let reuse = SimDuration.milliseconds(500)
        return PolicyChoice(
            "medes",
            [
                "mode": .text(mode.rawValue), "problem": .text(knobs.problem.rawValue),
                "idle-period": .duration(assumptions.idlePeriod),
                "keep-dedup": .duration(.minutes(knobs.keepDedupMinutes)),
                // The nodes have the usable share only.
                "memory-share": .number(1),
                // What executions were prolonged by is in their times already.
                "reuse-period": .duration(
                    reuse > assumptions.rest ? reuse - assumptions.rest : .milliseconds(0)),
            ])
    }

    private func states(_ mode: MedesMode, _ assumptions: ReproductionAssumptions) -> [IdleState] {
        var settings = StatePresetSettings()
        settings.warmStart = .constant(PaperScenarios.warmStart)
        settings.overhead = assumptions.dedupOverhead
        settings.protection = mode == .paper ? .whileReferenced : .always
        var states = StatePreset.states([.base, .deduplicated], settings)
        for index in states.indices {
            if !assumptions.countsBuffers {
                states[index].entry.transient = TransientMemory()
                states[index].restore.transient = TransientMemory()
            }
            if assumptions.dedupsAtOnce {
                states[index].entry.stages = []
                states[index].reentry?.stages = []
            }
            if !assumptions.keepsPatches, states[index].keepsImage {
                states[index].keepsImage = false
                states[index].reentry = nil
                states[index].reentry = nil
            }
        }
        return states
    }

    /// `state` without the pause: what it would have done ahead of need is done in the restore, under the same lock.
    private static func unpaused(_ state: IdleState) -> IdleState {
        guard let pause = state.entry.stages.first(where: { $0.kind == .pause }) else { return state }
        var state = state
        state.entry.stages.removeAll { $0.kind == .pause }
        state.reentry?.stages.removeAll { $0.kind == .pause }
        let place = state.restore.stages.firstIndex { $0.kind == .restore } ?? state.restore.stages.endIndex
        state.restore.stages.insert(pause, at: place)
        return state
    }
}

extension PolicyChoice {
    /// A fixed keep-alive.
    fileprivate static func fixed(_ minutes: UInt64) -> PolicyChoice {
        PolicyChoice("fixed", ["keep-alive": .duration(.minutes(minutes))])
    }
}
