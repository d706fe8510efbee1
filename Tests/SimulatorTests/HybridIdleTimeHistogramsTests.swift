import EventKernel
import Simulator
import Testing

@Suite struct HybridIdleTimeHistogramsTests {
    private func histograms(rank: IdleTimeHistograms.Rank = .reaching) -> IdleTimeHistograms {
        IdleTimeHistograms(units: 3, bins: 240, width: .minutes(1), head: 0.05, tail: 0.99, rank: rank)
    }

    @Test("One occupied bar of 240 has a coefficient of variation of the square root of 239")
    func oneBar() {
        var histograms = histograms()
        for count in 1...1_000 {
            histograms.add(minutes(11.5), to: 1)
            if count == 1 || count == 1_000 {
                #expect(abs(histograms.coefficientOfVariation(of: 1) - 239.0.squareRoot()) < 1e-12)
            }
        }
        #expect(histograms.coefficientOfVariation(of: 0) == 0)
    }

    @Test("A value at the range is out of it, one nanosecond less is in the last bar")
    func range() {
        var histograms = histograms()
        let isIn = histograms.add(.hours(4), to: 0)
        #expect(!isIn && histograms.outOfRange(of: 0) == 1 && histograms.count(of: 0) == 0)
        let isLast = histograms.add(.hours(4) - .nanoseconds(1), to: 0)
        let head = histograms.head(of: 0)
        #expect(isLast && head == 239)
    }

    @Test("One of twenty values is exactly 5 per cent: reached, not exceeded")
    func rankAtTheEdge() {
        var reaching = histograms()
        var exceeding = histograms(rank: .exceeding)
        for index in 0..<20 {
            reaching.add(minutes(Double(index)), to: 0)
            exceeding.add(minutes(Double(index)), to: 0)
        }
        let heads = (reaching.head(of: 0), exceeding.head(of: 0))
        #expect(heads == (0, 1))
        let tails = (reaching.tail(of: 0), exceeding.tail(of: 0))
        #expect(tails == (19, 19))
    }

    @Test("Percentiles and moments that follow the counts equal those of a full scan", arguments: 0..<100)
    func againstScan(seed: UInt64) {
        var random = RandomStream(seed: seed, purpose: .test)
        let rank: IdleTimeHistograms.Rank = seed % 2 == 0 ? .reaching : .exceeding
        var histograms = histograms(rank: rank)
        var bars = [Int](repeating: 0, count: 240)
        let spread = random.below(240) + 1
        let base = random.below(240)
        for step in 1...400 {
            let bar = Int(min(base + random.below(spread), 239))
            bars[bar] += 1
            histograms.add(minutes(Double(bar) + 0.5), to: 2)
            guard random.below(4) == 0 else { continue }
            func scan(_ share: Double) -> Int? {
                var sum = 0
                return bars.indices.first {
                    sum += bars[$0]
                    let part = Double(sum) / Double(step)
                    return sum > 0 && (rank == .reaching ? part >= share : part > share)
                }
            }
            let (head, tail) = (histograms.head(of: 2), histograms.tail(of: 2))
            #expect(head == scan(0.05))
            #expect(tail == scan(0.99))
            let mean = Double(step) / 240
            let variance = bars.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / 240
            #expect(abs(histograms.coefficientOfVariation(of: 2) - variance.squareRoot() / mean) < 1e-9)
            let center = bars.indices.reduce(0) { $0 + Double($1 * bars[$1]) } / Double(step)
            let squares = bars.indices.reduce(0) {
                $0 + Double(bars[$1]) * (Double($1) - center) * (Double($1) - center)
            }
            let expected = center == 0 ? 0 : squares / Double(step) / center
            #expect(abs(histograms.varianceToMean(of: 2) - expected) < 1e-8)
        }
    }
}
