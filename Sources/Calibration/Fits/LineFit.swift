import HardwareCosts

/// A straight line through what was measured at several amounts, neither part of it negative.
///
/// Weighted least squares on the relative error: a point counts with one over the square of its value, as measured
/// times scatter in proportion to themselves and sizes span many powers of two. Robust by Huber's weights: points
/// further off than 1.345 deviations (from the median absolute deviation) count less, repeated until it settles.
public struct LineFit: Sendable, Hashable {
    /// What there is at amount 0.
    public var fixed: Double
    /// What each unit of the amount adds.
    public var slope: Double
    /// How well it fits.
    public var quality: CostEvidence.Fit

    /// A value at an amount.
    public struct Point: Sendable, Hashable {
        /// How many bytes or items.
        public var amount: Double
        /// What they take.
        public var value: Double

        /// A value at an amount.
        public init(_ amount: Double, _ value: Double) {
            self.amount = amount
            self.value = value
        }
    }

    /// The line through `points`; nil when they have fewer than two different amounts, or a value that is not above 0.
    public init?(_ points: [Point]) {
        guard let first = points.first, points.contains(where: { $0.amount != first.amount }),
            points.allSatisfy({ $0.value > 0 && $0.value.isFinite && $0.amount.isFinite && $0.amount >= 0 })
        else { return nil }
        var line = LineFit.solve(points, weights: points.map { 1 / ($0.value * $0.value) })
        for _ in 0..<50 {
            let errors = points.map { LineFit.error($0, line) }
            let deviation = max(1.4826 * Median.of(errors.map(abs)), 1e-9)
            let weights = zip(points, errors).map { point, error in
                let far = abs(error) / (1.345 * deviation)
                return (far > 1 ? 1 / far : 1) / (point.value * point.value)
            }
            let next = LineFit.solve(points, weights: weights)
            let isSettled =
                abs(next.fixed - line.fixed) <= 1e-9 * abs(line.fixed)
                && abs(next.slope - line.slope) <= 1e-9 * abs(line.slope)
            line = next
            if isSettled { break }
        }
        fixed = line.fixed
        slope = line.slope
        quality = LineFit.quality(of: line, points)
    }

    /// The value of the line at `amount`.
    public func value(at amount: Double) -> Double { fixed + slope * amount }

    private typealias Line = (fixed: Double, slope: Double)

    private static func error(_ point: Point, _ line: Line) -> Double {
        let model = line.fixed + line.slope * point.amount
        return (point.value - model) / point.value
    }

    /// The best line under fixed weights; a part that would be negative is 0, and the other the best beside that.
    private static func solve(_ points: [Point], weights: [Double]) -> Line {
        let total = weights.reduce(0, +)
        let meanX = zip(points, weights).reduce(0) { $0 + $1.0.amount * $1.1 } / total
        let meanY = zip(points, weights).reduce(0) { $0 + $1.0.value * $1.1 } / total
        var xx = 0.0
        var xy = 0.0
        for (point, weight) in zip(points, weights) {
            xx += weight * (point.amount - meanX) * (point.amount - meanX)
            xy += weight * (point.amount - meanX) * (point.value - meanY)
        }
        let slope = xy / xx
        if slope < 0 { return (meanY, 0) }
        let fixed = meanY - slope * meanX
        if fixed >= 0 { return (fixed, slope) }
        let through = zip(points, weights).reduce(into: (0.0, 0.0)) { sums, pair in
            sums.0 += pair.1 * pair.0.amount * pair.0.value
            sums.1 += pair.1 * pair.0.amount * pair.0.amount
        }
        return (0, through.0 / through.1)
    }

    private static func quality(of line: Line, _ points: [Point]) -> CostEvidence.Fit {
        let mean = points.reduce(0) { $0 + $1.value } / Double(points.count)
        var left = 0.0
        var whole = 0.0
        var worst = 0.0
        for point in points {
            let model = line.fixed + line.slope * point.amount
            left += (point.value - model) * (point.value - model)
            whole += (point.value - mean) * (point.value - mean)
            worst = max(worst, abs(point.value - model) / max(model, .leastNormalMagnitude))
        }
        return CostEvidence.Fit(
            rSquared: points.count > 2 && whole > 0 ? 1 - left / whole : nil, worst: worst,
            points: points.count)
    }

    /// How well it fits, in words.
    var remark: String {
        let worst = "worst \(Int((quality.worst * 100).rounded())) % off"
        if let share = quality.rSquared { return "R2 \(Rounding.digits(share)), \(worst)" }
        return quality.points <= 2 ? "of two points, which any line fits" : "no R2, \(worst)"
    }

    /// The line as a cost that grows with bytes.
    public var perByte: CostModel { .affine(fixed: fixed, perByte: slope) }
    /// The line as a cost that grows with items.
    public var perItem: CostModel { .perItem(fixed: fixed, each: slope) }
}
