/// Counts of non-negative whole numbers in buckets whose width grows with the value: exact below 256, and within
/// 1/128 (0.8 %) above, over the whole 64-bit range. The layout is that of the HDR histogram (Tene).
///
/// Adding is a shift and an increment. Two histograms of the same values are equal, whatever the order.
@frozen
public struct LogHistogram: ~Copyable {
    @usableFromInline static var precisionBits: Int { 7 }
    @usableFromInline static var bucketCount: Int { (64 - precisionBits + 1) << precisionBits }

    @usableFromInline var counts: Slab<UInt64>
    @usableFromInline var largest: UInt64
    @usableFromInline var sum: UInt128

    /// How many values were added.
    /// - Complexity: O(buckets), about 7,000.
    public var count: UInt64 { (0..<LogHistogram.bucketCount).reduce(0) { $0 + counts[$1] } }
    /// The largest value added, exactly; 0 when none was.
    public var maximum: UInt64 { largest }

    /// An empty histogram.
    public init() {
        counts = Slab(repeating: 0, count: LogHistogram.bucketCount)
        largest = 0
        sum = 0
    }

    /// Adds `value`, `times` over.
    @inlinable @inline(__always)
    public mutating func add(_ value: UInt64, times: UInt64 = 1) {
        counts[LogHistogram.bucket(of: value)] &+= times
        sum &+= UInt128(value) &* UInt128(times)
        if value > largest, times > 0 { largest = value }
    }

    /// The exact mean of the values; 0 when there is none.
    public var mean: Double {
        let count = count
        return count == 0 ? 0 : Double(sum) / Double(count)
    }

    /// The value at `share` of the way from smallest to largest (0.5 is the median), to within the bucket's width:
    /// the middle of the bucket that holds it, never above the maximum. 0 for an empty histogram.
    public func quantile(_ share: Double) -> Double {
        let count = count
        guard count > 0 else { return 0 }
        let rank = min(max((share * Double(count)).rounded(.up), 1), Double(count))
        if rank >= Double(count) { return Double(maximum) }
        var seen: UInt64 = 0
        for bucket in 0..<LogHistogram.bucketCount where counts[bucket] > 0 {
            seen += counts[bucket]
            if Double(seen) >= rank {
                return min(LogHistogram.middle(of: bucket), Double(maximum))
            }
        }
        return Double(maximum)
    }

    /// The share of values at or below `value`, to within a bucket's width; 1 for an empty histogram.
    public func share(atMost value: UInt64) -> Double {
        let count = count
        guard count > 0 else { return 1 }
        var seen: UInt64 = 0
        for bucket in 0...LogHistogram.bucket(of: value) { seen += counts[bucket] }
        return Double(seen) / Double(count)
    }

    /// Forgets everything.
    public mutating func reset() {
        for bucket in 0..<LogHistogram.bucketCount { counts[bucket] = 0 }
        largest = 0
        sum = 0
    }

    @inlinable @inline(__always)
    static func bucket(of value: UInt64) -> Int {
        // For values of b bits, b > 7, the bucket is the top 8 bits (the leading one implied) and the size b.
        let shift = max(0, 64 - precisionBits - 1 - value.leadingZeroBitCount)
        return shift &<< precisionBits &+ Int(truncatingIfNeeded: value &>> UInt64(truncatingIfNeeded: shift))
    }

    static func middle(of bucket: Int) -> Double {
        let size = 1 << precisionBits
        if bucket < 2 * size { return Double(bucket) }
        let shift = (bucket >> precisionBits) - 1
        let low = UInt64(bucket - shift << precisionBits) << UInt64(shift)
        return Double(low) + (Double(1 << shift) - 1) / 2
    }
}
