import EventKernel
import Simulator
import Testing
import Workload

/// Keep-alive as a cache: the scripted traces of the FaasCache load test (`gen_litmus.py`), 2 h each, and two
/// of our own in their spirit. Cold runs of 300 ms and warm ones of 100 ms there are a cold start of 200 ms
/// and an execution of 100 ms here. Node memory is not part of the traces; it is chosen so that one sandbox
/// too few fits.
@Suite struct PoliciesLitmusTests {
    private static let twoHours = SimDuration.hours(2)
    private static let execution = SimDuration.milliseconds(100)
    private static let coldStart = SimDuration.milliseconds(200)
    private static let forever = PolicyChoice("forever")

    private func run(
        _ trace: ScriptedTrace, memory: UInt64, idle: PolicyChoice = forever, reclaim: String = "lru"
    ) throws -> RunRecord {
        try trace.run(
            memory: .mebibytes(memory), coldStart: PoliciesLitmusTests.coldStart, idle: idle,
            reclaim: PolicyChoice(reclaim))
    }

    @Test(
        "Four functions in turn on room for three miss every time, by recent use and by greedy dual alike"
    )
    func cyclicAccess() throws {
        // a to d every 500 ms, 50 ms apart, 300 MiB on 900. d comes while a, b and c start (200 + 100 ms),
        // waits for a's end at 300 and takes its place until 600. At 500 a finds b and c idle and takes the
        // place of b, which was used first; at 550 b takes that of c, at 600 c that of d, at 650 d waits for
        // a's end at 800: for ever so. No function is used twice in a row, so all frequencies are 1, and
        // greedy dual orders by its clock: as LRU.
        var trace = ScriptedTrace(horizon: PoliciesLitmusTests.twoHours)
        for (index, name) in ["a", "b", "c", "d"].enumerated() {
            trace.add(
                name, .mebibytes(300), execution: PoliciesLitmusTests.execution, every: .milliseconds(500),
                from: .milliseconds(50 * UInt64(index)))
        }
        for reclaim in ["lru", "greedy-dual"] {
            let record = try run(trace, memory: 900, reclaim: reclaim)
            #expect(record.invocations.completed == 4 * 14_400)
            #expect(record.starts.cold == 4 * 14_400, "\(reclaim)")
            #expect(record.waiting.count == 14_400, "d waits each time")
        }
        // With room for all four each is cold once.
        #expect(try run(trace, memory: 1_200).starts.cold == 4)
    }

    @Test(
        "Calls every 11 minutes: cold under a keep-alive of 10, warm after the first under 20 and as a cache"
    )
    func keepAliveBust() throws {
        // 11 calls of each of four functions fit into 2 h, at 0, 11, … 110 min.
        var trace = ScriptedTrace(horizon: PoliciesLitmusTests.twoHours)
        for name in ["a", "b", "c", "d"] {
            trace.add(name, .mebibytes(250), execution: PoliciesLitmusTests.execution, every: .minutes(11))
        }
        #expect(try run(trace, memory: 1_000, idle: PolicyChoice("fixed")).starts.cold == 44)
        let twenty = PolicyChoice("fixed", ["keep-alive": .duration(.minutes(20))])
        #expect(try run(trace, memory: 1_000, idle: twenty).starts.cold == 4)
        for reclaim in ["lru", "greedy-dual"] {
            let record = try run(trace, memory: 1_000, reclaim: reclaim)
            #expect(record.starts.cold == 4)
            #expect(record.starts.warm == 40)
        }
    }

    @Test("Three rare functions and an often called one settle on room for four after the first second")
    func publishedFrequency() throws {
        // All come at 0 and fill the node; the second call of "often" at 200 ms waits until the first start
        // is over at 300 and takes the place of rare_1. At 1 s rare_1 and rare_2 each take the place of the
        // next rare one (used once, long ago) and rare_3 that of the spare sandbox of "often": 4 + 1 + 3
        // cold. From then on all four fit. Either order gives that: the rare ones are the least recent and
        // the least frequent.
        var trace = ScriptedTrace(horizon: PoliciesLitmusTests.twoHours)
        for name in ["rare_1", "rare_2", "rare_3"] {
            trace.add(name, .mebibytes(250), execution: PoliciesLitmusTests.execution, every: .seconds(1))
        }
        trace.add(
            "often", .mebibytes(250), execution: PoliciesLitmusTests.execution, every: .milliseconds(200))
        for reclaim in ["lru", "greedy-dual"] {
            let record = try run(trace, memory: 1_000, reclaim: reclaim)
            #expect(record.invocations.completed == 3 * 7_200 + 36_000)
            #expect(record.starts.cold == 8, "\(reclaim)")
        }
    }

    // The published size trace (600 and 300 MiB, both called every 350 ms in the same instant) asks for more
    // than a node below 900 MiB can run at all when both are cold, and evicts nothing from 900 MiB on: no
    // order of eviction matters.

    @Test(
        "A function called often survives rare ones by greedy dual, and loses its place to them by recent use"
    )
    func frequency() throws {
        // Each 10 s: often, often, often, rare_1, rare_2, seconds apart, on room for two. LRU: rare_1 takes
        // the place of rare_2, rare_2 that of "often" (used last but one), which is cold once in the next
        // round: 3 cold a round. Greedy dual, in units of cost / size: "often" has its use count, the rare
        // ones have clock + 1 at most and take each other's place: rare_1 at 1 by rare_2 (clock 1, priority
        // 2), that by rare_1 (clock 2) …; the clock gains 2 a round, the priority of "often" 5. So 2 cold a
        // round, and the first of "often".
        var trace = ScriptedTrace(horizon: PoliciesLitmusTests.twoHours)
        let often = (0..<720).flatMap { round in [0, 2, 4].map { at(Double(round * 10 + $0)) } }
        trace.add("often", .mebibytes(250), execution: PoliciesLitmusTests.execution, at: often)
        trace.add(
            "rare_1", .mebibytes(250), execution: PoliciesLitmusTests.execution, every: .seconds(10),
            from: .seconds(6))
        trace.add(
            "rare_2", .mebibytes(250), execution: PoliciesLitmusTests.execution, every: .seconds(10),
            from: .seconds(8))
        let recent = try run(trace, memory: 500)
        #expect(recent.starts.cold == 3 * 720)
        #expect(recent.functions.map(\.cold) == [720, 720, 720])
        let dual = try run(trace, memory: 500, reclaim: "greedy-dual")
        #expect(dual.functions.map(\.cold) == [1, 720, 720])
        // A keep-alive of 5 s: "often" is cold after each pause of 5.9 s, the rare ones always.
        let fixed = try run(
            trace, memory: 750, idle: PolicyChoice("fixed", ["keep-alive": .duration(.seconds(5))]))
        #expect(fixed.functions.map(\.cold) == [720, 720, 720])
    }

    @Test("A small function survives beside a large one by greedy dual, and is lost by recent use")
    func size() throws {
        // Each 9 s: small (200 MiB), large (400), other (200), 3 s apart, on 600 MiB. LRU: "other" takes the
        // place of "small", "small" that of "large", "large" that of "other": all cold. Greedy dual, in units
        // of cost / 200 MiB (large: half a unit for each use): round 1 small 1, large 0.5; other takes the
        // place of large, clock 0.5, other 1.5. Round 2: small warm, 0.5 + 2 = 2.5; large takes that of
        // other, clock 1.5, large 2; other that of large, clock 2, other 3. Round 3: small 2 + 3 = 5; other
        // goes at 3, large at 3.5; round 4: small 3.5 + 4. The clock gains 1.5 a round, small more: it is
        // cold but once.
        var trace = ScriptedTrace(horizon: PoliciesLitmusTests.twoHours)
        trace.add("small", .mebibytes(200), execution: PoliciesLitmusTests.execution, every: .seconds(9))
        trace.add(
            "large", .mebibytes(400), execution: PoliciesLitmusTests.execution, every: .seconds(9),
            from: .seconds(3))
        trace.add(
            "other", .mebibytes(200), execution: PoliciesLitmusTests.execution, every: .seconds(9),
            from: .seconds(6))
        let recent = try run(trace, memory: 600)
        #expect(recent.functions.map(\.cold) == [800, 800, 800])
        let dual = try run(trace, memory: 600, reclaim: "greedy-dual")
        #expect(dual.functions.map(\.cold) == [1, 800, 800])
        // A keep-alive of 10 s outlasts the 9 s: with room for all three each is cold once.
        let fixed = try run(
            trace, memory: 800, idle: PolicyChoice("fixed", ["keep-alive": .duration(.seconds(10))]))
        #expect(fixed.functions.map(\.cold) == [1, 1, 1])
    }
}
