/// The events to come, for many events of the near future: a timing wheel that keeps the exact order of `EventKey`.
///
/// Time is cut into slots; an event goes onto the list of its slot, and a slot's events are sorted when their turn
/// comes. Adding and taking cost O(1) as long as a slot holds few events, however many wait in all; a heap of 55,000
/// costs twice as much (docs/performance.md). Events beyond the wheel's span wait in a heap and join the wheel when
/// it comes round to them. The wheel never turns beyond the time that is asked for, so that what is scheduled later
/// always lies ahead of it.
@frozen
public struct EventWheel: ~Copyable {
    /// Seven events of one slot, and the chunk after them: two cache lines. A list of single events would cost a miss
    /// for each of them, one after the other.
    @usableFromInline struct Chunk: BitwiseCopyable {
        @usableFromInline var keys: InlineArray<7, EventKey>
        @usableFromInline var count: Int32
        @usableFromInline var next: UInt32
        @usableFromInline var padding: UInt64

        @inlinable @inline(__always)
        init(key: EventKey, next: UInt32) {
            keys = InlineArray(repeating: key)
            count = 1
            self.next = next
            padding = 0
        }

        @inlinable static var capacity: Int32 { 7 }
    }

    /// First chunk of each slot's list; `.max` for none.
    @usableFromInline var heads: Slab<UInt32>
    /// A bit for each slot that has a list.
    @usableFromInline var occupied: Slab<UInt64>
    @usableFromInline var chunks: Slab<Chunk>
    @usableFromInline var freeChunk: UInt32
    /// Events of slots up to `cursor`, latest first: few, so that sorting them in one by one is cheap.
    @usableFromInline var due: Slab<EventKey>
    /// Events of those slots beyond a few: a burst.
    @usableFromInline var burst: EventQueue
    /// Events beyond the wheel's span.
    @usableFromInline var far: EventQueue
    /// The slot that has come last, counted from time zero.
    @usableFromInline var cursor: UInt64
    @usableFromInline var onWheel: Int
    @usableFromInline var pending: Int
    @usableFromInline var sequence: UInt64
    /// log2 of a slot's nanoseconds.
    @usableFromInline let shift: UInt64

    @inlinable static var slotCount: UInt64 { 1 << 16 }
    @inlinable static var mask: UInt64 { slotCount &- 1 }
    @inlinable static var sortedInOneByOne: Int { 128 }

    /// A wheel whose slots are 2^`slotBits` ns wide. The width decides the speed, never the order: best are one to
    /// sixteen events a slot.
    public init(slotBits: Int) {
        precondition((1...40).contains(slotBits), "a slot has 2^1 to 2^40 ns")
        shift = UInt64(slotBits)
        heads = Slab(repeating: .max, count: Int(EventWheel.slotCount))
        occupied = Slab(repeating: 0, count: Int(EventWheel.slotCount / 64))
        chunks = Slab()
        freeChunk = .max
        due = Slab()
        burst = EventQueue()
        far = EventQueue()
        cursor = 0
        onWheel = 0
        pending = 0
        sequence = 0
    }

    /// How many events wait.
    public var count: Int { pending }

    /// Schedules an event, not before the time last asked for. Of two events of one time and kind, the one scheduled
    /// first happens first.
    @inlinable @inline(__always)
    public mutating func schedule(at time: SimTime, kind: UInt8, index: UInt32) {
        let key = EventKey(time: time, kind: kind, sequence: sequence, index: index)
        sequence &+= 1
        pending &+= 1
        insert(key)
    }

    @inlinable @inline(__always)
    mutating func insert(_ key: EventKey) {
        let slot = key.time &>> shift
        if slot <= cursor {
            insertDue(key)
        } else if slot &- cursor < EventWheel.slotCount {
            let place = Int(truncatingIfNeeded: slot & EventWheel.mask)
            let head = heads[place]
            if head != .max, chunks[Int(head)].count < Chunk.capacity {
                let count = chunks[Int(head)].count
                chunks[Int(head)].keys[Int(count)] = key
                chunks[Int(head)].count = count &+ 1
            } else {
                heads[place] = newChunk(key, next: head)
                if head == .max { occupied[place &>> 6] |= 1 &<< UInt64(truncatingIfNeeded: place & 63) }
            }
            onWheel &+= 1
        } else {
            far.insert(key)
        }
    }

    /// The index of the event that comes `places` after the next, if it is sorted already: what to bring near.
    @inlinable @inline(__always)
    public func index(ahead places: Int) -> Int? {
        due.count > places ? due[due.count &- 1 &- places].index : nil
    }

    /// Takes out the next event if it comes before `limit`.
    @inlinable @inline(__always)
    public mutating func removeFirst(before limit: EventKey) -> EventKey? {
        if pending == 0 { return nil }
        guard let key = removeDue(before: limit) else { return nil }
        pending &-= 1
        return key
    }

    @inlinable @inline(__always)
    mutating func removeDue(before limit: EventKey) -> EventKey? {
        while true {
            if burst.count > 0 {
                let key = firstDue
                if !(key < limit) { return nil }
                if key == burst.first { return burst.removeFirst() }
                return due.removeLast()
            }
            if due.count > 0 {
                let key = due[due.count &- 1]
                if !(key < limit) { return nil }
                _ = due.removeLast()
                return key
            }
            if !turn(to: limit.time &>> shift) { return nil }
        }
    }

    /// Turns the wheel to the next slot with events, at most to `last`.
    /// - Returns: whether there is something due now.
    @inlinable
    mutating func turn(to last: UInt64) -> Bool {
        while cursor < last {
            if onWheel == 0 {
                if far.count == 0 {
                    cursor = last
                    return false
                }
                cursor = min(last, far.first.time &>> shift)
            } else {
                cursor = nextOccupied(upTo: min(last, cursor &+ EventWheel.mask))
            }
            if far.count > 0 { collectFar() }
            drain()
            if due.count > 0 { return true }
        }
        return false
    }

    /// The next event of a slot that has come.
    @inlinable
    var firstDue: EventKey {
        due.count > 0 ? min(due[due.count &- 1], burst.first) : burst.first
    }

    /// The first slot after the cursor that has a list, or `last` when that comes first.
    @inlinable
    func nextOccupied(upTo last: UInt64) -> UInt64 {
        var slot = cursor &+ 1
        while slot <= last {
            let place = slot & EventWheel.mask
            let word = occupied[Int(truncatingIfNeeded: place &>> 6)] &>> (place & 63)
            if word != 0 { return min(slot &+ UInt64(truncatingIfNeeded: word.trailingZeroBitCount), last) }
            slot = (slot | 63) &+ 1
        }
        return last
    }

    /// Moves the cursor's list to what is due, sorted.
    @inlinable
    mutating func drain() {
        let place = Int(truncatingIfNeeded: cursor & EventWheel.mask)
        var chunk = heads[place]
        if chunk == .max { return }
        heads[place] = .max
        occupied[place &>> 6] &= ~(1 &<< UInt64(truncatingIfNeeded: place & 63))
        while chunk != .max {
            let index = Int(chunk)
            let next = chunks[index].next
            if next != .max { chunks.prefetch(Int(next)) }
            for slot in 0..<Int(chunks[index].count) { insertDue(chunks[index].keys[slot]) }
            onWheel &-= Int(chunks[index].count)
            chunks[index].next = freeChunk
            freeChunk = chunk
            chunk = next
        }
        let following = heads[(place &+ 1) & Int(EventWheel.mask)]
        if following != .max { chunks.prefetch(Int(following)) }
    }

    /// A chunk that holds `key`.
    @inlinable
    mutating func newChunk(_ key: EventKey, next: UInt32) -> UInt32 {
        if freeChunk != .max {
            let chunk = freeChunk
            freeChunk = chunks[Int(chunk)].next
            chunks[Int(chunk)].keys[0] = key
            chunks[Int(chunk)].count = 1
            chunks[Int(chunk)].next = next
            return chunk
        }
        chunks.append(Chunk(key: key, next: next))
        return UInt32(truncatingIfNeeded: chunks.count &- 1)
    }

    /// Events of the heap that the wheel now spans join it.
    @inlinable
    mutating func collectFar() {
        while far.count > 0,
            (far.first.time &>> shift) &- min(cursor, far.first.time &>> shift) < EventWheel.slotCount
        {
            insert(far.removeFirst())
        }
    }

    @inlinable @inline(__always)
    mutating func insertDue(_ key: EventKey) {
        if due.count >= EventWheel.sortedInOneByOne {
            burst.insert(key)
            return
        }
        var place = due.count
        due.append(key)
        while place > 0, due[place &- 1] < key {
            due[place] = due[place &- 1]
            place &-= 1
        }
        due[place] = key
    }
}
