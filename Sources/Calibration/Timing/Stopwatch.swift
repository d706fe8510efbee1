import CCalibration
import EventKernel
import HardwareCosts

/// Times work. How it does that, and why, is in docs/calibration.md.
public struct Stopwatch {
    /// The clock.
    public let clock: ClockFacts
    /// How thoroughly.
    public let settings: TimingSettings
    /// What timing a batch of nothing shows, in nanoseconds: the clock and the call of the work. It is subtracted.
    public let overhead: Double

    /// Measures the clock on the processor that the thread runs on; pin it first.
    public init(_ settings: TimingSettings) {
        self.init(settings, clock: .measure())
    }

    /// With a clock that was measured before.
    public init(_ settings: TimingSettings, clock: ClockFacts) {
        self.settings = settings
        self.clock = clock
        let nothing = TimedWork("nothing") { range in Guard.keep(range.lowerBound) }
        var times = (0..<5_000).map { _ in Double(Stopwatch.time(nothing, 0..<0)) }
        times.sort()
        // As for the clock: a mean is right however coarse the clock is, once the interruptions are gone.
        let kept = times[..<(times.count * 9 / 10)]
        overhead = kept.reduce(0, +) / Double(kept.count)
    }

    /// Nanoseconds that pass while `range` runs, those of the clock included.
    @inline(never)
    private static func time(_ work: TimedWork, _ range: Range<Int>) -> UInt64 {
        let start = ccalibration_now()
        work.run(range)
        return ccalibration_now() - start
    }

    private func net(_ work: TimedWork, _ range: Range<Int>) -> Double {
        work.prepare?(range)
        return max(Double(Stopwatch.time(work, range)) - overhead, 0)
    }

    /// Measures each of `works`, all of them in every round, in turned order in every other one. `step` is told how
    /// far it is, 0 to 1, and may stop it by throwing.
    public func measure(
        _ works: [TimedWork], step: (Double) throws -> Void
    ) rethrows -> [Measurement] {
        var runs: [TimedRun] = []
        for work in works {
            try step(0)
            runs.append(plan(work))
        }
        let whole = Double(max(works.count * settings.rounds, 1))
        for round in 0..<settings.rounds {
            let order = round % 2 == 0 ? Array(works.indices) : works.indices.reversed()
            for (place, index) in order.enumerated() {
                try timeRound(works[index], &runs[index], step: step)
                try step(Double(round * works.count + place + 1) / whole)
            }
        }
        return zip(works, runs).map { $0.1.measurement(named: $0.0.name) }
    }

    /// Measures each of `works`, as above, without telling how far it is.
    public func measure(_ works: [TimedWork]) -> [Measurement] { measure(works, step: { _ in }) }

    /// Warms `work` up and finds how many operations make a batch.
    private func plan(_ work: TimedWork) -> TimedRun {
        let least = max(TimingSettings.batchOverOverhead * max(overhead, clock.resolution), 5_000)
        let period = work.period ?? Int.max
        let limit = min(work.most, period)
        var batch = 1
        var took = net(work, 0..<1)
        took = min(took, net(work, 0..<1))
        while took < least, batch < limit {
            let factor = took > 0 ? min(max(least * 1.3 / took, 1.5), 10) : 10
            batch = min(limit, Int((Double(batch) * factor).rounded(.up)))
            took = net(work, 0..<batch)
            took = min(took, net(work, 0..<batch))
        }
        var segments = [0..<batch]
        if let period = work.period {
            // Even parts, so that none is too short for the clock.
            let count = max(1, period / batch)
            segments = (0..<count).map { period * $0 / count..<period * ($0 + 1) / count }
            if segments.contains(where: { $0.count > work.most }) {
                segments = stride(from: 0, to: period, by: batch).map { $0..<min($0 + batch, period) }
            }
        }
        let pass = took * Double(segments.count)
        let passes = min(max(Int(settings.roundTime / max(pass, 1)), 5), 2_000)
        let isLong = took / Double(batch) > 10 * max(overhead, clock.resolution)
        return TimedRun(segments: segments, passes: passes, batch: batch, timesSingles: isLong)
    }

    private func timeRound(
        _ work: TimedWork, _ run: inout TimedRun, step: (Double) throws -> Void
    ) rethrows {
        // Once without counting: caches and predictors have just served other work.
        _ = net(work, run.segments[0])
        var times = [[Double]](repeating: [], count: run.segments.count)
        for _ in 0..<run.passes {
            for (place, segment) in run.segments.enumerated() { times[place].append(net(work, segment)) }
        }
        run.add(times)
        guard run.timesSingles else { return }
        let end = ccalibration_now() + UInt64(settings.singleTime)
        let period = work.period ?? 1
        var place = 0
        while ccalibration_now() < end, place < 50_000 {
            run.singles.append(net(work, place % period..<place % period + 1))
            place += 1
        }
    }
}

/// What is known of one work while it is measured.
private struct TimedRun {
    let segments: [Range<Int>]
    let passes: Int
    let batch: Int
    let timesSingles: Bool
    var rounds: [Measurement.Round] = []
    var singles: [Double] = []

    init(segments: [Range<Int>], passes: Int, batch: Int, timesSingles: Bool) {
        self.segments = segments
        self.passes = passes
        self.batch = batch
        self.timesSingles = timesSingles
    }

    /// Adds a round: the times of each segment in each pass.
    mutating func add(_ times: [[Double]]) {
        let sorted = times.map { $0.sorted() }
        let operations = Double(segments.reduce(0) { $0 + $1.count })
        // Segment by segment, so that an interruption of one does not spoil the pass.
        func perOperation(_ share: Double) -> Double {
            sorted.reduce(0) { $0 + Median.quantile(share, of: $1) } / operations
        }
        rounds.append(
            .init(minimum: perOperation(0), median: perOperation(0.5), high: perOperation(0.9)))
    }

    func measurement(named name: String) -> Measurement {
        var histogram = LogHistogram()
        for time in singles { histogram.add(UInt64(time.rounded())) }
        var buckets: [CostEvidence.Bucket] = []
        histogram.forEachBucket { buckets.append(.init($0, $1)) }
        var quantiles: [Distribution.QuantilePoint] = []
        if let least = singles.min() {
            quantiles.append(.init(0, least.rounded()))
            for share in [0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 1] {
                let value = max(histogram.quantile(share), quantiles[quantiles.count - 1].value)
                quantiles.append(.init(share, value))
            }
        }
        return Measurement(
            name: name, rounds: rounds, batch: batch, histogram: buckets, quantiles: quantiles)
    }
}
