/// A 4-ary heap of event keys in memory that someone else owns: the algorithm alone.
///
/// Keys are compared as one 128-bit integer and children chosen by arithmetic: mispredicted branches, not instructions,
/// are what a heap costs.
public enum KeyHeap {
    /// Puts `key` into the hole at `start`, or above it.
    @inlinable @inline(__always)
    public static func siftUp(_ heap: UnsafeMutablePointer<EventKey>, from start: Int, _ key: EventKey) {
        var hole = start
        while hole > 0 {
            let parent = (hole &- 1) &>> 2
            if heap[parent] < key { break }
            heap[hole] = heap[parent]
            hole = parent
        }
        heap[hole] = key
    }

    /// Puts `key` in place of the first of `count` keys.
    ///
    /// The hole walks down to a leaf along the smallest children, then the key climbs up from there: it came from a leaf
    /// and nearly always belongs near one.
    @inlinable
    public static func replaceFirst(_ heap: UnsafeMutablePointer<EventKey>, _ count: Int, with key: EventKey)
    {
        var hole = 0
        while true {
            let child = hole &* 4 &+ 1
            if child &+ 3 < count {
                let x = child &+ (heap[child &+ 1] < heap[child] ? 1 : 0)
                let y = child &+ 2 &+ (heap[child &+ 3] < heap[child &+ 2] ? 1 : 0)
                let smallest = heap[y] < heap[x] ? y : x
                heap[hole] = heap[smallest]
                hole = smallest
            } else {
                if child >= count { break }
                var smallest = child
                var other = child &+ 1
                while other < count {
                    if heap[other] < heap[smallest] { smallest = other }
                    other &+= 1
                }
                heap[hole] = heap[smallest]
                hole = smallest
                break
            }
        }
        siftUp(heap, from: hole, key)
    }
}
