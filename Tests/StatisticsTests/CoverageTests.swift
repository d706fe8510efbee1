import EventKernel
import Statistics
import Testing

/// How often 95 % intervals hold the true value. Each figure has a standard error of about 0.1 points.
@Suite struct CoverageTests {
    private let repetitions = 40_000
    /// What the issue asks of a 95 % interval.
    private let stated = 0.93...0.97

    private func meanCoverage(
        _ count: Int, seed: UInt64, truth: Double, _ draw: (inout Draws) -> Double
    ) -> Double {
        share(of: repetitions, seed: seed) {
            let estimate = MeanEstimate($0.array(count, draw))
            return estimate.low <= truth && truth <= estimate.high
        }
    }

    @Test func meansOfNormalObservationsAreCoveredAtTheStatedLevel() {
        for (count, seed) in [(2, 1), (3, 2), (5, 3), (20, 4)] as [(Int, UInt64)] {
            let coverage = meanCoverage(count, seed: seed, truth: 10) { 10 + 2 * $0.normal() }
            print("coverage: mean, normal, n = \(count): \(percent(coverage))")
            // Exact by theory, so held to four standard errors.
            #expect((coverage - 0.95).magnitude < 0.0045)
        }
    }

    @Test func meansOfSkewedObservationsAreCoveredLessOften() {
        let laws: [(String, Double, (inout Draws) -> Double)] = [
            ("exponential", 1, { $0.exponential() }),
            ("log-normal, sigma 0.5", portableExp(0.125), { $0.logNormal(0.5) }),
            ("log-normal, sigma 1", portableExp(0.5), { $0.logNormal(1) }),
        ]
        for (name, truth, draw) in laws {
            for count in [5, 20, 100] {
                let coverage = meanCoverage(count, seed: 10, truth: truth, draw)
                print("coverage: mean, \(name), n = \(count): \(percent(coverage))")
                #expect(coverage > 0.80 && coverage < 0.955)
            }
        }
    }

    @Test func pairedDifferencesOfCorrelatedObservationsAreCovered() {
        for (name, skew) in [("normal", false), ("exponential", true)] {
            let coverage = share(of: repetitions, seed: 20) { draws in
                var (a, b) = ([Double](), [Double]())
                for _ in 0..<10 {
                    // What both meet: much larger than what tells them apart.
                    let common = skew ? 5 * draws.exponential() : 5 * draws.normal()
                    a.append(common + 1 + 0.5 * (skew ? draws.exponential() - 1 : draws.normal()))
                    b.append(common + 0.8 * (skew ? draws.exponential() - 1 : draws.normal()))
                }
                let difference = Difference.paired(a, b)
                return difference.low <= 1 && 1 <= difference.high
            }
            print("coverage: paired difference, \(name), n = 10: \(percent(coverage))")
            #expect(stated.contains(coverage))
        }
    }

    @Test func welchDifferencesOfUnequalSamplesAreCovered() {
        let cases: [(Int, Double, Int, Double, UInt64)] = [
            (5, 1, 20, 4, 30), (20, 1, 5, 4, 31), (10, 3, 10, 1, 32),
        ]
        for (sizeA, deviationA, sizeB, deviationB, seed) in cases {
            let coverage = share(of: repetitions, seed: seed) { draws in
                let a = draws.array(sizeA) { 3 + deviationA * $0.normal() }
                let b = draws.array(sizeB) { 1 + deviationB * $0.normal() }
                let difference = Difference.welch(a, b)
                return difference.low <= 2 && 2 <= difference.high
            }
            print(
                "coverage: Welch, n = \(sizeA), \(sizeB), deviations \(deviationA), \(deviationB): "
                    + percent(coverage))
            #expect(stated.contains(coverage))
        }
    }

    @Test func welchIsTooSureOfAVerySmallSampleBesideALargeOne() {
        let coverage = share(of: repetitions, seed: 33) { draws in
            let difference = Difference.welch(draws.array(3) { $0.normal() }, draws.array(50) { $0.normal() })
            return difference.low <= 0 && 0 <= difference.high
        }
        print("coverage: Welch, n = 3, 50, deviations equal: \(percent(coverage))")
        #expect(coverage > 0.91 && coverage < 0.94)
    }

    @Test func ratiosOfMeansAreCovered() {
        for (count, seed) in [(5, 40), (20, 41)] as [(Int, UInt64)] {
            let coverage = share(of: repetitions, seed: seed) { draws in
                var (a, b) = ([Double](), [Double]())
                for _ in 0..<count {
                    let common = 2 * draws.normal()
                    b.append(10 + common + 0.5 * draws.normal())
                    a.append(7 + 0.7 * common + 0.5 * draws.normal())
                }
                let ratio = RatioOfMeans.paired(numerator: a, denominator: b)
                return ratio.low <= 0.7 && 0.7 <= ratio.high
            }
            print("coverage: ratio of means, normal, n = \(count): \(percent(coverage))")
            #expect(stated.contains(coverage))
        }
    }

    @Test func ratiosOfMeansOfSkewedAmountsAreCoveredNearly() {
        let coverage = share(of: repetitions, seed: 42) { draws in
            var (a, b) = ([Double](), [Double]())
            for _ in 0..<20 {
                let amount = draws.logNormal(0.8)
                b.append(amount)
                a.append(0.7 * amount * draws.logNormal(0.1) / portableExp(0.005))
            }
            let ratio = RatioOfMeans.paired(numerator: a, denominator: b)
            return ratio.low <= 0.7 && 0.7 <= ratio.high
        }
        print("coverage: ratio of means, log-normal, n = 20: \(percent(coverage))")
        #expect(coverage > 0.90 && coverage < 0.97)
    }
}
