// Numbers that come from inputs become whole numbers here and nowhere else: Swift's own conversions trap when the value
// does not fit, and a trap is not an answer to a large number in a file.
extension FixedWidthInteger {
    /// The whole number nearest to `value`; nil for NaN, and for what this type cannot hold.
    @inlinable
    public init?(nearest value: Double) {
        self.init(exactly: value.rounded())
    }

    /// `value` without its fraction, held within `limits`; NaN counts as more than any number.
    @inlinable
    public init(_ value: Double, within limits: ClosedRange<Self>) {
        // A comparison with the rounded end is enough: what lies below it in `Double` fits.
        if value < Double(limits.lowerBound) {
            self = limits.lowerBound
        } else if value < Double(limits.upperBound) {
            self = Swift.min(Self(value), limits.upperBound)
        } else {
            self = limits.upperBound
        }
    }
}

extension UInt64 {
    /// This and `other` together, at most what 64 bits hold.
    @inlinable @inline(__always)
    public func adding(clamped other: UInt64) -> UInt64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}

extension SimTime {
    /// The end of time, 146 years after the start. No run goes on to here: what would is refused, and spans that do not
    /// fit are cut to this length, so that nothing that depends on one is ever taken for a result. Sums of three such
    /// spans fit into 64 bits.
    @inlinable public static var end: SimTime { SimTime(nanoseconds: 1 << 62) }
}

extension SimDuration {
    /// The longest time that a setting, an execution or a stage may take: a hundred years, well before `SimTime.end`.
    @inlinable public static var longest: SimDuration { .hours(100 * 366 * 24) }

    /// Whole nanoseconds of a span that was drawn or worked out, the fraction cut off; from 0 to `SimTime.end`.
    @inlinable
    public init(cutting nanoseconds: Double) {
        self.init(nanoseconds: UInt64(nanoseconds, within: 0...SimTime.end.nanoseconds))
    }
}

extension Bytes {
    /// The most memory that one sandbox may take, or all nodes together have: an EiB.
    @inlinable public static var largest: Bytes { Bytes(1 << 60) }
}

extension Distribution {
    /// No draw from a `QuantileTable` of this law is larger.
    public var largestDraw: Double { quantile(1 - 0x1p-40) }
}

/// Counts and amounts that are added up for as long as a run lasts. A sum that 64 bits do not hold stays at the most
/// they do and says so, instead of beginning anew from zero.
@frozen
public struct CheckedSum: Hashable, Sendable, BitwiseCopyable {
    /// The sum.
    public private(set) var value: UInt64 = 0
    /// Whether more was added than fits.
    public private(set) var isExceeded = false

    /// Nothing yet.
    public init() {}

    /// Adds `amount`.
    public static func += (sum: inout CheckedSum, amount: UInt64) {
        let (next, overflow) = sum.value.addingReportingOverflow(amount)
        sum.value = overflow ? .max : next
        if overflow { sum.isExceeded = true }
    }
}
