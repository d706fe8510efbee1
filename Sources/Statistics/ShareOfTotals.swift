/// Shares that are each taken of an amount of their own, such as the memory that a policy saves of what another
/// one holds on the same draws: their mean is the ratio of the totals, Σ amount · share / Σ amount.
///
/// Where a value is NaN on either side, the pair is left out. The samples must be of one length.
public enum ShareOfTotals {
    /// The ratio of the totals with Fieller's interval. Where no share is above 1, neither is the interval: no
    /// part of an amount is more than the amount.
    public static func ratio(
        of shares: some Collection<Double>, amounts: some Collection<Double>, level: Double = 0.95
    ) -> RatioOfMeans {
        let pairs = completePairs(shares, amounts)
        var ratio = RatioOfMeans.paired(
            numerator: pairs.map { $0.0 * $0.1 }, denominator: pairs.map(\.1), level: level)
        if ratio.isBounded, pairs.allSatisfy({ $0.0 <= 1 }) { ratio.high = min(ratio.high, 1) }
        return ratio
    }

    /// Each share with the weight of its amount: the mean is the ratio of the totals. Differences between shares
    /// of the same amounts are tested with these.
    public static func weighted(
        _ shares: some Collection<Double>, amounts: some Collection<Double>
    ) -> [Double] {
        let mean = meanAmount(shares, amounts)
        return zip(shares, amounts).map { $0 * ($1 / mean) }
    }

    /// What each pair adds to the ratio of the totals, to first order (the delta method): the mean is the ratio,
    /// and the deviation is that of the ratio, the amounts' variation counted. So shares of different amounts
    /// are compared like any observations.
    public static func linearised(
        _ shares: some Collection<Double>, amounts: some Collection<Double>
    ) -> [Double] {
        let mean = meanAmount(shares, amounts)
        let ratio = Sample(weighted(shares, amounts: amounts)).mean
        return zip(shares, amounts).map { ratio + ($1 / mean) * ($0 - ratio) }
    }

    private static func meanAmount(
        _ shares: some Collection<Double>, _ amounts: some Collection<Double>
    ) -> Double {
        Sample(completePairs(shares, amounts).map(\.1)).mean
    }
}
