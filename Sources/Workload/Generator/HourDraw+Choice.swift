import EventKernel
import Files

extension HourDraw {
    /// An hour of a function of the trace: its calls by minute, rates not multiplied.
    struct Hour {
        var function: Int
        var counts: [UInt32]
        /// Calls, rates multiplied.
        var calls: Double
    }

    /// How many hours of the trace make one of the draw.
    private var hoursPressed: Int { arrangement == .compressed ? rateFactor : 1 }

    private func stream(_ entity: UInt64) -> RandomStream {
        RandomStream(seed: seed, purpose: .sampling, entity: 0x4D_0000_0000 | entity)
    }

    /// The hours of functions that may be taken: for each function whose calls lie in the range in some hour of the
    /// day, one of those hours by chance.
    func candidates() throws(InputError) -> [Hour] {
        let trace = try AzureLikeGenerator(size: .applications(applications), seed: seed).generate()
        guard case .minuteCounts(let counts) = trace.calls else { return [] }
        var series: [Int: [UInt32]] = [:]
        let daily = counts.callsByFunction()
        // A day has 24 hours: fewer calls than one hour needs can be left out at once.
        let least = callsPerFunction.lowerBound / Double(hoursPressed == 1 ? rateFactor : 1)
        for function in daily.indices where Double(daily[function]) >= least {
            series[function] = [UInt32](repeating: 0, count: counts.minutes)
        }
        for minute in 0..<counts.minutes {
            for cell in counts.cells(inMinute: minute) {
                series[cell.function.index]?[minute] = cell.count
            }
        }
        return series.keys.sorted().compactMap { function in
            hour(of: function, series[function, default: []])
        }
    }

    private func hour(of function: Int, _ counts: [UInt32]) -> Hour? {
        let length = 60 * hoursPressed
        let factor = hoursPressed == 1 ? Double(rateFactor) : 1
        var fitting: [Hour] = []
        for start in stride(from: 0, through: counts.count - length, by: 60) {
            let part = Array(counts[start..<start + length])
            let calls = part.reduce(0) { $0 + Double($1) } * factor
            if callsPerFunction.contains(calls), HourDraw.variation(part) >= leastVariation {
                fitting.append(Hour(function: function, counts: part, calls: calls))
            }
        }
        if fitting.isEmpty { return nil }
        var choice = stream(1 << 31 | UInt64(function))
        return fitting[Int(choice.below(UInt64(fitting.count)))]
    }

    /// Deviation over mean of counts by minute; 0 without calls.
    static func variation(_ counts: [UInt32]) -> Double {
        let n = Double(counts.count)
        let mean = counts.reduce(0) { $0 + Double($1) } / n
        if mean == 0 { return 0 }
        let squares = counts.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
        return (squares / n).squareRoot() / mean
    }

    /// Which of the hours the roles take, one each, by index.
    func choose(from hours: [Hour]) throws(InputError) -> [Int] {
        guard hours.count >= roles.count else {
            throw InputError(
                "\(hours.count) functions of \(applications) applications are called "
                    + "\(callsPerFunction.lowerBound) to \(callsPerFunction.upperBound) times in an hour at "
                    + "\(rateFactor) times their rate; \(roles.count) are needed",
                remedy: "widen the range, or draw more applications")
        }
        var stream = stream(0)
        var order = Array(hours.indices)
        var best: [Int] = []
        var bestMiss = Double.infinity
        for _ in 0..<HourDraw.attempts {
            for place in roles.indices {
                order.swapAt(place, place + Int(stream.below(UInt64(order.count - place))))
            }
            let chosen = Array(order.prefix(roles.count))
            guard let totalCalls else { return chosen }
            let sum = chosen.reduce(0) { $0 + hours[$1].calls }
            let miss = (sum / totalCalls - 1).magnitude
            if miss < bestMiss { (best, bestMiss) = (chosen, miss) }
            if miss <= 0.02 { break }
        }
        return best
    }

    /// The calls of the hours taken, one for each role.
    func calls(of hours: [Hour]) -> Calls {
        let minute: UInt64 = 60_000_000_000
        if arrangement == .minutes {
            var builder = MinuteCountsBuilder(functionCount: hours.count, minutes: 60)
            for (role, hour) in hours.enumerated() {
                for (place, count) in hour.counts.enumerated() {
                    builder.add(
                        function: FunctionID(UInt32(role)), minute: place, count: count * UInt32(rateFactor))
                }
            }
            return .minuteCounts(builder.finish())
        }
        let (group, width, factor) =
            switch arrangement {
            case .groups(let size): (size, minute, rateFactor)
            default: (1, minute / UInt64(rateFactor), 1)
            }
        var builder = EventListBuilder()
        for (role, hour) in hours.enumerated() {
            var places = stream(1 << 30 | UInt64(role))
            for (place, count) in hour.counts.enumerated() {
                var time: UInt64 = 0
                for call in 0..<Int(count) * factor {
                    if call % group == 0 { time = UInt64(place) * width + places.below(width) }
                    builder.append(
                        EventList.Event(
                            time: SimTime(nanoseconds: time), duration: .zero,
                            function: FunctionID(UInt32(role))))
                }
            }
        }
        return .events(builder.finish())
    }
}
