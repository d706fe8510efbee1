import EventKernel
import Simulator
import Testing
import Workload

@Suite("Keep-alive, worked by hand")
struct HandKeepAliveTests {
    /// Ten calls of 1 s, 11 min apart, the last at 99 min; the run ends at 120 min.
    private let everyElevenMinutes = handWorkload(
        (0..<10).map { HandCall(Double($0) * 660, runs: 1) }, horizon: 7_200)

    @Test("A call every 11 minutes is always cold under 10 minutes")
    func periodAboveKeepAlive() throws {
        let record = try simulate(handScenario(keepAlive: 600), everyElevenMinutes)
        #expect(record.starts.cold == 10)
        #expect(record.starts.total == 10)
        // Each sandbox runs 1 s and is idle 600 s; the last goes at 99 min + 601 s.
        #expect(record.evictions.policy == 10)
        #expect(record.meanMebibytes(.running).isNear(100 * 10 * 1 / 7_200.0))
        #expect(record.meanMebibytes(.idle).isNear(100 * 10 * 600 / 7_200.0))
        #expect(record.wastedByteSeconds.isNear(10 * 600 * 100 * 1_048_576))
        #expect(record.sandboxes.mean.isNear(6_010 / 7_200.0))
        #expect(record.sandboxes.peak == 1)
        #expect(record.coldShare.overall == 1)
    }

    @Test("A call every 11 minutes is cold once under 20 minutes")
    func periodBelowKeepAlive() throws {
        let record = try simulate(handScenario(keepAlive: 1_200), everyElevenMinutes)
        #expect(record.starts.cold == 1)
        #expect(record.starts.warm == 9)
        // One sandbox from 0 to 99 min + 1 s + 20 min = 7,141 s, of which it runs 10 s.
        #expect(record.meanMebibytes(.running).isNear(100 * 10 / 7_200.0))
        #expect(record.meanMebibytes(.idle).isNear(100 * 7_131 / 7_200.0))
        #expect(record.evictions.policy == 1)
        #expect(record.coldShare.overall.isNear(0.1))
    }

    @Test("A sandbox idle for exactly its keep-alive still serves the call of that instant")
    func exactlyAtKeepAlive() throws {
        // It runs 0 ... 1 s and stays to 601 s.
        let at = try simulate(
            handScenario(), handWorkload([HandCall(0, runs: 1), HandCall(601, runs: 1)], horizon: 2_000))
        #expect(at.starts.warm == 1)
        let after = try simulate(
            handScenario(),
            handWorkload([HandCall(0, runs: 1), HandCall(601.000000001, runs: 1)], horizon: 2_000))
        #expect(after.starts.warm == 0)
        #expect(after.starts.cold == 2)
    }

    @Test(
        "A keep-alive from the start of the execution ends earlier by the execution",
        arguments: [
            // Runs 100 s, so it stays to 600 s instead of 700 s.
            (KeepAliveStart.executionStart, 100.0, 600.0, true), (.executionStart, 100, 600.000000001, false),
            (.executionEnd, 100, 700, true), (.executionEnd, 100, 700.000000001, false),
            // Runs beyond its keep-alive: it goes when the execution ends, after the calls of that instant.
            (.executionStart, 650, 650, true), (.executionStart, 650, 650.000000001, false),
        ])
    func keepAliveFromStart(from: KeepAliveStart, runs: Double, next: Double, isWarm: Bool) throws {
        var scenario = handScenario(keepAlive: 600)
        scenario.sandbox.keepAliveFrom = from
        let record = try simulate(
            scenario, handWorkload([HandCall(0, runs: runs), HandCall(next, runs: 1)], horizon: 3_000))
        #expect(record.starts.warm == (isWarm ? 1 : 0))
        #expect(record.starts.cold == (isWarm ? 1 : 2))
    }

    @Test("A keep-alive that use does not reset runs from the first idle time")
    func keepAliveWithoutReset() throws {
        // Idle from 1 s, so it goes at 601 s whatever happens. It serves the call at exactly 601 s and then goes at
        // 602 s, as soon as it is idle; the call at 602.5 s is cold.
        let calls = handWorkload(
            [HandCall(0, runs: 1), HandCall(300, runs: 1), HandCall(601, runs: 1), HandCall(602.5, runs: 1)],
            horizon: 1_000)
        var scenario = handScenario(keepAlive: 600)
        #expect(try simulate(scenario, calls).starts.cold == 1)
        scenario.sandbox.keepAliveReset = false
        let record = try simulate(scenario, calls)
        #expect(record.starts.cold == 2)
        #expect(record.starts.warm == 2)
        // Running 0-1, 300-301, 601-602, 602.5-603.5; idle 1-300, 301-601, 603.5-1000.
        #expect(record.meanMebibytes(.running).isNear(100 * 4 / 1_000.0))
        #expect(record.meanMebibytes(.idle).isNear(100 * (299 + 300 + 396.5) / 1_000.0))
    }

    @Test(
        "Each reuse order takes its own of three idle sandboxes",
        arguments: [(ReuseOrder.mostRecent, UInt64(2)), (.leastRecent, 1), (.oldest, 0)])
    func reuseOrders(order: ReuseOrder, winner: UInt64) throws {
        // Sandboxes 0, 1, 2 are built in this order and become idle at 2 s, 1 s and 3 s.
        var scenario = handScenario()
        scenario.sandbox.reuse = order
        let policy = NotingIdlePolicy(keepAlive: 600)
        let calls = [
            HandCall(0, runs: 2), HandCall(0, runs: 1), HandCall(0, runs: 3), HandCall(100, runs: 1),
        ]
        let record = try simulate(scenario, handWorkload(calls, horizon: 1_000), idle: policy)
        #expect(policy.serials == [1, 0, 2, winner])
        #expect(record.starts.cold == 3)
        #expect(record.starts.warm == 1)
    }

    @Test("The random reuse order takes all of three idle sandboxes in turn")
    func randomReuse() throws {
        var scenario = handScenario()
        scenario.sandbox.reuse = .random
        let policy = NotingIdlePolicy(keepAlive: 600)
        let first = (0..<3).map { _ in HandCall(0, runs: 1) }
        let later = (1...300).map { HandCall(Double($0) * 10, runs: 1) }
        _ = try simulate(scenario, handWorkload(first + later, horizon: 4_000), idle: policy)
        // 300 draws of 1 in 3: mean 100, deviation 8.2; 3.9 deviations either way.
        for serial in 0..<3 as Range<UInt64> {
            let count = policy.serials.dropFirst(3).count { $0 == serial }
            #expect((68...132).contains(count))
        }
    }
}
