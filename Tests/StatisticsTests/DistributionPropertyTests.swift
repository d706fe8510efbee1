import EventKernel
import Testing

@testable import Statistics

/// What holds of the distributions everywhere.
@Suite struct DistributionPropertyTests {
    private let degrees = [
        0.05, 0.3, 1, 1.5, 2, 2.999, 3, 4.2, 9, 29, 100.5, 2_000, 99_999, 100_001, 1e6, 1e9, 1e15, 1e20, 2e20,
        .infinity,
    ]

    @Test func studentsTHasItsClosedForms() {
        // One degree: Cauchy. Two: t / √(2 + t²).
        #expect(relativeError(StudentT.cdf(1, degrees: 1), 0.75) < 1e-15)
        #expect(relativeError(StudentT.quantile(0.75, degrees: 1), 1) < 1e-15)
        #expect(relativeError(StudentT.quantile(5.0 / 6, degrees: 1), 3.0.squareRoot()) < 4e-15)
        for seed in 0..<500 as Range<UInt64> {
            var draws = Draws(seed: seed)
            let p = draws.unit()
            let quantile = (2 * p - 1) / (2 * p * (1 - p)).squareRoot()
            #expect(relativeError(StudentT.quantile(p, degrees: 2), quantile) < 1e-13)
            let t = 5 * draws.normal()
            #expect(
                (StudentT.cdf(t, degrees: 2) - (0.5 + t / (2 + t * t).squareRoot() / 2)).magnitude < 1e-15)
        }
        // The usual table.
        #expect((StudentT.quantile(0.975, degrees: 4) - 2.776_445_105_197_8).magnitude < 1e-12)
        #expect((StandardNormal.quantile(0.975) - 1.959_963_984_540_054).magnitude < 1e-14)
    }

    @Test func distributionsAreSymmetric() {
        for v in degrees {
            #expect(StudentT.cdf(0, degrees: v) == 0.5 && StudentT.quantile(0.5, degrees: v) == 0)
            for seed in 0..<100 as Range<UInt64> {
                var draws = Draws(seed: seed)
                let t = draws.normal() * portableExp(3 * draws.normal())
                #expect((StudentT.cdf(t, degrees: v) + StudentT.cdf(-t, degrees: v) - 1).magnitude <= 0x1p-53)
                let p = 0.5 * draws.unit()
                #expect(StudentT.quantile(1 - p, degrees: v) == -StudentT.quantile(1 - (1 - p), degrees: v))
                #expect((StandardNormal.cdf(t) + StandardNormal.cdf(-t) - 1).magnitude <= 0x1p-53)
            }
        }
    }

    @Test func distributionFunctionsRise() {
        // In steps of a thousandth up to where 1 - cdf shows the steps, across the seams between the methods
        // (t² = 3, t² = degrees).
        for v in degrees {
            var t = -40.0
            var previous = StudentT.cdf(t, degrees: v)
            while t < 4 {
                let next = t + max(1e-3, 1e-3 * t.magnitude)
                let cdf = StudentT.cdf(next, degrees: v)
                #expect(
                    cdf > previous || (cdf == 0 && previous == 0), "\(v) at \(next)")
                (t, previous) = (next, cdf)
            }
        }
    }

    @Test func tailsThinWithTheDegrees() {
        for t in [-0.5, -1.7, -1.75, -3, -8] {
            let tails = degrees.map { StudentT.cdf(t, degrees: $0) }
            for (more, less) in zip(tails.dropFirst(), tails) { #expect(more <= less * (1 + 1e-14)) }
            #expect(relativeError(tails[tails.count - 3], tails[tails.count - 1]) < 1e-13)
        }
    }

    @Test func quantilesInvertDistributionFunctions() {
        for v in degrees {
            for seed in 0..<200 as Range<UInt64> {
                var draws = Draws(seed: seed)
                // From 1e-300 to 0.5.
                let p = seed % 2 == 0 ? 0.5 * draws.unit() : portableExp(-690 * draws.unit())
                let t = StudentT.quantile(p, degrees: v)
                guard t > -.infinity else {
                    // Beyond what a Double holds.
                    #expect(StudentT.cdf(-Double.greatestFiniteMagnitude, degrees: v) >= p)
                    continue
                }
                #expect(relativeError(StudentT.cdf(t, degrees: v), p) < 1e-11, "\(p), \(v)")
            }
            for t in [-30, -6, -2, -1.8, -1.7, -0.6, -0.5, -1e-3, -1e-12] {
                let p = StudentT.cdf(t, degrees: v)
                // What a rounding of p does to t: p/(t f(t)) units.
                let condition = max(1, p / StudentT.scaledDensity(-t, degrees: min(v, 1e20)))
                let back = StudentT.quantile(p, degrees: v)
                if p > 1e-300 { #expect(relativeError(back, t) < 1e-13 * condition, "\(t), \(v)") }
            }
        }
    }

    @Test func theEdgesAreWhatTheyMustBe() {
        for v in degrees {
            #expect(StudentT.cdf(-.infinity, degrees: v) == 0 && StudentT.cdf(.infinity, degrees: v) == 1)
            #expect(
                StudentT.quantile(0, degrees: v) == -.infinity
                    && StudentT.quantile(1, degrees: v) == .infinity)
            #expect(StudentT.cdf(.nan, degrees: v).isNaN && StudentT.quantile(.nan, degrees: v).isNaN)
            #expect(StudentT.quantile(-1e-9, degrees: v).isNaN && StudentT.quantile(1.1, degrees: v).isNaN)
            for t in [0x1p-1063, 1e-150, 1e150, 1e300, Double.greatestFiniteMagnitude] {
                let cdf = StudentT.cdf(-t, degrees: v)
                #expect(cdf >= 0 && cdf <= 0.5 && StudentT.cdf(t, degrees: v) >= 0.5)
            }
            for p in [0x1p-1074, 0x1p-1030, 1e-300, 0.5.nextDown, 0.5.nextUp, 1.0.nextDown] {
                let t = StudentT.quantile(p, degrees: v)
                #expect(!t.isNaN && (p < 0.5 ? t < 0 : t > 0))
            }
        }
        for v in [0, -1, .nan, -.infinity] as [Double] {
            #expect(StudentT.cdf(1, degrees: v).isNaN && StudentT.quantile(0.3, degrees: v).isNaN)
        }
        #expect(StandardNormal.cdf(-.infinity) == 0 && StandardNormal.cdf(.infinity) == 1)
        #expect(StandardNormal.cdf(.nan).isNaN && StandardNormal.quantile(.nan).isNaN)
        #expect(StandardNormal.quantile(0) == -.infinity && StandardNormal.quantile(1) == .infinity)
        #expect(StandardNormal.quantile(-0.1).isNaN && StandardNormal.quantile(1.1).isNaN)
        // Very heavy tails: half the probability of 0.01 degrees is beyond 1e29.
        #expect(StudentT.cdf(-1e29, degrees: 0.01) > 0.2)
    }

    @Test func everyMachineComputesTheSameBits() {
        var digest: UInt64 = 0
        for v in degrees {
            for t in stride(from: -12.0, through: 12.0, by: 0.37) {
                digest = mix64(digest ^ StudentT.cdf(t, degrees: v).bitPattern)
                digest = mix64(digest ^ StudentT.quantile(StandardNormal.cdf(t), degrees: v).bitPattern)
            }
        }
        #expect(digest == 9_016_163_812_674_848_402)
    }
}
