/// The law of a positive quantity (a time in seconds, an amount in MiB …), as a value that can be written in an
/// experiment file. Draw from it through a `QuantileTable`.
public enum Distribution: Hashable, Sendable {
    /// Always the same value.
    case constant(Double)
    /// Every value in low ... high equally likely.
    case uniform(low: Double, high: Double)
    /// Memoryless, with this mean.
    case exponential(mean: Double)
    /// exp of a normal variable: `mu` and `sigma` are the mean and deviation of the logarithm.
    case logNormal(mu: Double, sigma: Double)
    /// Weibull with F(x) = 1 - exp(-(x/scale)^shape).
    case weibull(shape: Double, scale: Double)
    /// Burr type XII with F(x) = 1 - (1 + (x/scale)^c)^-k.
    case burr(c: Double, k: Double, scale: Double)
    /// Straight lines through (probability, value) points; probabilities rise from 0 to 1.
    case quantiles([QuantilePoint])

    /// One point of an inverse distribution function.
    public struct QuantilePoint: Hashable, Sendable {
        /// The probability, from 0 to 1.
        public var probability: Double
        /// The value not exceeded with that probability.
        public var value: Double

        /// A point of an inverse distribution function.
        public init(_ probability: Double, _ value: Double) {
            self.probability = probability
            self.value = value
        }
    }

    /// The value not exceeded with probability `p`, 0 <= p < 1; at p = 1 an unbounded law gives infinity.
    public func quantile(_ p: Double) -> Double {
        switch self {
        case .constant(let value): return value
        case .uniform(let low, let high): return low + (high - low) * p
        case .exponential(let mean): return p >= 1 ? .infinity : -mean * portableLog(1 - p)
        case .logNormal(let mu, let sigma):
            if sigma == 0 { return portableExp(mu) }
            return p <= 0 ? 0 : portableExp(mu + sigma * normalQuantile(p))
        case .weibull(let shape, let scale):
            return p >= 1 ? .infinity : scale * portablePow(-portableLog(1 - p), 1 / shape)
        case .burr(let c, let k, let scale):
            return p >= 1 ? .infinity : scale * portablePow(portablePow(1 - p, -1 / k) - 1, 1 / c)
        case .quantiles(let points):
            return Distribution.interpolate(points, at: p)
        }
    }

    /// The first fault that makes this no distribution of a positive quantity, in words; nil when it is sound.
    public var fault: String? {
        func bad(_ name: String, _ value: Double, positive: Bool = false) -> String? {
            if !value.isFinite { return "\(name) is not a finite number" }
            if positive && value <= 0 { return "\(name) must be above zero" }
            return nil
        }
        switch self {
        case .constant(let value):
            return bad("the value", value) ?? (value < 0 ? "the value is negative" : nil)
        case .uniform(let low, let high):
            if let fault = bad("low", low) ?? bad("high", high) { return fault }
            if low < 0 { return "low is negative" }
            return low > high ? "low is above high" : nil
        case .exponential(let mean): return bad("the mean", mean, positive: true)
        case .logNormal(let mu, let sigma):
            return bad("mu", mu) ?? bad("sigma", sigma) ?? (sigma < 0 ? "sigma is negative" : nil)
        case .weibull(let shape, let scale):
            return bad("shape", shape, positive: true) ?? bad("scale", scale, positive: true)
        case .burr(let c, let k, let scale):
            return bad("c", c, positive: true) ?? bad("k", k, positive: true)
                ?? bad("scale", scale, positive: true)
        case .quantiles(let points):
            guard let first = points.first, let last = points.last else {
                return "there are no quantile points"
            }
            if first.probability != 0 || last.probability != 1 { return "quantiles must run from 0 to 1" }
            for (a, b) in zip(points, points.dropFirst())
            where a.probability >= b.probability || a.value > b.value {
                return "quantiles must rise"
            }
            for point in points {
                if let fault = bad("a quantile", point.value) { return fault }
                if point.value < 0 { return "a quantile is negative" }
            }
            return nil
        }
    }

    private static func interpolate(_ points: [QuantilePoint], at p: Double) -> Double {
        guard var previous = points.first else { return 0 }
        for point in points.dropFirst() {
            if p <= point.probability {
                let share = (p - previous.probability) / (point.probability - previous.probability)
                return previous.value + share * (point.value - previous.value)
            }
            previous = point
        }
        return previous.value
    }
}
