import EventKernel
import Testing
import Workload

@testable import Simulator

/// docs/model.md, "When memory is full", step 3: the node with the most memory free or reclaimable takes the sandbox.
@Suite("Which node gives way when memory is full, worked by hand")
struct HandMostRoomTests {
    /// Functions a to g; MiB.
    private static let sizes: [UInt64] = [500, 500, 500, 300, 300, 500, 300]

    /// LRU, sandboxes stay for ever, starts take no time.
    private func scenario(_ nodes: [NodeGroup]) -> Scenario {
        var scenario = handScenario()
        scenario.nodes = nodes
        scenario.policies.idle = PolicyChoice("forever")
        return scenario
    }

    /// At 14 s function g (300 MiB) is called on three nodes of 700 MiB. a, b and c were built on nodes 0, 1 and 2; d
    /// took the place of a, e runs beside d, f runs in place of b:
    /// - node 0: e runs (300), d idle (300), 100 free: 400 free or reclaimable;
    /// - node 1: f runs (500), 200 free: 200;
    /// - node 2: c idle (500), 200 free: 700.
    ///
    /// Least-loaded names node 1, the first with 200 free, where nothing can go. At 20 s d and c are called again.
    private static let calls = [
        HandCall(1, runs: 1, 0), HandCall(1, runs: 1, 1), HandCall(1, runs: 1, 2),
        HandCall(10, runs: 1, 3), HandCall(12, runs: 60, 4), HandCall(13, runs: 60, 5),
        HandCall(14, runs: 1, 6), HandCall(20, runs: 1, 3), HandCall(20, runs: 1, 2),
    ]

    @Test("The node with the most room gives way, though others of lower numbers have enough")
    func mostRoom() throws {
        let nodes = [NodeGroup(count: 3, memory: .mebibytes(700))]
        let record = try simulate(scenario(nodes), handWorkload(Self.calls, memory: Self.sizes, horizon: 100))
        // c was evicted: its second call is cold, that of d warm.
        #expect(record.colds == [1, 1, 2, 1, 1, 1, 1])
        #expect(record.starts.warm == 1)
    }

    @Test("What a node has beyond its limit is no room for new sandboxes")
    func limits() throws {
        let nodes = [
            NodeGroup(count: 1, memory: .mebibytes(2_000), limit: .mebibytes(700)),
            NodeGroup(count: 2, memory: .mebibytes(700)),
        ]
        let record = try simulate(scenario(nodes), handWorkload(Self.calls, memory: Self.sizes, horizon: 100))
        #expect(record.colds == [1, 1, 2, 1, 1, 1, 1])
    }

    @Test("A node that is away has no room, and all of its memory again when it is back")
    func failures() throws {
        let nodes = [NodeGroup(count: 3, memory: .mebibytes(700))]
        var away = scenario(nodes)
        away.failures.nodes = [NodeFailure(node: 2, at: seconds(13.5))]
        let calls = handWorkload(Self.calls, memory: Self.sizes, horizon: 100)
        // Node 0 has the most then: d goes, and is cold at 20 s; c went with its node.
        #expect(try simulate(away, calls).colds == [1, 1, 2, 2, 1, 1, 1])
        // Back at 13.75 s, node 2 is empty and the freest: g is built there and nothing goes. At 20 s d is warm.
        away.failures.nodes[0].lasts = seconds(0.25)
        let back = try simulate(away, calls)
        #expect(back.colds == [1, 1, 2, 1, 1, 1, 1])
    }

    @Test("Of nodes with equal room the one of the lowest number gives way")
    func ties() throws {
        // Nodes 0 and 2: 200 MiB run, 400 idle, 100 free: 500 free or reclaimable. Node 1: 450 run, 250 free.
        // The call of 300 at 10 s evicts what is idle on node 0.
        let calls = [
            HandCall(0, runs: 100, 0), HandCall(0, runs: 100, 1), HandCall(0, runs: 100, 2),
            HandCall(1, runs: 1, 3), HandCall(1, runs: 1, 4), HandCall(10, runs: 1, 5),
            HandCall(20, runs: 1, 4), HandCall(20, runs: 1, 3),
        ]
        let workload = handWorkload(calls, memory: [200, 450, 200, 400, 400, 300], horizon: 100)
        let record = try simulate(scenario([NodeGroup(count: 3, memory: .mebibytes(700))]), workload)
        #expect(record.colds == [1, 1, 1, 2, 1, 1])
    }

    @Test("Images go with the sandboxes that put them away; what is protected stays", arguments: 0..<3)
    func reclaimable(kind: Int) throws {
        // Three nodes of 1,400 MiB. From 5 s on node 0 holds a sandbox of 600 MiB that has put an image of 600 MiB away,
        // and nodes 1 and 2 execute 500 each. At 10 s 1,000 are asked for: more than the 900 of those.
        let stored = IdleState(
            name: "stored", placements: IdleState.away(.compressed), restore: path(0), image: .whole)
        func base(_ protection: BaseProtection) -> IdleState {
            IdleState(
                name: "base", restore: path(0), image: .reference(protection), isResumed: true, taken: .first)
        }
        let (state, isServed) = [
            (stored, true), (base(.whileReferenced), true), (base(.always), false),
        ][kind]
        var scenario = try imageScenario(memory: 1_400, nodes: 3, units: 1, [state])
        scenario.waiting.whenFull = .zero
        let policy = ScriptedPolicy { $0.serial == 0 && $0.state == 0 ? .enter(1, after: 1) : .stay }
        let calls = [
            HandCall(0, runs: 1, 0), HandCall(5, runs: 50, 1), HandCall(5, runs: 50, 2),
            HandCall(10, runs: 1, 3),
        ]
        let workload = handWorkload(calls, memory: [600, 500, 500, 1_000], horizon: 60)
        let record = try simulate(scenario, workload, idle: policy)
        #expect(record.mechanism.states[1].entered == 1)
        #expect(record.evictions.reclaimed == (isServed ? 1 : 0))
        #expect(record.invocations.refusedFull == (isServed ? 0 : 1))
    }

    @Test("A donor makes no room while others are forked from it")
    func donors() throws {
        // As above with a seed on node 0, but from 9.75 s on a fork of it, on node 1, is under way for half a second.
        let seed = IdleState(name: "seed", restore: path(0), taken: .never, forks: path(0.5))
        let scenario = try imageScenario(memory: 1_400, nodes: 3, units: 1, [seed])
        let policy = ScriptedPolicy { $0.serial == 0 && $0.state == 0 ? .enter(1, after: 1) : .stay }
        let calls = [
            HandCall(0, runs: 1, 0), HandCall(5, runs: 50, 1), HandCall(5, runs: 50, 2),
            HandCall(9.75, runs: 50, 0), HandCall(10, runs: 1, 3),
        ]
        let workload = handWorkload(calls, memory: [600, 500, 500, 1_000], horizon: 60)
        let record = try simulate(scenario, workload, idle: policy)
        #expect(record.starts.restored == [1])
        #expect(record.waiting.count == 1 && record.waiting.time.max.isNear(0.25))
        #expect(record.evictions.reclaimed == 1)
    }
}
