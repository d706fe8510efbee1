import EventKernel
import Simulator
import Testing
import Workload

@Suite("Waiting, worked by hand")
struct HandWaitingTests {
    /// Room for one sandbox of 100 MiB, a cold start of 1 s.
    private var oneSandbox: Scenario { handScenario(memory: 150, cold: 1) }

    @Test("A call waits for a busy sandbox up to its limit, then gets a start of its own")
    func waitingForBusy() throws {
        // The first call starts for 2 s and runs 2 ... 12 s. The second comes at 3 s.
        let calls = handWorkload([HandCall(0, runs: 10), HandCall(3, runs: 1)], horizon: 100)
        var scenario = handScenario(cold: 2)
        scenario.waiting.forBusy = seconds(20)
        let served = try simulate(scenario, calls)
        #expect(served.starts.waited == 1)
        #expect(served.starts.cold == 1)
        #expect(served.startup.max.isNear(9))
        #expect(served.waiting.count == 1)
        #expect(served.waiting.time.mean.isNear(9))
        // It waits exactly as long as the sandbox is busy: the end comes first.
        scenario.waiting.forBusy = seconds(9)
        #expect(try simulate(scenario, calls).starts.waited == 1)
        // After 5 s, at 8 s, a cold start begins; the call runs from 10 s.
        scenario.waiting.forBusy = seconds(5)
        let started = try simulate(scenario, calls)
        #expect(started.starts.waited == 0)
        #expect(started.starts.cold == 2)
        #expect(started.startup.max.isNear(7))
        #expect(started.waiting.time.max.isNear(5))
    }

    @Test("A call that waited for a busy sandbox and then for memory has waited once")
    func waitingTwice() throws {
        // Busy 1 ... 21 s and no room: 5 s for the busy sandbox, from 2 s to 7 s, then for memory to 21 s, where it
        // takes the sandbox itself: 19 s in all.
        let calls = handWorkload([HandCall(0, runs: 20), HandCall(2, runs: 1)], horizon: 100)
        var scenario = oneSandbox
        scenario.waiting.forBusy = seconds(5)
        scenario.waiting.whenFull = seconds(30)
        let record = try simulate(scenario, calls)
        #expect(record.starts.waited == 1)
        #expect(record.waiting.count == 1)
        #expect(record.waiting.time.count == 1)
        #expect(record.waiting.time.mean.isNear(19))
        // In vain: nothing was served, so there is no waiting time to report.
        scenario.waiting.whenFull = seconds(3)
        let inVain = try simulate(scenario, calls)
        #expect(inVain.invocations.timedOut == 1)
        #expect(inVain.waiting.count == 1)
        #expect(inVain.waiting.time.count == 0)
    }

    @Test("A call that finds no memory waits for it and evicts what has become idle")
    func waitingForMemory() throws {
        // f0 starts and runs 0 ... 11 s. f1 comes at 2 s, evicts f0's sandbox at 11 s, runs from 12 s: 10 s after.
        let calls = handWorkload(
            [HandCall(0, runs: 10, 0), HandCall(2, runs: 1, 1)], memory: [100, 100], horizon: 100)
        let record = try simulate(oneSandbox, calls)
        #expect(record.startups[1].isNear(10))
        #expect(record.starts.cold == 2)
        #expect(record.waiting.count == 1)
        #expect(record.waiting.time.mean.isNear(9))
        #expect(record.evictions.reclaimed == 1)
        #expect(record.memory.total.peak == 100 << 20)
    }

    @Test("A call that waits for memory takes a sandbox of its own unit that becomes free, without a start")
    func waitedRequest() throws {
        let calls = handWorkload([HandCall(0, runs: 10), HandCall(2, runs: 1)], horizon: 100)
        var scenario = oneSandbox
        let record = try simulate(scenario, calls)
        #expect(record.starts.cold == 1)
        #expect(record.starts.waited == 1)
        #expect(record.startup.max.isNear(9))
        #expect(record.coldShare.overall.isNear(0.5))
        scenario.waiting.countWaitedAsCold = true
        let counted = try simulate(scenario, calls)
        #expect(counted.starts == record.starts)
        #expect(counted.coldShare.overall == 1)
        #expect(counted.colds == [2])
    }

    @Test("A call gives up when it has waited as long as it may, and is refused when it may not wait")
    func timeOutAndRefusal() throws {
        let calls = handWorkload(
            [HandCall(0, runs: 10, 0), HandCall(2, runs: 1, 1)], memory: [100, 100], horizon: 100)
        var scenario = oneSandbox
        // f0 ends at 11 s: a wait of 9 s just lasts.
        scenario.waiting.whenFull = seconds(9)
        #expect(try simulate(scenario, calls).invocations.completed == 2)
        scenario.waiting.whenFull = seconds(8.999999999)
        let tooShort = try simulate(scenario, calls)
        #expect(tooShort.invocations.timedOut == 1)
        #expect(tooShort.invocations.completed == 1)
        #expect(tooShort.functions[1].failed == 1)
        scenario.waiting.whenFull = .zero
        let refused = try simulate(scenario, calls)
        #expect(refused.invocations.refusedFull == 1)
        #expect(refused.waiting.count == 0)
    }

    @Test("A function that no node can hold is refused")
    func neverFits() throws {
        let calls = handWorkload(
            [HandCall(0, runs: 1, 0), HandCall(1, runs: 1, 1)], memory: [100, 151], horizon: 100)
        let record = try simulate(oneSandbox, calls)
        #expect(record.invocations.refusedNeverFits == 1)
        #expect(record.invocations.completed == 1)
        #expect(record.invocations.arrived == 2)
    }

    @Test("Calls that wait for memory are served in order")
    func firstComeFirstServed() throws {
        // Each takes 1 s to start and 9 s to run, one after the other: f1 runs from 11 s, f2 from 21 s, f3 from 31 s.
        let calls = (0..<4).map { HandCall(Double($0), runs: 9, $0) }
        let record = try simulate(
            oneSandbox, handWorkload(calls, memory: [100, 100, 100, 100], horizon: 100))
        #expect(zip(record.startups, [1, 10, 19, 28]).allSatisfy { $0.isNear($1) })
        #expect(record.waiting.peak == 3)
    }

    @Test("A call that would fit does not overtake one that waits for more")
    func noOvertaking() throws {
        // f0 holds 100 of 150 MiB to 11 s. f1 (100) waits; f2 (50) would fit but waits behind it. Both start at 11 s.
        let calls = [HandCall(0, runs: 10, 0), HandCall(1, runs: 1, 1), HandCall(2, runs: 1, 2)]
        let record = try simulate(oneSandbox, handWorkload(calls, memory: [100, 100, 50], horizon: 100))
        #expect(zip(record.startups, [1, 11, 10]).allSatisfy { $0.isNear($1) })
    }

    @Test("When the first in the queue is served, the next takes room that another node had all along")
    func nextInQueueFitsElsewhere() throws {
        var scenario = handScenario()
        scenario.nodes = [
            NodeGroup(count: 1, memory: .mebibytes(100)), NodeGroup(count: 1, memory: .mebibytes(60)),
        ]
        // f0 fills the first node to 10 s, f1 takes 30 of the second to 90 s. The third call (100 MiB) waits from 1 s,
        // f3 (30) behind it although it would fit on the second node. At 10 s the third call is served, in the first
        // case by f0's own sandbox, in the second on its memory; f3 is then first and must start at once.
        for third in [0, 2] {
            let calls = [
                HandCall(0, runs: 10, 0), HandCall(0, runs: 90, 1), HandCall(1, runs: 50, third),
                HandCall(2, runs: 1, 3),
            ]
            let record = try simulate(
                scenario, handWorkload(calls, memory: [100, 30, 100, 30], horizon: 200))
            #expect(record.startups[3].isNear(8))
            #expect(record.invocations.completed == 4)
        }
    }

    @Test("A call that waits for ever for memory that never comes ends with the run")
    func endlessWait() throws {
        var scenario = oneSandbox
        scenario.policies.idle = PolicyChoice("forever")
        scenario.policies.reclaim = PolicyChoice("none")
        scenario.waiting.whenFull = .forever
        let calls = handWorkload(
            [HandCall(0, runs: 10, 0), HandCall(2, runs: 1, 1)], memory: [100, 100], horizon: 100)
        let record = try simulate(scenario, calls)
        #expect(record.invocations.completed == 1)
        #expect(record.invocations.timedOut == 1)
    }
}
