import EventKernel

/// A histogram of idle times for each unit: bars of equal width over a range, a count of what fell out of the
/// range, and two percentiles that follow the counts.
///
/// Adding a value touches one bar and one record. Moments are kept as whole numbers, so they are exact
/// whatever the order and number of values, and the percentiles walk on from where they stood last: counts
/// only grow, so a walk of more than a few bars is rare. A unit's bars take `bins` x 4 bytes from its first
/// value on.
public struct IdleTimeHistograms: ~Copyable {
    /// Which value a percentile `p` of n values stands for.
    public enum Rank: Sendable {
        /// The first whose share of values up to it is at least p.
        case reaching
        /// The first whose share of values up to it is above p.
        case exceeding
    }

    struct Walk: BitwiseCopyable {
        var bin: UInt32 = 0
        /// Values in the bars before `bin`.
        var below: UInt32 = 0
    }

    struct Record: BitwiseCopyable {
        /// Where its bars begin in `bars`, in units of `bins`; `.max` while it has none.
        var block: UInt32 = .max
        var count: UInt32 = 0
        var outOfRange: UInt32 = 0
        /// Sum of the squares of the bars' heights.
        var heightSquares: UInt64 = 0
        /// Sum of the values' bar numbers, and of their squares.
        var numbers: UInt64 = 0
        var numberSquares: UInt64 = 0
        var head = Walk()
        var tail = Walk()
    }

    /// The bars of a unit.
    public let bins: Int
    private let width: UInt64
    private let range: UInt64
    private let headShare: Double
    private let tailShare: Double
    private let rank: Rank
    private var records: Slab<Record>
    private var bars: Slab<UInt32>

    /// Empty histograms of `bins` bars, each `width` wide.
    /// - Parameters:
    ///   - head: the share of values (0 to 1) that `head(of:)` stands for.
    ///   - tail: the share of values (0 to 1) that `tail(of:)` stands for.
    public init(units: Int, bins: Int, width: SimDuration, head: Double, tail: Double, rank: Rank = .reaching)
    {
        precondition(bins > 0 && bins < 1 << 20 && width > .zero, "a histogram needs bars with a width")
        self.bins = bins
        self.width = width.nanoseconds
        range = width.nanoseconds * UInt64(bins)
        headShare = head
        tailShare = tail
        self.rank = rank
        records = Slab(repeating: Record(), count: units)
        bars = Slab()
    }

    /// Adds an idle time of `unit`; one at or beyond the range is only counted.
    /// - Returns: whether it fell within the range.
    @discardableResult
    public mutating func add(_ idleTime: SimDuration, to unit: Int) -> Bool {
        guard idleTime.nanoseconds < range else {
            records[unit].outOfRange &+= 1
            return false
        }
        let bin = UInt32(truncatingIfNeeded: idleTime.nanoseconds / width)
        var record = records[unit]
        if record.block == .max {
            record.block = UInt32(bars.count / bins)
            for _ in 0..<bins { bars.append(0) }
        }
        let place = Int(record.block) * bins + Int(bin)
        let height = UInt64(bars[place])
        bars[place] &+= 1
        record.count &+= 1
        record.heightSquares &+= 2 &* height &+ 1
        record.numbers &+= UInt64(bin)
        record.numberSquares &+= UInt64(bin) &* UInt64(bin)
        if bin < record.head.bin { record.head.below &+= 1 }
        if bin < record.tail.bin { record.tail.below &+= 1 }
        records[unit] = record
        return true
    }

    /// How many idle times of `unit` fell within the range.
    public func count(of unit: Int) -> Int { Int(records[unit].count) }

    /// How many idle times of `unit` did not.
    public func outOfRange(of unit: Int) -> Int { Int(records[unit].outOfRange) }

    /// The coefficient of variation of the heights of all bars, empty ones included; 0 without values. Near 0
    /// for a flat histogram; the square root of `bins` - 1 when one bar holds everything.
    public func coefficientOfVariation(of unit: Int) -> Double {
        let record = records[unit]
        if record.count == 0 { return 0 }
        let sum = Double(record.count)
        return max(Double(bins) * Double(record.heightSquares) / (sum * sum) - 1, 0).squareRoot()
    }

    /// Variance over mean of the values' bar numbers, as a population; 0 when their mean is 0.
    public func varianceToMean(of unit: Int) -> Double {
        let record = records[unit]
        if record.numbers == 0 { return 0 }
        let count = Double(record.count)
        let mean = Double(record.numbers) / count
        return max(Double(record.numberSquares) / count - mean * mean, 0) / mean
    }

    /// The bar of the head percentile, from 0; 0 without values.
    public mutating func head(of unit: Int) -> Int {
        let walk = settled(records[unit].head, unit, headShare)
        records[unit].head = walk
        return Int(walk.bin)
    }

    /// The bar of the tail percentile, from 0; 0 without values.
    public mutating func tail(of unit: Int) -> Int {
        let walk = settled(records[unit].tail, unit, tailShare)
        records[unit].tail = walk
        return Int(walk.bin)
    }

    /// Walks on to the bar that holds the value of the wanted rank.
    private func settled(_ start: Walk, _ unit: Int, _ share: Double) -> Walk {
        let record = records[unit]
        var walk = start
        if record.count == 0 { return walk }
        let wanted = rankOf(share, among: record.count)
        let first = Int(record.block) * bins
        while walk.below >= wanted {
            walk.bin -= 1
            walk.below -= bars[first + Int(walk.bin)]
        }
        while walk.below + bars[first + Int(walk.bin)] < wanted {
            walk.below += bars[first + Int(walk.bin)]
            walk.bin += 1
        }
        return walk
    }

    /// The smallest number of values, at least 1, whose share of `count` reaches or exceeds `share`. The
    /// comparison is on the quotient, so that 1 of 20 is exactly 5 %.
    private func rankOf(_ share: Double, among count: UInt32) -> UInt32 {
        let all = Double(count)
        var wanted = min(max((share * all).rounded(.down), 1), all)
        while wanted > 1, covers((wanted - 1) / all, share) { wanted -= 1 }
        while wanted < all, !covers(wanted / all, share) { wanted += 1 }
        return UInt32(wanted)
    }

    @inline(__always)
    private func covers(_ part: Double, _ share: Double) -> Bool {
        rank == .reaching ? part >= share : part > share
    }
}
