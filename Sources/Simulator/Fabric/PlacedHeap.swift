import EventKernel

/// Flows by a key, lowest first: a binary heap that writes down where each flow stands, in a table that its owner keeps
/// for many heaps.
struct PlacedHeap<Key: Comparable & BitwiseCopyable> {
    struct Entry: BitwiseCopyable {
        var key: Key
        var flow: UInt32
    }

    private var entries: ContiguousArray<Entry> = []

    /// How many flows it holds.
    var count: Int { entries.count }

    /// The first flow and its key; nil when there is none.
    var first: (flow: Int, key: Key)? { entries.first.map { (Int($0.flow), $0.key) } }

    /// Puts `flow` in.
    mutating func insert(_ flow: Int, _ key: Key, places: inout Slab<Int32>) {
        while places.count <= flow { places.append(-1) }
        assert(places[flow] < 0, "a flow is in a heap once")
        entries.append(Entry(key: key, flow: UInt32(flow)))
        settle(entries.count - 1, places: &places)
    }

    /// Gives `flow`, which is in the heap, another key.
    mutating func set(_ flow: Int, to key: Key, places: inout Slab<Int32>) {
        let place = Int(places[flow])
        entries[place].key = key
        settle(place, places: &places)
    }

    /// Takes `flow` out.
    mutating func remove(_ flow: Int, places: inout Slab<Int32>) {
        let place = Int(places[flow])
        places[flow] = -1
        let last = entries.removeLast()
        guard place < entries.count else { return }
        entries[place] = last
        settle(place, places: &places)
    }

    private mutating func settle(_ start: Int, places: inout Slab<Int32>) {
        let entry = entries[start]
        var hole = start
        while hole > 0, entry.key < entries[(hole - 1) / 2].key {
            put(entries[(hole - 1) / 2], at: hole, &places)
            hole = (hole - 1) / 2
        }
        while true {
            var child = 2 * hole + 1
            guard child < entries.count else { break }
            if child + 1 < entries.count, entries[child + 1].key < entries[child].key { child += 1 }
            guard entries[child].key < entry.key else { break }
            put(entries[child], at: hole, &places)
            hole = child
        }
        put(entry, at: hole, &places)
    }

    @inline(__always)
    private mutating func put(_ entry: Entry, at place: Int, _ places: inout Slab<Int32>) {
        entries[place] = entry
        places[Int(entry.flow)] = Int32(place)
    }
}
