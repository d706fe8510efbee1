import EventKernel

/// When something happens next to each flow: a binary heap by (time, order of beginning) in which a flow can be
/// moved and removed, as its rate changes whenever another one comes or goes.
struct FlowHeap: ~Copyable {
    struct Entry: BitwiseCopyable {
        var time: UInt64
        var sequence: UInt64
        var flow: UInt32

        static func < (a: Entry, b: Entry) -> Bool {
            a.time != b.time ? a.time < b.time : a.sequence < b.sequence
        }
    }

    private var entries = Slab<Entry>()
    /// Where each flow stands, by its number; -1: nowhere.
    private var places = Slab<Int32>()

    init() {}

    /// The first flow and its time; nil when there is none.
    var first: (flow: Int, time: UInt64)? {
        entries.count == 0 ? nil : (Int(entries[0].flow), entries[0].time)
    }

    /// When something happens to `flow`, which is in the heap.
    func time(of flow: Int) -> UInt64 { entries[Int(places[flow])].time }

    /// Puts `flow` in. Of two at the same time the one with the lower `sequence` comes first.
    mutating func insert(_ flow: Int, time: UInt64, sequence: UInt64) {
        while places.count <= flow { places.append(-1) }
        assert(places[flow] < 0, "a flow is in the heap once")
        entries.append(Entry(time: time, sequence: sequence, flow: UInt32(flow)))
        settle(entries.count - 1)
    }

    /// Gives `flow` another time.
    mutating func move(_ flow: Int, to time: UInt64) {
        let place = Int(places[flow])
        entries[place].time = time
        settle(place)
    }

    /// Takes `flow` out.
    mutating func remove(_ flow: Int) {
        let place = Int(places[flow])
        places[flow] = -1
        let last = entries.removeLast()
        guard place < entries.count else { return }
        entries[place] = last
        settle(place)
    }

    /// Moves the entry at `place` to where it belongs.
    private mutating func settle(_ start: Int) {
        let entry = entries[start]
        var hole = start
        while hole > 0 {
            let parent = (hole - 1) / 2
            guard entry < entries[parent] else { break }
            put(entries[parent], at: hole)
            hole = parent
        }
        while true {
            var child = 2 * hole + 1
            guard child < entries.count else { break }
            if child + 1 < entries.count, entries[child + 1] < entries[child] { child += 1 }
            guard entries[child] < entry else { break }
            put(entries[child], at: hole)
            hole = child
        }
        put(entry, at: hole)
    }

    private mutating func put(_ entry: Entry, at place: Int) {
        entries[place] = entry
        places[Int(entry.flow)] = Int32(place)
    }
}
