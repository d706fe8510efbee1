import HardwareCosts

/// A sum of parts, each in proportion to an amount of its own, fitted to what was measured; no part negative.
///
/// Weighted least squares on the relative error, as in `LineFit`. Of all choices of parts that may be other than 0 the
/// best whose parts are all positive is taken: exact for the few amounts that it is meant for.
struct SumFit {
    /// What each unit of each amount adds.
    let slopes: [Double]

    /// A value at amounts.
    struct Point {
        var amounts: [Double]
        var value: Double
    }

    /// nil when there are fewer points than amounts, or a value that is not above 0.
    init?(_ points: [Point]) {
        guard let count = points.first?.amounts.count, (1...6).contains(count), points.count >= count,
            points.allSatisfy({ $0.value > 0 && $0.amounts.count == count })
        else { return nil }
        var best: (slopes: [Double], error: Double)?
        for chosen in 1..<(1 << count) {
            let parts = (0..<count).filter { chosen >> $0 & 1 == 1 }
            guard let solution = SumFit.solve(points, parts), solution.allSatisfy({ $0 >= 0 }) else {
                continue
            }
            var slopes = Array(repeating: 0.0, count: count)
            for (part, slope) in zip(parts, solution) { slopes[part] = slope }
            let error = points.reduce(0) { $0 + SumFit.error($1, slopes) * SumFit.error($1, slopes) }
            if error < best?.error ?? .infinity { best = (slopes, error) }
        }
        guard let best else { return nil }
        slopes = best.slopes
    }

    /// The value at `amounts`.
    func value(at amounts: [Double]) -> Double { zip(slopes, amounts).reduce(0) { $0 + $1.0 * $1.1 } }

    private static func error(_ point: Point, _ slopes: [Double]) -> Double {
        1 - zip(slopes, point.amounts).reduce(0) { $0 + $1.0 * $1.1 } / point.value
    }

    /// Least squares over the amounts `parts` alone, by the normal equations; nil when they do not determine it.
    private static func solve(_ points: [Point], _ parts: [Int]) -> [Double]? {
        let size = parts.count
        // Each point divided by its value: all are to be 1. Each amount by its largest, so that sizes do not matter.
        let scales = parts.map { part in points.map { $0.amounts[part] / $0.value }.max() ?? 0 }
        if scales.contains(where: { $0 <= 0 }) { return nil }
        var rows = (0..<size).map { _ in Array(repeating: 0.0, count: size + 1) }
        for point in points {
            let amounts = zip(parts, scales).map { point.amounts[$0] / point.value / $1 }
            for row in 0..<size {
                for column in 0..<size { rows[row][column] += amounts[row] * amounts[column] }
                rows[row][size] += amounts[row]
            }
        }
        for step in 0..<size {
            guard let pivot = (step..<size).max(by: { abs(rows[$0][step]) < abs(rows[$1][step]) }),
                abs(rows[pivot][step]) > 1e-10
            else { return nil }
            rows.swapAt(step, pivot)
            for row in 0..<size where row != step {
                let factor = rows[row][step] / rows[step][step]
                for column in step...size { rows[row][column] -= factor * rows[step][column] }
            }
        }
        return (0..<size).map { rows[$0][size] / rows[$0][$0] / scales[$0] }
    }
}
