import EventKernel

/// Lays n calls of one application into the minutes of one day so that the CV of their inter-arrival times
/// comes out at a wanted value.
///
/// One number, the *irregularity*, leads through a family of processes, with everything random drawn
/// beforehand:
///
/// - 0 to 1: calls evenly spaced. At 0 the spacing is a whole number of minutes (or a minute holds a whole
///   number of calls), so that they are exactly periodic, if need be over a part of the day only; towards 1
///   they spread over the whole day, and rounding to minutes makes them less regular.
/// - 1 to 2: from even spacing to a Poisson process whose rate follows the hour of the day.
/// - above 2: that rate is multiplied by exp(s z(t)), s = irregularity - 2, where z is a standard normal
///   process with a correlation time of its own for each application (1 min to 4 h): first waves, then
///   bursts, then everything in a few minutes.
///
/// The CV rises along the way until the calls fall into one minute; the search stops at the first crossing of
/// the wanted value. It is the *empirical* CV of the very counts that is compared, calls of timers included.
struct MinuteProcess: ~Copyable {
    /// Calls by minute of the last `lay`, timers not included.
    var counts = Slab<UInt32>(repeating: 0, count: 1_440)
    /// Calls of timers, which are where they are.
    var timers = Slab<UInt32>(repeating: 0, count: 1_440)
    private var best = Slab<UInt32>(repeating: 0, count: 1_440)
    /// z by minute, in `levels` steps from -4 to 4.
    private var wave = Slab<UInt8>(repeating: 0, count: 1_440)
    /// White noise by minute in the same steps: what a Poisson process adds where a minute holds many calls.
    private var noise = Slab<UInt8>(repeating: 0, count: 1_440)
    private var gaps = Slab<Double>()
    private let exponential = QuantileTable(.exponential(mean: 1))
    private let normal: ContiguousArray<Double>
    private let logHours: [Double]
    private let startHour: Int
    private var calls = 0
    private var phase = 0.0
    private var offset = 0.0

    private static var levels: Int { 64 }
    /// Above this many calls a day minutes are filled by share, below call by call.
    private static var sparseLimit: Int { 2_880 }

    /// A process for days that start at `startHour`.
    init(startHour: Int) {
        self.startHour = startHour
        normal = ContiguousArray((0..<256).map { normalQuantile((Double($0) + 0.5) / 256) })
        logHours = PublishedTables.hours.map { portableLog($0) }
    }

    /// Lays `calls` calls, leaving them in `counts`.
    /// - Parameters:
    ///   - target: the wanted CV of these and the timers' calls.
    ///   - regular: whether to lay them exactly periodically and leave the CV at that.
    ///   - stream: what the day is drawn from; the phase comes from `phases`, so that days can share it.
    /// - Returns: the CV reached; nil for fewer than two calls.
    mutating func lay(
        calls: Int, target: Double, regular: Bool, memory: Double, stream: inout RandomStream,
        phases: (Double, Double)
    ) -> Double? {
        self.calls = calls
        (phase, offset) = phases
        if regular || calls == 0 {
            layEvenly(spread: 0)
            return coefficient()
        }
        draw(memory: memory, &stream)
        if calls == 1 {
            lay(2)
            return coefficient()
        }
        return search(target)
    }

    // MARK: Search

    private mutating func search(_ target: Double) -> Double? {
        let tolerance = max(0.01 * target, 0.000_5)
        var bestMiss = Double.infinity
        var bestValue: Double?
        func evaluate(_ irregularity: Double, _ process: inout MinuteProcess) -> Double {
            process.lay(irregularity)
            guard let value = process.coefficient() else { return .infinity }
            let miss = (value - target).magnitude
            if miss < bestMiss {
                bestMiss = miss
                bestValue = value
                for minute in 0..<1_440 { process.best[minute] = process.counts[minute] }
            }
            return value
        }
        var low = 0.0
        for step in [0, 1, 2, 2.25, 2.5, 3, 3.5, 4, 5, 6, 8, 11, 15, 22, 32, 47] {
            if bestMiss <= tolerance { break }
            if evaluate(step, &self) < target {
                low = step
                continue
            }
            var high = step
            for _ in 0..<14 where bestMiss > tolerance && high > low {
                let middle = (low + high) / 2
                if evaluate(middle, &self) < target { low = middle } else { high = middle }
            }
            break
        }
        swap(&best, &counts)
        return bestValue
    }

    /// The CV of the counts and the timers' calls together.
    private func coefficient() -> Double? {
        var moments = InterArrivalMoments()
        for minute in 0..<1_440 {
            let count = counts[minute] &+ timers[minute]
            if count > 0 { moments.add(minute: minute, count: Double(Int(count))) }
        }
        return moments.coefficient
    }

    // MARK: Drawing

    private mutating func draw(memory: Double, _ stream: inout RandomStream) {
        let fresh = (1 - memory * memory).squareRoot()
        var z = normal[Int(stream.next() &>> 56)]
        for minute in 0..<1_440 {
            let word = stream.next()
            z = memory * z + fresh * normal[Int(word &>> 56)]
            wave[minute] = UInt8(min(max((z + 4) * 8, 0), 63))
            noise[minute] = UInt8((normal[Int((word &>> 48) & 0xFF)] + 4) * 8)
        }
        gaps.removeAll()
        if calls > MinuteProcess.sparseLimit { return }
        var sum = 0.0
        for _ in 0...calls {
            gaps.append(exponential.value(stream.next()) + 1e-9)
            sum += gaps[gaps.count - 1]
        }
        for index in 0...calls { gaps[index] *= Double(calls) / sum }
    }

    // MARK: Laying

    private mutating func lay(_ irregularity: Double) {
        if irregularity <= 1 {
            layEvenly(spread: irregularity)
        } else {
            layByRate(randomness: min(irregularity - 1, 1), amplitude: max(irregularity - 2, 0))
        }
    }

    /// Evenly spaced over a window of the day; `spread` 0 for whole minutes, 1 for the whole day.
    private mutating func layEvenly(spread: Double) {
        for minute in 0..<1_440 { counts[minute] = 0 }
        if calls == 0 { return }
        let n = Double(calls)
        let regularLength =
            calls <= 1_440 ? n * (1_440 / n).rounded(.down) : n / (n / 1_440).rounded(.up)
        let length = regularLength + spread * (1_440 - regularLength)
        let start = ((1_440 - length) * offset).rounded(.down)
        if calls <= MinuteProcess.sparseLimit {
            let gap = length / n
            for call in 0..<calls {
                counts[min(Int(start + (Double(call) + phase) * gap), 1_439)] += 1
            }
            return
        }
        var filled = 0.0
        let first = Int(start)
        for minute in 0..<Int(length.rounded(.up), within: 0...1_440 - first) {
            let edge = (min(Double(minute + 1), length) * n / length + phase).rounded(.down)
            counts[first + minute] = UInt32(edge - filled)
            filled = edge
        }
        counts[first] += UInt32(max(n - filled, 0))
    }

    /// At a rate by hour and wave, with randomness 0 (even in operational time) to 1 (Poisson).
    private mutating func layByRate(randomness: Double, amplitude: Double) {
        let dense = calls > MinuteProcess.sparseLimit
        let perMinute = Double(calls) / 1_440
        let byWave = levelFactors(amplitude)
        let byNoise = levelFactors(dense ? randomness / perMinute.squareRoot() : 0)
        let byHour = logHours.map { randomness == 1 ? portableExp($0) : portableExp($0 * randomness) }
        var rates = 0.0
        func rate(_ minute: Int, _ process: borrowing MinuteProcess) -> Double {
            let hour = (process.startHour + minute / 60) % 24
            let own = byHour[hour] * byWave[Int(process.wave[minute])]
            return dense ? own * byNoise[Int(process.noise[minute])] : own
        }
        for minute in 0..<1_440 { rates += rate(minute, self) }
        if dense {
            var filled = 0.0
            var passed = 0.0
            for minute in 0..<1_440 {
                passed += rate(minute, self)
                let edge =
                    minute == 1_439 ? Double(calls) : (passed / rates * Double(calls) + phase).rounded(.down)
                counts[minute] = UInt32(max(min(edge, Double(calls)) - filled, 0))
                filled = max(filled, min(edge, Double(calls)))
            }
            return
        }
        for minute in 0..<1_440 { counts[minute] = 0 }
        let unit = rates / Double(calls)
        var minute = 0
        var passed = rate(0, self)
        var target = 0.0
        for call in 0..<calls {
            let even = call == 0 ? phase : 1
            target += unit * ((1 - randomness) * even + randomness * gaps[call])
            while passed <= target && minute < 1_439 {
                minute += 1
                passed += rate(minute, self)
            }
            counts[minute] += 1
        }
    }

    private func levelFactors(_ amplitude: Double) -> ContiguousArray<Double> {
        // A constant factor does not matter; leaving out the mean keeps the numbers in range.
        ContiguousArray(
            (0..<MinuteProcess.levels).map { level in
                amplitude == 0 ? 1 : portableExp(amplitude * ((Double(level) + 0.5) / 8 - 4))
            })
    }
}
