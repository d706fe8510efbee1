import Statistics

/// What one policy changes beside another, from replicates that met the same draws.
struct Change: Sendable {
    /// How many replicates both have.
    let count: Int
    /// The mean difference.
    let difference: Double
    /// Its interval; nil where that has no ends, as with fewer than two replicates.
    let interval: ClosedRange<Double>?
    /// The mean difference as a share of the reference's mean; nil where that is not above 0.
    let relative: Double?
    /// The interval of that share (Fieller's); nil where it has no ends.
    let relativeInterval: ClosedRange<Double>?
    /// The probability of a difference as large by chance alone; nil with fewer than two replicates.
    let p: Double?
    /// The same, adjusted for the other differences that are judged along with it.
    private(set) var adjustedP: Double?
    /// What it means.
    private(set) var verdict = Verdict.unknown

    /// What a difference means.
    enum Verdict: String, Sendable {
        case better, worse
        /// A significant difference of a metric that has no better and worse.
        case different
        case notSignificant = "not significant"
        /// All replicates have the same values.
        case same
        /// There are too few replicates to say.
        case unknown
    }

    /// What a paired difference says; nil when no replicate has both policies.
    /// - Parameters:
    ///   - ratio: the policy's mean over the reference's.
    ///   - isNonnegative: whether no value of either is below 0; a share of something below 0 would mislead.
    init?(_ paired: Difference, ratio: RatioOfMeans, isNonnegative: Bool) {
        guard paired.count > 0 else { return nil }
        let interval: ClosedRange<Double>? = paired.halfWidth.isFinite ? paired.low...paired.high : nil
        let ratio = ratio.ofNonnegative
        let isShare = ratio.estimate.isFinite && isNonnegative
        self.init(
            paired, difference: paired.estimate, interval: interval,
            relative: isShare ? ratio.estimate - 1 : nil,
            relativeInterval: isShare && ratio.isBounded ? ratio.low - 1...ratio.high - 1 : nil)
    }

    /// What a difference between two shares of the same amounts says; nil when no replicate has both.
    /// - Parameter share: the difference as a share of the totals.
    init?(_ paired: Difference, share: RatioOfMeans) {
        guard paired.count > 0 else { return nil }
        self.init(
            paired, difference: share.estimate, interval: share.isBounded ? share.low...share.high : nil,
            relative: nil, relativeInterval: nil)
    }

    private init(
        _ paired: Difference, difference: Double, interval: ClosedRange<Double>?, relative: Double?,
        relativeInterval: ClosedRange<Double>?
    ) {
        count = paired.count
        self.difference = difference
        self.interval = interval
        self.relative = relative
        self.relativeInterval = relativeInterval
        p = paired.halfWidth.isFinite ? paired.p : nil
        if paired.isNothing { verdict = .same }
    }

    /// Takes the p-value that holds along with others.
    mutating func judge(_ adjusted: Double, level: Double, direction: Metric.Direction) {
        adjustedP = adjusted
        if verdict == .same { return }
        if adjusted > 1 - level {
            verdict = .notSignificant
        } else {
            switch direction {
            case .lower: verdict = difference < 0 ? .better : .worse
            case .higher: verdict = difference > 0 ? .better : .worse
            case .none: verdict = .different
            }
        }
    }
}
