import EventKernel
import Files
import Simulator
import Testing
import Workload

/// Times in whole seconds and memory in whole MiB, so that memory-times are exact as `Double`.
@Suite struct ClairvoyantTests {
    /// Calls of one unit that do not overlap; the gap after each but the last, in seconds.
    private struct Unit {
        var memory: Bytes
        var first: Int
        var calls: [(execution: Int, gap: Int)]
    }

    /// Two to five units with a few calls each, some of no length, some gaps equal, some zero.
    private func randomUnits(_ random: inout RandomStream) -> [Unit] {
        (0..<(2 + Int(random.below(4)))).map { _ in
            Unit(
                memory: .mebibytes(1 + random.below(4) * 16), first: Int(random.below(200)),
                calls: (0..<(1 + Int(random.below(12)))).map { _ in
                    (Int(random.below(4)) * 5, random.below(5) == 0 ? 0 : 1 + Int(random.below(40)) * 30)
                })
        }
    }

    private func trace(_ units: [Unit]) -> ScriptedTrace {
        var trace = ScriptedTrace(horizon: .hours(24))
        for (index, unit) in units.enumerated() {
            var time = unit.first
            var calls: [(SimTime, SimDuration)] = []
            for call in unit.calls {
                calls.append((at(Double(time)), .seconds(UInt64(call.execution))))
                time += call.execution + call.gap
            }
            trace.add("f\(index)", unit.memory, calls: calls)
        }
        return trace
    }

    private func run(_ trace: ScriptedTrace, _ idle: PolicyChoice, coldStart: SimDuration = .zero) throws
        -> RunRecord
    {
        try trace.run(memory: .gibibytes(64), coldStart: coldStart, idle: idle, reclaim: PolicyChoice("none"))
    }

    private func keep(_ budget: Double) -> PolicyChoice {
        PolicyChoice("clairvoyant-keep", ["budget": .byteSeconds(budget)])
    }

    /// Keeps each idle sandbox for a time drawn anew, from none to about twice the typical gap.
    private final class RandomKeep: IdlePolicy {
        private var random: RandomStream
        init(seed: UInt64) { random = RandomStream(seed: seed, purpose: .test, entity: 1) }
        func nextStep(of sandbox: SandboxView, unit: UnitView, now: SimTime) -> IdleStep {
            switch random.below(4) {
            case 0: .evict(after: .zero)
            case 1: .stay
            default: .evict(after: .seconds(random.below(2_400)))
            }
        }
    }

    @Test("No policy that only keeps has fewer cold starts for its memory-time", arguments: 0..<600)
    func keepingIsABound(seed: UInt64) throws {
        var random = RandomStream(seed: seed, purpose: .test)
        let trace = trace(randomUnits(&random))
        var rivals: [(String, RunRecord)] = [("forever", try run(trace, PolicyChoice("forever")))]
        for _ in 0..<3 {
            let keepAlive = SimDuration.seconds(random.below(1_500))
            let choice = PolicyChoice("fixed", ["keep-alive": .duration(keepAlive)])
            rivals.append(("fixed \(keepAlive.seconds) s", try run(trace, choice)))
        }
        for rival in 0..<3 {
            var scenario = Scenario(nodes: [NodeGroup(count: 1, memory: .gibibytes(64))])
            scenario.start.cold = StartPreset.none.path
            scenario.measurement.interval = .hours(1)
            let record = try Simulation(scenario: scenario, workload: trace.workload, seed: 1) { _ in
                PolicySet(placement: LeastLoaded(), idle: RandomKeep(seed: seed &* 3 &+ UInt64(rival)))
            }.run()
            rivals.append(("random \(rival)", record))
        }
        for (name, rival) in rivals {
            let bound = try run(trace, keep(rival.wastedByteSeconds))
            #expect(
                bound.starts.cold <= rival.starts.cold, "\(name) with \(rival.wastedByteSeconds) byte seconds"
            )
            #expect(bound.wastedByteSeconds <= rival.wastedByteSeconds, "\(name)")
        }
    }

    @Test("The number of cold starts avoided is the most that any choice of gaps affords", arguments: 0..<200)
    func againstEveryChoice(seed: UInt64) throws {
        var random = RandomStream(seed: seed, purpose: .test)
        var units = randomUnits(&random)
        units = units.prefix(3).map {
            Unit(memory: $0.memory, first: $0.first, calls: Array($0.calls.prefix(5)))
        }
        let costs = units.flatMap { unit in
            unit.calls.dropLast().map { Double($0.gap) * Double(unit.memory.count) }
        }
        let calls = units.reduce(0) { $0 + $1.calls.count }
        let budget = (costs.reduce(0, +) * random.unit()).rounded(.down)
        var most = 0
        for choice in 0..<(1 << costs.count) {
            let cost = costs.indices.reduce(0.0) { choice >> $1 & 1 == 1 ? $0 + costs[$1] : $0 }
            if cost <= budget { most = max(most, choice.nonzeroBitCount) }
        }
        let record = try run(trace(units), keep(budget))
        #expect(Int(record.starts.cold) == calls - most)
        #expect(record.wastedByteSeconds <= budget)
    }

    @Test("The cheapest gaps are kept exactly, of equals the lower unit's and the earlier")
    func ties() throws {
        // Gaps of 100 s: two of unit 0, two of unit 1, 1 MiB each; a budget for three.
        let unit = Unit(memory: .mebibytes(1), first: 0, calls: [(1, 100), (1, 100), (1, 0)])
        let record = try run(trace([unit, unit]), keep(3 * 100 * 1_048_576))
        #expect(record.functions.map(\.cold) == [1, 2])
        #expect(record.wastedByteSeconds == 3 * 100 * 1_048_576)
        // One byte second less buys two; half of that one.
        #expect(try run(trace([unit, unit]), keep(3 * 100 * 1_048_576 - 1)).functions.map(\.cold) == [1, 3])
        #expect(try run(trace([unit, unit]), keep(100 * 1_048_576)).functions.map(\.cold) == [2, 3])
        #expect(try run(trace([unit, unit]), keep(0)).functions.map(\.cold) == [3, 3])
        // What is dear goes first: 2 MiB for 100 s, 1 MiB for 150 s.
        let large = Unit(memory: .mebibytes(2), first: 0, calls: [(1, 100), (1, 0)])
        let long = Unit(memory: .mebibytes(1), first: 0, calls: [(1, 150), (1, 0)])
        #expect(try run(trace([large, long]), keep(150 * 1_048_576)).functions.map(\.cold) == [2, 1])
    }

    @Test("Without a limit only a unit's first call is cold, and nothing is kept after its last")
    func unlimited() throws {
        let unit = Unit(memory: .mebibytes(1), first: 10, calls: [(1, 100), (1, 50_000), (1, 7)])
        let record = try run(trace([unit]), PolicyChoice("clairvoyant-keep"))
        #expect(record.starts.cold == 1)
        #expect(record.wastedByteSeconds == 50_100 * 1_048_576)
    }

    @Test("A negative budget, and one that is not a number, are refused")
    func badBudget() {
        for name in ["clairvoyant-keep", "clairvoyant-prewarm"] {
            for budget in [-1, Double.nan] {
                let unit = Unit(memory: .mebibytes(1), first: 0, calls: [(1, 1)])
                #expect(throws: InputError.self) {
                    try run(trace([unit]), PolicyChoice(name, ["budget": .byteSeconds(budget)]))
                }
            }
        }
    }

    @Test(
        "Calls of one unit that overlap are all warm without a limit once there are sandboxes enough",
        arguments: 0..<100)
    func overlapping(seed: UInt64) throws {
        // Without a limit keeping is keeping for ever, but for what no later call needs: cold starts are the
        // same.
        var random = RandomStream(seed: seed, purpose: .test)
        var trace = ScriptedTrace(horizon: .hours(24))
        for index in 0..<3 {
            let calls = (0..<60).map { _ in
                (at(Double(random.below(2_000))), SimDuration.seconds(random.below(90)))
            }
            trace.add("f\(index)", .mebibytes(1 + random.below(3)), calls: calls.sorted { $0.0 < $1.0 })
        }
        for reuse in ReuseOrder.allCases {
            func cold(_ name: String, _ delay: SimDuration) throws -> RunRecord {
                try trace.run(
                    memory: .gibibytes(64), coldStart: delay, idle: PolicyChoice(name),
                    reclaim: PolicyChoice("none")
                ) { $0.sandbox.reuse = reuse }
            }
            let forever = try cold("forever", .zero)
            let clairvoyant = try cold("clairvoyant-keep", .zero)
            #expect(clairvoyant.starts.cold == forever.starts.cold, "\(reuse)")
            #expect(clairvoyant.wastedByteSeconds <= forever.wastedByteSeconds, "\(reuse)")
            let delayed = try cold("clairvoyant-keep", .seconds(3))
            #expect(delayed.starts.total == 180)
        }
    }

    @Test("With loads ahead no call is cold or waits, and each gap costs a load at most")
    func prewarm() throws {
        // Cold starts of 10 s. Unit 0: first call at 100 s, gaps of 4, 10 and 300 s: loads of 10 s, kept 4
        // and 10, loaded 10.
        let unit = Unit(memory: .mebibytes(1), first: 100, calls: [(1, 4), (1, 10), (1, 300), (1, 0)])
        let record = try run(trace([unit]), PolicyChoice("clairvoyant-prewarm"), coldStart: .seconds(10))
        #expect(record.starts.cold == 0 && record.starts.partial == 0)
        #expect(record.starts.onPrewarmed == 2)
        #expect(record.startup.max == 0)
        #expect(record.wastedByteSeconds == (10 + 4 + 10 + 10) * 1_048_576)
        // For 14 MiB s: the gap of 4 s, then one of the three that cost 10, the earliest.
        let choice = PolicyChoice("clairvoyant-prewarm", ["budget": .byteSeconds(14 * 1_048_576)])
        let few = try run(trace([unit]), choice, coldStart: .seconds(10))
        #expect(few.starts.onPrewarmed == 1)
        #expect(few.starts.cold == 2)
        #expect(few.wastedByteSeconds == 14 * 1_048_576)
    }

    @Test(
        "With gaps of two cold starts or more loading ahead is a bound on the hybrid histogram",
        arguments: 0..<60)
    func prewarmIsABound(seed: UInt64) throws {
        var random = RandomStream(seed: seed, purpose: .test)
        let units = (0..<4).map { _ in
            Unit(
                memory: .mebibytes(1 + random.below(64)), first: 100,
                calls: (0..<40).map { _ in (1 + Int(random.below(20)), 60 * Int(11 + random.below(3)) + 30) })
        }
        let trace = trace(units)
        let hybrid = try run(trace, PolicyChoice("hybrid-histogram"), coldStart: .seconds(5))
        let choice = PolicyChoice("clairvoyant-prewarm", ["budget": .byteSeconds(hybrid.wastedByteSeconds)])
        let bound = try run(trace, choice, coldStart: .seconds(5))
        #expect(bound.starts.cold <= hybrid.starts.cold)
        #expect(bound.wastedByteSeconds <= hybrid.wastedByteSeconds)
        #expect(bound.starts.partial == 0)
    }
}
