/// How far a sample is from a published distribution.
enum KolmogorovSmirnov {
    /// The largest vertical distance between the share of `sample` below x and the curve's P(X < x), over
    /// every multiple x of the curve's grid; nil for an empty sample.
    ///
    /// Both functions are compared at the curve's points and on both sides of every sample value, which is
    /// where the distance can be largest.
    static func distance(of sample: [Double], to curve: PublishedCurve) -> Double? {
        if sample.isEmpty { return nil }
        let sorted = sample.sorted()
        var worst = 0.0
        func compare(at x: Double) {
            let share = Double(countBelow(x, in: sorted)) / Double(sorted.count)
            worst = max(worst, (share - curve.below(x)).magnitude)
        }
        for point in 0..<curve.count { compare(at: curve.x(point)) }
        var previous = -Double.infinity
        for value in sorted {
            let low = (value / curve.grid + 1e-9).rounded(.down) * curve.grid
            if low == previous { continue }
            compare(at: low)
            compare(at: low + curve.grid)
            previous = low
        }
        return worst
    }

    /// The total variation distance of counts to shares of the same classes: the largest difference in the
    /// probability of any set of classes. For classes without an order it takes the place of the vertical
    /// distance, and is never below it. nil when nothing was counted.
    static func totalVariation(of counts: [Int], to shares: [Double]) -> Double? {
        let sum = counts.reduce(0, +)
        if sum == 0 { return nil }
        return zip(counts, shares).reduce(0) { $0 + (Double($1.0) / Double(sum) - $1.1).magnitude } / 2
    }

    private static func countBelow(_ x: Double, in sorted: [Double]) -> Int {
        var low = 0
        var high = sorted.count
        // Values that should lie on the grid may miss it by their rounding.
        let limit = x - 1e-9 * x.magnitude
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] < limit { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
