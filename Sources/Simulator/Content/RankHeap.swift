/// Items in order of their ranks, the smallest rank first: a binary heap whose items can be found again.
///
/// Where each item stands is kept in a table that several heaps share, as an item is in one of them at most.
struct RankHeap {
    /// One item. Ranks differ.
    struct Entry: BitwiseCopyable {
        var rank: UInt64
        var item: UInt32
    }

    /// Stands for an item that is in no heap.
    static let absent = UInt32.max

    private var entries: [Entry] = []

    /// Whether there is no item.
    var isEmpty: Bool { entries.isEmpty }

    /// The item with the smallest rank.
    var first: Entry? { entries.first }

    /// The item with the smallest rank but for `item`: the first, or the better one of its children.
    func first(otherThan item: UInt32) -> Entry? {
        guard let first = entries.first else { return nil }
        if first.item != item { return first }
        if entries.count < 3 { return entries.count == 2 ? entries[1] : nil }
        return entries[1].rank < entries[2].rank ? entries[1] : entries[2]
    }

    /// Gives `item` this rank, and adds it if it is not there.
    mutating func set(_ item: UInt32, rank: UInt64, places: inout [UInt32]) {
        var place = Int(places[Int(item)])
        if places[Int(item)] == RankHeap.absent {
            place = entries.count
            entries.append(Entry(rank: rank, item: item))
        }
        settle(Entry(rank: rank, item: item), at: place, places: &places)
    }

    /// Takes `item` out if it is there.
    mutating func remove(_ item: UInt32, places: inout [UInt32]) {
        guard places[Int(item)] != RankHeap.absent else { return }
        let place = Int(places[Int(item)])
        places[Int(item)] = RankHeap.absent
        let last = entries.removeLast()
        if last.item != item { settle(last, at: place, places: &places) }
    }

    /// Puts `entry` into the hole at `start`, or above or below it.
    private mutating func settle(_ entry: Entry, at start: Int, places: inout [UInt32]) {
        var hole = start
        while hole > 0, entry.rank < entries[(hole - 1) / 2].rank {
            move((hole - 1) / 2, to: hole, places: &places)
            hole = (hole - 1) / 2
        }
        while hole * 2 + 1 < entries.count {
            var child = hole * 2 + 1
            if child + 1 < entries.count, entries[child + 1].rank < entries[child].rank { child += 1 }
            if entry.rank <= entries[child].rank { break }
            move(child, to: hole, places: &places)
            hole = child
        }
        entries[hole] = entry
        places[Int(entry.item)] = UInt32(hole)
    }

    private mutating func move(_ place: Int, to hole: Int, places: inout [UInt32]) {
        entries[hole] = entries[place]
        places[Int(entries[hole].item)] = UInt32(hole)
    }
}
