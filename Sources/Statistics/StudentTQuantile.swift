import EventKernel

extension StudentT {
    /// The value not exceeded with probability `p`: minus infinity at 0, infinity at 1, NaN outside 0 ... 1
    /// or for degrees that are not positive.
    ///
    /// Infinite also where the value is too large for a `Double` (degrees well below 1 and tiny `p`).
    public static func quantile(_ p: Double, degrees: Double) -> Double {
        guard degrees > 0, p >= 0, p <= 1 else { return .nan }
        if degrees == .infinity { return StandardNormal.quantile(p) }
        if p == 0.5 { return 0 }
        // 1 - p and p - 1/2 are exact where they are used.
        let tail = min(p, 1 - p)
        if tail == 0 { return p < 0.5 ? -.infinity : .infinity }
        let value =
            tail > 0.3
            ? centralQuantile((p - 0.5).magnitude, degrees: degrees) : tailQuantile(tail, degrees: degrees)
        return p < 0.5 ? -value : value
    }

    /// The t with probability `mass` between 0 and t. The mass is concave in t, so Newton's method from below
    /// (where the density at 0 would lead) rises to the answer without overshooting.
    private static func centralQuantile(_ mass: Double, degrees: Double) -> Double {
        var t = mass / densityAtZero(degrees)
        for _ in 0..<60 {
            let there =
                t * t <= min(3, degrees)
                ? centralMass(t, degrees: degrees) : 0.5 - upperTail(t, degrees: degrees)
            let next = t + t * (mass - there) / scaledDensity(t, degrees: degrees)
            let step = (next - t).magnitude
            t = next
            if step <= 2e-16 * t { break }
        }
        return t
    }

    /// The t with probability `tail` above it. In log t the logarithm of the tail is concave, so after one
    /// step of Newton's method the rest come from one side; where the tail is a power of t, one step is
    /// enough.
    private static func tailQuantile(_ tail: Double, degrees: Double) -> Double {
        let goal = portableLog(tail)
        var position = start(tail, goal: goal, degrees: degrees)
        var last = Double.infinity
        for _ in 0..<60 {
            if position > 709.7 { return .infinity }
            let t = portableExp(position)
            let there = upperTail(t, degrees: degrees)
            guard there > 0 else { return t }
            let step = (portableLog(there) - goal) * there / scaledDensity(t, degrees: degrees)
            // Rounding ends the approach: no closer than the last step.
            if step.magnitude >= last { return t }
            if step.magnitude < 1e-9 { return t + t * step }
            last = step.magnitude
            position += step
        }
        return portableExp(position)
    }

    /// Where to begin, in log t: where the power law that bounds the tail from above has the probability, or
    /// at the t whose leading term in Hill's expansion is the normal quantile, whichever is less. The former
    /// is the better for few degrees, where the latter may be so far out that nothing is left.
    private static func start(_ tail: Double, goal: Double, degrees: Double) -> Double {
        let constant = portableLog(densityAtZero(degrees)) + (degrees - 1) / 2 * portableLog(degrees)
        let powerLaw = (constant - goal) / degrees
        if degrees < 3 { return powerLaw }
        let z = normalQuantile(tail)
        let exponent = z * z / (degrees - 0.5)
        let grown =
            exponent < 1e-3 ? exponent * (1 + exponent / 2 * (1 + exponent / 3)) : portableExp(exponent) - 1
        return min(powerLaw, portableLog(degrees * grown) / 2)
    }
}
