/// Mean and variance of a series, one value at a time (Welford 1962).
@frozen
public struct RunningMoments: Sendable, BitwiseCopyable {
    /// How many values there were.
    public private(set) var count: Int = 0
    /// Their mean; 0 when there is none.
    public private(set) var mean: Double = 0
    private var squares: Double = 0

    /// No values yet.
    public init() {}

    /// Takes in the next value.
    public mutating func add(_ value: Double) {
        count += 1
        let delta = value - mean
        mean += delta / Double(count)
        squares += delta * (value - mean)
    }

    /// The unbiased variance; 0 for fewer than two values.
    public var variance: Double { count < 2 ? 0 : squares / Double(count - 1) }
    /// The variance of the values as a whole population; 0 when there is none.
    public var populationVariance: Double { count == 0 ? 0 : squares / Double(count) }
    /// The standard error of the mean.
    public var standardError: Double { count < 2 ? 0 : (variance / Double(count)).squareRoot() }
}
