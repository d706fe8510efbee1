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
    /// How many replicates would probably tell, if the mean change is what is seen; nil where a million would
    /// not.
    let needed: Int?

    /// Judges `after` beside `before`, which are without gaps and not empty.
    init(
        _ values: (before: [Double], after: [Double], isPaired: Bool), direction: Metric.Direction,
        tolerance: Tolerance, level: Double, comparisons: Int = 1
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
            needed = contrast.needed(
                worsening: direction == .none ? change.magnitude : direction == .higher ? -change : change,
                allowance: allowance, level: level, comparisons: comparisons)
        } else {
            method = plain.degrees > 0 ? .exact : .single
            interval = nil
            // Rounding of the last digits is not a change.
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

    /// How many replicates tell in four of five cases, if they vary as these do and the mean change is what is
    /// seen: that it is within the tolerance, or beyond it.
    func needed(worsening: Double, allowance: Double, level: Double, comparisons: Int) -> Int? {
        let room = allowance - worsening
        if room > 0 { return count(room: room, level: level) }
        return count(room: -room, level: level / Double(max(comparisons, 1)))
    }

    /// How many replicates tell a mean from a bound that is `room` away; nil where a million do not.
    private func count(room: Double, level: Double) -> Int? {
        guard room > 0 else { return nil }
        let each = Double(isPaired ? rise.count : max(2, rise.count / 2))
        let ratio = max(rise.standardError, fall.standardError) * each.squareRoot() / room
        func isEnough(_ count: Int) -> Bool {
            let degrees = Double(isPaired ? count - 1 : 2 * count - 2)
            let reach = StudentT.quantile(0.8, degrees: degrees) - StudentT.quantile(level, degrees: degrees)
            return reach * ratio * reach * ratio <= Double(count)
        }
        var high = 2
        while !isEnough(high) {
            high *= 2
            if high > 1 << 20 { return nil }
        }
        var low = high / 2
        while high - low > 1 {
            let middle = (low + high) / 2
            if isEnough(middle) { high = middle } else { low = middle }
        }
        return high
    }
}
