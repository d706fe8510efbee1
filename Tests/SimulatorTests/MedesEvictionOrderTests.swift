import EventKernel
import Testing

@testable import Simulator

extension HandCluster: EvictionReading {}

/// Medes' eviction keeps an order of the functions; a plain scan over all of them for each victim says the same.
@Suite struct MedesEvictionOrderTests {
    @Test("In every run each victim is the one that a plain scan of the cluster finds")
    func victims() throws {
        var (decisions, victims, others): (UInt64, UInt64, UInt64) = (0, 0, 0)
        let scenarios = scenarioCount(1_500)
        for seed in 1...scenarios {
            var generator = RandomImages(seed: seed &+ 5_000_000)
            let (scenario, workload) = try generator.make()
            let policy = RandomImagePolicy(seed: seed, states: scenario.idleStates.count)
            var both: BothEvictions?
            let simulation = Simulation(scenario: scenario, workload: workload, seed: seed) { context in
                var choices = scenario.policies
                choices.idle = PolicyChoice("forever")
                var policies = try PolicyCatalog.standard.make(choices, context: context)
                let reclaimer = try BothEvictions(context, seed: seed)
                policies.idle = ObservedIdlePolicy(policy, observer: reclaimer)
                policies.prewarm = policy
                policies.reclaimer = reclaimer
                both = reclaimer
                return policies
            }
            var options = Simulation.Options()
            options.selfCheck = seed % 5 == 0
            _ = try simulation.run(options: options)
            let reclaimer = try #require(both)
            #expect(reclaimer.differences == 0, "seed \(seed)")
            decisions += reclaimer.decisions
            victims += reclaimer.victims
            others += reclaimer.passedOver
        }
        // Runs in which nobody is evicted, or always of the first function, would show nothing.
        #expect(victims > scenarios && decisions > 5 * scenarios && others > scenarios / 2)
    }
}

/// Asks Medes' eviction, and beside it the plain scan.
private final class BothEvictions: Reclaimer, ArrivalObserver {
    private let ordered: MedesEviction
    private let plain: PlainEviction
    var decisions: UInt64 = 0
    var victims: UInt64 = 0
    var passedOver: UInt64 { plain.passedOver }
    var differences: UInt64 = 0

    init(_ context: PolicyContext, seed: UInt64) throws {
        var stream = RandomStream(seed: seed, purpose: .test, entity: 63)
        let settled: SimDuration = [.zero, .milliseconds(500), .seconds(2), .seconds(7)][Int(stream.below(4))]
        let windows = 1 + Int(stream.below(10))
        let window = SimDuration.milliseconds(200 + stream.below(20_000))
        let states = context.scenario.idleStates
        let base = states[Int(stream.below(UInt64(states.count)))].name
        let name = stream.below(3) == 0 ? "none of them" : base
        ordered = try MedesEviction(
            context, settled: settled, windows: windows, window: window, base: name)
        plain = PlainEviction(context, settled: settled, windows: windows, window: window, base: name)
    }

    func arrived(at unit: UnitView, now: SimTime) {
        ordered.arrived(at: unit, now: now)
        plain.rates.add(unit.id.index, now: now)
    }

    var choosesVictims: Bool { true }
    func priority(of sandbox: SandboxView, unit: UnitView) -> ReclaimPriority {
        ReclaimPriority(sandbox.lastUsed)
    }

    func victim(for memory: Bytes, now: SimTime, in cluster: borrowing ClusterState) -> SandboxID? {
        let victim = ordered.victim(for: memory, now: now, in: cluster)
        decisions += 1
        victims += victim == nil ? 0 : 1
        differences += victim == plain.victim(now: now, in: cluster) ? 0 : 1
        return victim
    }
}

/// Medes' eviction as it is told: every ratio anew for each victim, and again for each function that has none.
private final class PlainEviction {
    var rates: ArrivalRates
    /// Functions that had no victim although others had.
    var passedOver: UInt64 = 0
    private let settled: SimDuration
    private let units: Int
    private let states: [IdleStateID]
    private let base: IdleStateID?

    init(_ context: PolicyContext, settled: SimDuration, windows: Int, window: SimDuration, base: String) {
        rates = ArrivalRates(units: context.units.count, windows: windows, width: window)
        units = context.units.count
        self.settled = settled
        let names = context.scenario.idleStates.map(\.name)
        let place = names.firstIndex(of: base)
        self.base = place.map { IdleStateID(UInt8($0)) }
        states = names.indices.filter { $0 != place }.map { IdleStateID(UInt8($0)) }
    }

    func victim(now: SimTime, in cluster: borrowing ClusterState) -> SandboxID? {
        rates.advance(to: now)
        var ratios: [(ratio: Double, unit: Int)] = []
        for unit in 0..<units {
            let id = UnitID(UInt32(unit))
            let warm = cluster.count(of: id, in: .warm) + (base.map { cluster.count(of: id, in: $0) } ?? 0)
            ratios.append((warm == 0 ? 0 : Double(warm) / rates.mean(unit), unit))
        }
        ratios.sort { $0.ratio != $1.ratio ? $0.ratio > $1.ratio : $0.unit < $1.unit }
        for (place, next) in ratios.enumerated() {
            var best: SandboxView?
            for state in states {
                for sandbox in cluster.idleSandboxes(of: UnitID(UInt32(next.unit)), in: state)
                where sandbox.since + settled <= now && cluster.isEvictable(sandbox.id) {
                    if let best, (best.since, best.serial) <= (sandbox.since, sandbox.serial) { continue }
                    best = sandbox
                }
            }
            if let best {
                passedOver += place > 0 ? 1 : 0
                return best.id
            }
        }
        return nil
    }
}
