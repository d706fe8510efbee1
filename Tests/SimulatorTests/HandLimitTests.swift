import EventKernel
import Files
import Simulator
import Testing
import Workload

@Suite("Limits of nodes and of the controller, worked by hand")
struct HandLimitTests {
    /// Sandboxes of 100 MiB; 60 s after a use half of their memory is put away. Starts take no time.
    private func scenario(memory: UInt64, limit: UInt64?) -> Scenario {
        var scenario = handScenario(memory: memory)
        scenario.nodes[0].limit = limit.map { .mebibytes($0) }
        let half = IdleState.Placement(.initialized, .compressed, localFraction: 0.5)
        scenario.idleStates.append(IdleState(name: "half", placements: [half], restore: path(0)))
        scenario.policies.idle = PolicyChoice(
            "tiers",
            ["state": .text("half"), "after": .duration(seconds(60)), "keep-alive": .duration(.minutes(30))])
        return scenario
    }

    @Test("A limit holds for new sandboxes, not for those that are there: a restore goes beyond")
    func limit() throws {
        // Two sandboxes, then a third when the two hold half: 200 of 220 MiB. At 100 s the two come back: 300.
        let calls = handWorkload(
            [
                HandCall(0, runs: 1, 0), HandCall(0, runs: 1, 1), HandCall(90, runs: 1, 2),
                HandCall(100, runs: 1, 0), HandCall(100, runs: 1, 1),
            ], memory: [100, 100, 100], horizon: 102)
        let soft = try simulate(scenario(memory: 1_000, limit: 220), calls)
        #expect(soft.starts.cold == 3)
        #expect(soft.starts.restored == [2])
        #expect(soft.evictions.reclaimed == 0)
        #expect(soft.memory.total.peak == 300 * mebibyte)
        // Where the limit holds for all, the first restore needs 50 MiB and has 20: the second sandbox, used the longest
        // ago, is evicted for it. Its own call starts cold then, and the third goes for that.
        let hard = try simulate(scenario(memory: 220, limit: nil), calls)
        #expect(hard.starts.restored == [1])
        #expect(hard.starts.cold == 4)
        #expect(hard.evictions.reclaimed == 2)
        #expect(hard.memory.total.peak <= 220 * mebibyte)
    }

    @Test("While a node holds more than its limit new sandboxes wait until enough of it is gone")
    func beyondLimit() throws {
        // 300 MiB are held, of which all run to 130 s; a fourth unit's sandbox needs 100 below 220: two must go.
        let calls = handWorkload(
            [
                HandCall(0, runs: 1, 0), HandCall(0, runs: 1, 1), HandCall(90, runs: 40, 2),
                HandCall(100, runs: 30, 0), HandCall(100, runs: 30, 1), HandCall(110, runs: 1, 3),
            ], memory: [100, 100, 100, 100], horizon: 200)
        let record = try simulate(scenario(memory: 1_000, limit: 220), calls)
        #expect(record.starts.cold == 4)
        #expect(record.evictions.reclaimed == 2)
        #expect(record.waiting.count == 1)
        #expect(record.waiting.time.mean.isNear(20))
    }

    @Test("A sandbox above the limit of every node never fits")
    func neverFits() throws {
        let calls = handWorkload([HandCall(0, runs: 1)], memory: [100], horizon: 10)
        let record = try simulate(scenario(memory: 1_000, limit: 90), calls)
        #expect(record.invocations.refusedNeverFits == 1)
    }

    @Test("A limit of nothing or above the memory is refused", arguments: [0, 1_001])
    func badLimit(mebibytes: UInt64) {
        let calls = handWorkload([HandCall(0, runs: 1)], horizon: 10)
        #expect(throws: InputError.self) {
            try simulate(scenario(memory: 1_000, limit: mebibytes), calls)
        }
    }

    @Test("The controller begins so many calls at once; the others wait before a sandbox is chosen")
    func startsAtOnce() throws {
        // Cold 2 s. One at a time: the first executes 2 ... 3 s, the second is cold too and executes from 4 s, when the
        // third finds the first's sandbox idle.
        let calls = handWorkload((0..<3).map { _ in HandCall(0, runs: 1) }, horizon: 100)
        var scenario = handScenario(cold: 2)
        #expect(try simulate(scenario, calls).starts.cold == 3)
        scenario.waiting.startsAtOnce = 1
        let record = try simulate(scenario, calls)
        #expect(record.starts.cold == 2)
        #expect(record.starts.warm == 1)
        #expect(record.startup.mean.isNear((2 + 4 + 4) / 3.0))
        #expect(record.waiting.count == 0)
        #expect(record.mechanism.resourceWaits.count == 3)
        #expect(record.mechanism.resourceWaits.mean.isNear((0 + 2 + 4) / 3.0))
    }

    @Test("Refused calls give their place to the next, and so do calls that waited for memory in vain")
    func placesOfRefused() throws {
        // The second function fits nowhere. The first call of the first runs for 100 s on the only sandbox there is room
        // for; the call at 1 s waits for memory 5 s in vain, holding the only place, and the one at 2 s after it.
        var scenario = handScenario(memory: 150)
        scenario.waiting.startsAtOnce = 1
        scenario.waiting.whenFull = seconds(5)
        let calls = handWorkload(
            [
                HandCall(0, runs: 1, 1), HandCall(0, runs: 1, 1), HandCall(0, runs: 100, 0),
                HandCall(1, runs: 1, 0), HandCall(2, runs: 1, 0),
            ], memory: [100, 400], horizon: 200)
        let record = try simulate(scenario, calls)
        #expect(record.invocations.refusedNeverFits == 2)
        #expect(record.invocations.timedOut == 2)
        #expect(record.invocations.completed == 1)
        #expect(record.mechanism.resourceWaits.mean.isNear(4 / 5.0))
    }
}
