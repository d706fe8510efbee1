import Statistics

/// What replicates say of a metric.
struct MetricEstimate: Sendable, Hashable {
    /// How many replicates have a value.
    var count: Int
    /// The mean, or the ratio of the totals; nil without values.
    var mean: Double?
    /// Half the width of its interval; nil where the interval is not symmetric or has no ends.
    var halfWidth: Double?
    /// Its interval; nil where that has no ends.
    var interval: ClosedRange<Double>?
}

extension MetricTable {
    /// The metric over replicates.
    func estimate(_ point: Int, _ policy: Int, level: Double) -> MetricEstimate {
        guard let amounts = amounts(point) else {
            let mean = MeanEstimate(self[point, policy], level: level)
            let isBounded = mean.halfWidth.isFinite
            return MetricEstimate(
                count: mean.count, mean: mean.count == 0 ? nil : mean.mean,
                halfWidth: isBounded ? mean.halfWidth : nil,
                interval: isBounded ? mean.low...mean.high : nil)
        }
        let ratio = ShareOfTotals.ratio(of: self[point, policy], amounts: amounts, level: level)
        return MetricEstimate(
            count: ratio.count, mean: ratio.count == 0 ? nil : ratio.estimate,
            interval: ratio.isBounded ? ratio.low...ratio.high : nil)
    }

    /// The metric of one place less that of another, paired by replicate.
    func difference(
        _ a: (point: Int, policy: Int), _ b: (point: Int, policy: Int), level: Double
    ) -> Difference {
        let (first, second) = (self[a.point, a.policy], self[b.point, b.policy])
        guard let amountsA = amounts(a.point), let amountsB = amounts(b.point) else {
            return .paired(first, second, level: level)
        }
        // Of the same amounts: over the runs that both have.
        if a.point == b.point {
            let common = zip(amountsA, zip(first, second)).map { $1.0.isNaN || $1.1.isNaN ? .nan : $0 }
            return .paired(
                ShareOfTotals.weighted(first, amounts: common),
                ShareOfTotals.weighted(second, amounts: common), level: level)
        }
        return .paired(
            ShareOfTotals.linearised(first, amounts: amountsA),
            ShareOfTotals.linearised(second, amounts: amountsB), level: level)
    }

    /// What changes at a point from one policy to another; nil when no replicate has both.
    func change(at point: Int, from reference: Int, to policy: Int, level: Double) -> Change? {
        let paired = difference((point, policy), (point, reference), level: level)
        guard let amounts = amounts(point) else {
            return Change(
                paired,
                ratio: .paired(
                    numerator: self[point, policy], denominator: self[point, reference], level: level),
                isNonnegative: !self[point, reference].contains { $0 < 0 }
                    && !self[point, policy].contains { $0 < 0 })
        }
        let gains = zip(self[point, policy], self[point, reference]).map { $0 - $1 }
        return Change(paired, share: ShareOfTotals.ratio(of: gains, amounts: amounts, level: level))
    }
}
