import EventKernel

/// A small ARIMA(p, d, q) model of a short series, p <= 2, d <= 1, q <= 1, and its forecast of the next
/// value.
///
/// Every order is fitted by least squares: directly when q = 0, after Hannan and Rissanen (Biometrika 1982)
/// when q = 1 (a long autoregression estimates the innovations, which then are a regressor). A constant is
/// part of the model when d = 0. The order with the least corrected AIC (Hurvich and Tsai 1989) wins; all are
/// judged on the one-step errors of the same values, the fourth and later ones, so that orders of
/// differencing can be compared. Models beyond the edge of stationarity or invertibility are left out; the
/// edge itself is allowed, which lets a one-step forecast follow a trend or an exact alternation.
public struct Arima: Sendable, Hashable {
    /// How many of the latest values a fit uses.
    public static let longestSeries = 100
    /// Of fewer values only the mean is taken.
    public static let shortestSeries = 8
    /// The values that all orders set aside as history.
    private static let history = 3
    /// Lags of the long autoregression.
    private static let longLags = 5
    /// From how many values on moving averages are tried.
    private static let shortestMovingAverage = 20

    /// How often the series is differenced, 0 or 1.
    public let differencing: Int
    /// The constant; 0 when the series is differenced.
    public let constant: Double
    /// Weights of the latest (differenced) values, latest first; p of them.
    public let autoregressive: [Double]
    /// Weights of the latest innovations; q of them.
    public let movingAverage: [Double]
    /// The next value to be expected.
    public let next: Double
    private let criterion: Double

    /// The next value to be expected of a series of positive values, oldest first: by the best model, else
    /// the mean. Nil when neither is a positive finite number.
    public static func forecast(_ series: [Double]) -> Double? {
        guard !series.isEmpty, series.allSatisfy(\.isFinite) else { return nil }
        if let next = fit(series)?.next, next > 0, next.isFinite { return next }
        let count = Double(series.count)
        let mean = series.reduce(0) { $0 + $1 / count }
        return mean > 0 && mean.isFinite ? mean : nil
    }

    /// The best model of the latest values of `series`, oldest first; nil for too few values, values that are
    /// not finite, or when no model can be determined.
    public static func fit(_ series: [Double]) -> Arima? {
        var best: Arima?
        for differencing in 0...1 {
            guard let changes = Changes(series, differencing) else { return nil }
            for p in 0...2 {
                for q in 0...1 {
                    guard let model = fit(changes, p: p, q: q) else { continue }
                    if best.map({ model.criterion < $0.criterion }) ?? true { best = model }
                }
            }
        }
        return best
    }

    /// The model of one order, p 0 to 2, d and q 0 or 1; nil as for `fit(_:)`, and for a moving average of
    /// few values.
    public static func fit(_ series: [Double], p: Int, d: Int, q: Int) -> Arima? {
        precondition(
            (0...2).contains(p) && (0...1).contains(d) && (0...1).contains(q), "an order out of range")
        return Changes(series, d).flatMap { fit($0, p: p, q: q) }
    }

    private static func fit(_ changes: Changes, p: Int, q: Int) -> Arima? {
        if q == 1, changes.innovations == nil { return nil }
        return estimate(changes, p: p, q: q).flatMap { judge($0, p: p, q: q, changes) }
    }

    /// The latest values, scaled to 1 at most and differenced.
    private struct Changes {
        var differencing: Int
        /// By the index of the value changed to; the first is meaningless when differenced.
        var values: [Double]
        var last: Double
        var scale: Double
        /// What a long autoregression does not explain; nil when there are too few values for moving
        /// averages.
        var innovations: [Double]?

        init?(_ series: [Double], _ differencing: Int) {
            let latest = series.suffix(longestSeries)
            guard latest.count >= shortestSeries, latest.allSatisfy(\.isFinite) else { return nil }
            scale = latest.reduce(0) { max($0, abs($1)) }
            guard scale > 0 else { return nil }
            let scaled = latest.map { [scale] in $0 / scale }
            self.differencing = differencing
            values = differencing == 0 ? scaled : [0] + zip(scaled.dropFirst(), scaled).map { $0 - $1 }
            last = scaled[scaled.count - 1]
            innovations = scaled.count < shortestMovingAverage ? nil : longResiduals(values, differencing)
        }
    }

    /// Constant (when not differenced), p autoregressive weights, q for the innovation before.
    private static func estimate(_ changes: Changes, p: Int, q: Int) -> [Double]? {
        let size = p + q + (changes.differencing == 0 ? 1 : 0)
        if size == 0 { return [] }
        let first = q == 0 ? history : changes.differencing + longLags + 1
        var squares = LeastSquares(size: size)
        var row: [Double] = []
        row.reserveCapacity(size)
        for t in first..<changes.values.count {
            row.removeAll(keepingCapacity: true)
            if changes.differencing == 0 { row.append(1) }
            for lag in 0..<p { row.append(changes.values[t - 1 - lag]) }
            if q == 1, let innovations = changes.innovations { row.append(innovations[t - 1]) }
            squares.add(row, gives: changes.values[t])
        }
        return squares.solution()
    }

    /// The residuals of a long autoregression, zero where it has no history; nil when it cannot be
    /// determined.
    private static func longResiduals(_ changes: [Double], _ differencing: Int) -> [Double]? {
        let first = differencing + longLags
        var squares = LeastSquares(size: longLags + 1)
        var row = [Double](repeating: 1, count: longLags + 1)
        for t in first..<changes.count {
            for lag in 1...longLags { row[lag] = changes[t - lag] }
            squares.add(row, gives: changes[t])
        }
        guard let weights = squares.solution() else { return nil }
        var residuals = [Double](repeating: 0, count: changes.count)
        for t in first..<changes.count {
            var residual = changes[t] - weights[0]
            for lag in 1...longLags { residual -= weights[lag] * changes[t - lag] }
            residuals[t] = residual
        }
        return residuals
    }

    /// The model of these weights with its criterion and forecast; nil when it is not stable.
    private static func judge(_ weights: [Double], p: Int, q: Int, _ changes: Changes) -> Arima? {
        let isDifferenced = changes.differencing == 1
        let constant = isDifferenced ? 0 : weights[0]
        let autoregressive = Array(weights.dropFirst(isDifferenced ? 0 : 1).prefix(p))
        let movingAverage = Array(weights.suffix(q))
        guard isStable(autoregressive), movingAverage.allSatisfy({ abs($0) < 1 }) else { return nil }
        let values = changes.values
        func expected(_ t: Int, _ innovation: Double) -> Double {
            var sum = constant
            for lag in 0..<p { sum += autoregressive[lag] * values[t - 1 - lag] }
            return q == 0 ? sum : sum + movingAverage[0] * innovation
        }
        var innovation = 0.0
        var squares = 0.0
        for t in history..<values.count {
            innovation = values[t] - expected(t, innovation)
            squares += innovation * innovation
        }
        let count = Double(values.count - history)
        let parameters = Double(weights.count + 1)
        guard squares.isFinite, count > parameters + 1 else { return nil }
        // Errors below 1e-10 of the largest value are rounding: exact models are then told apart by their
        // size only.
        let criterion =
            count * portableLog(max(squares / count, 1e-20)) + 2 * parameters
            + 2 * parameters * (parameters + 1) / (count - parameters - 1)
        let next = expected(values.count, innovation) + (isDifferenced ? changes.last : 0)
        return Arima(
            differencing: changes.differencing, constant: constant * changes.scale,
            autoregressive: autoregressive,
            movingAverage: movingAverage, next: next * changes.scale, criterion: criterion)
    }

    /// Within the triangle of stationarity, its edge included.
    private static func isStable(_ weights: [Double]) -> Bool {
        let edge = 1 + 1e-6
        switch weights.count {
        case 0: return true
        case 1: return abs(weights[0]) <= edge
        default:
            return abs(weights[1]) <= edge && weights[1] + weights[0] <= edge
                && weights[1] - weights[0] <= edge
        }
    }
}
