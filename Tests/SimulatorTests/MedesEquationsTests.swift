import EventKernel
import Testing

@testable import Simulator

/// Medes' problems by hand. With s_W = 1 s, s_D = 5 s and 3 s busy: R_W = 4, R_D = 8, cost 1/2; m_W = 100, m_D = 50.
/// For C sandboxes and the rate lambda:
/// - load: D <= (C/4 - lambda) / (1/4 - 1/8) = 2 C - 8 lambda;
/// - latency, alpha 2: D <= (2 lambda - C/4) / (5/8 - 1/4) = (16 lambda - 2 C) / 3;
/// - memory: D >= (100 C - M0) / 50.
@Suite struct MedesEquationsTests {
    /// Ten sandboxes, `deduplicated` of them in that state.
    private func ten(
        _ deduplicated: Double = 2, rate: Double, budget: Double = 0, alpha: Double = 2,
        restoreMemory: Double = 0, isMemoryFree: Bool = true
    ) -> MedesSituation {
        MedesSituation(
            warm: 10 - deduplicated, deduplicated: deduplicated, rate: rate, warmStart: 1, restore: 5,
            busy: 3,
            warmMemory: 100, storedMemory: 50, restoreMemory: restoreMemory, budget: budget, alpha: alpha,
            isMemoryFree: isMemoryFree)
    }

    private func linear(_ situation: MedesSituation, _ problem: MedesProblem) -> MedesVerdict {
        MedesEquations(situation).verdict(problem)
    }

    private func closed(_ situation: MedesSituation, _ problem: MedesProblem) -> MedesVerdict {
        MedesClosedForms(situation).verdict(problem)
    }

    @Test("P1 deduplicates up to the tighter of load and latency, and both solvers agree on where")
    func latencyFeasible() {
        // lambda = 2: load 20 - 16 = 4, latency (32 - 20) / 3 = 4.
        #expect(MedesEquations(ten(rate: 2)).plan(.latency) == .upTo(4))
        for (now, verdict) in [(2.0, MedesVerdict.deduplicate), (3, .deduplicate), (4, .keep), (5, .keep)] {
            #expect(linear(ten(now, rate: 2), .latency) == verdict, "linear, D = \(now)")
            #expect(closed(ten(now, rate: 2), .latency) == verdict, "closed, D = \(now)")
        }
        // alpha 2.5 loosens the latency: (2.5 * 2 - 2.5) / 0.375 = 6.67; the load still says 4.
        #expect(MedesEquations(ten(rate: 2, alpha: 2.5)).plan(.latency) == .upTo(4))
        // lambda = 1.625: load 20 - 13 = 7, latency (26 - 20) / 3 = 2.
        #expect(MedesEquations(ten(rate: 1.625)).plan(.latency) == .upTo(2))
        #expect(MedesClosedForms(ten(rate: 1.625)).mostForLoad == 7)
        #expect(MedesClosedForms(ten(rate: 1.625)).mostForLatency == 2)
    }

    @Test("Between whole numbers the plan is not overstepped; the closed form oversteps it by one")
    func betweenWholeNumbers() {
        // lambda = 1.96875: load 20 - 15.75 = 4.25, latency (31.5 - 20) / 3 = 3.83. A fourth is one too many.
        #expect(linear(ten(2, rate: 1.96875), .latency) == .deduplicate)
        #expect(linear(ten(3, rate: 1.96875), .latency) == .keep)
        #expect(closed(ten(3, rate: 1.96875), .latency) == .deduplicate)
        #expect(closed(ten(4, rate: 1.96875), .latency) == .keep)
    }

    @Test("A load that cannot be met keeps sandboxes warm while memory is available")
    func loadTooHigh() {
        // lambda = 3: load 20 - 24 = -4. All warm they serve 10 / 4 = 2.5 calls a second.
        let plan = MedesEquations.Plan.infeasible(isLoadTooHigh: true)
        #expect(MedesEquations(ten(rate: 3)).plan(.latency) == plan)
        #expect(linear(ten(rate: 3), .latency) == .keep)
        #expect(linear(ten(rate: 3, isMemoryFree: false), .latency) == .deduplicate)
        #expect(closed(ten(rate: 3), .latency) == .keep)
        // P2: 8 warm and 2 deduplicated take 900.
        #expect(MedesEquations(ten(rate: 3, budget: 1_000)).plan(.memory) == plan)
        #expect(linear(ten(rate: 3, budget: 1_000), .memory) == .keep)
        #expect(linear(ten(rate: 3, budget: 900), .memory) == .deduplicate)
        #expect(closed(ten(rate: 3, budget: 1_200), .memory) == .keep, "-4 for the memory: it is enough")
        #expect(
            closed(ten(rate: 3, budget: 800), .memory) == .deduplicate, "4 for the memory, -4 for the load")
    }

    @Test("A load that only warm sandboxes can just meet leaves nothing to deduplicate")
    func loadJustMet() {
        #expect(MedesEquations(ten(0, rate: 2.5)).plan(.latency) == .upTo(0))
        #expect(linear(ten(0, rate: 2.5), .latency) == .keep)
        #expect(MedesClosedForms(ten(0, rate: 2.5)).mostForLoad == 0)
        #expect(closed(ten(0, rate: 2.5), .latency) == .keep)
    }

    @Test("P1 with D below 0 from the latency: the paper deduplicates, the code evicts")
    func latencyBelowZero() {
        // lambda = 1/2: load 16, latency (8 - 20) / 3 = -4.
        #expect(MedesEquations(ten(rate: 0.5)).plan(.latency) == .infeasible(isLoadTooHigh: false))
        #expect(linear(ten(rate: 0.5), .latency) == .deduplicate)
        #expect(linear(ten(rate: 0.5, isMemoryFree: false), .latency) == .deduplicate)
        #expect(MedesClosedForms(ten(rate: 0.5)).mostForLatency == -4)
        #expect(closed(ten(rate: 0.5), .latency) == .evict)
        #expect(closed(ten(rate: 0), .latency) == .evict, "nothing called")
    }

    @Test("P1 with D above C deduplicates every sandbox")
    func latencyAboveAll() {
        // lambda = 1, alpha 10: load 12, latency (10 - 2.5) / 0.375 = 20.
        #expect(MedesEquations(ten(rate: 1, alpha: 10)).plan(.latency) == .upTo(10))
        #expect(linear(ten(9, rate: 1, alpha: 10), .latency) == .deduplicate)
        #expect(closed(ten(9, rate: 1, alpha: 10), .latency) == .deduplicate)
    }

    @Test("P2 deduplicates no more than the budget needs, and both solvers agree on where")
    func memoryFeasible() {
        // M0 = 800: (1000 - 800) / 50 = 4; load at lambda = 1: 12.
        #expect(MedesEquations(ten(rate: 1, budget: 800)).plan(.memory) == .atLeast(4))
        for (now, verdict) in [(3.0, MedesVerdict.deduplicate), (4, .keep)] {
            #expect(linear(ten(now, rate: 1, budget: 800), .memory) == verdict)
            #expect(closed(ten(now, rate: 1, budget: 800), .memory) == verdict)
        }
        // M0 = 790: 4.2, so a fifth is needed.
        #expect(linear(ten(4, rate: 1, budget: 790), .memory) == .deduplicate)
        #expect(linear(ten(5, rate: 1, budget: 790), .memory) == .keep)
    }

    @Test("P2 with D below 0 keeps warm, with D above C deduplicates")
    func memoryBeyond() {
        #expect(MedesEquations(ten(rate: 1, budget: 1_200)).plan(.memory) == .atLeast(0))
        #expect(linear(ten(0, rate: 1, budget: 1_200), .memory) == .keep)
        #expect(closed(ten(0, rate: 1, budget: 1_200), .memory) == .keep)
        #expect(linear(ten(0, rate: 1, budget: 1_000), .memory) == .keep, "just enough")
        #expect(closed(ten(0, rate: 1, budget: 1_000), .memory) == .keep)
        // M0 = 400: 12 of 10.
        #expect(
            MedesEquations(ten(9, rate: 1, budget: 400)).plan(.memory) == .infeasible(isLoadTooHigh: false))
        #expect(linear(ten(9, rate: 1, budget: 400), .memory) == .deduplicate)
        #expect(closed(ten(9, rate: 1, budget: 400), .memory) == .deduplicate)
        // M0 = 700: 6 for the memory; 4 for the load at lambda = 2.
        #expect(linear(ten(6, rate: 2, budget: 700), .memory) == .deduplicate)
        #expect(closed(ten(6, rate: 2, budget: 700), .memory) == .deduplicate)
    }

    @Test("Restores as fast as warm starts: the load is met by any D or by none")
    func costOfOne() {
        func even(_ rate: Double) -> MedesSituation {
            var situation = ten(rate: rate, budget: 800)
            situation.restore = 1
            return situation
        }
        #expect(MedesEquations(even(2.5)).plan(.latency) == .upTo(10))
        #expect(MedesEquations(even(2.5)).plan(.memory) == .atLeast(4))
        #expect(MedesEquations(even(2.625)).plan(.latency) == .infeasible(isLoadTooHigh: true))
        // The closed forms divide by zero: 2 / 0 = inf, 0 / 0 is not a number (never less), -0.5 / 0 = -inf.
        #expect(closed(even(2), .latency) == .deduplicate)
        #expect(closed(even(2.5), .latency) == .keep)
        #expect(closed(even(2.625), .latency) == .keep)
        #expect(closed(even(2.5), .memory) == .deduplicate)
    }

    @Test("Restores faster than warm starts: the load bounds D from below, and P2 wants all")
    func costAboveOne() {
        var situation = ten(2, rate: 1.5, budget: 1_000)
        (situation.warmStart, situation.restore) = (5, 1)
        // R_W = 8, R_D = 4: D >= 8 * 1.5 - 10 = 2.
        #expect(MedesEquations(situation).plan(.memory) == .upTo(10))
        situation.rate = 2.75
        #expect(MedesEquations(situation).plan(.memory) == .infeasible(isLoadTooHigh: true))
    }

    @Test(
        "Where a restore takes more than is saved, P1 deduplicates none and P2's budget cannot be kept by it")
    func restoreMemory() {
        // 50 + 60 > 100.
        #expect(MedesEquations(ten(rate: 2, restoreMemory: 60)).plan(.latency) == .atLeast(0))
        #expect(linear(ten(0, rate: 2, restoreMemory: 60), .latency) == .keep)
        #expect(linear(ten(0, rate: 1, budget: 1_000, restoreMemory: 60), .memory) == .keep)
        let over = MedesEquations(ten(0, rate: 1, budget: 900, restoreMemory: 60))
        #expect(over.plan(.memory) == .infeasible(isLoadTooHigh: false))
        // With m_R = 25 each saves 25: (1000 - 900) / 25 = 4.
        #expect(MedesEquations(ten(rate: 1, budget: 900, restoreMemory: 25)).plan(.memory) == .atLeast(4))
        #expect(MedesClosedForms(ten(rate: 1, budget: 900, restoreMemory: 25)).fewestForMemory == 2)
    }

    @Test("The code counts base sandboxes twice, the paper once")
    func basesTwice() {
        var situation = ten(rate: 1, budget: 800)
        situation.bases = 2
        #expect(MedesClosedForms(situation).count == 12)
        #expect(MedesClosedForms(situation).fewestForMemory == 8)
        #expect(MedesEquations(situation).plan(.memory) == .atLeast(4))
    }

    @Test("Base rules at B = 0 and where D / B is exactly T")
    func baseRules() {
        func wants(_ rule: MedesBaseRule, _ deduplicated: Int, _ bases: Int, _ verdict: MedesVerdict) -> Bool
        {
            rule.wantsBase(deduplicated: deduplicated, bases: bases, threshold: 40, verdict: verdict)
        }
        for verdict in MedesVerdict.allCases {
            #expect(wants(.atLeast, 0, 0, verdict), "the first always, even one that would go")
            #expect(wants(.atLeast, 40, 1, verdict))
            #expect(!wants(.atLeast, 39, 1, verdict))
            #expect(!wants(.ratio, 40, 1, verdict))
            #expect(!wants(.ratio, 80, 2, verdict))
            #expect(wants(.ratio, 41, 1, verdict) == (verdict != .evict))
        }
        #expect(!wants(.ratio, 0, 0, .keep))
        #expect(wants(.ratio, 0, 0, .deduplicate))
        #expect(wants(.ratio, 1, 0, .keep), "1 / 0 is above any T")
    }
}
