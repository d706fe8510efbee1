import EventKernel
import Testing

@testable import Calibration

struct SumFitTests {
    private static func points(_ slopes: [Double], noise: Double, seed: UInt64) -> [SumFit.Point] {
        var random = RandomStream(seed: seed, purpose: .test, entity: 0)
        func unit() -> Double { Double(random.next() >> 11) / 0x1p53 }
        return (0..<12).map { _ in
            let amounts = slopes.map { _ in 10 + 10_000 * unit() * unit() }
            let exact = zip(slopes, amounts).reduce(0) { $0 + $1.0 * $1.1 }
            return SumFit.Point(amounts: amounts, value: exact * (1 + noise * (2 * unit() - 1)))
        }
    }

    @Test func plantedPartsAreFound() throws {
        for seed in 0..<50 {
            let planted = [3.0, 0.02, 700][0..<(1 + seed % 3)]
            let fit = try #require(SumFit(Self.points(Array(planted), noise: 0, seed: UInt64(seed))))
            for (found, slope) in zip(fit.slopes, planted) { #expect(abs(found / slope - 1) < 1e-6) }
        }
    }

    @Test func noiseOfFivePercentLeavesPredictionsWithinIt() throws {
        for seed in 0..<50 {
            let fit = try #require(SumFit(Self.points([5, 9], noise: 0.05, seed: UInt64(seed))))
            for point in Self.points([5, 9], noise: 0, seed: UInt64(seed) + 1000) {
                #expect(abs(fit.value(at: point.amounts) / point.value - 1) < 0.06)
            }
        }
    }

    @Test func noPartIsNegative() throws {
        // What falls with the second amount is told by the first alone.
        let points = (1...8).map { number -> SumFit.Point in
            let amount = Double(number)
            return SumFit.Point(amounts: [amount, amount * amount], value: 100 * amount - amount * amount)
        }
        let fit = try #require(SumFit(points))
        #expect(fit.slopes[0] > 0 && fit.slopes[1] == 0)
    }

    @Test func whatCannotBeFittedIsNot() {
        #expect(SumFit([]) == nil)
        #expect(SumFit([.init(amounts: [1, 2], value: 3)]) == nil)
        #expect(SumFit([.init(amounts: [1], value: 0), .init(amounts: [2], value: 1)]) == nil)
        #expect(SumFit([.init(amounts: [0], value: 5), .init(amounts: [0], value: 5)]) == nil)
    }
}
