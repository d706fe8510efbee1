import EventKernel
import Files

/// Which time of a trace's clock is the start of the run, time 0.
public enum TimeZero: Hashable, Sendable {
    /// The time of the first call.
    case firstCall
    /// This time of the clock: `.zero` is the clock's own zero, and of a clock that counts from 1970 any date can
    /// be meant.
    case at(SimTime)
}

extension TimeZero {
    /// How long a run may be empty before its first call. No trace is recorded ten years after its clock was set
    /// to zero, but all that count from 1970 begin later than this.
    static let longestLead: SimDuration = .hours(10 * 365 * 24)

    /// The time of the clock that is time 0, for calls from `first` to `last`.
    ///
    /// Nobody may have thought of it where `chosen` is nil: time 0 is the clock's zero then, and a run that is
    /// empty for longer than it has calls, and for more than a minute, is warned of.
    /// - Throws: `InputError` when calls come before the time chosen, or more than ten years after it.
    static func settle(
        _ chosen: TimeZero?, first: SimTime, last: SimTime, file: String, tally: inout WarningTally
    ) throws(InputError) -> SimTime {
        if chosen == .firstCall {
            if let refusal = refusal(from: first, to: last, file: file) { throw refusal }
            return first
        }
        var zero = SimTime.zero
        if case .at(let time)? = chosen { zero = time }
        guard first >= zero else {
            throw InputError(file: file, "the first call is at \(first.seconds) s, before time-zero")
        }
        if let refusal = refusal(lead: first - zero, clock: first, file: file) { throw refusal }
        if let refusal = refusal(from: first, to: last, file: file) { throw refusal }
        if chosen == nil, let warning = warning(first: first, last: last) {
            try tally.note(warning, file: file)
        }
        return zero
    }

    /// That a run cannot begin this long before its first call; nil when it can.
    static func refusal(lead: SimDuration, clock: SimTime, file: String) -> InputError? {
        guard lead > longestLead else { return nil }
        let years = Int((lead.seconds / (365.25 * 86_400)).rounded(), within: 0...1_000)
        return InputError(
            file: file,
            "the first call comes \(years) years after time 0 (at \(clock.seconds) s, which is "
                + "\(CalendarTime.text(clock)) where the clock counts from 1970)",
            remedy:
                "let the run start at the first call: `time-zero: first-call` in an experiment's `events` or "
                + "`azure2021`, or `pagefold trace import --time-zero first-call`")
    }

    /// That one trace does not have calls so far apart; nil when they may be.
    static func refusal(from first: SimTime, to last: SimTime, file: String) -> InputError? {
        guard last > first, last - first > longestLead else { return nil }
        let years = Int(((last - first).seconds / (365.25 * 86_400)).rounded(), within: 0...1_000)
        return InputError(
            file: file,
            "the last call comes \(years) years after the first (at \(first.seconds) s and at \(last.seconds) s of "
                + "its clock)",
            remedy: "some times are of another clock or in another unit: write all in one way")
    }

    /// What to say of a run that is empty for longer than it has calls; nil when it is not.
    static func warning(first: SimTime, last: SimTime) -> String? {
        let span = last - first
        guard first > .zero + max(span, .minutes(1)) else { return nil }
        return
            "\(warningStart) \(text(first - .zero)) before the first call, and calls come for \(text(span)): "
            + "means over time are mostly of nothing; choose time-zero (first-call, or 0 s if it is meant)"
    }

    /// How the warning begins, by which a trace that was warned of already is known.
    static let warningStart = "the run is empty for"

    private static func text(_ span: SimDuration) -> String {
        let seconds = span.seconds
        if seconds >= 2 * 86_400 { return "\((seconds / 8_640).rounded() / 10) days" }
        if seconds >= 7_200 { return "\((seconds / 360).rounded() / 10) h" }
        return seconds >= 120 ? "\((seconds / 6).rounded() / 10) min" : "\(seconds) s"
    }

    /// What a title says of a clock whose `zero` is time 0; empty for the clock's own zero.
    static func title(_ zero: SimTime) -> String {
        if zero == .zero { return "" }
        let isEpoch = zero > .zero + longestLead
        return ", time 0 is \(isEpoch ? CalendarTime.text(zero) : "\(zero.seconds) s of its clock")"
    }
}

extension Workload {
    /// The same workload, with another time of its clock as time 0; of calls by themselves only.
    /// - Throws: `InputError` for calls counted by minute, and when calls come before that time.
    public func starting(at zero: TimeZero, file: String) throws(InputError) -> Workload {
        guard case .events(let events) = calls, events.count > 0 else {
            throw InputError(
                file: file, "time-zero is for traces that give each call by itself",
                remedy: "leave it out: counts by minute begin with their first minute")
        }
        let (first, last) = (events[0].time, events[events.count - 1].time)
        var tally = WarningTally(strict: false)
        let time = try TimeZero.settle(zero, first: first, last: last, file: file, tally: &tally)
        var builder = EventListBuilder()
        for index in 0..<events.count { builder.append(events[index]) }
        builder.rebase(to: time)
        var result = self
        result.calls = .events(builder.finish())
        result.horizon = .wholeMinutes(covering: SimTime(nanoseconds: (last - time).nanoseconds))
        result.provenance.title += TimeZero.title(time)
        result.provenance.warnings.removeAll { $0.message.hasPrefix(TimeZero.warningStart) }
        return result
    }

    /// Looks at when the first call comes, of a trace that was stored earlier.
    /// - Throws: `InputError` when it comes more than ten years after time 0.
    public mutating func checkClock(file: String) throws(InputError) {
        guard case .events(let events) = calls, events.count > 0 else { return }
        let (first, last) = (events[0].time, events[events.count - 1].time)
        if let refusal = TimeZero.refusal(lead: first - .zero, clock: first, file: file)
            ?? TimeZero.refusal(from: first, to: last, file: file)
        {
            throw refusal
        }
        let isKnown = provenance.warnings.contains { $0.message.hasPrefix(TimeZero.warningStart) }
        if !isKnown, let warning = TimeZero.warning(first: first, last: last) {
            provenance.warnings.append(Provenance.Warning(warning, count: 1))
        }
    }
}
