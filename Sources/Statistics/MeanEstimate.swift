/// The mean of independent observations with its confidence interval (Student 1908): mean ± t · s/√n.
///
/// Exact for normal observations; for skewed ones see docs/statistics.md. Without observations the mean is
/// NaN. With fewer than two, or with an infinite one, nothing is known of the spread: the deviation is NaN
/// and the interval is the whole line.
public struct MeanEstimate: Sendable, Hashable {
    /// How many observations there were.
    public var count: Int
    /// Their mean, in their unit; NaN when there is none.
    public var mean: Double
    /// Their sample standard deviation (division by n - 1), in their unit; NaN for fewer than two.
    public var deviation: Double
    /// The probability with which such intervals cover, such as 0.95.
    public var level: Double
    /// How far the interval reaches to either side; infinite for fewer than two observations, 0 when all are
    /// equal.
    public var halfWidth: Double

    /// The mean of `values` with an interval of confidence `level`, which lies between 0 and 1. NaNs are not
    /// observations and skipped.
    public init(_ values: some Sequence<Double>, level: Double = 0.95) {
        let sample = Sample(values)
        count = sample.count
        mean = sample.mean
        deviation = sample.deviation
        self.level = level
        halfWidth = MeanEstimate.halfWidth(sample.deviation, count: sample.count, level: level)
    }

    /// The lower end of the interval.
    public var low: Double { halfWidth == .infinity ? -.infinity : mean - halfWidth }
    /// The upper end of the interval.
    public var high: Double { halfWidth == .infinity ? .infinity : mean + halfWidth }

    /// How far an interval of another confidence reaches.
    public func halfWidth(level: Double) -> Double {
        level == self.level ? halfWidth : MeanEstimate.halfWidth(deviation, count: count, level: level)
    }

    private static func halfWidth(_ deviation: Double, count: Int, level: Double) -> Double {
        guard count >= 2, deviation.isFinite else { return .infinity }
        if deviation == 0 { return 0 }
        return intervalFactor(level: level, degrees: Double(count - 1)) * deviation
            / Double(count).squareRoot()
    }
}
