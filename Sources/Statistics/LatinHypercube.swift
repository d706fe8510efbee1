import EventKernel

/// Points that fill a space evenly in every direction (McKay, Beckman and Conover 1979).
public enum LatinHypercube {
    /// `count` rows of `dimensions` values in [0, 1).
    ///
    /// In each dimension the strata [k/count, (k+1)/count) hold exactly one value each; the orders of the
    /// strata are independent and random, and so are the positions within. The same seed gives the same
    /// points, and a dimension's values do not depend on how many dimensions there are.
    public static func sample(count: Int, dimensions: Int, seed: UInt64) -> [[Double]] {
        precondition(count >= 0 && dimensions >= 0, "a sample has no negative size")
        var rows = Array(repeating: [Double](), count: count)
        for dimension in 0..<dimensions {
            for (row, value) in column(dimension, count: count, seed: seed).enumerated() {
                rows[row].append(value)
            }
        }
        return rows
    }

    private static func column(_ dimension: Int, count: Int, seed: UInt64) -> [Double] {
        var random = RandomStream(seed: seed, purpose: .sweep, entity: UInt64(dimension))
        var strata = Array(0..<count)
        // Fisher and Yates.
        for last in stride(from: count - 1, to: 0, by: -1) {
            strata.swapAt(last, Int(random.below(UInt64(last + 1))))
        }
        return strata.map { stratum in
            // Rounding must not carry a value into the next stratum.
            let end = (Double(stratum + 1) / Double(count)).nextDown
            return min((Double(stratum) + random.unit()) / Double(count), end)
        }
    }
}
