import Statistics

/// What the values of a metric say about whether it became worse than its baseline by more than is tolerated.
///
/// With a relative tolerance τ the hypothesis is that the new mean is at most (1 + τ) times the baseline's; the
/// baseline's own uncertainty counts. Runs of the same seeds are compared pair by pair, others as two independent
/// samples (Welch).
struct Evidence {
    /// How the two sides are set beside each other.
    enum Method: String {
        /// Runs of the same seed met the same draws.
        case paired
        /// Different seeds on the two sides.
        case independent
        /// One value on a side: what chance does is not known.
        case single
        /// Nothing varies: what is seen is exact.
        case exact
    }

    /// The mean of the baseline, and that of the results, over what is compared.
    let before: Double, after: Double
    /// The mean change.
    let change: Double
    /// Its interval, of twice the one-sided level; nil where chance is not known.
    let interval: ClosedRange<Double>?
    /// How it was compared.
    let method: Method
    /// How many replicates: pairs, or the fewer of the two sides.
    let count: Int
    /// The tolerance in the metric's unit.
    let allowance: Double
    /// The probability of what is seen, or worse, if the metric were just as bad as tolerated.
    let pWorse: Double
    /// The same for being better by as much.
    let pBetter: Double
    /// Whether it is shown that the metric is not worse than tolerated.
    let isWithin: Bool
    /// How many replicates would probably tell, if nothing changed or if what is seen is so; nil where a million
    /// would not.
    let needed: Int?

    /// Judges `after` beside `before`, which are without gaps and not empty.
    init(
        _ values: (before: [Double], after: [Double], isPaired: Bool), direction: Metric.Direction,
        tolerance: Tolerance, level: Double
    ) {
        let before = MeanEstimate(values.before).mean
        let contrast = Contrast(values, tolerance: tolerance, beforeMean: before, level: level)
        self.before = before
        after = MeanEstimate(values.after).mean
        count = min(values.before.count, values.after.count)
        allowance = tolerance.allowance(on: before)
        let plain = contrast.plain
        change = plain.estimate
        if plain.degrees > 0 && plain.standardError > 0 {
            method = values.isPaired ? .paired : .independent
            interval = plain.interval(level: 1 - 2 * min(level, 0.49))
            let up = contrast.p(sign: 1), down = contrast.p(sign: -1)
            (pWorse, pBetter, isWithin) = Evidence.judge(up, down, direction, level)
            needed = contrast.needed(allowance: allowance, level: level)
        } else {
            method = plain.degrees > 0 ? .exact : .single
            interval = nil
            // Rounding of the last digits is no change.
            let slack = 4 * max(before.magnitude, after.magnitude).ulp
            let bound = allowance + (allowance > 0 ? slack : 0)
            let up = change > bound ? 0.0 : 1, down = change < -bound ? 0.0 : 1
            (pWorse, pBetter, _) = Evidence.judge((up, up), (down, down), direction, level)
            isWithin = pWorse > 0
            needed = nil
        }
    }

    /// One-sided probabilities, (beyond the tolerance, within it), for rises and falls.
    private static func judge(
        _ up: (beyond: Double, within: Double), _ down: (beyond: Double, within: Double),
        _ direction: Metric.Direction, _ level: Double
    ) -> (worse: Double, better: Double, isWithin: Bool) {
        switch direction {
        case .lower: return (up.beyond, down.beyond, up.within <= level)
        case .higher: return (down.beyond, up.beyond, down.within <= level)
        case .none:
            return (min(1, 2 * min(up.beyond, down.beyond)), 1, max(up.within, down.within) <= level)
        }
    }
}

/// The difference of two sides, plain and with the tolerance taken off.
private struct Contrast {
    let plain: Difference
    private let rise: Difference
    private let fall: Difference
    private let absolute: Double
    private let isPaired: Bool

    init(
        _ values: (before: [Double], after: [Double], isPaired: Bool), tolerance: Tolerance,
        beforeMean: Double,
        level: Double
    ) {
        func difference(_ after: [Double], _ before: [Double]) -> Difference {
            values.isPaired ? .paired(after, before) : .welch(after, before)
        }
        let share = tolerance.isRelative ? (beforeMean < 0 ? -tolerance.amount : tolerance.amount) : 0
        plain = difference(values.after, values.before)
        rise = difference(values.after, values.before.map { (1 + share) * $0 })
        fall = difference(values.after, values.before.map { (1 - share) * $0 })
        absolute = tolerance.isRelative ? 0 : tolerance.amount
        isPaired = values.isPaired
    }

    /// The probability of what is seen if the change were just the tolerance upwards (`sign` 1) or downwards
    /// (-1): that of as much beyond it, and that of as much on this side of it.
    func p(sign: Double) -> (beyond: Double, within: Double) {
        if sign > 0 { return (rise.p(above: absolute), rise.p(below: absolute)) }
        return (fall.p(below: -absolute), fall.p(above: -absolute))
    }

    /// How many replicates tell in four of five cases, if they vary as these do: that nothing changed by more
    /// than the tolerance when nothing did, or that it did when the mean change is what is seen.
    func needed(allowance: Double, level: Double) -> Int? {
        let room = max(allowance, plain.estimate.magnitude - allowance)
        guard room > 0 else { return nil }
        let each = Double(isPaired ? rise.count : max(2, rise.count / 2))
        let deviation = max(rise.standardError, fall.standardError) * each.squareRoot()
        var count = 2.0
        for _ in 0..<20 {
            let degrees = isPaired ? count - 1 : 2 * count - 2
            let reach = -StudentT.quantile(level, degrees: degrees) + StudentT.quantile(0.8, degrees: degrees)
            let next = max(2, (reach * deviation / room * reach * deviation / room).rounded(.up))
            guard next.isFinite, next <= 1e6 else { return nil }
            if (next - count).magnitude < 1 { break }
            // Few degrees of freedom ask for too many at first; the middle goes to the solution.
            count = ((next + count) / 2).rounded(.up)
        }
        return Int(count)
    }
}
