/// Ordinary least squares for a handful of coefficients, through the normal equations in plain IEEE
/// arithmetic: the same to the last bit on every machine.
struct LeastSquares {
    private let size: Int
    /// The normal equations row by row, right-hand side last: size x (size + 1). Until the solution only the
    /// lower half is filled.
    private var equations: [Double]

    /// For `size` coefficients.
    init(size: Int) {
        self.size = size
        equations = [Double](repeating: 0, count: size * (size + 1))
    }

    /// Takes in one row: what the regressors are, and what they should give.
    mutating func add(_ regressors: [Double], gives target: Double) {
        for row in 0..<size {
            let factor = regressors[row]
            for column in 0...row { equations[row * (size + 1) + column] += factor * regressors[column] }
            equations[row * (size + 1) + size] += factor * target
        }
    }

    /// The coefficients of the least sum of squares; nil when the rows do not determine them.
    consuming func solution() -> [Double]? {
        let width = size + 1
        for row in 0..<size {
            for column in (row + 1)..<max(size, row + 1) {
                equations[row * width + column] = equations[column * width + row]
            }
        }
        let scale = (0..<size).reduce(0) { max($0, equations[$1 * width + $1]) }
        for pivot in 0..<size {
            var best = pivot
            for row in pivot..<size
            where abs(equations[row * width + pivot]) > abs(equations[best * width + pivot]) {
                best = row
            }
            guard abs(equations[best * width + pivot]) > 1e-12 * scale else { return nil }
            for column in 0..<width { equations.swapAt(best * width + column, pivot * width + column) }
            for row in (pivot + 1)..<max(size, pivot + 1) {
                let factor = equations[row * width + pivot] / equations[pivot * width + pivot]
                for column in pivot..<width {
                    equations[row * width + column] -= factor * equations[pivot * width + column]
                }
            }
        }
        var result = [Double](repeating: 0, count: size)
        for row in (0..<size).reversed() {
            var sum = equations[row * width + size]
            for column in (row + 1)..<max(size, row + 1) {
                sum -= equations[row * width + column] * result[column]
            }
            result[row] = sum / equations[row * width + row]
        }
        return result.allSatisfy(\.isFinite) ? result : nil
    }
}
