import Statistics

/// What one policy changes beside another, from replicates that met the same draws.
struct Change: Sendable {
    /// How many replicates both have.
    let count: Int
    /// The mean difference.
    let difference: Double
    /// Its interval; nil with fewer than two replicates.
    let interval: ClosedRange<Double>?
    /// The mean difference as a share of the reference's mean; nil where that is not above 0.
    let relative: Double?
    /// The interval of that share.
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

    /// What changes from the values of the reference to those of a policy; nil when no replicate has both.
    init?(from reference: ArraySlice<Double>, to policy: ArraySlice<Double>, level: Double) {
        let paired = Difference.paired(policy, reference, level: level)
        let ratio = RatioOfMeans.paired(numerator: policy, denominator: reference, level: level)
        guard paired.count > 0 else { return nil }
        count = paired.count
        difference = paired.estimate
        interval = paired.halfWidth.isFinite ? paired.low...paired.high : nil
        p = interval == nil ? nil : paired.p
        // A share of something below 0 would mislead.
        let isShare = ratio.estimate.isFinite && reference.allSatisfy { !($0 < 0) }
        relative = isShare ? ratio.estimate - 1 : nil
        relativeInterval = isShare && ratio.high.isFinite ? ratio.low - 1...ratio.high - 1 : nil
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
