import EventKernel
import Files
import Simulator
import Testing
import Workload

/// Expected values are worked by hand from the algorithm (ATC'20 section 4) with its default parameters.
@Suite struct HybridHistogramTests {
    private func policy(_ change: (inout HybridSettings) -> Void = { _ in }) -> HybridHistogram {
        var settings = HybridSettings()
        change(&settings)
        return HybridHistogram(units: 1, settings: settings)
    }

    /// Calls with these idle times between them, in seconds, each `execution` long; gives the last outcome.
    private func learn(
        _ policy: HybridHistogram, idleTimes: [Double], execution: Double = 1
    ) -> (step: IdleStep, order: PrewarmOrder?, end: SimTime, unit: OneUnit) {
        var unit = OneUnit()
        var now = 0.0
        var outcome = unit.call(policy, from: at(now), to: at(now + execution))
        for idleTime in idleTimes {
            now += execution + idleTime
            outcome = unit.call(policy, from: at(now), to: at(now + execution))
        }
        return (outcome.step, outcome.order, at(now + execution), unit)
    }

    @Test("Idle times of 11 to 12 minutes give a load at 9.9 minutes and an unload at 13.2")
    func elevenMinutes() {
        let policy = policy()
        var (step, order, end, unit) = learn(policy, idleTimes: [660, 680, 719])
        #expect(step == .evict(after: .zero))
        #expect(order == PrewarmOrder(at: end + minutes(9.9)))
        // Loaded in 2 s, it stays until 13.2 min after the end: 3.3 min after the load began.
        let began = end + minutes(9.9)
        step = unit.loadedAhead(policy, began: began, ready: began + .seconds(2))
        #expect(step == .evict(after: minutes(3.3) - .seconds(2)))
    }

    @Test("An idle time of 10:59 falls into bar 10: a load at 9.0 minutes, an unload at 12.1")
    func barEdge() {
        let policy = policy()
        var (step, order, end, unit) = learn(policy, idleTimes: [659, 659])
        #expect(step == .evict(after: .zero))
        #expect(order == PrewarmOrder(at: end + minutes(9)))
        let began = end + minutes(9)
        step = unit.loadedAhead(policy, began: began, ready: began)
        #expect(step == .evict(after: minutes(3.1)))
        // The call comes 10:59 after the end: the sandbox was loaded and idle for 1:59, that is 1.98 min.
        let idle = end + .seconds(659) - began
        #expect(idle == .seconds(119))
        #expect((idle.seconds / 60 * 100).rounded() / 100 == 1.98)
    }

    @Test("Idle times below one minute keep the sandbox: no load is ordered")
    func headOfZero() {
        let (step, order, _, _) = learn(policy(), idleTimes: [10, 20, 30])
        #expect(step == .evict(after: minutes(1.1)))
        #expect(order == nil)
    }

    @Test("Without idle times the sandbox stays for the range")
    func nothingLearned() {
        let (step, order, _, _) = learn(policy(), idleTimes: [])
        #expect(step == .evict(after: .hours(4)))
        #expect(order == nil)
    }

    @Test("A flat histogram is not representative: the sandbox stays for the range")
    func flatHistogram() {
        // One idle time in each of the 240 bars: the heights do not vary.
        let (step, order, _, _) = learn(policy(), idleTimes: (0..<240).map { Double($0) * 60 + 30 })
        #expect(step == .evict(after: .hours(4)))
        #expect(order == nil)
    }

    @Test("Fewer samples than the minimum predict nothing")
    func minimumSamples() {
        let few = learn(policy { $0.minimumSamples = 4 }, idleTimes: [660, 660, 660])
        #expect(few.step == .evict(after: .hours(4)))
        let enough = learn(policy { $0.minimumSamples = 4 }, idleTimes: [660, 660, 660, 660])
        #expect(enough.step == .evict(after: .zero))
    }

    @Test("Idle times beyond the range are forecast: 5 hours give a load at 4:15 and 1:30 with a sandbox")
    func outOfBounds() {
        let policy = policy()
        var (step, order, end, unit) = learn(policy, idleTimes: [18_000, 18_000])
        #expect(step == .evict(after: .zero))
        #expect(order == PrewarmOrder(at: end + minutes(255)))
        step = unit.loadedAhead(policy, began: end + minutes(255), ready: end + minutes(256))
        #expect(step == .evict(after: minutes(89)))
    }

    @Test("Half of the idle times beyond the range is enough for the forecast, less is not")
    func outOfBoundsThreshold() {
        let half = learn(policy(), idleTimes: [660, 18_000])
        #expect(half.order == PrewarmOrder(at: half.end + minutes(255)))
        let less = learn(policy(), idleTimes: [660, 18_000, 660])
        #expect(less.order == PrewarmOrder(at: less.end + minutes(9.9)))
    }

    @Test("A call that overlaps another leaves no sample in the paper's variant and one of zero in dslab's")
    func overlap() {
        for (variant, expected) in [
            (HybridVariant.paper, SimDuration.zero), (.dslab, minutes(13.2)),
        ] {
            let policy = policy { $0.variant = variant }
            var unit = OneUnit()
            _ = unit.call(policy, from: at(0), to: at(1))
            policy.arrived(at: unit.unit, now: at(661), idleTime: .seconds(660))
            policy.arrived(at: unit.unit, now: at(661.5), idleTime: nil)
            unit.unit.lastEnd = at(663)
            // With a zero among two idle times the 5th percentile is bar 0: nothing is unloaded.
            let order = policy.order(after: at(663), for: unit.unit)
            #expect(order == (variant == .paper ? PrewarmOrder(at: at(663) + minutes(9.9)) : nil))
            unit.unit.idle = 1
            // Not the sandbox of the first call, whose keep-alive is settled in dslab's variant.
            let sandbox = SandboxView(of: unit.unit, createdAt: at(0), lastUsed: at(663), uses: 3, serial: 1)
            #expect(policy.nextStep(of: sandbox, unit: unit.unit, now: at(663)) == .evict(after: expected))
        }
    }

    @Test(
        "In dslab's variant a sandbox loaded ahead stays for the whole unload time after its load"
    )
    func dslabStay() {
        let policy = policy { $0.variant = .dslab }
        var (_, order, end, unit) = learn(policy, idleTimes: [660, 660])
        #expect(order == PrewarmOrder(at: end + minutes(9.9)))
        let step = unit.loadedAhead(policy, began: end + minutes(9.9), ready: end + minutes(10))
        #expect(step == .evict(after: minutes(13.2)))
    }

    @Test("In dslab's variant a sandbox's keep-alive is set once: uses do not prolong it, nor does it shrink")
    func dslabKeepAliveIsSetOnce() throws {
        // Nothing is known at 0 s: the sandbox stays for the range, 4 h. After the call at 33 s an idle time of 33 s is
        // known, which alone would give 66 s; the end stays at 4 h, and the call at 604 s is warm.
        let calls = [0, 33, 604].map { HandCall($0, runs: 0) }
        func run(_ calls: [HandCall], _ variant: String) throws -> RunRecord {
            var scenario = handScenario()
            scenario.policies.idle = PolicyChoice("hybrid-histogram", ["variant": .text(variant)])
            return try simulate(scenario, handWorkload(calls, horizon: 20_000))
        }
        #expect(try run(calls, "dslab").starts.cold == 1)
        #expect(try run(calls, "dslab").evictions.policy == 1)
        #expect(try run(calls, "paper").starts.cold == 2)
        // Idle times of half a minute keep a sandbox warm for ever in the paper's variant; here it goes 4 h after its first
        // use, at 14,400 s: the call at 14,410 s is cold.
        let steady = (0...480).map { HandCall(Double($0) * 30, runs: 0) } + [HandCall(14_410, runs: 0)]
        #expect(try run(steady, "paper").starts.cold == 1)
        #expect(try run(steady, "dslab").starts.cold == 2)
        // A use that goes on beyond the end is the last: the sandbox goes with it.
        let late = [HandCall(0, runs: 0), HandCall(14_390, runs: 20), HandCall(14_411, runs: 0)]
        #expect(try run(late, "dslab").starts.cold == 2)
    }

    @Test("FaasCache's variant samples times between arrivals and steps one bar outwards")
    func faascache() {
        let policy = policy { $0.variant = .faascache }
        // Arrivals 11 min apart: bar 11; head 10, tail 12.
        var (step, order, end, unit) = learn(policy, idleTimes: [659, 659])
        #expect(step == .evict(after: .zero))
        #expect(order == PrewarmOrder(at: end + minutes(9)))
        let began = end + minutes(9)
        step = unit.loadedAhead(policy, began: began, ready: began + .seconds(1))
        #expect(step == .evict(after: minutes(13.2) - .seconds(1)))
    }

    @Test("FaasCache's variant falls back to two hours: with one sample, and when the minutes vary too much")
    func faascacheFallback() {
        let one = learn(policy { $0.variant = .faascache }, idleTimes: [659])
        #expect(one.step == .evict(after: .hours(2)))
        // Minutes 1 and 21: mean 11, variance 100, quotient 9.1.
        let varied = learn(policy { $0.variant = .faascache }, idleTimes: [59, 1259])
        #expect(varied.step == .evict(after: .hours(2)))
        #expect(varied.order == nil)
        // Minutes 10 and 12: mean 11, variance 1. Head bar 10, one down; tail bar 12, one up.
        let steady = learn(policy { $0.variant = .faascache }, idleTimes: [599, 719])
        #expect(steady.order == PrewarmOrder(at: steady.end + minutes(8.1)))
        // Beyond the range nothing is sampled.
        let rare = learn(policy { $0.variant = .faascache }, idleTimes: [20_000, 20_000, 20_000])
        #expect(rare.step == .evict(after: .hours(2)))
    }

    @Test("Parameters that cannot work are refused by name")
    func validation() {
        let changes: [(String, (inout HybridSettings) -> Void)] = [
            ("bin", { $0.bin = .zero }), ("range", { $0.range = .seconds(90) }),
            ("bins", { $0.bin = .nanoseconds(1) }),
            ("head", { $0.head = 0 }), ("tail", { $0.tail = 1.5 }), ("head", { $0.head = .nan }),
            ("margin", { $0.margin = 1 }), ("arima-margin", { $0.arimaMargin = 0 }),
            ("cv-threshold", { $0.cvThreshold = -1 }), ("oob-threshold", { $0.oobThreshold = .nan }),
            ("minimum-samples", { $0.minimumSamples = -1 }),
        ]
        for (name, change) in changes {
            var settings = HybridSettings()
            change(&settings)
            let error = #expect(throws: InputError.self) { try settings.validate() }
            #expect(error?.problem.contains(name) == true, "\(name): \(error?.problem ?? "accepted")")
        }
        #expect(throws: Never.self) { try HybridSettings().validate() }
    }
}
