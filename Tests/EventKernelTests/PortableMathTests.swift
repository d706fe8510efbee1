import EventKernel
import Glibc
import Testing

@Suite("Portable mathematics")
struct PortableMathTests {
    private func isClose(_ a: Double, _ b: Double, units: Double) -> Bool {
        a == b || (a - b).magnitude <= units * b.ulp
    }

    @Test("exp is within 2 units in the last place of the C library's", arguments: [1.0, 30, 708, 745])
    func exponential(range: Double) {
        var stream = RandomStream(seed: 1, purpose: .test, entity: UInt64(range))
        for _ in 0..<50_000 {
            let x = (stream.unit() * 2 - 1) * range
            let expected = exp(x)
            if !expected.isFinite { continue }
            if !isClose(portableExp(x), expected, units: 2) {
                Issue.record("exp(\(x)) = \(portableExp(x)), not \(expected)")
            }
        }
    }

    @Test(
        "log is within 2 units in the last place of the C library's", arguments: [1e-6, 1e-2, 0.5, 20, 700])
    func logarithm(range: Double) {
        var stream = RandomStream(seed: 2, purpose: .test, entity: UInt64(range * 1e6))
        for _ in 0..<50_000 {
            let x = exp((stream.unit() * 2 - 1) * range)
            if !isClose(portableLog(x), log(x), units: 2) {
                Issue.record("log(\(x)) = \(portableLog(x)), not \(log(x))")
            }
        }
        for bits in stride(from: UInt64(1), to: 1 << 52, by: 1 << 44) {
            let x = Double(bitPattern: bits)
            #expect(isClose(portableLog(x), log(x), units: 2), "subnormal \(x)")
        }
    }

    @Test("exp and log keep their special values")
    func specialValues() {
        #expect(portableExp(0) == 1)
        #expect(portableExp(.infinity) == .infinity)
        #expect(portableExp(-.infinity) == 0)
        #expect(portableExp(-1_000) == 0)
        #expect(portableExp(.nan).isNaN)
        #expect(portableLog(1) == 0)
        #expect(portableLog(0) == -.infinity)
        #expect(portableLog(.infinity) == .infinity)
        #expect(portableLog(-1).isNaN)
        #expect(portableLog(.nan).isNaN)
        #expect(portablePow(0, 2) == 0)
        #expect(portablePow(0, 0) == 1)
        #expect(portablePow(5, 0) == 1)
    }

    @Test("pow agrees with the C library's as far as its exponent allows")
    func power() {
        var stream = RandomStream(seed: 3, purpose: .test)
        for _ in 0..<20_000 {
            let base = exp((stream.unit() * 2 - 1) * 10)
            let exponent = (stream.unit() * 2 - 1) * 5
            let expected = pow(base, exponent)
            // The logarithm's last place is multiplied by |exponent log base| <= 50 on its way.
            #expect((portablePow(base, exponent) - expected).magnitude <= 60 * expected.ulp * 2)
        }
    }

    @Test("The normal quantile has its known values")
    func normalQuantiles() {
        // SciPy 1.17 norm.ppf
        let known: [(Double, Double)] = [
            (1e-300, -37.0470962993612), (1e-100, -21.273453560965322), (0x1p-40, -7.047700256664409),
            (1e-10, -6.361340902404056), (1e-06, -4.753424308822899), (0.001, -3.090232306167813),
            (0.01, -2.3263478740408408), (0.05, -1.6448536269514729), (0.075, -1.4395314709384563),
            (0.1, -1.2815515655446004), (0.25, -0.6744897501960817), (0.4, -0.2533471031357997), (0.5, 0),
            (0.6, 0.2533471031357997), (0.75, 0.6744897501960817), (0.9, 1.2815515655446004),
            (0.925, 1.4395314709384563), (0.975, 1.959963984540054), (0.99, 2.3263478740408408),
            (0.999, 3.090232306167813), (0.999999, 4.753424308817087),
        ]
        for (p, expected) in known {
            let error = (normalQuantile(p) - expected).magnitude
            #expect(error <= 4e-15 * max(expected.magnitude, 0.1), "at \(p): off by \(error)")
        }
        #expect(normalQuantile(0) == -.infinity)
        #expect(normalQuantile(1) == .infinity)
    }
}
