import EventKernel

/// Calls that wait: for memory in one queue for the whole cluster, first come first served, and each also in the queue
/// of its unit, so that a sandbox of the unit that becomes free serves the one that waits the longest.
struct WaitingCalls: ~Copyable {
    struct Entry: BitwiseCopyable {
        var call: Call
        var since: UInt64
        /// When it stops waiting; `.max` for an entry whose place is free.
        var deadline: UInt64
        var isForMemory: Bool
        var previous: UInt32 = .max
        var next: UInt32 = .max
        var previousOfUnit: UInt32 = .max
        var nextOfUnit: UInt32 = .max
    }

    private(set) var entries = Slab<Entry>()
    private var freePlaces = Slab<UInt32>()
    private var head: UInt32 = .max
    private var tail: UInt32 = .max
    private(set) var count: UInt64 = 0

    var isEmpty: Bool { count == 0 }
    /// Whether there is no place for one more.
    var isFull: Bool { count == EventKey.largestIndex }

    /// The call that waits for memory the longest.
    var firstForMemory: Int? { head == .max ? nil : Int(head) }

    /// Adds a call at the end of the queues.
    mutating func add(_ entry: Entry, to cluster: inout ClusterState) -> Int {
        var entry = entry
        let unit = Int(entry.call.unit)
        entry.previousOfUnit = cluster.unitDetails[unit].lastWaiting
        entry.previous = entry.isForMemory ? tail : .max
        let place: Int
        if freePlaces.count > 0 {
            place = Int(freePlaces.removeLast())
            entries[place] = entry
        } else {
            place = entries.count
            entries.append(entry)
        }
        let id = UInt32(place)
        if entry.previousOfUnit == .max {
            cluster.units[unit].waiting = id
        } else {
            entries[Int(entry.previousOfUnit)].nextOfUnit = id
        }
        cluster.unitDetails[unit].lastWaiting = id
        if entry.isForMemory {
            if tail == .max { head = id } else { entries[Int(tail)].next = id }
            tail = id
        }
        count += 1
        return place
    }

    /// Takes a call out of the queues.
    mutating func remove(_ place: Int, from cluster: inout ClusterState) -> Entry {
        let entry = entries[place]
        let unit = Int(entry.call.unit)
        if entry.previousOfUnit == .max {
            cluster.units[unit].waiting = entry.nextOfUnit
        } else {
            entries[Int(entry.previousOfUnit)].nextOfUnit = entry.nextOfUnit
        }
        if entry.nextOfUnit == .max {
            cluster.unitDetails[unit].lastWaiting = entry.previousOfUnit
        } else {
            entries[Int(entry.nextOfUnit)].previousOfUnit = entry.previousOfUnit
        }
        if entry.isForMemory {
            if entry.previous == .max {
                head = entry.next
            } else {
                entries[Int(entry.previous)].next = entry.next
            }
            if entry.next == .max {
                tail = entry.previous
            } else {
                entries[Int(entry.next)].previous = entry.previous
            }
        }
        entries[place].deadline = .max
        freePlaces.append(UInt32(place))
        count -= 1
        return entry
    }
}
