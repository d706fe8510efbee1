import EventKernel
import Testing

@Suite("Histogram")
struct LogHistogramTests {
    @Test("Quantiles are within 1/128 of the exact ones, mean and maximum exact", arguments: 1...40)
    func againstSortedValues(seed: UInt64) {
        var stream = RandomStream(seed: seed, purpose: .test, entity: 20)
        var histogram = LogHistogram()
        var values: [UInt64] = []
        let bits = 1 + stream.below(63)
        for _ in 0..<1 + stream.below(3_000) {
            let value = stream.next() >> (64 - 1 - stream.below(bits))
            values.append(value)
            histogram.add(value)
        }
        values.sort()
        #expect(histogram.count == UInt64(values.count))
        #expect(histogram.maximum == values.last)
        let sum = values.reduce(UInt128(0)) { $0 + UInt128($1) }
        #expect(histogram.mean == Double(sum) / Double(values.count))
        for share in [0, 0.001, 0.01, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 1] {
            let rank = min(max(Int((share * Double(values.count)).rounded(.up)), 1), values.count)
            let exact = Double(values[rank - 1])
            let error = (histogram.quantile(share) - exact).magnitude
            #expect(exact < 256 ? error == 0 : error <= exact / 128, "at \(share)")
        }
    }

    @Test("The share at or below a value is that of the values", arguments: 1...10)
    func shares(seed: UInt64) {
        var stream = RandomStream(seed: seed, purpose: .test, entity: 21)
        var histogram = LogHistogram()
        let values = (0..<1_000).map { _ in stream.below(256) }
        for value in values { histogram.add(value) }
        for limit in [0, 1, 17, 128, 200, 255] as [UInt64] {
            let expected = Double(values.count { $0 <= limit }) / 1_000
            #expect(histogram.share(atMost: limit) == expected)
        }
    }

    @Test("Adding a value n times over is adding it n times", arguments: 1...10)
    func multiplicity(seed: UInt64) {
        var stream = RandomStream(seed: seed, purpose: .test, entity: 22)
        var once = LogHistogram()
        var over = LogHistogram()
        for _ in 0..<100 {
            let value = stream.next() >> stream.below(64)
            let times = stream.below(9)
            over.add(value, times: times)
            for _ in 0..<times { once.add(value) }
        }
        #expect(over.count == once.count)
        #expect(over.maximum == once.maximum)
        #expect(over.mean == once.mean)
        for share in stride(from: 0.0, through: 1, by: 0.05) {
            #expect(over.quantile(share) == once.quantile(share))
        }
    }

    @Test("An empty histogram, the ends of the range, and a fresh start")
    func edges() {
        var histogram = LogHistogram()
        #expect(histogram.mean == 0)
        #expect(histogram.quantile(0.5) == 0)
        #expect(histogram.maximum == 0)
        histogram.add(.max)
        histogram.add(0)
        #expect(histogram.maximum == .max)
        #expect(histogram.quantile(1) == Double(UInt64.max))
        #expect(histogram.quantile(0.5) == 0)
        histogram.reset()
        #expect(histogram.count == 0)
        #expect(histogram.maximum == 0)
        #expect(histogram.quantile(0.9) == 0)
        histogram.add(3)
        #expect(histogram.mean == 3)
    }
}
