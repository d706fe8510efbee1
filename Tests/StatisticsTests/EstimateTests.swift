import Statistics
import Testing

/// Means, differences and ratios: cases worked by hand, edges, properties.
@Suite struct EstimateTests {
    @Test func aMeanWorkedByHand() {
        let mean = MeanEstimate([1, 2, 3, .nan, 4, 5])
        #expect(mean.count == 5 && mean.mean == 3 && mean.level == 0.95)
        #expect(relativeError(mean.deviation, 2.5.squareRoot()) < 1e-15)
        // t(4) = 2.776445, √(2.5/5) = 0.707107.
        #expect((mean.halfWidth - 1.963_243_161_5).magnitude < 1e-9)
        #expect(mean.low == mean.mean - mean.halfWidth && mean.high == mean.mean + mean.halfWidth)
    }

    @Test func tooFewObservationsSayNothing() {
        for values in [
            [], [7], [.nan], [.nan, 7], [1, .infinity], [.infinity, .infinity], [-.infinity, .infinity],
        ] as [[Double]] {
            let mean = MeanEstimate(values)
            #expect(mean.halfWidth == .infinity && mean.low == -.infinity && mean.high == .infinity)
            #expect(mean.deviation.isNaN)
        }
        #expect(MeanEstimate([]).mean.isNaN && MeanEstimate([.nan]).count == 0)
        #expect(MeanEstimate([7]).mean == 7)
        #expect(MeanEstimate([1, .infinity]).mean == .infinity)
    }

    @Test func equalObservationsHaveNoWidthAndLargeOrSmallOnesKeepTheirs() {
        let equal = MeanEstimate(Array(repeating: 0.1, count: 7))
        #expect(equal.mean == 0.1 && equal.deviation == 0 && equal.halfWidth == 0)
        let plain = MeanEstimate([1, 2, 4])
        for exponent in [-1_070, -600, -20, 20, 600, 1_020] {
            let unit = Double(sign: .plus, exponent: exponent, significand: 1)
            let scaled = MeanEstimate([1 * unit, 2 * unit, 4 * unit])
            let tolerance = exponent < -1_000 ? 0.1 : 1e-15
            #expect(relativeError(scaled.mean, plain.mean * unit) < tolerance)
            #expect(relativeError(scaled.deviation, plain.deviation * unit) < tolerance)
        }
        #expect(MeanEstimate([1e308, 1.5e308, -1e308]).mean.isFinite)
        // Around a large offset: 1e9 + {1, 2, 4} / 1024.
        let offset = MeanEstimate([1, 2, 4].map { 1e9 + $0 / 1_024 })
        #expect(relativeError(offset.deviation, plain.deviation / 1_024) < 1e-12)
    }

    @Test func aPairedDifferenceWorkedByHand() {
        // Differences 1, 2, 3: mean 2, standard error 1/√3, t = √12 with 2 degrees, p = 1 - √(12/14).
        let difference = Difference.paired([2, .nan, 4, 6, 1], [1, 5, 2, 3, .nan])
        #expect(difference.count == 3 && difference.estimate == 2 && difference.degrees == 2)
        #expect(relativeError(difference.standardError, (1 / 3.0).squareRoot()) < 1e-15)
        #expect(relativeError(difference.p, 1 - (6 / 7.0).squareRoot()) < 1e-13)
        #expect(relativeError(difference.p(above: 0), difference.p / 2) < 1e-13)
        #expect(difference.p(above: 2) == 0.5 && difference.p(below: 2) == 0.5)
        #expect(difference.p(above: 1) < 0.5 && difference.p(below: 1) > 0.5)
        #expect((difference.halfWidth - 4.302_652_729_7 / 3.0.squareRoot()).magnitude < 1e-9)
        #expect(difference.interval(level: 0.95) == difference.low...difference.high)
        #expect(difference.interval(level: 0.5).upperBound < difference.high)
    }

    @Test func aWelchDifferenceWorkedByHand() {
        // Variances of means 1/3 (n = 3) and 20/3/4 = 5/3 (n = 4); degrees 4 / (1/18 + 25/27).
        let difference = Difference.welch([1, 2, 3], [1, 3, 5, 7])
        #expect(difference.estimate == -2 && difference.count == 7)
        #expect(relativeError(difference.standardError, 2.0.squareRoot()) < 1e-15)
        #expect(relativeError(difference.degrees, 4 / (1 / 18.0 + 25 / 27.0)) < 1e-15)
    }

    @Test func differencesThatDoNotVaryAreCertain() {
        let none = Difference.paired([1, 2, 3], [1, 2, 3])
        #expect(none.p == 1 && none.halfWidth == 0 && none.p(above: 0) == 1 && none.p(below: 0) == 1)
        #expect(none.p(below: 0.1) == 0 && none.p(above: -0.1) == 0)
        let one = Difference.paired([2, 3, 4], [1, 2, 3])
        #expect(one.p == 0 && one.low == 1 && one.high == 1 && one.interval(level: 0.9) == 1...1)
        #expect(one.p(above: 0) == 0 && one.p(above: 1) == 1 && one.p(below: 2) == 0 && one.p(below: 1) == 1)
        let welch = Difference.welch([1, 1], [3, 3, 3])
        #expect(welch.estimate == -2 && welch.p == 0 && welch.degrees == 3)
        // One sample that does not vary leaves the degrees to the other.
        #expect(Difference.welch([1, 1], [3, 4, 5]).degrees == 2)
    }

    @Test func differencesOfTooLittleAreUnknown() {
        let unknown = [
            Difference.paired([Double](), []), .paired([1], [2]), .paired([1, .nan], [2, 3]),
            .paired([1, .infinity], [1, 1]), .paired([1, .infinity, 3], [0, .infinity, 1]),
            .welch([1], [2, 3]),
            .welch([1, 2], [Double]()), .welch([.nan, 1], [.nan, 2]),
            .welch([1, 2], [.infinity, .infinity]),
        ]
        for difference in unknown {
            #expect(
                difference.halfWidth == .infinity && difference.low == -.infinity
                    && difference.high == .infinity)
            #expect(difference.p == 1 && difference.p(above: -9) == 1 && difference.p(below: 9) == 1)
            #expect(difference.degrees == 0 && difference.standardError == .infinity)
            #expect(difference.interval(level: 0.9) == -.infinity ... .infinity)
        }
    }

    @Test func swappingTheSamplesTurnsTheDifferenceAround() {
        for seed in 0..<200 as Range<UInt64> {
            var draws = Draws(seed: seed)
            let a = draws.array(2 + Int(seed % 9)) { $0.exponential() }
            let b = draws.array(a.count) { 3 * $0.normal() }
            for (forth, back) in [
                (Difference.paired(a, b), Difference.paired(b, a)), (.welch(a, b), .welch(b, a)),
            ] {
                #expect((forth.estimate + back.estimate).magnitude < 1e-14)
                #expect(relativeError(forth.p, back.p) < 1e-11)
                #expect(relativeError(forth.p(above: 0.3), back.p(below: -0.3)) < 1e-11)
                #expect((forth.p(above: 0.3) + forth.p(below: 0.3) - 1).magnitude < 1e-15)
                // The interval excludes 0 exactly where p is below its level.
                #expect((forth.low > 0 || forth.high < 0) == (forth.p < 0.05))
                // An end of the interval is the bound that p just rejects.
                #expect((forth.p(above: forth.low) - 0.025).magnitude < 1e-12)
            }
        }
    }

    @Test func proportionalPairsHaveACertainRatio() {
        let half = RatioOfMeans.paired(numerator: [1, 2, .nan, 4.5], denominator: [2, 4, 1, 9])
        #expect(half.count == 3 && half.estimate == 0.5 && half.low == 0.5 && half.high == 0.5)
        // Rounding aside.
        let third = RatioOfMeans.paired(
            numerator: [0.1, 0.12, 0.11, 0.1], denominator: [0.3, 0.36, 0.33, 0.3])
        #expect(relativeError(third.low, 1 / 3.0) < 1e-15 && relativeError(third.high, 1 / 3.0) < 1e-15)
        let same = RatioOfMeans.paired(numerator: [0.1, 0.7, 0.3], denominator: [0.1, 0.7, 0.3])
        #expect(same.estimate == 1 && same.low == 1 && same.high == 1)
    }

    @Test func aRatioWithAConstantDenominatorIsAMean() {
        let ratio = RatioOfMeans.paired(numerator: [1, 2, 3, 4, 5], denominator: [2, 2, 2, 2, 2])
        let mean = MeanEstimate([0.5, 1, 1.5, 2, 2.5])
        #expect(ratio.estimate == 1.5)
        #expect(relativeError(ratio.low, mean.low) < 1e-14 && relativeError(ratio.high, mean.high) < 1e-14)
    }

    @Test func ratiosWithoutGroundAreUnbounded() {
        for (a, b) in [
            ([], []), ([1], [2]), ([1, 2, 3], [-1, 0, 1]), ([1, 2, 3], [-1, 1, 3]),
            ([1, .infinity], [1, 2]),
            ([0, 0], [0, 0]), ([1, 2], [.nan, 1]),
        ] as [([Double], [Double])] {
            let ratio = RatioOfMeans.paired(numerator: a, denominator: b)
            #expect(ratio.low == -.infinity && ratio.high == .infinity, "\(a) \(b)")
        }
        #expect(RatioOfMeans.paired(numerator: [Double](), denominator: []).estimate.isNaN)
    }
}
