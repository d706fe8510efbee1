import EventKernel
import Files
import Simulator
import Testing
import Workload

@Suite("Start stages, idle states and measurement, worked by hand")
struct HandStateTests {
    @Test("Starts that hold a serial resource follow each other")
    func serialResource() throws {
        // Particle (SoCC'20): a network namespace takes 0.1 s under a lock of the node's kernel, so of 100 isolated
        // starts the k-th is ready at k x 0.1 s and the last at 10.0 s.
        var scenario = handScenario(memory: 10_000)
        scenario.start.cold = StartPath(
            name: "cold", stages: [Stage(.network, .constant(0.1), resource: "netns")])
        let calls = handWorkload(
            (0..<100).map { HandCall(0, runs: 1, $0) }, memory: Array(repeating: 100, count: 100),
            horizon: 100)
        let record = try simulate(scenario, calls)
        for (index, startup) in record.startups.enumerated() {
            #expect(startup.isNear(Double(index + 1) * 0.1))
        }
        #expect(record.startup.max.isNear(10))
        #expect(record.startup.mean.isNear(5.05))
        // Two nodes have a lock each.
        scenario.nodes[0].count = 2
        #expect(try simulate(scenario, calls).startup.max.isNear(5))
    }

    @Test("Stages before, between and after serial resources overlap")
    func pipelinedStages() throws {
        // 0.3 s each in parallel, then 0.2 s of the disk one after the other, then 0.1 s of the lock, free by then, then
        // 0.05 s: the k-th is ready at 0.3 + 0.2 k + 0.1 + 0.05.
        var scenario = handScenario(memory: 10_000)
        scenario.start.cold = StartPath(
            name: "cold",
            stages: [
                Stage(.create, .constant(0.3)), Stage(.import, .constant(0.2), resource: "disk"),
                Stage(.network, .constant(0.1), resource: "netns"), Stage(.boot, .constant(0.05)),
            ])
        let calls = handWorkload(
            (0..<10).map { HandCall(0, runs: 1, $0) }, memory: Array(repeating: 100, count: 10), horizon: 100)
        for (index, startup) in try simulate(scenario, calls).startups.enumerated() {
            #expect(startup.isNear(0.45 + 0.2 * Double(index + 1)))
        }
    }

    private var ladder: Scenario {
        var scenario = handScenario(memory: 1_300, cold: 2)
        scenario.idleStates.append(
            IdleState(
                name: "compressed", placements: [.init(.initialized, .compressed, localFraction: 0.3)],
                restore: StartPath(name: "compressed", stages: [Stage(.restore, .constant(0.05))])))
        return scenario
    }

    @Test("A sandbox goes down its idle states, holds what they say, and comes back from one")
    func idleStates() throws {
        // Starts and runs 0 ... 3 s, warm to 63 s, compressed to the call at 100 s, which starts in 0.05 s and runs to
        // 101.05 s; warm to 161.05 s, compressed to 761.05 s, gone.
        let calls = handWorkload(
            [HandCall(0, runs: 1), HandCall(100, runs: 1)], memory: [1_000], horizon: 1_000)
        let record = try simulate(ladder, calls, idle: LadderPolicy([60, 600]))
        #expect(record.starts.cold == 1)
        #expect(record.starts.restored == [1])
        #expect(record.startup.mean.isNear((2 + 0.05) / 2))
        #expect(record.meanMebibytes(.running).isNear(3 + 1.05))
        let warm: Double = (60 + 60) * 1_000
        let compressed: Double = (37 + 600) * 300
        let idle = warm + compressed
        #expect(record.meanMebibytes(.idle).isNear(idle / 1_000))
        #expect(record.wastedByteSeconds.isNear(idle * 1_048_576))
        #expect(record.evictions.policy == 1)
    }

    @Test("Of idle sandboxes in two states, the call takes the warm one")
    func warmBeforeCompressed() throws {
        // Two sandboxes of 400 MiB idle from 3 s and 53 s; at 100 s the first is compressed, the second still warm.
        let calls = [HandCall(0, runs: 1), HandCall(0, runs: 51), HandCall(100, runs: 1)]
        let record = try simulate(
            ladder, handWorkload(calls, memory: [400], horizon: 200), idle: LadderPolicy([60, 600]))
        #expect(record.starts.warm == 1)
        #expect(record.starts.restored == [0])
    }

    @Test(
        "Coming back from an idle state evicts others when it needs their memory, or is given up for a cold start"
    )
    func restoringWithoutRoom() throws {
        // f0 (1,000 MiB) is compressed to 300 at 63 s; f1 (1,000) takes the rest of the 1,300 from 70 s to 82 s and stays
        // idle. f0 at 100 s wants 700 more: f1 goes.
        let calls = [HandCall(0, runs: 1, 0), HandCall(70, runs: 10, 1), HandCall(100, runs: 1, 0)]
        let evicting = try simulate(
            ladder, handWorkload(calls, memory: [1_000, 1_000], horizon: 200), idle: LadderPolicy([60, 600]))
        #expect(evicting.starts.restored == [1])
        #expect(evicting.evictions.reclaimed == 1)
        #expect(evicting.startups[0].isNear(2.05))
        // f0 at 75 s, while f1 runs to 82 s, finds no memory: it waits, takes f1's at 82 s and its own, and starts cold.
        let waiting = [HandCall(0, runs: 1, 0), HandCall(70, runs: 10, 1), HandCall(75, runs: 1, 0)]
        let waited = try simulate(
            ladder, handWorkload(waiting, memory: [1_000, 1_000], horizon: 200),
            idle: LadderPolicy([60, 600]))
        #expect(waited.starts.restored == [0])
        #expect(waited.startups[0].isNear(2 + 9))
    }

    @Test("Nothing before the end of the warm-up counts")
    func warmUp() throws {
        var scenario = handScenario(keepAlive: 600)
        scenario.measurement.warmUp = seconds(100)
        // Cold at 0 s, which is not counted, though it ends at 150 s; warm at 200 s and 300 s.
        let calls = handWorkload(
            [HandCall(0, runs: 150), HandCall(200, runs: 1), HandCall(300, runs: 1)], horizon: 400)
        let record = try simulate(scenario, calls)
        #expect(record.invocations.arrived == 2)
        #expect(record.starts.cold == 0)
        #expect(record.starts.warm == 2)
        #expect(record.measuredSeconds == 300)
        #expect(record.meanMebibytes(.running).isNear(100 * (50 + 2) / 300.0))
        #expect(record.meanMebibytes(.idle).isNear(100 * 248 / 300.0))
        #expect(record.wastedByteSeconds.isNear(248 * 100 * 1_048_576))
        #expect(record.timeline.first?.time == 100)
        // A call at the very end of the warm-up counts.
        let atEnd = handWorkload([HandCall(0, runs: 1), HandCall(100, runs: 1)], horizon: 400)
        #expect(try simulate(scenario, atEnd).invocations.arrived == 1)
    }

    @Test("The timeline shows each interval")
    func timeline() throws {
        // Runs 10 ... 30 s, idle to the call at 70 s, runs to 71 s, goes at 121 s.
        let calls = handWorkload([HandCall(10, runs: 20), HandCall(70, runs: 1)], horizon: 180)
        let record = try simulate(handScenario(keepAlive: 50), calls)
        let mebibytes = record.timeline.map { $0.memory.map { $0 >> 20 } }
        #expect(record.timeline.map(\.time) == [0, 60, 120, 180])
        #expect(mebibytes.map { $0[Int(MemoryPurpose.idle.rawValue)] } == [0, 100, 100, 0])
        #expect(mebibytes.map { $0.reduce(0, +) } == [0, 100, 100, 0])
        #expect(record.timeline.map(\.sandboxes) == [0, 1, 1, 0])
        #expect(record.timeline.map(\.idle) == [0, 1, 1, 0])
        #expect(record.timeline.map(\.arrived) == [0, 1, 1, 0])
        #expect(record.timeline.map(\.cold) == [0, 1, 0, 0])
        #expect(record.timeline.map(\.evicted) == [0, 0, 0, 1])
        #expect(record.timeline.map(\.waiting) == [0, 0, 0, 0])
    }

    @Test("Functions of one application share its sandboxes, or have their own, as the unit says")
    func units() throws {
        var calls = handWorkload(
            [HandCall(0, runs: 1, 0), HandCall(10, runs: 1, 1)], memory: [100, 100], horizon: 100)
        calls.applications = [Application(name: "both", memory: .mebibytes(300))]
        for function in 0..<2 { calls.functions[function].application = ApplicationID(0) }
        var scenario = handScenario()
        let shared = try simulate(scenario, calls)
        #expect(shared.starts.cold == 1)
        #expect(shared.memory.total.peak == 300 << 20)
        #expect(shared.applications[0].coldShare == 0.5)
        scenario.sandbox.unit = .function
        let apart = try simulate(scenario, calls)
        #expect(apart.starts.cold == 2)
        #expect(apart.memory.total.peak == 200 << 20)
        #expect(apart.applications[0].coldShare == 1)
    }

    @Test("An idle state that keeps less than nothing, or more than all, is refused")
    func impossibleStates() {
        let calls = handWorkload([HandCall(0, runs: 1)], horizon: 10)
        for fraction in [-0.1, 1.1, .nan] {
            var scenario = handScenario()
            scenario.idleStates.append(
                IdleState(
                    name: "odd", placements: [.init(.initialized, .compressed, localFraction: fraction)],
                    restore: StartPath(name: "odd", stages: [])))
            #expect(throws: InputError.self) { try simulate(scenario, calls) }
        }
        var cold = handScenario()
        cold.idleStates[0].placements = [.init(.initialized, .ssd, localFraction: 0.5)]
        #expect(throws: InputError.self) { try simulate(cold, calls) }
    }
}
