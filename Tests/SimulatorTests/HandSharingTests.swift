import EventKernel
import Simulator
import Testing
import Workload

@Suite("Concurrency, loads ahead, cores and eviction orders, worked by hand")
struct HandSharingTests {
    @Test("Calls share sandboxes as far as they have slots", arguments: [(1, 3), (2, 2), (3, 1)])
    func concurrency(slots: Int, sandboxes: UInt64) throws {
        var scenario = handScenario()
        scenario.sandbox.concurrency = slots
        let calls = handWorkload((0..<3).map { HandCall(Double($0), runs: 10) }, horizon: 100)
        let record = try simulate(scenario, calls)
        #expect(record.starts.cold == sandboxes)
        #expect(record.starts.warm == 3 - sandboxes)
        #expect(record.sandboxes.peak == sandboxes)
        // A sandbox runs from its first call to the end of its last one.
        let running: Double = slots == 1 ? 30 : slots == 2 ? 11 + 10 : 12
        #expect(record.meanMebibytes(.running).isNear(running))
    }

    @Test("Calls claim free slots of a sandbox that is still starting")
    func claimingSlots() throws {
        // Ready at 5 s: the calls at 1 s and 2 s wait 4 s and 3 s for it; the fourth, at 3 s, builds one of its own.
        var scenario = handScenario(cold: 5)
        scenario.sandbox.concurrency = 3
        let calls = handWorkload((0..<4).map { HandCall(Double($0), runs: 10) }, horizon: 100)
        let record = try simulate(scenario, calls)
        #expect(record.starts.cold == 2)
        #expect(record.starts.partial == 2)
        #expect(record.startup.mean.isNear((5 + 4 + 3 + 5) / 4.0))
        scenario.waiting.forStarting = false
        #expect(try simulate(scenario, calls).starts.cold == 4)
    }

    @Test("A call takes a sandbox that was loaded ahead of need, ready or not")
    func loadedAhead() throws {
        // Cold 10 s. The first call runs 10 ... 11 s, its sandbox goes; the load begins at 111 s and is ready at 121 s.
        let scenario = handScenario(cold: 10)
        func record(next: Double) throws -> RunRecord {
            let policy = LoadingPolicy(delay: 100, keepAlive: 20)
            let calls = handWorkload([HandCall(0, runs: 1), HandCall(next, runs: 1)], horizon: 200)
            return try simulate(scenario, calls, idle: policy, prewarm: policy)
        }
        let during = try record(next: 115)
        #expect(during.starts.partial == 1)
        #expect(during.starts.onPrewarmed == 1)
        #expect(during.startup.mean.isNear((10 + 6) / 2.0))
        #expect(during.prewarms.loaded == 1)
        // Loading 111 ... 115 s, then running to 122 s.
        #expect(during.meanMebibytes(.loading).isNear(100 * 4 / 200.0))
        #expect(during.meanMebibytes(.running).isNear(100 * (11 + 7) / 200.0))
        #expect(during.wastedByteSeconds.isNear(4 * 100 * 1_048_576))
        let after = try record(next: 130)
        #expect(after.starts.warm == 1)
        #expect(after.starts.onPrewarmed == 1)
        #expect(after.meanMebibytes(.loading).isNear(100 * 10 / 200.0))
        #expect(after.meanMebibytes(.idle).isNear(100 * 9 / 200.0))
        // It goes at 141 s when nobody comes; the call at 142 s is cold.
        let late = try record(next: 142)
        #expect(late.starts.cold == 2)
        #expect(late.meanMebibytes(.idle).isNear(100 * 20 / 200.0))
        // An arrival before 111 s withdraws the load; its own would begin at 50 + 10 + 1 + 100 = 161 s, and is ready at
        // 171 s, idle to 191 s.
        let early = try record(next: 50)
        #expect(early.starts.cold == 2)
        #expect(early.prewarms.loaded == 1)
        #expect(early.meanMebibytes(.loading).isNear(100 * 10 / 200.0))
        #expect(early.meanMebibytes(.idle).isNear(100 * 20 / 200.0))
    }

    @Test("A load ahead of need never evicts, and is not begun where an idle sandbox is")
    func droppedLoads() throws {
        // The node holds one sandbox; f1 has it from 50 s on, so f0's load at 111 s finds no room.
        let policy = LoadingPolicy(delay: 100, keepAlive: 20)
        let calls = [HandCall(0, runs: 1, 0), HandCall(50, runs: 100, 1)]
        let full = try simulate(
            handScenario(memory: 150, cold: 10), handWorkload(calls, memory: [100, 100], horizon: 200),
            idle: policy,
            prewarm: policy)
        #expect(full.prewarms.noRoom == 1)
        #expect(full.prewarms.loaded == 0)
        #expect(full.evictions.reclaimed == 0)
        // Two calls at once: each end orders a load, the second order replaces the first; the sandboxes stay.
        let staying = LoadingPolicy(delay: 0, keepAlive: 20)
        let pair = [HandCall(0, runs: 1), HandCall(0, runs: 5)]
        let unneeded = try simulate(
            handScenario(cold: 0), handWorkload(pair, horizon: 100), idle: NotingIdlePolicy(keepAlive: 50),
            prewarm: staying)
        #expect(unneeded.prewarms.unneeded == 2)
        #expect(unneeded.prewarms.loaded == 0)
    }

    @Test("Executions share the cores of their node equally")
    func processorSharing() throws {
        var scenario = handScenario()
        scenario.contention = .processorSharing(demand: 1)
        // One core, 1 s, 2 s and 3 s at once: the first ends at 3 s, the second at 3 + 2 = 5 s, the third at 6 s.
        let three = (0..<3).map { HandCall(0, runs: Double($0 + 1), $0) }
        let record = try simulate(scenario, handWorkload(three, memory: [1, 1, 1], horizon: 100))
        #expect(record.endToEnd.mean.isNear(14 / 3.0))
        #expect(record.endToEnd.max.isNear(6))
        // Equal executions end together.
        let equal = [HandCall(0, runs: 1, 0), HandCall(0, runs: 1, 1)]
        let together = try simulate(scenario, handWorkload(equal, memory: [1, 1], horizon: 100))
        #expect(together.endToEnd.mean.isNear(2))
        #expect(together.endToEnd.max.isNear(2))
        // 2 s from 0 s; 1 s joins at 1 s, when 1 s is left: both end at 3 s.
        let joining = [HandCall(0, runs: 2, 0), HandCall(1, runs: 1, 1)]
        let joined = try simulate(scenario, handWorkload(joining, memory: [1, 1], horizon: 100))
        #expect(joined.endToEnd.mean.isNear(2.5))
        #expect(joined.slowdown.max.isNear(2))
        // Two cores for 1 s, 1 s and 2 s: at 2/3 of their speed two end at 1.5 s, the last 1 s later.
        scenario.nodes[0].cores = 2
        let twoCores = (0..<3).map { HandCall(0, runs: $0 == 2 ? 2 : 1, $0) }
        let shared = try simulate(scenario, handWorkload(twoCores, memory: [1, 1, 1], horizon: 100))
        #expect(shared.endToEnd.mean.isNear((1.5 + 1.5 + 2.5) / 3))
    }

    @Test("The least recently used sandbox goes first")
    func leastRecentlyUsed() throws {
        // Room for three. Last used: f1 at 1 s, f2 at 2 s, f0 at 3 s. f3 at 10 s evicts f1, so f0 and f2 stay warm at
        // 11 s and 12 s. f1 at 13 s is cold and evicts f3, used at 10 s; f3 at 14 s is cold and evicts f0.
        let order = [(0.0, 0), (1, 1), (2, 2), (3, 0), (10, 3), (11, 0), (12, 2), (13, 1), (14, 3), (15, 0)]
        let calls = order.map { HandCall($0.0, runs: 0.5, $0.1) }
        let record = try simulate(
            handScenario(memory: 300), handWorkload(calls, memory: [100, 100, 100, 100], horizon: 100))
        #expect(record.colds == [2, 2, 1, 2])
        #expect(record.evictions.reclaimed == 4)
    }

    @Test("Greedy-dual evicts by clock + frequency x cost / size")
    func greedyDual() throws {
        // Cold 1 s. Worth at 10 s: f0 3/100, f1 1/200, f2 1/100. f3 (100) evicts f1 and the clock becomes 0.005; f3 is
        // worth 0.015. f4 (200) at 20 s has 100 free and evicts f2 (0.010) for the rest. f0 and f3 are warm then.
        let order = [(0.0, 0), (2, 0), (3, 0), (4, 1), (6, 2), (10, 3), (20, 4), (30, 0), (31, 3), (40, 1)]
        let calls = order.map { HandCall($0.0, runs: 0.5, $0.1) }
        var scenario = handScenario(memory: 400, cold: 1)
        scenario.policies.reclaim = PolicyChoice("greedy-dual")
        let memory: [UInt64] = [100, 200, 100, 100, 200]
        let record = try simulate(scenario, handWorkload(calls, memory: memory, horizon: 100))
        // The clock is 0.010 at 20 s: f4 is worth 0.015 to f3's 0.010 + 2/100 = 0.030 (used twice by then, at clock
        // 0.010). f1 at 40 s evicts f4, the cheapest, and nothing else.
        #expect(record.colds == [1, 2, 1, 1, 1])
        #expect(record.evictions.reclaimed == 3)
    }
}
