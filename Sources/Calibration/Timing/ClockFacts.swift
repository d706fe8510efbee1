import CCalibration

/// What the clock is worth: CLOCK_MONOTONIC, which the vDSO answers without entering the kernel.
public struct ClockFacts: Sendable, Hashable {
    /// What a pair of readings around nothing shows, in nanoseconds: the median of many.
    public var overhead: Double
    /// The smallest step that readings show, in nanoseconds.
    public var resolution: Double
    /// Ticks of the processor's time-stamp counter a nanosecond; nil where there is none, or where it does not run
    /// evenly.
    public var ticksPerNanosecond: Double?

    /// What the clock is worth.
    public init(overhead: Double, resolution: Double, ticksPerNanosecond: Double? = nil) {
        self.overhead = overhead
        self.resolution = resolution
        self.ticksPerNanosecond = ticksPerNanosecond
    }

    /// Measures the clock on the processor that the calling thread runs on. Takes about 60 ms.
    public static func measure() -> ClockFacts {
        var steps: [UInt64] = []
        steps.reserveCapacity(20_000)
        for _ in 0..<2_000 { _ = ccalibration_now() }
        for _ in 0..<20_000 {
            let start = ccalibration_now()
            steps.append(ccalibration_now() - start)
        }
        let resolution = steps.filter { $0 > 0 }.min() ?? 1
        // A coarse clock shows zero mostly; the mean without the outliers of interruptions is right for both.
        steps.sort()
        let kept = steps[..<(steps.count * 9 / 10)]
        let overhead = Double(kept.reduce(0, +)) / Double(kept.count)
        return ClockFacts(
            overhead: overhead, resolution: Double(resolution), ticksPerNanosecond: rateOfTicks())
    }

    /// The counter's rate against the clock over three spans of 15 ms; nil when they disagree by more than a
    /// thousandth.
    private static func rateOfTicks() -> Double? {
        guard ccalibration_ticks() != 0 else { return nil }
        var rates: [Double] = []
        for _ in 0..<3 {
            let start = ccalibration_now()
            let first = ccalibration_ticks()
            var end = start
            while end - start < 15_000_000 { end = ccalibration_now() }
            let last = ccalibration_ticks()
            rates.append(Double(last &- first) / Double(end - start))
        }
        rates.sort()
        guard rates[0] > 0, rates[2] / rates[0] < 1.001 else { return nil }
        return rates[1]
    }
}
