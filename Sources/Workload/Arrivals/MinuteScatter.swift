import EventKernel

/// Puts the calls of one minute, or of a slice of it, in time order.
///
/// A call is one 64-bit key: nanoseconds into the minute (36 bits) above its function (28 bits), so that plain
/// order of keys is order of (time, function), and calls that agree in both are alike. Keys are scattered into
/// buckets of equal width of time, about eight keys each, and insertion sort does the rest: linear for calls that
/// are spread over the minute, and no worse than the library's sort for any other.
package struct MinuteScatter: ~Copyable {
    package static let functionBits: UInt64 = 28
    private var unsorted = Slab<UInt64>()
    private var sorted: UnsafeMutablePointer<UInt64>
    private var capacity: Int
    private var ends = Slab<UInt32>()
    /// How many keys are in order.
    private(set) var count = 0

    package init() {
        capacity = 1024
        sorted = .allocate(capacity: capacity)
    }

    deinit { sorted.deallocate() }

    /// The keys in order, once `sort` was called.
    package var keys: UnsafeBufferPointer<UInt64> { UnsafeBufferPointer(start: sorted, count: count) }

    /// Forgets all keys.
    mutating func removeAll() {
        unsorted.removeAll()
        count = 0
    }

    /// Adds a call `offset` ns into the minute.
    @inline(__always)
    package mutating func append(offset: UInt64, function: UInt64) {
        unsorted.append(offset &<< MinuteScatter.functionBits | function)
    }

    /// Adds `count` calls that follow those in order.
    mutating func appendSorted(offset: UInt64, function: UInt64, count more: Int) {
        reserve(count + more)
        (sorted + count).update(repeating: offset &<< MinuteScatter.functionBits | function, count: more)
        count += more
    }

    /// Sorts the keys added, whose offsets lie in `low ..< high`.
    package mutating func sort(low: UInt64, high: UInt64) {
        count = 0
        reserve(unsorted.count)
        count = unsorted.count
        if count == 0 { return }
        let base = low &<< MinuteScatter.functionBits
        let width = (high - low) &<< MinuteScatter.functionBits
        let buckets = UInt64(max(1, count / 8))
        // The smallest shift that leaves at most 2 · buckets of them.
        var shift: UInt64 = 0
        while width &>> shift > buckets * 2 { shift += 1 }
        let largest = scatter(base: base, shift: shift, buckets: Int(width &>> shift) + 1)
        if largest > 64 { sortLargeBuckets() }
        insertionSort()
    }

    /// Makes room for `least` keys, keeping those in order.
    private mutating func reserve(_ least: Int) {
        if least <= capacity { return }
        let larger = max(least, capacity * 2)
        let moved = UnsafeMutablePointer<UInt64>.allocate(capacity: larger)
        moved.moveInitialize(from: sorted, count: count)
        sorted.deallocate()
        sorted = moved
        capacity = larger
    }

    /// Counts, sums and scatters; returns the size of the largest bucket. `ends` then holds each bucket's end.
    private mutating func scatter(base: UInt64, shift: UInt64, buckets: Int) -> UInt32 {
        ends.removeAll()
        for _ in 0..<buckets { ends.append(0) }
        for index in 0..<unsorted.count {
            ends[Int(truncatingIfNeeded: (unsorted[index] &- base) &>> shift)] &+= 1
        }
        var start: UInt32 = 0
        var largest: UInt32 = 0
        for bucket in 0..<buckets {
            let size = ends[bucket]
            largest = max(largest, size)
            ends[bucket] = start
            start &+= size
        }
        for index in 0..<unsorted.count {
            let key = unsorted[index]
            let bucket = Int(truncatingIfNeeded: (key &- base) &>> shift)
            sorted[Int(ends[bucket])] = key
            ends[bucket] &+= 1
        }
        return largest
    }

    private mutating func sortLargeBuckets() {
        var start = 0
        for bucket in 0..<ends.count {
            let end = Int(ends[bucket])
            if end - start > 64 {
                var bucket = UnsafeMutableBufferPointer(start: sorted + start, count: end - start)
                bucket.sort()
            }
            start = end
        }
    }

    /// Keys leave their bucket nowhere, so one pass over all buckets is enough.
    private mutating func insertionSort() {
        for index in 1..<max(1, count) {
            let key = sorted[index]
            var place = index
            while place > 0, sorted[place &- 1] > key {
                sorted[place] = sorted[place &- 1]
                place &-= 1
            }
            sorted[place] = key
        }
    }
}
