import EventKernel

/// The normal distribution with mean 0 and deviation 1.
public enum StandardNormal {
    /// The probability of a value of at most `x`, to about 1e-14 of itself, also far in the lower tail.
    ///
    /// 0 and 1 at the infinities; below about -38.5 the result is too small for a `Double` and 0. NaN for
    /// NaN.
    public static func cdf(_ x: Double) -> Double {
        x <= 0 ? upperTail(-x) : 1 - upperTail(x)
    }

    /// The value not exceeded with probability `p`: minus infinity at 0, infinity at 1, NaN outside 0 ... 1.
    public static func quantile(_ p: Double) -> Double {
        guard p >= 0 && p <= 1 else { return .nan }
        return normalQuantile(p)
    }

    /// The probability of a value above `x`.
    static func upperTail(_ x: Double) -> Double {
        if x.isNaN { return x }
        if x < 0 { return 1 - upperTail(-x) }
        if x > 40 { return 0 }
        let density = gaussian(x) * 0.398942280401432677939946
        return x * x <= 3 ? 0.5 - density * centralSeries(x) : density * tailFraction(x)
    }

    /// (Φ(x) - 1/2) / φ(x) = x + x³/3 + x⁵/(3·5) + …
    private static func centralSeries(_ x: Double) -> Double {
        var term = x
        var sum = x
        var odd = 3.0
        while term > sum * 1e-17 {
            term *= x * x / odd
            sum += term
            odd += 2
        }
        return sum
    }

    /// (1 - Φ(x)) / φ(x) for x² > 3: the even part of Laplace's continued fraction, by Lentz's method.
    private static func tailFraction(_ x: Double) -> Double {
        let half = x * x / 2
        var denominator = half + 0.5
        var c = Double.greatestFiniteMagnitude
        var d = 1 / denominator
        var value = d
        for i in 1...500 {
            let n = Double(i)
            let numerator = -n * (n - 0.5)
            denominator += 2
            d = 1 / (numerator * d + denominator)
            c = denominator + numerator / c
            let factor = c * d
            value *= factor
            if (factor - 1).magnitude < 2e-16 { break }
        }
        // Γ(1/2, x²/2) / (2 √π) = φ(x) · x/2 · value.
        return x / 2 * value
    }
}
