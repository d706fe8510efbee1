import EventKernel
import HardwareCosts

extension Measurement {
    /// Of single operations that were timed in rounds, less what reading the clock takes.
    init(_ name: String, singles: [[UInt64]], overhead: Double) {
        var histogram = LogHistogram()
        var rounds: [Round] = []
        for times in singles where !times.isEmpty {
            let net = times.map { max(Double($0) - overhead, 0) }.sorted()
            for time in net { histogram.add(UInt64(time.rounded())) }
            rounds.append(
                Round(
                    minimum: net[0], median: Median.quantile(0.5, of: net),
                    high: Median.quantile(0.9, of: net)))
        }
        var buckets: [CostEvidence.Bucket] = []
        histogram.forEachBucket { buckets.append(.init($0, $1)) }
        var quantiles: [Distribution.QuantilePoint] = []
        if let least = rounds.map(\.minimum).min() {
            quantiles.append(.init(0, least.rounded()))
            for share in [0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 1] {
                let value = max(histogram.quantile(share), quantiles[quantiles.count - 1].value)
                quantiles.append(.init(share, value))
            }
        }
        self.init(name: name, rounds: rounds, batch: 1, histogram: buckets, quantiles: quantiles)
    }

    /// Of many operations that were timed as one in each round: what one of them takes.
    init(_ name: String, means: [Double], batch: Int) {
        self.init(
            name: name, rounds: means.map { Round(minimum: $0, median: $0, high: $0) }, batch: batch,
            histogram: [], quantiles: [])
    }
}
