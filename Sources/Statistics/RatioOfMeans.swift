/// The ratio of the means of two paired quantities, such as the memory of two policies on the same draws,
/// with Fieller's interval (Fieller 1954). Memory saved is 1 - ratio, its interval 1 - high ... 1 - low.
///
/// This is the ratio of the totals, not the mean of the ratios: a draw with much memory weighs more.
/// Fieller's interval is exact for normal pairs, whatever the denominator's variation; it is not symmetric.
public struct RatioOfMeans: Sendable, Hashable {
    /// Mean of the numerators over mean of the denominators; NaN without pairs, not finite for a mean of 0
    /// below.
    public var estimate: Double
    /// The lower end of the interval; minus infinity where the denominator may be 0 or the spread is not
    /// known.
    public var low: Double
    /// The upper end of the interval; infinity where the denominator may be 0 or the spread is not known.
    public var high: Double
    /// The probability with which such intervals cover, such as 0.95.
    public var level: Double
    /// How many pairs there were.
    public var count: Int

    /// Whether the interval has two ends.
    public var isBounded: Bool { low.isFinite && high.isFinite }

    /// The same for quantities that are never below 0: no ratio of them is. Without ends it stays so.
    public var ofNonnegative: RatioOfMeans {
        var ratio = self
        if isBounded { ratio.low = max(ratio.low, 0) }
        return ratio
    }

    /// The ratio over the pairs at equal positions; those with a NaN are skipped. The samples must be of one
    /// length, and `level` between 0 and 1.
    ///
    /// The interval is the whole line for fewer than two pairs, infinite values, or a mean of the
    /// denominators that does not differ from 0 at this level. Both ends are the estimate where all pairs are
    /// equal, and where they are proportional without rounding.
    public static func paired(
        numerator: some Collection<Double>, denominator: some Collection<Double>, level: Double = 0.95
    ) -> RatioOfMeans {
        precondition(level > 0 && level < 1, "a confidence level lies between 0 and 1")
        let pairs = completePairs(numerator, denominator)
        let (top, bottom) = (Sample(pairs.map(\.0)), Sample(pairs.map(\.1)))
        let ratio = top.mean / bottom.mean
        var result = RatioOfMeans(
            estimate: ratio, low: -.infinity, high: .infinity, level: level, count: pairs.count)
        guard pairs.count >= 2, ratio.isFinite, top.deviation.isFinite, bottom.deviation.isFinite else {
            return result
        }
        // What the numerators deviate from proportion, in units of the denominators' mean: its variance says
        // how sure the ratio is, without the cancellation of var a - 2 R cov + R² var b.
        var (residual, cross, spread) = (0.0, 0.0, 0.0)
        for (a, b) in pairs {
            let away = (b - bottom.mean) / bottom.mean
            let off = (a - top.mean) / bottom.mean - ratio * away
            residual += off * off
            cross += off * away
            spread += away * away
        }
        if residual == 0 {
            (result.low, result.high) = (ratio, ratio)
            return result
        }
        let n = Double(pairs.count)
        let factor = intervalFactor(level: level, degrees: n - 1)
        // Variances and covariance of means, times t².
        let scale = factor * factor / (n * (n - 1))
        let g = scale * spread
        guard g < 1 else { return result }
        let centre = ratio - scale * cross / (1 - g)
        let reach = (scale * residual * (1 - g) + (scale * cross) * (scale * cross)).squareRoot() / (1 - g)
        guard centre.isFinite, reach.isFinite else { return result }
        // The estimate lies inside by theory; rounding must not push it out.
        result.low = min(ratio, centre - reach)
        result.high = max(ratio, centre + reach)
        return result
    }
}
