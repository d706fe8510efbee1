/// How narrow the interval of a mean is wanted, and how many observations that takes: the sequential
/// procedure of Chow and Robbins (1965) in a few growing steps. Deterministic: the same observations, the
/// same next count.
public struct PrecisionGoal: Sendable, Hashable {
    /// A wanted half-width of the interval.
    public enum Width: Sendable, Hashable {
        /// As a share of the mean's magnitude: 0.02 is ± 2 %.
        case relative(Double)
        /// In the unit of the observations.
        case absolute(Double)
    }

    /// The half-width to reach, above 0.
    public var width: Width
    /// The confidence of the interval, between 0 and 1.
    public var level: Double

    /// A goal of `width` at confidence `level`.
    public init(width: Width, level: Double = 0.95) {
        self.width = width
        self.level = level
    }

    /// Whether the interval at the goal's level is no wider than wanted.
    ///
    /// Never with fewer than two observations. Always, with two or more, where they are all equal. A relative
    /// goal is not met by a mean of 0 that varies.
    public func isMet(by estimate: MeanEstimate) -> Bool {
        let reach = estimate.halfWidth(level: level)
        return reach.isFinite && reach <= target(estimate.mean)
    }

    /// How many observations to have next, counting those there are.
    ///
    /// (t s / w)² from the present deviation s and wanted half-width w, rounded up, but at least 2 and a
    /// quarter of the present count more, at most twice the present count (the first of these wins), and at
    /// most `atMost`. The present count itself when the goal is met or `atMost` is reached; never less.
    public func nextCount(_ estimate: MeanEstimate, atMost: Int) -> Int {
        let n = estimate.count
        if isMet(by: estimate) || n >= atMost { return n }
        // Limits in terms of what is added, so that no sum overflows.
        let fewest = max(2, n / 4)
        var more = max(fewest, n)
        if estimate.deviation.isFinite, n >= 2 {
            let wanted = wantedCount(estimate)
            if wanted < Double(n) + Double(n) { more = max(fewest, Int(wanted) - n) }
        }
        return more >= atMost - n ? atMost : n + more
    }

    /// (t s / w)², rounded up; infinite where w is 0.
    private func wantedCount(_ estimate: MeanEstimate) -> Double {
        let ratio = estimate.halfWidth(level: level) / target(estimate.mean)
        let count = (ratio * ratio * Double(estimate.count)).rounded(.up)
        return count.isNaN ? .infinity : count
    }

    private func target(_ mean: Double) -> Double {
        switch width {
        case .relative(let share): share * mean.magnitude
        case .absolute(let width): width
        }
    }
}
