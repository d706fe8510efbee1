/// The distribution of a published number X: points (x, P(X < x)) with straight lines between them.
struct PublishedCurve: Sendable {
    private let points: [Double]
    /// What X is a multiple of in the source; the curve says nothing between multiples.
    let grid: Double

    /// A curve from alternating x and P(X < x), both rising, the probabilities from 0 to 1.
    init(_ points: [Double], grid: Double) {
        self.points = points
        self.grid = grid
    }

    /// How many points there are.
    var count: Int { points.count / 2 }
    /// The x of a point.
    func x(_ index: Int) -> Double { points[2 * index] }
    /// P(X < x) of a point.
    func probability(_ index: Int) -> Double { points[2 * index + 1] }

    /// The value that X stays below with probability `u`, 0 <= u < 1. Its whole part follows the curve of a
    /// whole number.
    func quantile(_ u: Double) -> Double {
        let high = firstPoint { self.probability($0) > u }
        if high == 0 { return x(0) }
        if high == count { return x(count - 1) }
        let share = (u - probability(high - 1)) / (probability(high) - probability(high - 1))
        return x(high - 1) + share * (x(high) - x(high - 1))
    }

    /// P(X < value).
    func below(_ value: Double) -> Double {
        let high = firstPoint { self.x($0) >= value }
        if high == 0 { return probability(0) }
        if high == count { return 1 }
        let share = (value - x(high - 1)) / (x(high) - x(high - 1))
        return probability(high - 1) + share * (probability(high) - probability(high - 1))
    }

    /// The first point for which `holds`, which must be false and then true along the points.
    private func firstPoint(_ holds: (Int) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if holds(middle) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
