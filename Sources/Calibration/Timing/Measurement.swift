import EventKernel
import HardwareCosts

/// What one operation takes, in nanoseconds, and how far that can be trusted.
public struct Measurement: Sendable, Hashable {
    /// What was measured.
    public var name: String
    /// The rounds in their order.
    public var rounds: [Round]
    /// Operations in a batch.
    public var batch: Int
    /// Single operations by what they took; empty when the clock is too coarse for them.
    public var histogram: [CostEvidence.Bucket]
    /// Quantiles of single operations; empty likewise.
    public var quantiles: [Distribution.QuantilePoint]

    /// What one operation took in a round.
    public struct Round: Sendable, Hashable {
        /// In the fastest pass.
        public var minimum: Double
        /// In the middle one.
        public var median: Double
        /// In the pass that 90 of 100 are no slower than.
        public var high: Double

        /// What one operation took in a round.
        public init(minimum: Double, median: Double, high: Double) {
            self.minimum = minimum
            self.median = median
            self.high = high
        }
    }

    /// What one operation takes: the median of the rounds' medians.
    public var value: Double { Median.of(rounds.map(\.median)) }

    /// The least that was seen.
    public var minimum: Double { rounds.map(\.minimum).min() ?? 0 }

    /// The largest difference between rounds' medians, as a share of their median; nil after a single round, of
    /// which nobody knows whether another would agree.
    public var spread: Double? {
        let medians = rounds.map(\.median)
        guard medians.count > 1, value > 0, let least = medians.min(), let most = medians.max() else {
            return nil
        }
        return (most - least) / value
    }

    /// Whether the rounds differ by more than `TimingSettings.noisySpread`.
    public var isNoisy: Bool { spread.map { $0 > TimingSettings.noisySpread } ?? false }

    /// The quantile of single operations at `share`, or the next lower one that is known; nil without any.
    public func quantile(_ share: Double) -> Double? {
        quantiles.last { $0.probability <= share + 1e-9 }?.value
    }

    /// The same of one of `parts` equal parts of the operation. Single operations say nothing of a part.
    func divided(by parts: Int) -> Measurement {
        let share = 1 / Double(parts)
        return Measurement(
            name: name,
            rounds: rounds.map {
                .init(minimum: $0.minimum * share, median: $0.median * share, high: $0.high * share)
            }, batch: batch * parts, histogram: [], quantiles: [])
    }

    /// What a costs file says of it.
    public var evidence: CostEvidence {
        var evidence = CostEvidence()
        evidence.quantiles = quantiles
        evidence.histogram = histogram
        evidence.spread = spread
        evidence.isNoisy = isNoisy
        return evidence
    }
}

/// The middle of numbers.
enum Median {
    /// The middle number, or the mean of the two in the middle; 0 of none.
    static func of(_ numbers: [Double]) -> Double { quantile(0.5, of: numbers.sorted()) }

    /// The number at `share` of the way through `sorted`, on a straight line between neighbours; 0 of none.
    static func quantile(_ share: Double, of sorted: [Double]) -> Double {
        guard let last = sorted.last else { return 0 }
        let place = share * Double(sorted.count - 1)
        let low = Int(place)
        if low + 1 >= sorted.count { return last }
        return sorted[low] + (sorted[low + 1] - sorted[low]) * (place - Double(low))
    }
}
