import EventKernel
import HardwareCosts
import PageContent
import Workload

@testable import Simulator

/// Draws small scenarios with further idle states of all kinds, ways in and out of all kinds, and failures of nodes.
struct RandomImages {
    private var stream: RandomStream
    private let seed: UInt64
    private let profile = contentProfile()

    init(seed: UInt64) {
        self.seed = seed
        stream = RandomStream(seed: seed, purpose: .test, entity: 60)
    }

    /// - Parameter fails: whether nodes fail; nil for now and then.
    mutating func make(fails: Bool? = nil) throws -> (Scenario, Workload) {
        var generator = RandomScenario(seed: seed &+ 70_000_000)
        var (scenario, workload) = generator.make()
        scenario.sandbox.concurrency = pick([1, 1, 2, 3])
        scenario.policies.idle = PolicyChoice("steps")
        scenario.nodes = (0...stream.below(2)).map { _ in
            NodeGroup(
                count: 1 + Int(stream.below(2)), memory: .mebibytes(200 + stream.below(1_500)),
                cores: pick([0.5, 1, 2, 4]))
        }
        scenario.costs = try costs()
        scenario.content = content()
        scenario.resources = [
            Resource("pool", servers: 3), Resource("shards", scope: .cluster, servers: 4, sharing: .split),
            Resource("replicas", scope: .cluster, servers: 2), Resource("gate", servers: 2),
            Resource("narrow gate", scope: .cluster),
        ]
        scenario.fabric.readsOwnNodeByAdapter = chance(0.5)
        scenario.fabric.connections = pick([.mesh, .onDemand(cap: 1), .onDemand(cap: 3), .shared(count: 2)])
        for number in 0..<1 + stream.below(4) { scenario.idleStates.append(state("x\(number)")) }
        if chance(0.4) { scenario.start.cold = path("cold", transient: false) }
        if fails ?? chance(0.5) { scenario.failures = failures(nodes: scenario.nodes) }
        if workload.horizon < .seconds(5) { workload.horizon = .seconds(5) }
        if chance(0.3) { scenario.waiting.startsAtOnce = 1 + Int(stream.below(4)) }
        if chance(0.3) {
            for group in scenario.nodes.indices {
                scenario.nodes[group].limit = .mebibytes(150 + stream.below(50))
            }
        }
        return (scenario, workload)
    }

    private mutating func costs() throws -> HardwareCosts {
        var set = CostSet(name: "random")
        let models: [CostPrimitive: CostModel] = [
            .rdmaReadPages: .perItem(fixed: 1e5, each: pick([100, 20_000, 200_000])),
            .rdmaConnectionSetup: .perItem(fixed: 1e6, each: 1e7), .rdmaConnectionSwitch: .constant(5e5),
            .registryLookup: .perItem(fixed: 0, each: 50_000), .checkpoint: .constant(3e8),
            .patchEncodeLZ4: .perItem(fixed: 1e6, each: 40_000, threads: 2),
            .restoreSandbox: .perItem(fixed: 2e8, each: 1_000),
            .restoreSnapshot: .affine(fixed: 1e8, perByte: 2),
            .compressZstd: .perItem(fixed: 0, each: 30_000),
        ]
        for (primitive, model) in models {
            set.costs[primitive] = Cost(model, origin: .published(source: "a test"))
        }
        return try HardwareCosts([set])
    }

    private mutating func content() -> ContentSettings {
        var content = ContentSettings(profile: profile)
        content.growth = pick([.proportional, .proportional, .unmatched, .uncounted])
        content.preference = pick(BasePreference.allCases)
        content.ties = pick(BaseTies.allCases)
        content.tenants = Int(stream.below(3))
        return content
    }

    private mutating func state(_ name: String) -> IdleState {
        let storage = PatchStorage(
            bases: pick(BaseScope.allCases), compression: pick([nil, nil, .lz4, .zstd]),
            isExactOnly: chance(0.2))
        let image: ImageStorage? = pick([
            .reference(.always), .reference(.whileReferenced), .reference(.whileReferenced),
            .patched(storage), .patched(storage), .patched(storage), .compressed(.zstd), .whole,
            .elsewhere, .merged, nil,
        ])
        var state = IdleState(name: name, restore: path(name), entry: path(name), image: image)
        let reentry = chance(0.5) ? path(name) : nil
        state.keepsImage = chance(0.5) && image != nil && image != .merged
        // Only who keeps an image goes this way.
        if state.keepsImage { state.reentry = reentry }
        state.overhead = .mebibytes(pick([0, 0, 10, 60]))
        state.isResumed = chance(0.2)
        state.taken = chance(0.3) ? .first : .inOrder
        if chance(0.4) {
            state.forks = path("fork", transient: false)
            if chance(0.5) { state.taken = .never }
        }
        switch image {
        case .reference: state.isResumed = true
        case .merged: break
        default:
            let drawn = pick([0, 0, 0.3, 1])
            // What is not put away has to stay, at least compressed.
            let fraction = image == nil && drawn == 0 ? 0.3 : drawn
            state.placements = [
                .init(.initialized, fraction == 1 ? .local : .compressed, localFraction: fraction)
            ]
        }
        return state
    }

    private mutating func path(_ name: String, transient: Bool = true) -> StartPath {
        var path = StartPath(name: name, stages: (0..<stream.below(4)).map { _ in stage() })
        if chance(0.3) { path.gates = pick([["gate"], ["narrow gate"], ["gate", "narrow gate"]]) }
        if transient, chance(0.4) {
            path.transient = TransientMemory(
                fixed: .mebibytes(stream.below(30)), perImageByte: pick([0, 0.5, 1]),
                perBaseByte: pick([0, 1]))
        }
        return path
    }

    private mutating func stage() -> Stage {
        let kind = pick(StageKind.allCases)
        if chance(0.25) { return Stage(.read, .transfer) }
        let time: StageTime = pick([
            .law(.constant(0)), .law(.constant(0.5)), .law(.constant(2)), .law(.exponential(mean: 1)),
            .cost(.registryLookup, of: .pages), .cost(.checkpoint, of: .one),
            .cost(.patchEncodeLZ4, of: .patchedPages), .cost(.restoreSandbox, of: .one),
            .cost(.restoreSnapshot, of: .footprint), .cost(.compressZstd, of: .compressedPages),
        ])
        return Stage(
            kind, time, resource: pick([nil, nil, "disk", "pool", "shards", "replicas"]),
            holdsEveryServer: chance(0.3), threads: pick([0, 0, 1, 3]))
    }

    private mutating func failures(nodes: [NodeGroup]) -> FailureSettings {
        let count = UInt64(nodes.reduce(0) { $0 + $1.count })
        var failures = FailureSettings()
        failures.dependants = pick(DependantFate.allCases)
        failures.nodes = (0..<1 + stream.below(5)).map { _ in
            NodeFailure(
                node: Int(stream.below(count)), at: .milliseconds(stream.below(400) * 500),
                lasts: pick([.zero, .seconds(1), .seconds(20), .seconds(200), .forever]))
        }
        return failures
    }

    private mutating func chance(_ share: Double) -> Bool { stream.unit() < share }
    private mutating func pick<T>(_ choices: [T]) -> T { choices[Int(stream.below(UInt64(choices.count)))] }
}

/// Goes through the idle states at random, also into such as cannot be entered, and loads ahead of need at random.
final class RandomImagePolicy: IdlePolicy, PrewarmPolicy {
    private var stream: RandomStream
    private let states: UInt64
    private let loads: Bool
    /// Starts from other idle states, as the policy hears of them.
    var restores: UInt64 = 0

    init(seed: UInt64, states: Int) {
        stream = RandomStream(seed: seed, purpose: .test, entity: 61)
        self.states = UInt64(states)
        loads = stream.below(2) == 0
    }

    var observesRestores: Bool { true }
    func restored(_ unit: UnitID, from state: IdleStateID, startup: SimDuration) { restores += 1 }

    func nextStep(of sandbox: SandboxView, unit: UnitView, now: SimTime) -> IdleStep { step(now) }
    func refused(
        _ state: IdleStateID, to sandbox: SandboxView, unit: UnitView, now: SimTime
    ) -> IdleStep { step(now) }

    private func step(_ now: SimTime) -> IdleStep {
        let after = stream.below(10) == 0 ? .zero : SimDuration.milliseconds(500 + stream.below(20) * 500)
        // Sandboxes that may not go would be asked about for ever.
        if now > .zero + .seconds(3_000) { return .stay }
        return switch stream.below(12) {
        case 0: .stay
        case 1: .evict(after: .forever)
        case 2: .evict(after: after)
        case 3: .reconsider(after: after)
        default: .enter(IdleStateID(UInt8(stream.below(states))), after: after)
        }
    }

    func firstOrder(for unit: UnitView) -> PrewarmOrder? {
        loads ? PrewarmOrder(at: .zero + .milliseconds(stream.below(40) * 500)) : nil
    }

    func order(after end: SimTime, for unit: UnitView) -> PrewarmOrder? {
        guard loads, stream.below(3) == 0 else { return nil }
        return PrewarmOrder(at: end + .milliseconds(stream.below(40) * 500))
    }
}

/// Names idle sandboxes at random, or none although there are some.
final class RandomVictims: Reclaimer {
    private var stream: RandomStream
    private let units: Int
    private let states: Int

    init(seed: UInt64, units: Int, states: Int) {
        stream = RandomStream(seed: seed, purpose: .test, entity: 62)
        self.units = units
        self.states = states
    }

    var choosesVictims: Bool { true }
    func priority(of sandbox: SandboxView, unit: UnitView) -> ReclaimPriority {
        ReclaimPriority(sandbox.lastUsed)
    }

    func victim(for memory: Bytes, now: SimTime, in cluster: borrowing ClusterState) -> SandboxID? {
        if stream.below(4) == 0 { return nil }
        var found: [SandboxID] = []
        for unit in 0..<units {
            for state in 0..<states {
                let idle = cluster.idleSandboxes(of: UnitID(UInt32(unit)), in: IdleStateID(UInt8(state)))
                for sandbox in idle where cluster.isEvictable(sandbox.id) { found.append(sandbox.id) }
            }
        }
        return found.isEmpty ? nil : found[Int(stream.below(UInt64(found.count)))]
    }
}

/// Runs `scenario` with random steps, and random victims for some seeds.
func runImages(
    _ scenario: Scenario, _ workload: Workload, seed: UInt64, selfCheck: Bool = true
) throws -> (record: RunRecord, restores: UInt64) {
    var options = Simulation.Options()
    options.selfCheck = selfCheck
    let policy = RandomImagePolicy(seed: seed, states: scenario.idleStates.count)
    let simulation = Simulation(scenario: scenario, workload: workload, seed: seed) { context in
        var choices = scenario.policies
        choices.idle = PolicyChoice("forever")
        var policies = try PolicyCatalog.standard.make(choices, context: context)
        policies.idle = policy
        policies.prewarm = policy
        if seed % 5 == 0 {
            policies.reclaimer = RandomVictims(
                seed: seed, units: context.units.count, states: scenario.idleStates.count)
        }
        return policies
    }
    return (try simulation.run(options: options), policy.restores)
}
