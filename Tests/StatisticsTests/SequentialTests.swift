import EventKernel
import Statistics
import Testing

/// Going on until the interval is narrow enough.
@Suite struct SequentialTests {
    /// Coverage, mean count and whether every run met the goal: `width` as a share of the mean, at 95 %.
    private func procedure(
        _ width: Double = 0.02, from first: Int, seed: UInt64, truth: Double, draw: (inout Draws) -> Double
    ) -> (coverage: Double, count: Double, met: Bool) {
        let goal = PrecisionGoal(width: .relative(width))
        var counts = MeanEstimate([])
        var (total, met) = (0.0, true)
        let repetitions = 20_000
        let coverage = share(of: repetitions, seed: seed) { draws in
            var values = draws.array(first, draw)
            counts = MeanEstimate(values)
            while !goal.isMet(by: counts), values.count < 100_000 {
                let next = goal.nextCount(counts, atMost: 100_000)
                values += draws.array(next - values.count, draw)
                counts = MeanEstimate(values)
            }
            total += Double(values.count)
            met = met && goal.isMet(by: counts)
            return counts.low <= truth && truth <= counts.high
        }
        return (coverage, total / Double(repetitions), met)
    }

    @Test func stoppingWhenNarrowEnoughCostsALittleCoverage() {
        for first in [5, 10, 20, 40] {
            let normal = procedure(from: first, seed: 50, truth: 1) { 1 + 0.1 * $0.normal() }
            print(
                "sequential: normal, deviation 10 %, from \(first): \(percent(normal.coverage)), "
                    + "mean count \(normal.count.rounded())")
            #expect(normal.met)
            #expect(normal.coverage > 0.90 && normal.coverage < 0.96)
            // Without chance: (1.96 · 0.1 / 0.02)² = 96.
            #expect(normal.count > 80 && normal.count < 115)
        }
        // Where few observations do, a small deviation by chance ends the run too early.
        for first in [3, 5, 10] {
            let coarse = procedure(0.1, from: first, seed: 52, truth: 1) { 1 + 0.2 * $0.normal() }
            print(
                "sequential: normal, deviation 20 %, to 10 %, from \(first): \(percent(coarse.coverage)), "
                    + "mean count \(coarse.count.rounded())")
            #expect(coarse.met && coarse.coverage > 0.88 && coarse.coverage < 0.96)
        }
        let skewed = procedure(from: 10, seed: 51, truth: portableExp(0.02)) { $0.logNormal(0.2) }
        print(
            "sequential: log-normal, sigma 0.2, from 10: \(percent(skewed.coverage)), "
                + "mean count \(skewed.count.rounded())")
        #expect(skewed.met && skewed.coverage > 0.90)
    }

    @Test func theNextCountIsTheOneWorkedByHand() {
        // 0 and 2, eight times: mean 1, deviation √(16/15), t(15) = 2.1314, half-width 0.5503.
        let estimate = MeanEstimate((0..<16).map { Double($0 % 2) * 2 })
        func next(_ width: PrecisionGoal.Width, atMost: Int = 1_000) -> Int {
            PrecisionGoal(width: width).nextCount(estimate, atMost: atMost)
        }
        #expect(next(.absolute(0.6)) == 16)
        // (0.5503/0.45)² · 16 = 23.9.
        #expect(next(.absolute(0.45)) == 24)
        #expect(next(.relative(0.45)) == 24)
        // A tiny shortfall still asks for a quarter more, a huge one for at most twice as many.
        #expect(next(.absolute(0.55)) == 20)
        #expect(next(.absolute(0.01)) == 32)
        #expect(next(.absolute(0.01), atMost: 18) == 18)
        #expect(next(.absolute(0.01), atMost: 16) == 16)
        #expect(next(.absolute(0.01), atMost: 3) == 16)
    }

    @Test func fewOrEqualObservationsAreNoSpecialCaseForTheCaller() {
        let goal = PrecisionGoal(width: .relative(0.02))
        for (values, met, next) in [
            ([], false, 2), ([1], false, 3), ([1, 2], false, 4), ([3, 3], true, 2), ([0, 0], true, 2),
            ([-1, 1], false, 4), ([1, .infinity], false, 4), ([.nan, .nan], false, 2),
        ] as [([Double], Bool, Int)] {
            let estimate = MeanEstimate(values)
            #expect(goal.isMet(by: estimate) == met, "\(values)")
            #expect(goal.nextCount(estimate, atMost: 50) == next, "\(values)")
        }
        #expect(goal.nextCount(MeanEstimate([1]), atMost: .max) == 3)
    }

    @Test func theNextCountGrowsUntilTheLimit() {
        for seed in 0..<200 as Range<UInt64> {
            var draws = Draws(seed: seed)
            let goal = PrecisionGoal(width: .absolute(draws.unit() * 0.01), level: 0.99)
            var values = [Double]()
            var steps = 0
            while values.count < 300 && steps < 50 {
                let estimate = MeanEstimate(values)
                let next = goal.nextCount(estimate, atMost: 300)
                #expect(next <= 300)
                #expect(next > values.count || goal.isMet(by: estimate))
                if next == values.count { break }
                values += draws.array(next - values.count) { $0.normal() }
                steps += 1
            }
            #expect(steps < 20)
        }
    }

    @Test func theGoalsOwnLevelDecides() {
        let estimate = MeanEstimate([1, 2, 3, 4, 5, 6], level: 0.5)
        let goal = PrecisionGoal(width: .absolute(estimate.halfWidth * 1.01))
        #expect(!goal.isMet(by: estimate))
        #expect(PrecisionGoal(width: goal.width, level: 0.5).isMet(by: estimate))
    }
}
