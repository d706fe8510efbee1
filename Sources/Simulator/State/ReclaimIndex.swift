import EventKernel

/// One node's sandboxes by worth, lowest first: a binary heap of lower bounds on their priorities.
///
/// A priority never falls while a sandbox lives (`Reclaimer.priority`), so a bound taken earlier still holds; it is
/// brought up to date only when it comes to the top. Using a sandbox thus costs nothing here.
struct ReclaimHeap {
    /// Priority in the high word; serial number (40 bits) and place in the table (24 bits) in the low word.
    struct Entry: BitwiseCopyable {
        var priority: UInt64
        var low: UInt64

        init(priority: UInt64, serial: UInt64, sandbox: Int) {
            self.priority = priority
            low = serial &<< 24 | UInt64(sandbox)
        }

        var sandbox: Int { Int(low & 0xFF_FFFF) }

        static func < (a: Entry, b: Entry) -> Bool {
            a.priority != b.priority ? a.priority < b.priority : a.low < b.low
        }
    }

    private(set) var entries: ContiguousArray<Entry> = []

    var first: Entry? { entries.first }

    mutating func insert(_ entry: Entry, places: inout Slab<SandboxDetails>) {
        entries.append(entry)
        siftUp(entries.count - 1, places: &places)
    }

    mutating func remove(at place: Int, places: inout Slab<SandboxDetails>) {
        places[entries[place].sandbox].heapPlace = .max
        let last = entries.removeLast()
        guard place < entries.count else { return }
        entries[place] = last
        siftUp(place, places: &places)
        siftDown(Int(places[last.sandbox].heapPlace), places: &places)
    }

    /// Raises the bound at the top.
    mutating func raiseFirst(to priority: UInt64, places: inout Slab<SandboxDetails>) {
        entries[0].priority = priority
        siftDown(0, places: &places)
    }

    private mutating func siftUp(_ start: Int, places: inout Slab<SandboxDetails>) {
        let entry = entries[start]
        var hole = start
        while hole > 0, entry < entries[(hole - 1) / 2] {
            entries[hole] = entries[(hole - 1) / 2]
            places[entries[hole].sandbox].heapPlace = UInt32(hole)
            hole = (hole - 1) / 2
        }
        entries[hole] = entry
        places[entry.sandbox].heapPlace = UInt32(hole)
    }

    private mutating func siftDown(_ start: Int, places: inout Slab<SandboxDetails>) {
        let entry = entries[start]
        var hole = start
        while true {
            var child = 2 * hole + 1
            guard child < entries.count else { break }
            if child + 1 < entries.count, entries[child + 1] < entries[child] { child += 1 }
            guard entries[child] < entry else { break }
            entries[hole] = entries[child]
            places[entries[hole].sandbox].heapPlace = UInt32(hole)
            hole = child
        }
        entries[hole] = entry
        places[entry.sandbox].heapPlace = UInt32(hole)
    }
}
