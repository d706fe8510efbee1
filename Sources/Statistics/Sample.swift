/// Count, mean and sample deviation of some observations, computed in two passes around the first value:
/// exact zeros for equal values, no overflow or underflow of squares.
struct Sample {
    var count: Int
    /// NaN without observations.
    var mean: Double
    /// NaN for fewer than two observations or where an observation is infinite.
    var deviation: Double

    /// The observations among `values`: all that are not NaN.
    init(_ values: some Sequence<Double>) {
        let observed = values.filter { !$0.isNaN }
        count = observed.count
        mean = Sample.mean(observed)
        let centre = mean
        deviation = Sample.deviation(of: observed.map { $0 - centre })
    }

    /// deviation / √count; infinite where the deviation is not known.
    var standardError: Double {
        deviation.isFinite ? deviation / Double(count).squareRoot() : .infinity
    }

    /// The mean of the values; NaN of none.
    static func mean(_ values: [Double]) -> Double {
        guard let first = values.first else { return .nan }
        let n = Double(values.count)
        let rough = first + values.reduce(0) { $0 + ($1 - first) } / n
        guard rough.isFinite else {
            // Infinite values, or finite ones whose sum is beyond a Double.
            return values.reduce(0) { $0 + $1 / n }
        }
        return rough + values.reduce(0) { $0 + ($1 - rough) } / n
    }

    /// The sample deviation, given what is left of each value without the mean.
    private static func deviation(of residuals: [Double]) -> Double {
        guard residuals.count >= 2 else { return .nan }
        guard residuals.allSatisfy(\.isFinite) else { return .nan }
        let largest = residuals.reduce(0) { max($0, $1.magnitude) }
        if largest == 0 { return 0 }
        // A power of two, so that scaling rounds nothing.
        let unit = Double(sign: .plus, exponent: largest.exponent, significand: 1)
        // The mean was rounded: what it is off by would count n times.
        let n = Double(residuals.count)
        let off = residuals.reduce(0) { $0 + $1 / unit } / n
        let squares = residuals.reduce(0) { $0 + ($1 / unit - off) * ($1 / unit - off) }
        return unit * (squares / (n - 1)).squareRoot()
    }
}

/// The t by which a standard error is multiplied for a two-sided interval.
func intervalFactor(level: Double, degrees: Double) -> Double {
    precondition(level > 0 && level < 1, "a confidence level lies between 0 and 1")
    return -StudentT.quantile((1 - level) / 2, degrees: degrees)
}

/// The observations of both samples where neither is NaN.
func completePairs(_ a: some Collection<Double>, _ b: some Collection<Double>) -> [(Double, Double)] {
    precondition(a.count == b.count, "paired samples are of one length")
    return zip(a, b).filter { !$0.isNaN && !$1.isNaN }
}
