import EventKernel

/// What a calibration knows of a cost beyond its model. Nothing of it is needed to simulate; numbers count in
/// the unit of the primitive's quantity.
public struct CostEvidence: Hashable, Sendable {
    /// How well the model fits what was measured.
    public var fit: Fit?
    /// Quantiles of single operations.
    public var quantiles: [Distribution.QuantilePoint] = []
    /// Single operations, counted by value, values rising.
    public var histogram: [Bucket] = []
    /// The largest difference between repeats, as a share of their median.
    public var spread: Double?
    /// Whether repeats differ so much that the number is not to be trusted.
    public var isNoisy = false

    /// How well a model fits.
    public struct Fit: Hashable, Sendable {
        /// The share of the variance that the model explains; nil where that says nothing: a line goes through any two
        /// points, and points of equal value have no variance.
        public var rSquared: Double?
        /// The largest deviation of a point from the model, as a share of the model.
        public var worst: Double
        /// How many points were fitted.
        public var points: Int

        /// How well a model fits.
        public init(rSquared: Double?, worst: Double, points: Int) {
            self.rSquared = rSquared
            self.worst = worst
            self.points = points
        }
    }

    /// Operations that cost the same.
    public struct Bucket: Hashable, Sendable {
        /// What they cost.
        public var value: Double
        /// How many there were.
        public var count: UInt64

        /// Operations that cost the same.
        public init(_ value: Double, _ count: UInt64) {
            self.value = value
            self.count = count
        }
    }

    /// Nothing known.
    public init() {}

    /// The first fault, in words; nil when there is none.
    public var fault: String? {
        if let fit {
            if let share = fit.rSquared, !(share.isFinite && share <= 1) {
                return "r-squared must be at most 1"
            }
            guard fit.worst.isFinite, fit.worst >= 0 else {
                return "the worst deviation must not be negative"
            }
            guard fit.points > 0 else { return "a fit needs points" }
        }
        if let spread, !(spread.isFinite && spread >= 0) { return "the spread must not be negative" }
        if !quantiles.isEmpty, let fault = Distribution.quantiles(quantiles).fault { return fault }
        if histogram.contains(where: { !$0.value.isFinite || $0.value < 0 }) {
            return "a value of the histogram is negative"
        }
        let rises = zip(histogram, histogram.dropFirst()).allSatisfy { $0.value < $1.value }
        return rises ? nil : "the values of the histogram must rise"
    }
}
