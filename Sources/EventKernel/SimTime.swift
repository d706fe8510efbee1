/// A point in simulated time: whole nanoseconds since the start of the run.
///
/// 64 bits hold 584 years. Arithmetic traps on overflow; two times cannot be added, only a time and a duration.
@frozen
public struct SimTime: Hashable, Comparable, Sendable, BitwiseCopyable {
    /// Nanoseconds since the start of the run.
    public var nanoseconds: UInt64

    /// A time from its nanoseconds since the start of the run.
    @inlinable @inline(__always)
    public init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

    /// The start of the run.
    @inlinable public static var zero: SimTime { SimTime(nanoseconds: 0) }
    /// A time later than any event: "never".
    @inlinable public static var never: SimTime { SimTime(nanoseconds: .max) }

    /// Earlier before later.
    @inlinable @inline(__always)
    public static func < (a: SimTime, b: SimTime) -> Bool { a.nanoseconds < b.nanoseconds }

    /// The time `duration` after this one; `.never` when either side is endless.
    @inlinable @inline(__always)
    public static func + (time: SimTime, duration: SimDuration) -> SimTime {
        let (sum, overflow) = time.nanoseconds.addingReportingOverflow(duration.nanoseconds)
        return SimTime(nanoseconds: overflow ? .max : sum)
    }

    /// The span from `earlier` to `later`. Traps when `earlier` is the later of the two.
    @inlinable @inline(__always)
    public static func - (later: SimTime, earlier: SimTime) -> SimDuration {
        SimDuration(nanoseconds: later.nanoseconds - earlier.nanoseconds)
    }

    /// Seconds since the start of the run, for reports.
    @inlinable public var seconds: Double { Double(nanoseconds) / 1e9 }
}

/// A span of simulated time: whole nanoseconds, never negative.
@frozen
public struct SimDuration: Hashable, Comparable, Sendable, BitwiseCopyable {
    /// The length in nanoseconds.
    public var nanoseconds: UInt64

    /// A span from its nanoseconds.
    @inlinable @inline(__always)
    public init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

    /// No time at all.
    @inlinable public static var zero: SimDuration { SimDuration(nanoseconds: 0) }
    /// A span that never ends.
    @inlinable public static var forever: SimDuration { SimDuration(nanoseconds: .max) }

    /// A span of whole nanoseconds.
    @inlinable public static func nanoseconds(_ n: UInt64) -> SimDuration { SimDuration(nanoseconds: n) }
    /// A span of whole microseconds.
    @inlinable public static func microseconds(_ n: UInt64) -> SimDuration {
        SimDuration(nanoseconds: n * 1_000)
    }
    /// A span of whole milliseconds.
    @inlinable public static func milliseconds(_ n: UInt64) -> SimDuration {
        SimDuration(nanoseconds: n * 1_000_000)
    }
    /// A span of whole seconds.
    @inlinable public static func seconds(_ n: UInt64) -> SimDuration {
        SimDuration(nanoseconds: n * 1_000_000_000)
    }
    /// A span of whole minutes.
    @inlinable public static func minutes(_ n: UInt64) -> SimDuration { .seconds(n * 60) }
    /// A span of whole hours.
    @inlinable public static func hours(_ n: UInt64) -> SimDuration { .seconds(n * 3_600) }

    /// The span nearest to `seconds`; nil for NaN, negative, or more than 292 years.
    @inlinable
    public init?(seconds: Double) {
        let scaled = (seconds * 1e9).rounded()
        guard scaled >= 0, scaled < 9.2e18 else { return nil }
        self.init(nanoseconds: UInt64(scaled))
    }

    /// Length in seconds, for reports.
    @inlinable public var seconds: Double { Double(nanoseconds) / 1e9 }

    /// Shorter before longer.
    @inlinable @inline(__always)
    public static func < (a: SimDuration, b: SimDuration) -> Bool { a.nanoseconds < b.nanoseconds }

    /// The sum of two spans; endless when it does not fit.
    @inlinable @inline(__always)
    public static func + (a: SimDuration, b: SimDuration) -> SimDuration {
        let (sum, overflow) = a.nanoseconds.addingReportingOverflow(b.nanoseconds)
        return SimDuration(nanoseconds: overflow ? .max : sum)
    }

    /// What is left of `a` after `b`. Traps when `b` is longer.
    @inlinable @inline(__always)
    public static func - (a: SimDuration, b: SimDuration) -> SimDuration {
        SimDuration(nanoseconds: a.nanoseconds - b.nanoseconds)
    }
}
