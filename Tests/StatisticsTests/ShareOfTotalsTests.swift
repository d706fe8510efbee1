import EventKernel
import Testing

@testable import Statistics

/// Ratios of totals: what is saved beside a reference.
@Suite struct ShareOfTotalsTests {
    @Test func theMeanIsTheRatioOfTheTotals() {
        // 1 of 2 saved, 0 of 8: a tenth of all, though the mean of the ratios is a quarter.
        let ratio = ShareOfTotals.ratio(of: [0.5, 0], amounts: [2, 8])
        #expect(ratio.estimate == 0.1 && ratio.count == 2)
        #expect(ShareOfTotals.weighted([0.5, 0], amounts: [2, 8]) == [0.2, 0])
        let parts = ShareOfTotals.linearised([0.5, 0], amounts: [2, 8])
        #expect(((parts[0] + parts[1]) / 2 - 0.1).magnitude < 1e-15)
        #expect((parts[0] - (0.1 + 0.4 * 0.4)).magnitude < 1e-15)
    }

    @Test func itsIntervalIsOneLessThatOfTheRatioOfMeans() {
        let memory = [100.0, 120, 90, 140, 80]
        let held = [60.0, 90, 40, 100, 50]
        let shares = zip(held, memory).map { 1 - $0 / $1 }
        let saved = ShareOfTotals.ratio(of: shares, amounts: memory)
        let ratio = RatioOfMeans.paired(numerator: held, denominator: memory)
        #expect((saved.estimate - (1 - ratio.estimate)).magnitude < 1e-14)
        #expect((saved.low - (1 - ratio.high)).magnitude < 1e-13)
        #expect((saved.high - (1 - ratio.low)).magnitude < 1e-13)
    }

    @Test func missingPairsAreLeftOut() {
        let ratio = ShareOfTotals.ratio(of: [0.5, .nan, 0, 0.9], amounts: [2, 5, 8, .nan])
        #expect(ratio.estimate == 0.1 && ratio.count == 2)
        #expect(ShareOfTotals.linearised([0.5, .nan, 0], amounts: [2, 5, 8])[1].isNaN)
    }

    @Test func nothingSavesMoreThanAllAndNothingFallsBelowNothing() {
        // Fieller's interval of three wild pairs goes beyond what can be.
        let amounts = [10.0, 11, 12.5]
        let held = [0.1, 4, 0.2]
        let raw = RatioOfMeans.paired(numerator: held, denominator: amounts)
        #expect(raw.low < 0 && raw.ofNonnegative.low == 0 && raw.ofNonnegative.high == raw.high)
        let saved = ShareOfTotals.ratio(of: zip(held, amounts).map { 1 - $0 / $1 }, amounts: amounts)
        #expect(saved.high == 1 && saved.low < saved.estimate)
        // Where it has no ends it stays so.
        let unbounded = RatioOfMeans.paired(numerator: [1, 2], denominator: [1, 100])
        #expect(!unbounded.isBounded && !unbounded.ofNonnegative.isBounded)
    }

    /// How often the intervals of the ratio of the totals hold it: Fieller's, that of the linearised shares, and
    /// that of the mean of the ratios, which is another quantity.
    private static func coverage(
        _ truth: Double, repetitions: Int = 2_000, n: Int,
        _ draw: (inout () -> Double) -> (share: Double, amount: Double)
    ) -> (fieller: Double, linearised: Double, meanOfRatios: Double) {
        var stream = RandomStream(seed: 5, purpose: .test)
        let standard = Distribution.logNormal(mu: 0, sigma: 1)
        var normal = { portableLog(standard.quantile(stream.unit())) }
        var held = [0, 0, 0]
        for _ in 0..<repetitions {
            let pairs = (0..<n).map { _ in draw(&normal) }
            let (shares, amounts) = (pairs.map(\.share), pairs.map(\.amount))
            let ratio = ShareOfTotals.ratio(of: shares, amounts: amounts)
            let parts = MeanEstimate(ShareOfTotals.linearised(shares, amounts: amounts))
            let ratios = MeanEstimate(shares)
            let intervals = [(ratio.low, ratio.high), (parts.low, parts.high), (ratios.low, ratios.high)]
            for (number, (low, high)) in intervals.enumerated() where low <= truth && truth <= high {
                held[number] += 1
            }
        }
        let found = held.map { Double($0) / Double(repetitions) }
        print(
            "coverage of a ratio of totals, n = \(n): Fieller \(found[0]), linearised \(found[1]), "
                + "mean of ratios \(found[2])"
        )
        return (found[0], found[1], found[2])
    }

    @Test func normalAmountsAreCoveredAsStated() {
        // 50 ± 2 of 100 ± 20 are held: half is saved. The mean of the ratios is 0.48.
        let found = Self.coverage(0.5, n: 40) { normal in
            let amount = 100 + 20 * normal()
            return (1 - (50 + 2 * normal()) / amount, amount)
        }
        #expect(found.fieller > 0.935 && found.fieller < 0.965)
        #expect(found.linearised > 0.935 && found.linearised < 0.965)
        #expect(found.meanOfRatios < 0.85)
    }

    @Test func skewedAmountsOnWhichTheSharesDependAreCoveredNearly() {
        // A share of 1/2 - z/10 of an amount exp(0.3 z): E[a s] / E[a] = 1/2 - 0.1 · 0.3.
        let found = Self.coverage(0.5 - 0.1 * 0.3, n: 20) { normal in
            let z = normal()
            return (0.5 - 0.1 * z, portableExp(0.3 * z))
        }
        #expect(found.fieller > 0.9 && found.fieller < 0.96)
        #expect(found.linearised > 0.9 && found.linearised < 0.96)
        #expect(found.meanOfRatios < 0.85)
    }
}
