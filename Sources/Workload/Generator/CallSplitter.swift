import EventKernel

/// Shares an application's calls out among its functions.
///
/// - Timers beside other triggers fire at a period of their own (1 min to 1 day), exactly; the other calls go
///   to the other functions.
/// - Where all calls are timers', every second call belongs to the first timer, every second of the rest to
///   the next, and so on: of periodic calls each then has periodic ones.
/// - The other functions take calls at random in proportion to 1/k^1.2, k = 1, 2, … (nothing is published
///   about the shares within an application).
struct CallSplitter {
    private struct Timer {
        var period: Int
        var phase: Int
    }

    private let firstFunction: Int
    private let functions: Int
    private let timerCount: Int
    private let onlyTimers: Bool
    /// Upper bounds of the other functions' parts of [0, 1).
    private var bounds: [Double] = []
    private var timers: [Timer?] = []
    private let preferences: [Double]
    private var stream: RandomStream

    private static var periods: [Int] {
        [1, 2, 3, 5, 10, 15, 20, 30, 60, 120, 180, 240, 360, 480, 720, 1_440]
    }

    init(_ draft: ApplicationDraft, firstFunction: Int, seed: UInt64, index: Int) {
        self.firstFunction = firstFunction
        functions = draft.functions
        timerCount = draft.triggers.count { PublishedTables.triggers[Int($0)].trigger == .timer }
        onlyTimers = timerCount == functions || (draft.isRegular && timerCount > 0)
        stream = GeneratorStage.split.stream(seed: seed, entity: index)
        var own = stream
        preferences = (0..<2 * timerCount).map { _ in own.unit() }
        stream = RandomStream(seed: own.next(), purpose: .generator)
        if onlyTimers { return }
        var sum = 0.0
        for k in 1...(functions - timerCount) {
            sum += portableExp(-1.2 * portableLog(Double(k)))
            bounds.append(sum)
        }
        for k in bounds.indices { bounds[k] /= sum }
        bounds[bounds.count - 1] = 1
    }

    /// Chooses the periods of timers beside other functions so that they make at most `share` of the calls of
    /// a day, and lays them into `process.timers`.
    /// - Returns: their calls in the day.
    mutating func planTimers(share: Double, calls: Int, _ process: inout MinuteProcess) -> Int {
        for minute in 0..<1_440 { process.timers[minute] = 0 }
        timers = []
        if onlyTimers || timerCount == 0 { return 0 }
        let budget = Double(calls) * share / Double(timerCount)
        var sum = 0
        for index in 0..<timerCount {
            let fitting = CallSplitter.periods.filter { Double(1_440 / $0) <= budget }
            guard !fitting.isEmpty else {
                timers.append(nil)
                continue
            }
            let period = fitting[Int(preferences[2 * index] * Double(fitting.count))]
            let phase = Int(preferences[2 * index + 1] * Double(period))
            timers.append(Timer(period: period, phase: phase))
            for minute in stride(from: phase, to: 1_440, by: period) { process.timers[minute] += 1 }
            sum += 1_440 / period
        }
        return sum
    }

    /// Hands a day's calls to `sink`.
    mutating func split(day: Int, _ process: borrowing MinuteProcess, _ sink: inout CallSink) {
        let start = day * 1_440
        for (index, timer) in timers.enumerated() {
            guard let timer else { continue }
            for minute in stride(from: timer.phase, to: 1_440, by: timer.period) {
                sink.add(function: firstFunction + index, minute: start + minute, count: 1)
            }
        }
        var passed = 0
        for minute in 0..<1_440 {
            let count = Int(process.counts[minute])
            if count == 0 { continue }
            if onlyTimers {
                splitByOrdinal(passed, count, start + minute, &sink)
            } else {
                splitByShare(count, start + minute, &sink)
            }
            passed += count
        }
    }

    /// Calls number `passed` + 1 to `passed` + `count` of a day: those with f trailing zeros in their number
    /// belong to timer f, all with more to the last.
    private func splitByOrdinal(_ passed: Int, _ count: Int, _ minute: Int, _ sink: inout CallSink) {
        var low = passed
        var high = passed + count
        for timer in 0..<timerCount where high > low {
            let last = timer == timerCount - 1 || timer == 40
            let own = last ? high - low : (high + 1) / 2 - (low + 1) / 2
            sink.add(function: firstFunction + timer, minute: minute, count: own)
            if last { return }
            low /= 2
            high /= 2
        }
    }

    private mutating func splitByShare(_ count: Int, _ minute: Int, _ sink: inout CallSink) {
        let first = firstFunction + timerCount
        if bounds.count == 1 {
            sink.add(function: first, minute: minute, count: count)
            return
        }
        // Calls stand at (u + i)/count in [0, 1), which gives each part its share to within one call.
        let u = stream.unit()
        var filled = 0
        for (index, bound) in bounds.enumerated() {
            let edge = Int((bound * Double(count) - u).rounded(.up), within: 0...count)
            let own = (index == bounds.count - 1 ? count : edge) - filled
            sink.add(function: first + index, minute: minute, count: own)
            filled += max(own, 0)
            if filled == count { return }
        }
    }
}
