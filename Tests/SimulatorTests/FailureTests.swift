import EventKernel
import Testing
import Workload

@testable import Simulator

@Suite("Failures of nodes, worked by hand")
struct FailureTests {
    /// Node 0 gets the base sandbox (of a call 0 ... 1 s), in its state from 4 s on; node 1 the deduplicated one (of a call
    /// 0 ... 1.5 s), moving from 6.5 s to 9.5 s. Node 0 fails at `failing`, for ever.
    private static func run(
        _ more: [HandCall] = [], failing: Double, lasts: Double? = nil, fate: DependantFate = .lost,
        keepsImage: Bool = true, memory: UInt64 = 500, change: (inout Scenario) -> Void = { _ in }
    ) throws -> (record: RunRecord, policy: ScriptedPolicy) {
        var scenario = try imageScenario(
            memory: memory, nodes: 2, [baseState(), dedupState(keepsImage: keepsImage)])
        scenario.start.cold = StartPath(name: "cold", stages: [Stage(.create, .constant(0.25))])
        scenario.failures.nodes = [
            NodeFailure(node: 0, at: seconds(failing), lasts: lasts.map(seconds) ?? .forever)
        ]
        scenario.failures.dependants = fate
        change(&scenario)
        let policy = ScriptedPolicy { question in
            switch (question.serial, question.state) {
            case (0, 0): .enter(1, after: 0.75)
            case (1, 0): question.at < 6 ? .enter(2, after: 4.75) : .stay
            default: .stay
            }
        }
        let calls = [HandCall(0, runs: 1), HandCall(0, runs: 1.5)] + more
        let record = try simulate(
            scenario, handWorkload(calls, memory: [100, 100], horizon: 60), idle: policy)
        return (record, policy)
    }

    @Test("What was deduplicated against a lost base sandbox is lost, started anew, or put away anew")
    func fates() throws {
        let lost = try Self.run(failing: 20, fate: .lost).record
        #expect(lost.mechanism.failures == FailureCounts(nodes: 1, sandboxes: 1, callsRestarted: 0, dependants: 1))
        #expect(lost.memory(at: 20) == [:])

        let restarted = try Self.run(failing: 20, fate: .restarted).record
        #expect(restarted.memory(at: 20) == [.loading: 100 * mebibyte])
        #expect(restarted.memory(at: 21) == [.idle: 100 * mebibyte])
        #expect(restarted.starts.cold == 2)

        // No base sandbox is left: all pages that are not zero stay whole.
        let rebased = try Self.run(failing: 20, fate: .rebased).record
        #expect(rebased.memory(at: 20) == [.loading: 100 * mebibyte])
        #expect(rebased.memory(at: 21)[.patches] == 256 * 90 * 4096)
        #expect(rebased.memory(at: 24)[.idle] == 10 * mebibyte)
        #expect(rebased.mechanism.states[2].entered == 2)
    }

    @Test("A call that executes on a node that fails starts anew elsewhere and ends once")
    func callThere() throws {
        // The base sandbox takes the call at 10 s; at 12 s it is gone, and what was deduplicated against it too.
        let record = try Self.run([HandCall(10, runs: 5)], failing: 12).record
        #expect(record.mechanism.failures.callsRestarted == 1)
        #expect(record.invocations.completed == 3)
        #expect(record.starts.cold == 3 && record.starts.warm == 0)
        #expect(record.endToEnd.max.isNear(2 + 0.25 + 5))
    }

    @Test("A restore that reads from a node that fails starts anew")
    func restoreReading() throws {
        // The base sandbox executes from 10 s to 30 s; the call at 10.5 s restores the other one: reads to 12.036 s.
        let calls = [HandCall(10, runs: 20), HandCall(10.5, runs: 1)]
        let record = try Self.run(calls, failing: 11).record
        #expect(record.mechanism.failures.callsRestarted == 2)
        #expect(record.starts.cold == 4 && record.starts.restored == [0, 0])
        #expect(record.endToEnd.max.isNear(1 + 0.25 + 20))
        #expect(record.startup.max.isNear(1.25))
        #expect(record.memory(at: 13) == [.running: 100 * mebibyte, .idle: 100 * mebibyte])
        // After the read and the restore it has its pages, and only the image that it kept is lost.
        let later = try Self.run(calls, failing: 12.75).record
        #expect(later.mechanism.failures.callsRestarted == 1)
        #expect(later.starts.restored == [0, 1])
        #expect(later.memory(at: 13)[.patches] == nil)
    }

    @Test("A move that depends on a node that fails is broken off, and the sandbox is warm again")
    func moveReading() throws {
        let (record, policy) = try Self.run([HandCall(30, runs: 1)], failing: 8)
        #expect(record.mechanism.states[2].brokenOff == 1 && record.mechanism.states[2].entered == 0)
        #expect(record.memory(at: 8) == [.idle: 100 * mebibyte])
        #expect(policy.questions.contains(ScriptedPolicy.Question(serial: 1, state: 0, at: 8, refused: nil)))
        #expect(record.starts.warm == 1)
    }

    @Test("The call broken off first takes the sandbox whose move is broken off, one that waits its memory")
    func waitingForMove() throws {
        // Node 1 has 200 MiB: 100 of the sandbox, 33 of its image, 60 of the buffer. The call at 7 s finds neither memory
        // nor a sandbox, as that of node 0 executes from 5 s on.
        let record = try Self.run(
            [HandCall(5, runs: 35), HandCall(7, runs: 1)], failing: 8, memory: 200
        ) {
            $0.idleStates[1].entry = path(0)
        }.record
        #expect(record.mechanism.failures.callsRestarted == 1)
        #expect(record.starts.warm == 1 && record.starts.cold == 3)
        #expect(record.waiting.count == 1 && record.waiting.time.max.isNear(1))
        #expect(record.endToEnd.max.isNear(3 + 35))
    }

    @Test("A node that is back is empty, and takes sandboxes; failing again meanwhile makes it stay away longer")
    func returning() throws {
        // A call each at 15 s and 35 s, of a unit that only node 0 has the memory for.
        func times(_ failures: [(Double, Double)]) throws -> RunRecord {
            var scenario = handScenario(memory: 100)
            scenario.nodes.append(NodeGroup(count: 1, memory: .mebibytes(10)))
            scenario.failures.nodes = failures.map {
                NodeFailure(node: 0, at: seconds($0.0), lasts: seconds($0.1))
            }
            return try simulate(
                scenario,
                handWorkload([HandCall(0, runs: 1), HandCall(15, runs: 1), HandCall(35, runs: 1)], horizon: 100))
        }
        let once = try times([(10, 20)])
        #expect(once.starts.cold == 2 && once.starts.warm == 1)
        #expect(once.startup.max.isNear(15))
        #expect(once.mechanism.failures.nodes == 1)
        let twice = try times([(10, 20), (12, 2), (40, 5), (60, 0)])
        #expect(twice.startup.max.isNear(15))
        #expect(twice.mechanism.failures.nodes == 3)
        #expect(try times([(10, 20), (12, 30)]).startup.max.isNear(27))
        // Away until the other failure begins, and on.
        #expect(try times([(10, 10), (20, 10)]).startup.max.isNear(15))
    }

    @Test("An empty node may fail, and all nodes: calls wait until one is back or their time is over")
    func allNodes() throws {
        var scenario = handScenario(memory: 100)
        scenario.nodes[0].count = 3
        scenario.failures.nodes = (0..<3).map { NodeFailure(node: $0, at: seconds(10), lasts: seconds(30)) }
        let calls = handWorkload([HandCall(5, runs: 10), HandCall(20, runs: 1)], horizon: 100)
        let record = try simulate(scenario, calls)
        #expect(record.mechanism.failures.nodes == 3)
        // Each node that fails has taken the call over from the one before it.
        #expect(record.mechanism.failures.sandboxes == 3 && record.mechanism.failures.callsRestarted == 3)
        #expect(record.invocations.completed == 2)
        #expect(record.endToEnd.max.isNear(35 + 10))
        #expect(record.startup.max.isNear(35))
        scenario.waiting.whenFull = .seconds(15)
        let timedOut = try simulate(scenario, calls)
        #expect(timedOut.invocations.timedOut == 2)
        scenario.waiting.whenFull = .zero
        #expect(try simulate(scenario, calls).invocations.refusedFull == 2)
        scenario.waiting.whenFull = .forever
        for failure in scenario.failures.nodes.indices { scenario.failures.nodes[failure].lasts = .forever }
        #expect(try simulate(scenario, calls).invocations.timedOut == 2)
    }

    @Test("A call that waits for a busy sandbox gets a start of its own when that is gone")
    func waitingForBusy() throws {
        // The call at 5 s waits for the sandbox that executes to 20 s. At 10 s its node fails and the call before it finds
        // no room on the other node, which is too small, and is refused.
        var scenario = handScenario(memory: 100)
        scenario.nodes.append(NodeGroup(count: 1, memory: .mebibytes(50)))
        scenario.failures.nodes = [NodeFailure(node: 0, at: seconds(10), lasts: seconds(20))]
        scenario.waiting.forBusy = .forever
        scenario.waiting.whenFull = .zero
        let calls = handWorkload([HandCall(0, runs: 20), HandCall(5, runs: 1)], horizon: 60)
        #expect(try simulate(scenario, calls).invocations.refusedFull == 2)
        scenario.waiting.whenFull = .forever
        let record = try simulate(scenario, calls)
        #expect(record.invocations.completed == 2)
        #expect(record.mechanism.failures.callsRestarted == 1)
    }

    @Test("Gates and locks that a node's jobs held are free when it is back")
    func heldThings() throws {
        var state = awayState(restore: path(20, resource: "lock", gates: ["gate", "common"]))
        state.restore.gates = ["gate", "common"]
        var scenario = try imageScenario(memory: 300, [state])
        scenario.resources = [Resource("gate", servers: 2), Resource("common", scope: .cluster, servers: 3)]
        scenario.failures.nodes = [NodeFailure(node: 0, at: seconds(15), lasts: seconds(5))]
        // Three restores begin at 10 s: two are through the gate, one of them has the lock. At 15 s all are broken off;
        // from 20 s on they start cold; away again, they are restored from 40 s on.
        let policy = ScriptedPolicy { $0.state == 0 && $0.at < 30 ? .enter(1, after: 1) : .stay }
        let calls = [0.0, 10, 40].flatMap { time in (0..<3).map { HandCall(time, runs: 1, $0) } }
        let record = try simulate(
            scenario, handWorkload(calls, memory: [100, 100, 100], horizon: 200), idle: policy)
        #expect(record.mechanism.failures.callsRestarted == 3)
        #expect(record.starts.cold == 6 && record.starts.restored == [3])
        #expect(record.mechanism.states[1].startup.max.isNear(60))
    }
}
