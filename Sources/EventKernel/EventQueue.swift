/// Orders events by time, then by the packed low word: kind (4 bits), sequence (36 bits), index (24 bits).
///
/// The kind comes before the sequence, so events of one instant happen in the fixed order of their kinds, and
/// within a kind in the order in which they were scheduled. 36 bits of sequence are 68 billion events a run.
@frozen
public struct EventKey: Hashable, Comparable, Sendable, BitwiseCopyable {
    /// Kind, sequence and index.
    public var low: UInt64
    /// Nanoseconds since the start.
    public var time: UInt64

    /// A key from its parts; `kind` below 16, `sequence` below 2^36, `index` below 2^24.
    @inlinable @inline(__always)
    public init(time: SimTime, kind: UInt8, sequence: UInt64, index: UInt32) {
        assert(kind < 16 && sequence < 1 << 36 && index < 1 << 24)
        self.time = time.nanoseconds
        low = UInt64(kind) &<< 60 | sequence &<< 24 | UInt64(index)
    }

    @inlinable @inline(__always)
    init(time: UInt64, low: UInt64) {
        self.time = time
        self.low = low
    }

    /// The largest index that fits: 16,777,215.
    @inlinable public static var largestIndex: Int { (1 << 24) - 1 }

    /// The key that sorts after every event.
    @inlinable public static var last: EventKey { EventKey(time: .max, low: .max) }

    /// What kind of event this is.
    @inlinable @inline(__always) public var kind: UInt8 { UInt8(truncatingIfNeeded: low &>> 60) }
    /// The entity it concerns.
    @inlinable @inline(__always) public var index: Int { Int(low & 0xFF_FFFF) }
    /// When it happens.
    @inlinable @inline(__always) public var instant: SimTime { SimTime(nanoseconds: time) }

    @inlinable @inline(__always) var wide: UInt128 {
        UInt128(truncatingIfNeeded: time) &<< 64 | UInt128(truncatingIfNeeded: low)
    }

    /// By time, kind, sequence.
    @inlinable @inline(__always)
    public static func < (a: EventKey, b: EventKey) -> Bool { a.wide < b.wide }
}

/// The events to come: a 4-ary heap of 16-byte keys, compared as one 128-bit integer and sifted without branches.
@frozen
public struct EventQueue: ~Copyable {
    @usableFromInline var heap: Slab<EventKey>
    @usableFromInline var sequence: UInt64

    /// An empty queue.
    @inlinable
    public init() {
        heap = Slab()
        sequence = 0
    }

    /// How many events wait.
    @inlinable public var count: Int { heap.count }

    /// The key of the next event; `EventKey.last` when there is none.
    @inlinable @inline(__always)
    public var first: EventKey { heap.count == 0 ? .last : heap[0] }

    /// Schedules an event. Of two events of one time and kind, the one scheduled first happens first.
    /// - Complexity: O(log n).
    @inlinable @inline(__always)
    public mutating func schedule(at time: SimTime, kind: UInt8, index: UInt32) {
        insert(EventKey(time: time, kind: kind, sequence: sequence, index: index))
        sequence &+= 1
    }

    /// Adds an event whose place among its equals is already settled.
    @inlinable @inline(__always)
    mutating func insert(_ key: EventKey) {
        heap.append(key)
        KeyHeap.siftUp(heap.base, from: heap.count - 1, key)
    }

    /// Takes the next event out; traps when there is none.
    /// - Complexity: O(log n).
    @inlinable
    public mutating func removeFirst() -> EventKey {
        let first = heap[0]
        let last = heap.removeLast()
        if heap.count > 0 { KeyHeap.replaceFirst(heap.base, heap.count, with: last) }
        return first
    }
}
