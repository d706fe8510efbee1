import EventKernel
import Files

extension Workload {
    /// The same functions called `factor` times as often.
    ///
    /// Each count by minute is multiplied and rounded up or down at random, so that its mean is exact. Of
    /// calls given by themselves each is kept or repeated in the same way; the first copy stays in its place,
    /// and further ones fall anywhere in the same minute. Draws depend on (seed, function, minute or place)
    /// alone.
    /// - Throws: `InputError` for a factor that is not above 0, or so large that counts do not fit.
    public func scalingRate(by factor: Double, seed: UInt64) throws(InputError) -> Workload {
        guard factor > 0, factor <= 1e6 else {
            throw InputError(
                "rates cannot be scaled by \(factor)", remedy: "give a factor above 0, up to 1,000,000")
        }
        var result = self
        switch calls {
        case .minuteCounts(let counts):
            result.calls = .minuteCounts(try Workload.scale(counts, by: factor, seed: seed))
        case .events(let events):
            guard factor * Double(events.count) < 0x1p32 else {
                throw InputError(
                    "the trace would have more than 2^32 calls", remedy: "scale by a smaller factor")
            }
            result.calls = .events(scale(events, by: factor, seed: seed))
        case .poisson(var calls):
            calls.rate *= factor
            result.calls = .poisson(calls)
        }
        result.provenance.title += ", rates times \(factor) (seed \(seed))"
        return result
    }

    private static func scale(
        _ counts: MinuteCounts, by factor: Double, seed: UInt64
    ) throws(InputError) -> MinuteCounts {
        var builder = MinuteCountsBuilder(functionCount: counts.functionCount, minutes: counts.minutes)
        for minute in 0..<counts.minutes {
            for cell in counts.cells(inMinute: minute) {
                let stream = RandomStream(
                    seed: seed, purpose: .sampling, entity: 1 + UInt64(cell.function.raw))
                let count = rounded(Double(cell.count) * factor, stream.word(at: UInt64(minute)))
                guard let count = UInt32(exactly: count) else {
                    throw InputError(
                        "a function would be called \(count) times in minute \(minute)",
                        remedy: "scale by a smaller factor")
                }
                builder.add(function: cell.function, minute: minute, count: count)
            }
        }
        return builder.finish()
    }

    private func scale(_ events: EventList, by factor: Double, seed: UInt64) -> EventList {
        let minute: UInt64 = 60_000_000_000
        let copies = RandomStream(seed: seed, purpose: .sampling, entity: 1)
        var builder = EventListBuilder()
        for index in 0..<events.count {
            var event = events[index]
            let start = event.time.nanoseconds / minute * minute
            let places = RandomStream(seed: seed, purpose: .sampling, entity: 2 + UInt64(index))
            for copy in 0..<Workload.rounded(factor, copies.word(at: UInt64(index))) {
                if copy > 0 {
                    let width = min(minute, horizon.nanoseconds - start)
                    let offset = places.word(at: copy).multipliedFullWidth(by: width).high
                    event.time = SimTime(nanoseconds: start + offset)
                }
                builder.append(event)
            }
        }
        return builder.finish()
    }

    /// `value` rounded up or down, up with the probability of its fraction.
    private static func rounded(_ value: Double, _ word: UInt64) -> UInt64 {
        let whole = value.rounded(.down)
        return UInt64(whole) + (RandomStream.unit(word) < value - whole ? 1 : 0)
    }

    /// The part of the trace that begins at `start` and lasts `length`, moved to time 0. All functions stay.
    /// - Throws: `InputError` when the part is empty or reaches beyond the trace, and for minute counts when
    ///   it does not begin and end with whole minutes.
    public func window(from start: SimDuration, length: SimDuration) throws(InputError) -> Workload {
        let end = start + length
        guard length > .zero, end <= horizon else {
            throw InputError(
                "the part from \(start.seconds) s to \(end.seconds) s is not in the trace",
                remedy: "it ends at \(horizon.seconds) s")
        }
        var result = self
        result.horizon = length
        switch calls {
        case .minuteCounts(let counts):
            let minute: UInt64 = 60_000_000_000
            guard start.nanoseconds % minute == 0, length.nanoseconds % minute == 0 || end == horizon else {
                throw InputError("calls are counted by minute", remedy: "begin and end with whole minutes")
            }
            let first = Int(start.nanoseconds / minute)
            let last = min(counts.minutes, Int((end.nanoseconds + minute - 1) / minute))
            result.calls = .minuteCounts(counts.part(first..<max(first, last)))
        case .events(let events):
            var builder = EventListBuilder()
            for index in 0..<events.count {
                var event = events[index]
                let time = event.time.nanoseconds
                if time < start.nanoseconds || time >= end.nanoseconds { continue }
                event.time = SimTime(nanoseconds: time - start.nanoseconds)
                builder.append(event)
            }
            result.calls = .events(builder.finish())
        case .poisson: break
        }
        result.provenance.title += ", from \(start.seconds) s for \(length.seconds) s"
        return result
    }
}

extension MinuteCounts {
    /// Some of the minutes.
    func part(_ range: Range<Int>) -> MinuteCounts {
        var builder = MinuteCountsBuilder(functionCount: functionCount, minutes: range.count)
        for minute in range where minute < minutes {
            for cell in cells(inMinute: minute) {
                builder.add(function: cell.function, minute: minute - range.lowerBound, count: cell.count)
            }
        }
        return builder.finish()
    }
}
