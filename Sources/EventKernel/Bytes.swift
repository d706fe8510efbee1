/// An amount of memory or data in bytes, never negative. Arithmetic traps on overflow and below zero.
@frozen
public struct Bytes: Hashable, Comparable, Sendable, BitwiseCopyable {
    /// The number of bytes.
    public var count: UInt64

    /// An amount from its bytes.
    @inlinable @inline(__always)
    public init(_ count: UInt64) { self.count = count }

    /// Nothing.
    @inlinable public static var zero: Bytes { Bytes(0) }
    /// An amount in KiB (2^10 bytes).
    @inlinable public static func kibibytes(_ n: UInt64) -> Bytes { Bytes(n << 10) }
    /// An amount in MiB (2^20 bytes).
    @inlinable public static func mebibytes(_ n: UInt64) -> Bytes { Bytes(n << 20) }
    /// An amount in GiB (2^30 bytes).
    @inlinable public static func gibibytes(_ n: UInt64) -> Bytes { Bytes(n << 30) }

    /// The amount nearest to `mebibytes` MiB; nil for NaN, negative, or more than 8 EiB.
    @inlinable
    public init?(mebibytes: Double) {
        let scaled = (mebibytes * 1_048_576).rounded()
        guard scaled >= 0, scaled < 9.2e18 else { return nil }
        self.init(UInt64(scaled))
    }

    /// The amount in GiB, for reports.
    @inlinable public var gibibytes: Double { Double(count) / 1_073_741_824 }
    /// The amount in MiB, for reports.
    @inlinable public var mebibytes: Double { Double(count) / 1_048_576 }

    /// Less before more.
    @inlinable @inline(__always)
    public static func < (a: Bytes, b: Bytes) -> Bool { a.count < b.count }
    /// The sum of two amounts.
    @inlinable @inline(__always)
    public static func + (a: Bytes, b: Bytes) -> Bytes { Bytes(a.count + b.count) }
    /// What is left of `a` without `b`.
    @inlinable @inline(__always)
    public static func - (a: Bytes, b: Bytes) -> Bytes { Bytes(a.count - b.count) }
    /// Adds in place.
    @inlinable @inline(__always)
    public static func += (a: inout Bytes, b: Bytes) { a.count += b.count }
    /// Subtracts in place.
    @inlinable @inline(__always)
    public static func -= (a: inout Bytes, b: Bytes) { a.count -= b.count }
}
