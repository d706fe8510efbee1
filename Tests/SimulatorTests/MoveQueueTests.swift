import EventKernel
import HardwareCosts
import Testing
import Workload

@testable import Simulator

@Suite("What moves and restores wait for, worked by hand")
struct MoveQueueTests {
    /// Sandboxes of several units go away after a second; at 10 s each is called again.
    private static func startups(
        _ restore: StartPath, units: Int, nodes: Int = 1, resources: [Resource] = [],
        change: (inout Scenario) -> Void = { _ in }
    ) throws -> [Double] {
        var scenario = try imageScenario(
            memory: 1_000, nodes: nodes, [awayState(restore: restore)])
        scenario.resources = resources
        change(&scenario)
        let calls = (0..<units).flatMap { [HandCall(0, runs: 1, $0), HandCall(10, runs: 1, $0)] }
        let policy = ScriptedPolicy { $0.state == 0 && $0.at < 5 ? .enter(1, after: 1) : .stay }
        let record = try simulate(
            scenario, handWorkload(calls, memory: Array(repeating: 10, count: units), horizon: 40),
            idle: policy)
        #expect(record.starts.restored == [UInt64(units)])
        return record.startups
    }

    private static func near(_ found: [Double], _ expected: [Double]) -> Bool {
        found.count == expected.count && zip(found, expected).allSatisfy { $0.isNear($1) }
    }

    @Test("Restores on a node queue at its lock; those on another node have their own")
    func lock() throws {
        var restore = path(1)
        restore.stages.append(Stage(.restore, .constant(0.5), resource: "restore"))
        #expect(Self.near(try Self.startups(restore, units: 3), [1.5, 2, 2.5]))
        let spread = try Self.startups(restore, units: 4, nodes: 2)
        #expect(Self.near(spread.sorted(), [1.5, 1.5, 2, 2]))
    }

    @Test("A gate lets so many through at a time, from before the first stage until after the last")
    func gate() throws {
        var restore = path(1, gates: ["gate"])
        restore.stages.append(Stage(.restore, .constant(0.5)))
        let gate = Resource("gate", servers: 2)
        #expect(Self.near(try Self.startups(restore, units: 5, resources: [gate]), [1.5, 1.5, 3, 3, 4.5]))
        // One gate for the cluster counts for all nodes together.
        let common = Resource("gate", scope: .cluster, servers: 2)
        let found = try Self.startups(restore, units: 4, nodes: 2, resources: [common])
        #expect(Self.near(found.sorted(), [1.5, 1.5, 3, 3]))
        // Two gates one after the other: the narrower decides, the wider holds back the third until then.
        restore.gates = ["gate", "narrow"]
        #expect(Self.near(try Self.startups(restore, units: 3, resources: [gate]), [1.5, 3, 4.5]))
    }

    @Test("Shards share each request, replicas take one each, and what is done on every replica takes all")
    func servers() throws {
        let restore = path(4, resource: "registry")
        func found(_ servers: Int, _ sharing: Resource.Sharing, every: Bool = false) throws -> [Double] {
            var restore = restore
            restore.stages[0].holdsEveryServer = every
            return try Self.startups(
                restore, units: 3,
                resources: [Resource("registry", scope: .cluster, servers: servers, sharing: sharing)])
        }
        #expect(Self.near(try found(1, .any), [4, 8, 12]))
        #expect(Self.near(try found(4, .split), [1, 2, 3]))
        #expect(Self.near(try found(2, .any), [4, 4, 8]))
        #expect(Self.near(try found(2, .any, every: true), [4, 8, 12]))
        #expect(Self.near(try found(4, .split, every: true), [1, 2, 3]))
    }

    @Test("Encoding shares the node's core with an execution, and both take longer")
    func sharingCores() throws {
        // One core. The call runs from 10 s and needs 4 s. Encoding (2 s on one thread) begins at 11 s: at half speed
        // both, it ends at 15 s, when 1 s of the execution is left.
        var state = awayState(restore: path(0))
        state.entry = StartPath(
            name: "entry", stages: [Stage(.encode, .law(.constant(2)), threads: 1)])
        var scenario = try imageScenario([state])
        scenario.contention = .processorSharing(demand: 1)
        let policy = ScriptedPolicy { question in
            if question.state == 0, question.serial == 0 { return .enter(1, after: 10) }
            return .stay
        }
        let calls = handWorkload([HandCall(0, runs: 1, 0), HandCall(10, runs: 4, 1)], memory: [100, 100], horizon: 30)
        let record = try simulate(scenario, calls, idle: policy)
        #expect(record.endToEnd.max.isNear(6))
        #expect(record.mechanism.states[1].entry.max.isNear(4))
        #expect(
            record.mechanism.coreSeconds == [
                CoreUse(purpose: "execution", seconds: 5), CoreUse(purpose: "encode", seconds: 2),
            ])
        // Without contention neither minds the other.
        scenario.contention = .off
        let apart = try simulate(
            scenario, calls, idle: ScriptedPolicy { $0.serial == 0 && $0.state == 0 ? .enter(1, after: 10) : .stay })
        #expect(apart.endToEnd.max.isNear(4))
        #expect(apart.mechanism.states[1].entry.max.isNear(2))
    }

    @Test("A call during a move does not get the sandbox; a call that waits gets it when it has arrived")
    func callDuringMove() throws {
        // On the way from 2 s to 5 s.
        let away = awayState(entry: 3, restore: path(1))
        let policy = { ScriptedPolicy { $0.state == 0 && $0.at < 2 ? .enter(1, after: 1) : .stay } }
        let calls = handWorkload([HandCall(0, runs: 1), HandCall(3, runs: 1)], memory: [100], horizon: 20)
        let ample = try simulate(try imageScenario([away]), calls, idle: policy())
        #expect(ample.starts.cold == 2)
        // With memory for one only, the call at 3 s waits until 5 s and is restored in 1 s.
        let tight = try simulate(try imageScenario(memory: 100, [away]), calls, idle: policy())
        #expect(tight.starts.cold == 1 && tight.starts.restored == [1])
        #expect(tight.startup.max.isNear(3))
        #expect(tight.waiting.count == 1 && tight.waiting.time.max.isNear(2))
    }

    @Test("A policy that wants to reconsider is asked again, and again after that")
    func reconsidering() throws {
        let policy = ScriptedPolicy { question in
            if question.state == 1 { return .evict(after: seconds(2)) }
            return question.at < 8 ? .reconsider(after: seconds(3)) : .enter(1, after: 0)
        }
        let record = try simulate(
            try imageScenario([awayState(restore: path(0))]),
            handWorkload([HandCall(0, runs: 1)], memory: [100], horizon: 20), idle: policy)
        #expect(policy.questions.map(\.at) == [1, 4, 7, 10, 10])
        #expect(record.sandboxes.mean.isNear(12 / 20.0))
    }

    @Test("A sandbox with a free slot takes a second call in the state that it comes back to")
    func slotsInResumedStates() throws {
        var scenario = try imageScenario([baseState()])
        scenario.sandbox.concurrency = 2
        let calls = handWorkload(
            [HandCall(0, runs: 1), HandCall(10, runs: 5), HandCall(12, runs: 5)], memory: [100], horizon: 30)
        let policy = ScriptedPolicy { $0.state == 0 ? .enter(1, after: 1) : .stay }
        let record = try simulate(scenario, calls, idle: policy)
        #expect(record.starts.cold == 1 && record.starts.warm == 2)
        #expect(record.sandboxes.peak == 1)
        #expect(record.bytes(.running, at: 16) == 100 * mebibyte)
        #expect(record.bytes(.running, at: 17) == 0)
        #expect(policy.questions.filter { $0.state == 1 }.map(\.at) == [4, 17])
    }

    @Test("A base sandbox that may go at last makes room for a call that waits, on its node")
    func roomOfFreedBase() throws {
        // Node 0 (250 MiB) has the base sandbox and its image, node 1 the deduplicated one (44 MiB) and, from 15 s to
        // 100 s, a call of 180 MiB. A call of 150 MiB at 20 s waits. At 50 s the deduplicated sandbox goes, on node 1, and
        // the base sandbox may go, on node 0.
        var base = baseState()
        base.entry = path(2)
        var scenario = try imageScenario(memory: 250, nodes: 2, [base, dedupState()])
        scenario.policies.placement = PolicyChoice("least-loaded")
        let calls = [
            HandCall(0, runs: 1, 0), HandCall(0.5, runs: 1, 0), HandCall(15, runs: 85, 1),
            HandCall(20, runs: 1, 2),
        ]
        let policy = ScriptedPolicy { question in
            switch (question.serial, question.state) {
            case (0, 0): .enter(1, after: 1)
            case (1, 0): .enter(2, after: 5)
            case (1, 2): .evict(after: seconds(40.5))
            default: .stay
            }
        }
        let workload = handWorkload(calls, memory: [100, 180, 150], horizon: 200)
        let record = try simulate(scenario, workload, idle: policy)
        #expect(record.evictions.policy == 1 && record.evictions.reclaimed == 1)
        #expect(record.startup.max.isNear(30))
    }
}
