import EventKernel
import Testing

@Suite("Distributions and their tables")
struct DistributionTests {
    private static let laws: [Distribution] = [
        .constant(3.5), .uniform(low: 2, high: 7), .exponential(mean: 4), .logNormal(mu: 0.3, sigma: 1.2),
        .weibull(shape: 0.8, scale: 2), .weibull(shape: 2.5, scale: 1), .burr(c: 2, k: 3, scale: 1.5),
        .quantiles([.init(0, 1), .init(0.5, 2), .init(0.9, 7), .init(1, 20)]),
    ]

    @Test("A table gives the quantile of its word to within a cell", arguments: laws)
    func tableFollowsQuantiles(law: Distribution) {
        let table = QuantileTable(law)
        var stream = RandomStream(seed: 4, purpose: .test)
        for _ in 0..<20_000 {
            // Half the words anywhere, half closer and closer to 1 (down to 2^-38).
            var word = stream.next()
            if word & 1 == 0 { word = ~(word >> (2 + stream.below(37))) }
            let u = RandomStream.unit(word)
            // Cells are 2^-10 wide, but 2^-20 in the last of them, 2^-30 in the last of those, and so on to 2^-40.
            let cell = [0x1p-10, 0x1p-20, 0x1p-30].first { 1 - u > $0 } ?? 0x1p-40
            let low = law.quantile(max(u - cell, 0))
            let high = law.quantile(min(u + cell, 1 - 0x1p-40))
            let value = table.value(word)
            if value < low * (1 - 1e-12) || value > high * (1 + 1e-12) {
                Issue.record("\(law) at \(u): \(value), not in \(low) ... \(high)")
            }
        }
    }

    @Test("A table is exact at the ends of its cells and close between them", arguments: laws)
    func tableIsClose(law: Distribution) {
        let table = QuantileTable(law)
        for cell in 0..<UInt64(1_023) {
            let exact = law.quantile(Double(cell) / 1_024)
            #expect((table.value(cell << 54) - exact).magnitude <= 1e-12 * exact)
            if cell < 50 || cell > 970 { continue }
            // The chord of a convex curve errs by h^2/8 times its second derivative: for -log u, u > 0.05, below 1e-4;
            // the other laws bend up to ten times as much. The law given by points has corners.
            if case .quantiles = law { continue }
            let middle = law.quantile((Double(cell) + 0.5) / 1_024)
            let half = table.value(cell << 54 | 1 << 53)
            #expect((half - middle).magnitude <= 2e-3 * middle, "\(law) in cell \(cell)")
        }
    }

    @Test("A table rises with its word and ends at the quantile of 1 - 2^-40", arguments: laws)
    func tableRises(law: Distribution) {
        let table = QuantileTable(law)
        var last = table.value(0)
        #expect(last == law.quantile(0))
        for step in 1...UInt64(100_000) {
            let value = table.value(step &* (UInt64.max / 100_000))
            #expect(value >= last)
            last = value
        }
        let top = law.quantile(1 - 0x1p-40)
        #expect(table.value(.max) <= top)
        #expect(table.value(.max) >= 0.98 * top)
    }

    @Test("A table's mean is that of its law")
    func tableMeans() {
        let means: [(Distribution, Double, Double)] = [
            (.constant(3.5), 3.5, 1e-12),
            (.uniform(low: 2, high: 7), 4.5, 1e-12),
            // The chords lie above the curve by sum 1/(12 j^2) / 1024 = 1.34e-4 of the mean in all.
            (.exponential(mean: 4), 4, 2e-4),
            (.logNormal(mu: 0, sigma: 0), 1, 1e-12),
            // exp(mu + sigma^2/2) with the same kind of error, larger for the heavier tail.
            (.logNormal(mu: 0, sigma: 1), 1.6487212707001282, 1e-3),
            (.weibull(shape: 2, scale: 1), 0.8862269254527580, 2e-4),
            (.quantiles([.init(0, 1), .init(0.5, 2), .init(1, 4)]), 2.25, 1e-9),
        ]
        for (law, mean, tolerance) in means {
            let table = QuantileTable(law)
            #expect((table.mean - mean).magnitude <= tolerance * mean, "\(law): \(table.mean)")
            #expect((QuantileTable(law, scale: 1e9).mean - mean * 1e9).magnitude <= tolerance * mean * 1e9)
        }
    }

    @Test("What a table draws has the table's mean", arguments: laws)
    func drawsHaveTheMean(law: Distribution) {
        let table = QuantileTable(law)
        var stream = RandomStream(seed: 5, purpose: .test)
        var moments = RunningMoments()
        for _ in 0..<200_000 { moments.add(table.value(stream.next())) }
        #expect((moments.mean - table.mean).magnitude <= 3.29 * moments.standardError + 1e-12)
    }

    @Test("Quantiles are those of the closed forms")
    func closedForms() {
        #expect(Distribution.exponential(mean: 2).quantile(0.5).isNear(1.3862943611198906))
        #expect(Distribution.exponential(mean: 2).quantile(1) == .infinity)
        #expect(Distribution.logNormal(mu: 1, sigma: 2).quantile(0.5).isNear(2.718281828459045))
        // SciPy 1.17 norm.ppf(0.9): exp(1 + 2 * 1.2815515655446004)
        #expect(Distribution.logNormal(mu: 1, sigma: 2).quantile(0.9).isNear(35.2724826312618))
        #expect(Distribution.weibull(shape: 2, scale: 3).quantile(0.5).isNear(2.497663833473093))
        #expect(Distribution.burr(c: 2, k: 1, scale: 5).quantile(0.5).isNear(5))
        #expect(Distribution.uniform(low: 1, high: 3).quantile(0.25) == 1.5)
        #expect(Distribution.quantiles([.init(0, 0), .init(0.5, 4), .init(1, 6)]).quantile(0.75) == 5)
    }

    @Test("Faults are found")
    func faults() {
        for law in DistributionTests.laws { #expect(law.fault == nil) }
        let wrong: [Distribution] = [
            .constant(-1), .constant(.nan), .uniform(low: 3, high: 2), .uniform(low: -1, high: 2),
            .exponential(mean: 0), .logNormal(mu: 0, sigma: -1), .logNormal(mu: .infinity, sigma: 1),
            .weibull(shape: 0, scale: 1), .burr(c: 1, k: -1, scale: 1), .quantiles([]),
            .quantiles([.init(0.1, 1), .init(1, 2)]), .quantiles([.init(0, 2), .init(1, 1)]),
            .quantiles([.init(0, -2), .init(1, 1)]), .quantiles([.init(0, 0), .init(1, .infinity)]),
        ]
        for law in wrong { #expect(law.fault != nil, "\(law)") }
    }
}

extension Double {
    fileprivate func isNear(_ other: Double) -> Bool { (self - other).magnitude <= 1e-13 * other.magnitude }
}
