import EventKernel

/// Student's t distribution with any positive number of degrees of freedom, whole or not.
///
/// Bit-reproducible: only IEEE arithmetic and `PortableMath`. Against an evaluation in 50 digits, for degrees
/// from 0.01 to 1e12, the relative error of probabilities is below 1e-14 down to 1e-15 and below 2e-13 down
/// to 1e-300, that of quantiles below 1e-13 (StatisticsTests). Degrees that are zero, negative or NaN give
/// NaN; infinite degrees give the normal distribution.
public enum StudentT {
    /// The probability of a value of at most `t`.
    ///
    /// 0 and 1 at the infinities, NaN for NaN. Lower tails keep their relative precision; for an upper tail
    /// use the symmetry: 1 - cdf(t) = cdf(-t).
    public static func cdf(_ t: Double, degrees: Double) -> Double {
        t <= 0 ? upperTail(-t, degrees: degrees) : 1 - upperTail(t, degrees: degrees)
    }

    /// The probability of a value above `t`.
    static func upperTail(_ t: Double, degrees: Double) -> Double {
        guard degrees > 0, !t.isNaN else { return .nan }
        if t < 0 { return 1 - upperTail(-t, degrees: degrees) }
        if t == .infinity { return 0 }
        if degrees > nearlyNormal { return StandardNormal.upperTail(t) }
        if isCentral(t, degrees: degrees) { return 0.5 - centralMass(t, degrees: degrees) }
        return degrees > manyDegrees ? tailByHill(t, degrees: degrees) : tailByFraction(t, degrees: degrees)
    }

    /// Whether the series around 0 is the better way to the probability at `t`.
    private static func isCentral(_ t: Double, degrees: Double) -> Bool {
        t * t <= min(3, degrees)
    }

    /// Above this many degrees the normal distribution differs by less than the arithmetic can tell.
    private static let nearlyNormal = 1e20
    /// Above this many degrees Hill's expansion is exact to rounding and the continued fraction slow.
    private static let manyDegrees = 1e5

    /// t times the density at t > 0; its slope in log t is what a tail loses.
    ///
    /// With u² = t²/degrees it is f(0) · √degrees · u/√(1+u²) · (1+u²)^(-degrees/2), which neither overflows
    /// nor underflows before its value does.
    static func scaledDensity(_ t: Double, degrees: Double) -> Double {
        let u = t / degrees.squareRoot()
        let (sine, logarithm): (Double, Double) =
            u > 1e8
            ? (1, 2 * portableLog(t) - portableLog(degrees))
            : (u / (1 + u * u).squareRoot(), portableLog1p(u * u))
        return densityAtZero(degrees) * degrees.squareRoot() * sine * portableExp(-degrees / 2 * logarithm)
    }

    /// Γ((v+1)/2) / (Γ(v/2) √(πv)).
    static func densityAtZero(_ degrees: Double) -> Double {
        halfStepGammaRatio(degrees / 2) * 0.398942280401432677939946
    }

    /// The probability of 0 ... t, for t² no larger than 3 or the degrees: the hypergeometric series of the
    /// incomplete beta function, all terms positive (DLMF 8.17.8).
    static func centralMass(_ t: Double, degrees: Double) -> Double {
        let u2 = t * t / degrees
        let y = u2 / (1 + u2)
        var term = 1.0
        var sum = 1.0
        var n = 0.0
        while term > sum * 1e-17 {
            term *= (degrees / 2 + 0.5 + n) / (1.5 + n) * y
            sum += term
            n += 1
        }
        return scaledDensity(t, degrees: degrees) * sum
    }

    /// Half the incomplete beta function I_x(v/2, 1/2) at x = v/(v+t²), by the continued fraction of DiDonato
    /// and Morris (ACM TOMS 18, 1992, algorithm 708, BFRAC). It is written with y = 1 - x, whose digits are
    /// kept where x is near 1.
    private static func tailByFraction(_ t: Double, degrees: Double) -> Double {
        let a = degrees / 2
        let b = 0.5
        let u = t / degrees.squareRoot()
        let x = 1 / (1 + u * u)
        let y = u > 1e8 ? 1 : u * u / (1 + u * u)
        // 1 + a - (a + b) x
        let c = (a + b) * y + (1 - b)
        let c1 = 1 + 1 / a
        var (an, bn) = (0.0, 1.0)
        var (anNext, bnNext) = (1.0, c / c1)
        var r = c1 / c
        var p = 1.0
        var s = a + 1
        for i in 1...5_000 {
            let n = Double(i)
            let w = n * (b - n) * x
            let e = a / s
            let alpha = p * (p + b / a) * e * e * (w * x)
            let beta = n + w / s + (1 + n / a) / (c1 + 2 * n / a) * (c + n * (1 + y))
            p = 1 + n / a
            s += 2
            (an, anNext) = (anNext, alpha * an + beta * anNext)
            (bn, bnNext) = (bnNext, alpha * bn + beta * bnNext)
            let previous = r
            r = anNext / bnNext
            if (r - previous).magnitude <= 1e-16 * r { break }
            an /= bnNext
            bn /= bnNext
            anNext = r
            bnNext = 1
        }
        return 0.5 * scaledDensity(t, degrees: degrees) * r
    }

    /// The normal value with the same tail (Hill 1970, CACM algorithm 395); its next term is of order
    /// degrees^-6.
    private static func tailByHill(_ t: Double, degrees: Double) -> Double {
        // (1 + t²/v)^(-v/2) is far below the least number there.
        if t * t > degrees { return 0 }
        let a = degrees - 0.5
        let b = 48 * a * a
        let w2 = a * portableLog1p(t * t / degrees)
        let w = w2.squareRoot()
        let second = (((4 * w2 + 33) * w2 + 240) * w2 + 855) / (10 * b * (b + 0.8 * w2 * w2 + 100))
        return StandardNormal.upperTail(w * (1 + (w2 + 3) / b - second))
    }
}
