import CCalibration
import EventKernel
import Glibc
import HardwareCosts
import Testing

@testable import Calibration

/// All that is timed runs alone: two measurements at once would disturb each other.
@Suite(.serialized) struct StopwatchTests {
    /// Nanoseconds of one wait, and how many the clock's counter has of them.
    static let spins = [300.0, 2_000, 40_000]

    /// The counter's rate, taken apart from the harness: against the raw clock, over one long span.
    static func rate() -> Double {
        func raw() -> Double {
            var time = timespec()
            clock_gettime(CLOCK_MONOTONIC_RAW, &time)
            return Double(time.tv_sec) * 1e9 + Double(time.tv_nsec)
        }
        let start = raw()
        let first = ccalibration_ticks()
        while raw() - start < 2e8 {}
        return Double(ccalibration_ticks() - first) / (raw() - start)
    }

    @Test(.enabled(if: ccalibration_ticks() != 0, "skipped: no time-stamp counter"))
    func aWaitOfKnownLengthIsRecoveredWithinThreePercentOrFlagged() {
        let pin = Pinning()
        #expect(pin.processor != nil)
        let rate = Self.rate()
        let stopwatch = Stopwatch(TimingSettings(rounds: 7))
        let works = Self.spins.map { nanoseconds in
            TimedWork("spin") { range in
                ccalibration_spin(UInt64((nanoseconds * rate).rounded()), UInt64(range.count))
            }
        }
        // Other tests run beside this one, and may slow every round of it down alike, which no measurement can tell
        // from slow work. A harness that is wrong is so each time.
        var found: [Measurement] = []
        for _ in 0..<8 {
            found = stopwatch.measure(works)
            let areRight = zip(Self.spins, found).allSatisfy { Self.isRecovered($0, $1) || $1.isNoisy }
            if areRight, zip(Self.spins, found).contains(where: { Self.isRecovered($0, $1) }) { return }
        }
        Issue.record("\(Self.spins) ns measured as \(found.map(\.value)), spread \(found.map(\.spread))")
    }

    private static func isRecovered(_ spin: Double, _ measured: Measurement) -> Bool {
        abs(measured.value - spin) <= 0.03 * spin
    }

    @Test func batchesLastAHundredTimesWhatTheClockTakes() {
        let stopwatch = Stopwatch(TimingSettings(rounds: 1, isQuick: true))
        var largest = 0
        let found = stopwatch.measure([
            TimedWork("count") { range in
                largest = max(largest, range.count)
                for number in range { Guard.keep(number) }
            }
        ])
        let batch = Double(found[0].batch) * found[0].value
        #expect(batch >= 50 * stopwatch.overhead, "a batch of \(found[0].batch) took \(batch) ns")
        #expect(largest >= found[0].batch && found[0].batch > 100)
        // Shorter than the clock can tell: no quantiles of single operations are claimed.
        #expect(found[0].quantiles.isEmpty && found[0].histogram.isEmpty)
    }

    @Test func workWhoseResultNobodyNeedsIsDoneAllTheSame() {
        let pin = Pinning()
        _ = pin.processor
        func work(_ steps: Int) -> TimedWork {
            TimedWork("hash") { range in
                for number in range {
                    var state = UInt64(number)
                    for _ in 0..<steps { state = mix64(state) }
                    Guard.keep(state)
                }
            }
        }
        let found = Stopwatch(TimingSettings(rounds: 5, isQuick: true)).measure([work(100), work(1_000)])
        // Each step waits for the one before, so ten times as many take ten times as long; left out, none would.
        let ratio = found[1].value / found[0].value
        #expect((8...12).contains(ratio) || found.contains(where: \.isNoisy), "\(ratio), \(found)")
        #expect(found[0].value > 0)
    }

    @Test func everyOperationOfAPeriodIsMeasuredAndTheOrderTurns() {
        var seen = Set<Int>()
        var order: [String] = []
        func note(_ name: String) { if order.last != name { order.append(name) } }
        let stopwatch = Stopwatch(TimingSettings(rounds: 3, isQuick: true))
        let pages = TimedWork("pages", period: 1_000) { range in
            note("pages")
            for number in range { seen.insert(number) }
        }
        let other = TimedWork("other") { range in
            note("other")
            for number in range { Guard.keep(number) }
        }
        _ = stopwatch.measure([pages, other])
        #expect(seen == Set(0..<1_000))
        // Planning comes first; then pages other, other pages, pages other, of which equal neighbours count once.
        #expect(order == ["pages", "other", "pages", "other", "pages", "other"])
    }

    @Test func preparationIsNotTimed() {
        let rate = Self.rate()
        let spin: (Double, Int) -> Void = { ccalibration_spin(UInt64($0 * rate), UInt64($1)) }
        let found = Stopwatch(TimingSettings(rounds: 3, isQuick: true)).measure([
            TimedWork("prepared", most: 64, prepare: { _ in spin(50_000, 1) }, run: { spin(500, $0.count) })
        ])
        #expect(found[0].value < 2_000 || found[0].isNoisy, "\(found[0])")
    }

    @Test func stoppingEndsTheMeasurementAtOnce() {
        struct Stopped: Error {}
        var steps = 0
        #expect(throws: Stopped.self) {
            _ = try Stopwatch(TimingSettings(rounds: 1_000, isQuick: true)).measure(
                [TimedWork("work") { Guard.keep($0.count) }]
            ) { _ in
                steps += 1
                if steps == 3 { throw Stopped() }
            }
        }
        #expect(steps == 3)
    }

    @Test func roundsThatDifferAreNoiseAndASingleOneSaysNothing() {
        func measured(_ medians: Double...) -> Measurement {
            Measurement(
                name: "", rounds: medians.map { .init(minimum: $0, median: $0, high: $0) }, batch: 1,
                histogram: [], quantiles: [])
        }
        #expect(measured(100, 104, 101).value == 101)
        #expect(!measured(100, 104, 101).isNoisy)
        #expect(measured(100, 106, 101).isNoisy && measured(100, 106, 101).evidence.isNoisy)
        #expect(abs((measured(100, 106, 101).spread ?? 0) - 6.0 / 101) < 1e-12)
        #expect(measured(100).spread == nil && !measured(100).isNoisy)
        #expect(measured(100, 104, 101).evidence.fault == nil)
    }

    @Test func whatIsRecordedOfSingleOperationsIsValidEvidence() {
        let rate = Self.rate()
        let found = Stopwatch(TimingSettings(rounds: 2, isQuick: true)).measure([
            TimedWork("spin") { ccalibration_spin(UInt64(5_000 * rate), UInt64($0.count)) }
        ])[0]
        #expect(found.evidence.fault == nil)
        #expect(!found.quantiles.isEmpty)
        let count = found.histogram.reduce(0) { $0 + $1.count }
        #expect(count > 100, "\(count) single operations")
        #expect((4_500...8_000).contains(found.quantile(0.5) ?? 0), "\(found.quantiles)")
    }
}
