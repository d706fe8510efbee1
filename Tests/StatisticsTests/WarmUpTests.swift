import EventKernel
import Statistics
import Testing

/// Where MSER-5 cuts.
@Suite struct WarmUpTests {
    /// height · exp(-i/decay) + first-order autoregressive noise of deviation 1.
    private func series(seed: UInt64, length: Int, height: Double, decay: Double, memory: Double) -> [Double]
    {
        var draws = Draws(seed: seed)
        var noise = draws.normal()
        let innovation = (1 - memory * memory).squareRoot()
        return (0..<length).map { index in
            defer { noise = memory * noise + innovation * draws.normal() }
            return height * portableExp(-Double(index) / decay) + noise
        }
    }

    /// Cuts of 500 series, nil for those too short, with the mean of what is kept.
    private func cuts(length: Int, height: Double, decay: Double) -> (cuts: [Int], short: Int, bias: Double) {
        var (cuts, short, bias) = ([Int](), 0, 0.0)
        for seed in 0..<500 as Range<UInt64> {
            let values = series(seed: seed, length: length, height: height, decay: decay, memory: 0.7)
            guard let cut = WarmUp.mser5(values) else {
                short += 1
                continue
            }
            cuts.append(cut)
            bias += MeanEstimate(values[cut...]).mean
        }
        return (cuts.sorted(), short, bias / Double(cuts.count))
    }

    @Test func theEndOfAnExponentialTransientIsFound() {
        // Ten deviations high, falling below one after 50 · ln 10 = 115 observations, where it drowns in the
        // noise.
        let (cuts, short, bias) = cuts(length: 2_000, height: 10, decay: 50)
        let (low, median, high) = (cuts[cuts.count / 20], cuts[cuts.count / 2], cuts[cuts.count * 19 / 20])
        print("MSER-5, transient: 5 %, 50 %, 95 %: \(low), \(median), \(high); none \(short); bias \(bias)")
        #expect(low >= 75 && median >= 90 && median <= 140 && high <= 230)
        // Without removal the bias is 10 · 50 / 2000 = 0.25 deviations.
        #expect(bias.magnitude < 0.03)
        #expect(short < 25)
    }

    @Test func stationaryNoiseIsLeftNearlyWhole() {
        let (cuts, short, _) = cuts(length: 2_000, height: 0, decay: 1)
        let (median, high) = (cuts[cuts.count / 2], cuts[cuts.count * 19 / 20])
        print("MSER-5, stationary: 50 %, 95 %: \(median), \(high); none \(short)")
        #expect(median <= 40)
        #expect(short < 50)
    }

    @Test func aStepIsCutWhereItIs() {
        // Batches of 5: four of 9s, then sixteen that alternate around 1 with equal means.
        let series = Array(repeating: 9.0, count: 20) + (0..<80).map { 1 + Double($0 % 5) - 2 }
        #expect(WarmUp.mser5(series) == 20)
        // A step inside a batch spoils that batch.
        #expect(WarmUp.mser5(Array(repeating: 9.0, count: 22) + Array(repeating: 1, count: 80)) == 25)
    }

    @Test func whatHasNoAnswerHasNone() {
        #expect(WarmUp.mser5([]) == nil)
        #expect(WarmUp.mser5(Array(repeating: 1, count: 49)) == nil)
        #expect(WarmUp.mser5(Array(repeating: 0.1, count: 50)) == 0)
        // Still rising at its end.
        #expect(WarmUp.mser5((0..<200).map { Double($0) * Double($0) }) == nil)
        var broken = Array(repeating: 1.0, count: 100)
        broken[40] = .nan
        #expect(WarmUp.mser5(broken) == nil)
        broken[40] = .infinity
        #expect(WarmUp.mser5(broken) == nil)
    }

    @Test func scaleAndOffsetDoNotMatter() {
        for seed in 0..<50 as Range<UInt64> {
            let values = series(seed: seed, length: 400, height: 4, decay: 20, memory: 0.5)
            // Powers of two and offsets that round nothing.
            let grained = values.map { ($0 * 1024).rounded() / 1024 }
            #expect(WarmUp.mser5(grained) == WarmUp.mser5(grained.map { $0 * 64 }))
            #expect(WarmUp.mser5(grained) == WarmUp.mser5(grained.map { 1000 - $0 }))
        }
    }
}
