import EventKernel
import Simulator
import Testing
import Workload

/// Greedy-dual, worked by hand: priority = clock at the beginning of the last use + frequency x cost / size, here cold
/// starts of 1 s and sandboxes of 100 MiB: 0.01 for each use.
@Suite("Greedy-dual with the clock and frequencies of the cluster, or of each node")
struct GreedyDualTests {
    /// Two nodes of 200 MiB, sandboxes that stay for ever, the freest node first.
    private func colds(_ calls: [HandCall], functions: Int, slow: Int? = nil, scope: String) throws
        -> [UInt64]
    {
        var scenario = handScenario(memory: 200, cold: 1)
        scenario.nodes[0].count = 2
        scenario.policies.idle = PolicyChoice("forever")
        scenario.policies.reclaim = PolicyChoice("greedy-dual", ["scope": .text(scope)])
        if let slow {
            let path = StartPath(name: "slow", stages: [Stage(.create, .constant(10))])
            scenario.start.byName = [.init("a\(slow)", path)]
        }
        let sizes = Array(repeating: UInt64(100), count: functions)
        return try simulate(scenario, handWorkload(calls, memory: sizes, horizon: 100)).colds
    }

    @Test(
        "Uses on another node count for the cluster, not for a node",
        arguments: [("cluster", 2), ("node", 1)])
    func frequency(scope: String, coldStartsOfY: UInt64) throws {
        // X (0), Y (1), F (2), Z (3). X's first sandbox is built on node 0, its second on node 1; Y on node 0; F fills
        // node 1. Y is used twice. X is used four times, but on node 0 once: later uses take the sandbox that became idle
        // last. At 30 s Z takes the place of what is worth least on node 0: by the cluster's count Y (2 uses against 4),
        // by the node's X (1 against 2). Y is called again at 40 s.
        let calls = [
            HandCall(0, runs: 10, 0), HandCall(1, runs: 10, 0), HandCall(2, runs: 1, 1),
            HandCall(3, runs: 90, 2), HandCall(5, runs: 1, 1), HandCall(20, runs: 1, 0),
            HandCall(22, runs: 1, 0), HandCall(30, runs: 1, 3), HandCall(40, runs: 1, 1),
        ]
        #expect(try colds(calls, functions: 4, scope: scope) == [2, coldStartsOfY, 1, 1])
    }

    @Test("Evictions on another node age the cluster, not a node", arguments: [("cluster", 2), ("node", 1)])
    func clock(scope: String, coldStartsOfA: UInt64) throws {
        // F (0), A (1), E (2), B (3), G (4), H (5). F and E are built on node 0, A and B on node 1. A is used three times
        // by 7 s. At 20 s G takes the place of E, whose cold start is 10 s: the clock is 0.1, the cluster's or node 0's.
        // At 25 s B is used for the second time: worth 0.12 by the cluster's clock, 0.02 by that of node 1, where A is
        // worth 0.03. At 30 s H takes the place of one of them on node 1, as nothing is idle on node 0. A is called again
        // at 40 s.
        let calls = [
            HandCall(0, runs: 95, 0), HandCall(1, runs: 1, 1), HandCall(2, runs: 1, 2),
            HandCall(5, runs: 1, 1), HandCall(7, runs: 1, 1), HandCall(15, runs: 1, 3),
            HandCall(20, runs: 70, 4), HandCall(25, runs: 1, 3), HandCall(30, runs: 1, 5),
            HandCall(40, runs: 1, 1),
        ]
        #expect(try colds(calls, functions: 6, slow: 2, scope: scope) == [1, coldStartsOfA, 1, 1, 1, 1])
    }

    @Test("The scope is a parameter that is listed with its words, the cluster's by default")
    func parameter() throws {
        let entry = try #require(PolicyCatalog.standard.reclaim.first { $0.name == "greedy-dual" })
        #expect(entry.parameters.map(\.name) == ["scope"])
        #expect(entry.parameters.first?.words == ["cluster", "node"])
        #expect(entry.parameters.first?.standard == .text("cluster"))
    }
}
