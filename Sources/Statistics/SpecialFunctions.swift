import EventKernel

/// log(1 + x) for x >= 0, without losing the digits of a small x; the same to the last bit on every machine.
func portableLog1p(_ x: Double) -> Double {
    if x > 0.4 { return portableLog(1 + x) }
    // log(1 + x) = 2 atanh(s), s = x / (2 + x) <= 1/6.
    let s = x / (2 + x)
    let s2 = s * s
    var series = 0.0
    for n in stride(from: 23.0, through: 3.0, by: -2.0) {
        series = (series + 1 / n) * s2
    }
    return 2 * s + 2 * s * series
}

/// exp(-x²/2) without the error that rounding x² brings for large x (Cody 1969).
func gaussian(_ x: Double) -> Double {
    let magnitude = x.magnitude
    if magnitude > 40 { return 0 }
    // `head` has few enough bits that its square is exact.
    let head = (magnitude * 16).rounded(.towardZero) / 16
    let rest = (magnitude - head) * (magnitude + head)
    return portableExp(-head * head / 2) * portableExp(-rest / 2)
}

/// Γ(a + 1/2) / (Γ(a) √a) for a > 0, which rises from 0 to 1.
///
/// For a >= 16 from the asymptotic series of its logarithm (Stirling's, DLMF 5.11.8), truncated below 1e-17;
/// smaller a are led there by the recurrence of Γ, each step of which is exact to rounding. No logarithm of a
/// large Γ is taken, so a million degrees of freedom lose no digits.
func halfStepGammaRatio(_ a: Double) -> Double {
    var shifted = a
    var product = 1.0
    while shifted < 16 {
        product *= shifted / (shifted + 0.5)
        shifted += 1
    }
    let inverse = 1 / shifted
    let square = inverse * inverse
    var series = 691.0 / 180_224
    series = series * square - 31.0 / 18_432
    series = series * square + 17.0 / 14_336
    series = series * square - 1.0 / 640
    series = series * square + 1.0 / 192
    series = series * square - 1.0 / 8
    return product * (shifted / a).squareRoot() * portableExp(series * inverse)
}
