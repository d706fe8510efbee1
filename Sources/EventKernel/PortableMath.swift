// exp and log in plain IEEE arithmetic. The C library's versions differ in the last bit between releases and
// between processors with and without fused multiply-add, and one bit there would change a simulated time.
// Accuracy: within 2 units in the last place (tested against the C library).

/// e to the power `x`, the same to the last bit on every machine.
public func portableExp(_ x: Double) -> Double {
    if x.isNaN { return x }
    if x > 709.78 { return .infinity }
    if x < -745.2 { return 0 }
    // x = k ln 2 + r with |r| <= ln(2)/2; ln 2 in two parts keeps r exact.
    let k = (x * 1.4426950408889634).rounded()
    let r = (x - k * 0.6931471803691238) - k * 1.9082149292705877e-10
    var term = 1.0
    var sum = 0.0
    // The Taylor series of exp(r) to r^17/17! (below 2^-60 for |r| <= 0.347), summed from the small end.
    for n in stride(from: 17.0, through: 1.0, by: -1.0) {
        term = 1.0 + term * r / n
    }
    sum = term
    let exponent = Int(k)
    // Two steps, so that subnormal results are rounded once at the end.
    let half = exponent / 2
    return sum * scale(half) * scale(exponent - half)
}

/// The natural logarithm of `x`, the same to the last bit on every machine. NaN below zero.
public func portableLog(_ x: Double) -> Double {
    if x.isNaN || x < 0 { return .nan }
    if x == 0 { return -.infinity }
    if x == .infinity { return x }
    var exponent = Int(x.exponent)
    var m = x.significand
    if m > 1.4142135623730951 {
        m *= 0.5
        exponent += 1
    }
    // log m = 2 atanh(s), s = (m-1)/(m+1), |s| <= 0.1716.
    let s = (m - 1) / (m + 1)
    let s2 = s * s
    var series = 0.0
    for n in stride(from: 23.0, through: 3.0, by: -2.0) {
        series = (series + 1.0 / n) * s2
    }
    let e = Double(exponent)
    return e * 0.6931471803691238 + (2 * s + (2 * s * series + e * 1.9082149292705877e-10))
}

/// `base` to the power `exponent` for positive bases, the same on every machine.
public func portablePow(_ base: Double, _ exponent: Double) -> Double {
    base == 0 ? (exponent == 0 ? 1 : 0) : portableExp(exponent * portableLog(base))
}

/// 2 to the power `exponent`, for the normal range.
private func scale(_ exponent: Int) -> Double {
    Double(sign: .plus, exponent: exponent, significand: 1)
}

/// The standard normal distribution's quantile at `p` in (0, 1): Wichura 1988, algorithm AS 241 (PPND16),
/// relative error about 1e-16.
public func normalQuantile(_ p: Double) -> Double {
    let q = p - 0.5
    if q.magnitude <= 0.425 {
        let r = 0.180625 - q * q
        return q * horner(r, NormalQuantileCoefficients.a) / horner(r, NormalQuantileCoefficients.b)
    }
    let tail = q < 0 ? p : 1 - p
    if tail <= 0 { return q < 0 ? -.infinity : .infinity }
    var r = (-portableLog(tail)).squareRoot()
    let value: Double
    if r <= 5 {
        r -= 1.6
        value = horner(r, NormalQuantileCoefficients.c) / horner(r, NormalQuantileCoefficients.d)
    } else {
        r -= 5
        value = horner(r, NormalQuantileCoefficients.e) / horner(r, NormalQuantileCoefficients.f)
    }
    return q < 0 ? -value : value
}

private func horner(_ x: Double, _ coefficients: [Double]) -> Double {
    coefficients.reversed().reduce(0) { $0 * x + $1 }
}

private enum NormalQuantileCoefficients {
    static let a = [
        3.387_132_872_796_366_608_0, 1.331_416_678_917_843_774_5e2, 1.971_590_950_306_551_442_7e3,
        1.373_169_376_550_946_112_5e4, 4.592_195_393_154_987_145_7e4, 6.726_577_092_700_870_085_3e4,
        3.343_057_558_358_812_810_5e4, 2.509_080_928_730_122_672_7e3,
    ]
    static let b = [
        1, 4.231_333_070_160_091_125_2e1, 6.871_870_074_920_579_083_0e2, 5.394_196_021_424_751_107_7e3,
        2.121_379_430_158_659_586_7e4, 3.930_789_580_009_271_061_0e4, 2.872_908_573_572_194_267_4e4,
        5.226_495_278_852_854_561_0e3,
    ]
    static let c = [
        1.423_437_110_749_683_577_34, 4.630_337_846_156_545_295_90, 5.769_497_221_460_691_405_50,
        3.647_848_324_763_204_605_04, 1.270_458_252_452_368_382_58, 2.417_807_251_774_506_117_70e-1,
        2.272_384_498_926_918_458_33e-2, 7.745_450_142_783_414_076_40e-4,
    ]
    static let d = [
        1, 2.053_191_626_637_758_821_87, 1.676_384_830_183_803_849_40, 6.897_673_349_851_000_045_50e-1,
        1.481_039_764_274_800_745_90e-1, 1.519_866_656_361_645_719_66e-2, 5.475_938_084_995_344_946_00e-4,
        1.050_750_071_644_416_843_24e-9,
    ]
    static let e = [
        6.657_904_643_501_103_777_20, 5.463_784_911_164_114_369_90, 1.784_826_539_917_291_335_80,
        2.965_605_718_285_048_912_30e-1, 2.653_218_952_657_612_309_30e-2, 1.242_660_947_388_078_438_60e-3,
        2.711_555_568_743_487_578_15e-5, 2.010_334_399_292_288_132_65e-7,
    ]
    static let f = [
        1, 5.998_322_065_558_879_376_90e-1, 1.369_298_809_227_358_053_10e-1, 1.487_536_129_085_061_485_25e-2,
        7.868_691_311_456_132_591_00e-4, 1.846_318_317_510_054_681_80e-5, 1.421_511_758_316_445_888_70e-7,
        2.044_263_103_389_939_785_64e-15,
    ]
}
