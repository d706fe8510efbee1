import EventKernel

/// Puts the calls of one minute, or of a slice of it, in time order.
///
/// A call is one 64-bit key: nanoseconds into the minute (36 bits) above its function (28 bits), so that
/// plain order of keys is order of (time, function), and calls that agree in both are alike. Two counting
/// passes go by the topmost bits, as many as leave about one key to a value; an insertion sort does the rest.
/// That is linear for calls spread over the minute; crowded ones are left to the library's sort.
package struct MinuteScatter: ~Copyable {
    package static let functionBits: UInt64 = 28
    private var sorted: UnsafeMutablePointer<UInt64>
    private var other: UnsafeMutablePointer<UInt64>
    private var capacity: Int
    private var counters = Slab<UInt32>(repeating: 0, count: 2 << MinuteScatter.widestDigit)
    /// How many keys there are.
    private(set) var count = 0

    /// Bits of the widest digit of a counting pass: its counters and open cache lines stay near the core.
    private static let widestDigit = 11

    package init() {
        capacity = 1024
        sorted = .allocate(capacity: capacity)
        other = .allocate(capacity: capacity)
    }

    deinit {
        sorted.deallocate()
        other.deallocate()
    }

    /// The keys, in order once `sort` was called.
    package var keys: UnsafeBufferPointer<UInt64> { UnsafeBufferPointer(start: sorted, count: count) }

    /// Forgets all keys.
    mutating func removeAll() { count = 0 }

    /// Adds a call `offset` ns into the minute.
    @inline(__always)
    package mutating func append(offset: UInt64, function: UInt64) {
        if count == capacity { grow(to: count + 1) }
        sorted[count] = offset &<< MinuteScatter.functionBits | function
        count &+= 1
    }

    /// Adds the same call `more` times.
    mutating func append(offset: UInt64, function: UInt64, times more: Int) {
        if capacity - count < more { grow(to: count + more) }
        (sorted + count).update(repeating: offset &<< MinuteScatter.functionBits | function, count: more)
        count += more
    }

    /// Sorts the keys added, whose offsets lie in `low ..< high`.
    package mutating func sort(low: UInt64, high: UInt64) {
        if count < 2 { return }
        let base = low &<< MinuteScatter.functionBits
        let width = (high - low) &<< MinuteScatter.functionBits
        let wanted = UInt64.bitWidth - (count - 1).leadingZeroBitCount
        let digit = min(MinuteScatter.widestDigit, (wanted + 1) / 2)
        let bits = UInt64.bitWidth - (width - 1).leadingZeroBitCount
        let shift = UInt64(max(0, bits - 2 * digit))
        countDigits(base: base, shift: shift, digit: UInt64(digit))
        scatterByDigits(base: base, shift: shift, digit: UInt64(digit))
        insertionSort()
    }

    /// Counts both digits of each key, and turns the counts into where each value's keys start.
    private mutating func countDigits(base: UInt64, shift: UInt64, digit: UInt64) {
        let size = 1 << Int(digit)
        for index in 0..<(2 * size) { counters[index] = 0 }
        for index in 0..<count {
            let top = (sorted[index] &- base) &>> shift
            counters[Int(truncatingIfNeeded: top) & (size &- 1)] &+= 1
            counters[size &+ Int(truncatingIfNeeded: top &>> digit)] &+= 1
        }
        for half in 0..<2 {
            var start: UInt32 = 0
            for index in (half * size)..<(half * size + size) {
                let many = counters[index]
                counters[index] = start
                start &+= many
            }
        }
    }

    /// A stable pass by the low digit, then one by the high digit.
    private mutating func scatterByDigits(base: UInt64, shift: UInt64, digit: UInt64) {
        let size = 1 << Int(digit)
        for index in 0..<count {
            let key = sorted[index]
            let value = Int(truncatingIfNeeded: (key &- base) &>> shift) & (size &- 1)
            other[Int(counters[value])] = key
            counters[value] &+= 1
        }
        for index in 0..<count {
            let key = other[index]
            let value = size &+ Int(truncatingIfNeeded: (key &- base) &>> (shift &+ digit))
            sorted[Int(counters[value])] = key
            counters[value] &+= 1
        }
    }

    private mutating func insertionSort() {
        var patience = count * 8
        for index in 1..<count {
            let key = sorted[index]
            if sorted[index &- 1] <= key { continue }
            var place = index
            repeat {
                sorted[place] = sorted[place &- 1]
                place &-= 1
            } while place > 0 && sorted[place &- 1] > key
            sorted[place] = key
            patience &-= index &- place
            if patience < 0 {
                var rest = UnsafeMutableBufferPointer(start: sorted, count: count)
                rest.sort()
                return
            }
        }
    }

    private mutating func grow(to least: Int) {
        let larger = max(least, capacity * 2)
        let moved = UnsafeMutablePointer<UInt64>.allocate(capacity: larger)
        moved.moveInitialize(from: sorted, count: count)
        sorted.deallocate()
        sorted = moved
        other.deallocate()
        other = .allocate(capacity: larger)
        capacity = larger
    }
}
