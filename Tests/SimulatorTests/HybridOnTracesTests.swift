import EventKernel
import Simulator
import Testing
import Workload

/// The hybrid histogram through the engine, against runs worked by hand.
@Suite struct HybridOnTracesTests {
    /// One function of 1 MiB, called every 11 minutes for ten days, each call a second long: 1,310 calls.
    private func elevenMinutes() -> ScriptedTrace {
        var trace = ScriptedTrace(horizon: .hours(240))
        trace.add("timer", .mebibytes(1), execution: .seconds(1), every: .minutes(11))
        return trace
    }

    private func run(_ trace: ScriptedTrace, _ policy: PolicyChoice) throws -> RunRecord {
        try trace.run(memory: .gibibytes(1), coldStart: .zero, idle: policy)
    }

    @Test(
        "A call every 11 minutes: 10 minutes of keep-alive are always cold, 20 and the hybrid only at first")
    func elevenMinutePeriod() throws {
        let trace = elevenMinutes()
        let calls: UInt64 = 1_310
        let ten = try run(trace, PolicyChoice("fixed"))
        #expect(ten.invocations.completed == calls && ten.starts.cold == calls)
        let twenty = try run(trace, PolicyChoice("fixed", ["keep-alive": .duration(.minutes(20))]))
        #expect(twenty.starts.cold == 1)
        // Idle times of 10:59. After the first call the sandbox stays for the range of 4 h, so the second is
        // warm, and from then on a load 9 min after each end meets the call after 1:59.
        let hybrid = try run(trace, PolicyChoice("hybrid-histogram"))
        #expect(hybrid.starts.cold == 1)
        #expect(hybrid.prewarms.loaded == calls - 2)
        #expect(hybrid.starts.onPrewarmed == calls - 2)
        // Idle: 659 s once, then 119 s before each of the other 1,308 calls. The last call ends 59 s before
        // the horizon; nothing is loaded after it.
        #expect(hybrid.wastedByteSeconds == Double(659 + 1_308 * 119) * 1_048_576)
        // A keep-alive of 20 min pays 659 s for each of the 1,309 gaps and 59 s at the end.
        #expect(twenty.wastedByteSeconds == Double(1_309 * 659 + 59) * 1_048_576)
    }

    @Test("Every variant learns a period of 11 minutes")
    func variants() throws {
        for variant in HybridVariant.allCases {
            let record = try run(
                elevenMinutes(), PolicyChoice("hybrid-histogram", ["variant": .text(variant.rawValue)]))
            #expect(record.starts.cold == 1, "\(variant)")
            #expect(record.prewarms.loaded > 1_300, "\(variant)")
        }
    }

    @Test("Calls five hours apart are met by the forecast")
    func fiveHours() throws {
        // Idle times of 5 h less a second, all beyond the range: the second call is cold (4 h of keep-alive),
        // later ones find a sandbox loaded after 85 % of the time.
        var trace = ScriptedTrace(horizon: .hours(500))
        trace.add("rare", .mebibytes(1), execution: .seconds(1), every: .hours(5))
        let record = try run(trace, PolicyChoice("hybrid-histogram"))
        #expect(record.invocations.completed == 100)
        #expect(record.starts.cold == 2)
        #expect(record.starts.onPrewarmed == 98)
    }

    @Test("A call between unload and load is cold and replaces the order")
    func earlyCall() throws {
        // 20 calls 11 min apart, then one 5 min after the last: the sandbox is gone, its load not begun.
        var trace = ScriptedTrace(horizon: .hours(12))
        let regular = (0..<20).map { at(Double($0) * 660) }
        trace.add("timer", .mebibytes(1), execution: .seconds(1), at: regular + [at(19 * 660 + 300)])
        let record = try run(trace, PolicyChoice("hybrid-histogram"))
        #expect(record.starts.cold == 2)
        // Loads before calls 3 to 20; the one after call 20 is withdrawn, the one after call 21 comes.
        #expect(record.prewarms.loaded == 19)
    }

    @Test("A load that is still under way when the call comes shortens its start")
    func partialStart() throws {
        // A cold start takes 150 s: the first call ends at 151, the second at 811 after an idle time of 659 s
        // (bar 10), so a load begins 9 min later, at 1,351. The third call comes at 1,470 and waits for the
        // rest of it, until 1,501.
        var trace = ScriptedTrace(horizon: .hours(1))
        trace.add("slow", .mebibytes(1), execution: .seconds(1), at: [at(0), at(810), at(1_470)])
        let record = try trace.run(
            memory: .gibibytes(1), coldStart: .seconds(150), idle: PolicyChoice("hybrid-histogram"))
        #expect(record.starts.cold == 1)
        #expect(record.starts.warm == 1)
        #expect(record.starts.partial == 1)
        #expect(abs(record.functions[0].startupSeconds - (150 + 31)) < 1e-9)
    }
}
