/// A difference between two means with its interval and p-values (Student 1908, Welch 1947).
///
/// With fewer than two observations to judge the spread by, or with infinite ones, nothing is known: the
/// interval is the whole line and every p-value is 1. Where the observations do not vary at all, the interval
/// is the estimate itself and p-values are 0 or 1.
public struct Difference: Sendable, Hashable {
    /// The mean of a minus the mean of b, in their unit; NaN when there is no observation.
    public var estimate: Double
    /// How far the interval reaches to either side; may be infinite.
    public var halfWidth: Double
    /// The probability with which such intervals cover, such as 0.95.
    public var level: Double
    /// Degrees of freedom of the t distribution; 0 where the spread is not known.
    public var degrees: Double
    /// The standard error of the estimate; infinite where the spread is not known.
    public var standardError: Double
    /// Paired: how many pairs. Independent: how many observations in both samples together.
    public var count: Int

    private init(estimate: Double, standardError: Double, degrees: Double, count: Int, level: Double) {
        let known = standardError.isFinite && estimate.isFinite && degrees > 0
        self.estimate = estimate
        self.standardError = known ? standardError : .infinity
        self.degrees = known ? degrees : 0
        self.count = count
        self.level = level
        halfWidth = 0
        halfWidth = reach(level: level)
    }

    /// The mean of a - b over the pairs at equal positions, which met the same draws. Pairs with a NaN are
    /// skipped. The samples must be of one length, and `level` between 0 and 1.
    public static func paired(
        _ a: some Collection<Double>, _ b: some Collection<Double>, level: Double = 0.95
    ) -> Difference {
        let sample = Sample(completePairs(a, b).map { spread($0.0, $0.1) })
        return Difference(
            estimate: sample.mean, standardError: sample.standardError, degrees: Double(sample.count - 1),
            count: sample.count, level: level)
    }

    /// The mean of a minus the mean of b for independent samples whose variances may differ; degrees of
    /// freedom after Welch and Satterthwaite. NaNs are skipped.
    public static func welch(
        _ a: some Collection<Double>, _ b: some Collection<Double>, level: Double = 0.95
    ) -> Difference {
        let (first, second) = (Sample(a), Sample(b))
        let (errorA, errorB) = (first.standardError, second.standardError)
        let larger = max(errorA, errorB)
        var error = larger
        var degrees = Double(first.count + second.count - 2)
        if larger > 0 && larger.isFinite {
            // Squares of ratios: no overflow, and a vanishing variance is not a special case.
            let (a2, b2) = ((errorA / larger) * (errorA / larger), (errorB / larger) * (errorB / larger))
            error = larger * (a2 + b2).squareRoot()
            let share = a2 / (a2 + b2)
            degrees =
                1
                / (share * share / Double(first.count - 1) + (1 - share) * (1 - share)
                    / Double(second.count - 1))
        }
        return Difference(
            estimate: first.mean - second.mean, standardError: error, degrees: degrees,
            count: first.count + second.count, level: level)
    }

    /// The lower end of the interval.
    public var low: Double { halfWidth == .infinity ? -.infinity : estimate - halfWidth }
    /// The upper end of the interval.
    public var high: Double { halfWidth == .infinity ? .infinity : estimate + halfWidth }

    /// The interval of another confidence, between 0 and 1.
    public func interval(level: Double) -> ClosedRange<Double> {
        let reach = reach(level: level)
        return reach == .infinity ? -.infinity ... .infinity : estimate - reach...estimate + reach
    }

    /// The two-sided p-value of no difference; 1 when all differences are 0.
    public var p: Double {
        guard degrees > 0 else { return 1 }
        if estimate == 0 { return 1 }
        if standardError == 0 { return 0 }
        return min(1, 2 * StudentT.upperTail(estimate.magnitude / standardError, degrees: degrees))
    }

    /// The one-sided p-value of the hypothesis that the difference is at most `bound`: small when it is
    /// above.
    public func p(above bound: Double) -> Double {
        guard degrees > 0, !bound.isNaN else { return 1 }
        if standardError == 0 { return estimate > bound ? 0 : 1 }
        return StudentT.upperTail((estimate - bound) / standardError, degrees: degrees)
    }

    /// The one-sided p-value of the hypothesis that the difference is at least `bound`: small when it is
    /// below.
    public func p(below bound: Double) -> Double {
        guard degrees > 0, !bound.isNaN else { return 1 }
        if standardError == 0 { return estimate < bound ? 0 : 1 }
        return StudentT.cdf((estimate - bound) / standardError, degrees: degrees)
    }

    private func reach(level: Double) -> Double {
        precondition(level > 0 && level < 1, "a confidence level lies between 0 and 1")
        guard degrees > 0 else { return .infinity }
        return standardError == 0 ? 0 : intervalFactor(level: level, degrees: degrees) * standardError
    }

    /// a - b; infinite, not NaN, for two infinities, so that the pair is not taken for a missing one.
    private static func spread(_ a: Double, _ b: Double) -> Double {
        let difference = a - b
        return difference.isNaN ? .infinity : difference
    }
}
