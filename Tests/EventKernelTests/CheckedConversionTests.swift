import EventKernel
import Testing

/// Numbers from outside become whole numbers without a trap, and with the right value where there is one.
@Suite struct CheckedConversionTests {
    @Test func theNearestWholeNumberIsTakenWhereThereIsOne() {
        #expect(UInt64(nearest: 2.5) == 3)
        #expect(UInt64(nearest: 0x1p63) == 1 << 63)
        #expect(UInt64(nearest: 0x1p64) == nil)
        #expect(UInt64(nearest: -1) == nil)
        #expect(UInt64(nearest: -0.4) == 0)
        #expect(UInt64(nearest: .nan) == nil)
        #expect(UInt64(nearest: .infinity) == nil)
        #expect(Int64(nearest: -0x1p63) == .min)
        #expect(Int32(nearest: 0x1p31) == nil)
    }

    @Test(arguments: [
        (0.0, 0), (-1, 0), (-.infinity, 0), (0.9, 0), (99.9, 99), (100, 100), (101, 100), (1e300, 100),
        (.infinity, 100), (.nan, 100),
    ])
    func whatIsBeyondTheLimitsBecomesTheLimit(value: Double, expected: UInt64) {
        #expect(UInt64(value, within: 0...100) == expected)
    }

    @Test func theLargestNumbersOfATypeAreLimitsToo() {
        #expect(UInt64(1e300, within: 0...(.max)) == .max)
        #expect(UInt64(0x1p64.nextDown, within: 0...(.max)) == UInt64.max - 2_047)
        #expect(UInt32(0x1p32, within: 0...(.max)) == .max)
        #expect(Int(-1e300, within: (.min)...(.max)) == .min)
        // 2^60 + 1 is not a `Double`: nothing beyond the limit comes of that.
        #expect(UInt64(0x1p60 + 256, within: 0...(1 << 60) + 1) == (1 << 60) + 1)
    }

    @Test func sumsStopAtTheirEnd() {
        #expect(UInt64(3).adding(clamped: 4) == 7)
        #expect(UInt64.max.adding(clamped: 1) == .max)
        var sum = CheckedSum()
        sum += .max - 1
        sum += 1
        #expect(sum.value == .max && !sum.isExceeded)
        sum += 1
        #expect(sum.value == .max && sum.isExceeded)
        sum += 5
        #expect(sum.value == .max && sum.isExceeded)
    }

    @Test func spansAreCutAtTheEndOfTime() {
        #expect(SimDuration(cutting: 1.9).nanoseconds == 1)
        #expect(SimDuration(cutting: -5) == .zero)
        #expect(SimDuration(cutting: 1e30).nanoseconds == SimTime.end.nanoseconds)
        #expect(SimDuration(cutting: .nan).nanoseconds == SimTime.end.nanoseconds)
        #expect(SimDuration.longest.nanoseconds < SimTime.end.nanoseconds)
        // Three of them fit.
        #expect(!(3 as UInt64).multipliedReportingOverflow(by: SimTime.end.nanoseconds).overflow)
    }

    @Test func noDrawIsLargerThanTheLargest() {
        let laws: [Distribution] = [
            .constant(3), .uniform(low: 1, high: 2), .exponential(mean: 2), .logNormal(mu: 0, sigma: 2),
            .weibull(shape: 0.5, scale: 1), .burr(c: 2, k: 1, scale: 1),
            .quantiles([.init(0, 0), .init(0.5, 1), .init(1, 9)]),
        ]
        for law in laws {
            let table = QuantileTable(law)
            // All bits set is the last place of the last cell.
            #expect(table.value(.max) <= law.largestDraw)
            var stream = RandomStream(seed: 1, purpose: .test)
            for _ in 0..<10_000 { #expect(table.value(stream.next()) <= law.largestDraw) }
        }
    }
}
