import EventKernel
import Testing
import Workload

@testable import Simulator

@Suite("Who comes first, worked by hand")
struct EnginePointTests {
    /// Puts sandboxes on the given nodes one after the other, all after these on node 1.
    private final class Placed: PlacementPolicy {
        private var nodes: [UInt32]
        init(_ nodes: [UInt32]) { self.nodes = nodes.reversed() }

        func node(for unit: UnitID, memory: Bytes, in cluster: borrowing ClusterState) -> NodeID {
            NodeID(nodes.popLast() ?? 1)
        }
    }

    /// Names the idle sandbox of the last unit.
    private final class LastUnit: Reclaimer {
        private let units: UInt32
        init(units: UInt32) { self.units = units }

        var choosesVictims: Bool { true }
        func priority(of sandbox: SandboxView, unit: UnitView) -> ReclaimPriority {
            ReclaimPriority(sandbox.lastUsed)
        }
        func victim(for memory: Bytes, now: SimTime, in cluster: borrowing ClusterState) -> SandboxID? {
            for unit in (0..<units).reversed() {
                for sandbox in cluster.idleSandboxes(of: UnitID(unit), in: .warm)
                where cluster.isEvictable(sandbox.id) { return sandbox.id }
            }
            return nil
        }
    }

    private static func simulate(
        _ scenario: Scenario, _ workload: Workload, idle: any IdlePolicy, placement: any PlacementPolicy,
        reclaimer: (any Reclaimer)? = nil
    ) throws -> RunRecord {
        var options = Simulation.Options()
        options.selfCheck = true
        return try Simulation(scenario: scenario, workload: workload, seed: 1) { _ in
            PolicySet(placement: placement, idle: idle, reclaimer: reclaimer)
        }.run(options: options)
    }

    @Test("Calls that were broken off get memory before sandboxes that were lost are started anew")
    func callsBeforeRebuilding() throws {
        // Node 0 has the base sandbox, node 1 (240 MiB) what is deduplicated against it. At 20 s node 0 fails, with a call
        // of a unit of 150 MiB. Node 1 has room for that, or for the lost sandbox of 100 MiB.
        func run(second: UInt64) throws -> RunRecord {
            var scenario = try imageScenario([baseState(), dedupState()])
            scenario.nodes = [1_000, 240].map { NodeGroup(count: 1, memory: .mebibytes($0)) }
            scenario.failures.nodes = [NodeFailure(node: 0, at: seconds(20))]
            scenario.failures.dependants = .restarted
            let policy = ScriptedPolicy { question in
                switch (question.serial, question.state) {
                case (0, 0): .enter(1, after: 1)
                case (1, 0): .enter(2, after: 5)
                default: .stay
                }
            }
            let calls = [HandCall(0, runs: 1), HandCall(0, runs: 1.5), HandCall(15, runs: 20, 1)]
            return try Self.simulate(
                scenario, handWorkload(calls, memory: [100, second], horizon: 60), idle: policy,
                placement: Placed([0, 1, 0]))
        }
        let record = try run(second: 150)
        #expect(record.mechanism.failures.callsRestarted == 1)
        #expect(record.waiting.count == 0 && record.startups[1].isNear(5))
        #expect(record.memory(at: 21) == [.running: 150 * mebibyte])
        // With room for both, both are there.
        #expect(try run(second: 140).memory(at: 21) == [.running: 140 * mebibyte, .idle: 100 * mebibyte])
    }

    @Test("For a restore sandboxes of its node go by priority, also where victims are chosen")
    func victimsOfRestores() throws {
        // At 10 s the first unit is restored on node 0, where units 1 and 2 are idle, unit 1 for longer.
        var scenario = try imageScenario([awayState(restore: path(0.5))])
        scenario.nodes = [300, 300].map { NodeGroup(count: 1, memory: .mebibytes($0)) }
        let policy = ScriptedPolicy { $0.serial == 0 && $0.at < 5 ? .enter(1, after: 0) : .stay }
        let times = [0.0, 2, 3].enumerated().map { HandCall($1, runs: 0.5, $0) }
        let again = [HandCall(10, runs: 1), HandCall(20, runs: 1, 1), HandCall(20, runs: 1, 2)]
        let record = try Self.simulate(
            scenario, handWorkload(times + again, memory: [150, 100, 100], horizon: 60), idle: policy,
            placement: Placed([0, 0, 0]), reclaimer: LastUnit(units: 3))
        #expect(record.starts.restored == [1] && record.evictions.reclaimed == 1)
        #expect(record.colds == [1, 2, 1])
    }

    @Test("What a resource of the cluster was asked for is done, though who asked is gone")
    func brokenOffAtTheCluster() throws {
        // Two restores ask the registry at 10 s, for 4 s each. At 11 s the node of the first fails.
        var scenario = try imageScenario(
            nodes: 2, [awayState(restore: path(4, resource: "registry"))])
        scenario.resources = [Resource("registry", scope: .cluster)]
        scenario.failures.nodes = [NodeFailure(node: 0, at: seconds(11))]
        let policy = ScriptedPolicy { $0.state == 0 && $0.at < 5 ? .enter(1, after: 1) : .stay }
        let calls = [0, 10].flatMap { [HandCall($0, runs: 1), HandCall($0, runs: 1, 1)] }
        let record = try Self.simulate(
            scenario, handWorkload(calls, memory: [100, 100], horizon: 60), idle: policy,
            placement: Placed([0, 1, 1]))
        #expect(record.mechanism.failures.callsRestarted == 1)
        #expect(record.startups[1].isNear(8))
        #expect(record.startups[0].isNear(1))
    }

    @Test("Quantiles of memory are amounts of memory, at the points of the timeline")
    func memoryQuantiles() throws {
        // 1 MiB all the time; for the first 5.5 of 20 s 100 MiB more.
        var scenario = handScenario(keepAlive: 0)
        scenario.measurement.interval = .seconds(1)
        let calls = handWorkload(
            [HandCall(0, runs: 20), HandCall(0, runs: 5.5, 1)], memory: [1, 100], horizon: 20)
        let memory = try Self.simulate(
            scenario, calls, idle: FixedKeepAlive(keepAlive: .zero), placement: LeastLoaded()
        ).memory
        let mebibyte = Double(mebibyte)
        #expect(memory.total.p50 == mebibyte)
        #expect(memory.total.p90 == 101 * mebibyte && memory.total.p99 == 101 * mebibyte)
        #expect(memory.total.peak == UInt64(101 * mebibyte))
        #expect(memory.total.mean.isNear(mebibyte * (1 + 100 * 5.5 / 20)))
        let running = memory.byPurpose[Int(MemoryPurpose.running.rawValue)].use
        #expect(running.p50 == mebibyte && running.p90 == 101 * mebibyte)
        let idle = memory.byPurpose[Int(MemoryPurpose.idle.rawValue)].use
        #expect(idle.p50 == 0 && idle.p99 == 0)
    }
}
