import EventKernel
import HardwareCosts
import Testing

@testable import Calibration

@Suite struct LineFitTests {
    private static let sizes = (3...24).map { Double(1 << $0) }

    /// Points on a line, each off by at most `noise` of itself.
    private static func planted(
        _ fixed: Double, _ slope: Double, noise: Double, seed: UInt64, amounts: [Double] = sizes
    ) -> [LineFit.Point] {
        var stream = RandomStream(seed: seed, purpose: .test, entity: 0)
        return amounts.map { amount in
            let value = fixed + slope * amount
            return LineFit.Point(amount, value * (1 + noise * (2 * stream.unit() - 1)))
        }
    }

    @Test(arguments: [(1_500.0, 0.15), (20, 0.01), (0.5, 12), (90_000, 2e-3)])
    func aPlantedLineIsRecoveredUnderNoise(fixed: Double, slope: Double) throws {
        for seed in 0..<200 as Range<UInt64> {
            let fit = try #require(LineFit(Self.planted(fixed, slope, noise: 0.05, seed: seed)))
            let line = LineFit.Point(fit.fixed / fixed - 1, fit.slope / slope - 1)
            // Where the other part outweighs it at every size, a part is not to be seen.
            if fixed > 8 * slope { #expect(abs(line.amount) < 0.06, "seed \(seed): \(fit)") }
            if slope * 0x1p24 > fixed { #expect(abs(line.value) < 0.06, "seed \(seed): \(fit)") }
            #expect(fit.quality.worst <= 0.12 && fit.quality.points == Self.sizes.count)
            let share = try #require(fit.quality.rSquared)
            #expect(share <= 1)
            // Where the noise of the fixed part is as large as what the line rises by, no line explains the points.
            if slope * 0x1p24 > 20 * fixed { #expect(share > 0.95, "seed \(seed): \(fit)") }
        }
    }

    @Test func aLineWithoutNoiseIsExact() throws {
        let fit = try #require(LineFit(Self.planted(2_300, 0.25, noise: 0, seed: 0)))
        #expect(abs(fit.fixed / 2_300 - 1) < 1e-6 && abs(fit.slope / 0.25 - 1) < 1e-9)
        #expect(fit.quality.worst < 1e-6 && fit.quality.rSquared ?? 0 > 1 - 1e-9)
        #expect(fit.perByte == .affine(fixed: fit.fixed, perByte: fit.slope))
        #expect(fit.perItem == .perItem(fixed: fit.fixed, each: fit.slope))
        #expect(fit.value(at: 1_000) == fit.fixed + fit.slope * 1_000)
    }

    @Test func aPointFarOffHardlyMovesTheLineAndIsTheWorst() throws {
        for seed in 0..<50 as Range<UInt64> {
            var points = Self.planted(1_500, 0.15, noise: 0.02, seed: seed)
            points[Int(seed) % points.count].value *= 5
            let fit = try #require(LineFit(points))
            #expect(abs(fit.fixed / 1_500 - 1) < 0.06 && abs(fit.slope / 0.15 - 1) < 0.06, "\(fit)")
            #expect(fit.quality.worst > 3)
        }
    }

    @Test func twoPointsSayNothingOfHowWellALineFits() throws {
        let two = try #require(LineFit([.init(1, 10), .init(100, 30)]))
        #expect(two.quality.rSquared == nil && two.quality.points == 2)
        #expect(two.remark == "of two points, which any line fits")
        let level = try #require(LineFit([.init(1, 10), .init(10, 10), .init(100, 10)]))
        #expect(level.quality.rSquared == nil)
        let three = try #require(LineFit([.init(1, 10), .init(10, 20), .init(20, 30)]))
        #expect(three.quality.rSquared != nil && three.remark.hasPrefix("R2 "))
    }

    @Test func neitherPartIsNegative() throws {
        let falling = try #require(LineFit([.init(1, 30), .init(10, 20), .init(100, 10)]))
        #expect(falling.slope == 0 && falling.fixed > 0)
        let throughZero = try #require(LineFit([.init(10, 5), .init(20, 20), .init(40, 80)]))
        #expect(throughZero.fixed == 0 && throughZero.slope > 0)
        for fit in [falling, throughZero] {
            #expect(
                fit.perByte.fault(for: .rdmaRead) == nil && fit.perItem.fault(for: .registryLookup) == nil)
        }
    }

    @Test func whatIsNoLineIsRefused() {
        #expect(LineFit([]) == nil)
        #expect(LineFit([.init(1, 1)]) == nil)
        #expect(LineFit([.init(4, 1), .init(4, 2)]) == nil)
        #expect(LineFit([.init(1, 0), .init(2, 1)]) == nil)
        #expect(LineFit([.init(1, .nan), .init(2, 1)]) == nil)
        #expect(LineFit([.init(1, .infinity), .init(2, 1)]) == nil)
        #expect(LineFit([.init(-1, 1), .init(2, 1)]) == nil)
    }
}
