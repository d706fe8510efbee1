import CPrefetch

/// The index from chunk hashes to the pages of base sandboxes that hold such chunks (Medes, EuroSys'22, figure 3).
///
/// An open-addressing table of 8-byte slots: a 32-bit tag, and a page number or, for chunks of several pages, where
/// the list of them lies. The slot comes from the upper half of the hash, the tag from the lower one, so that two
/// hashes are taken for each other with a probability of about 2^-32 for each slot probed; that costs a futile patch
/// and nothing else. Pages are numbered through all bases. With Medes' five chunks a page 60 to 80 bytes a page.
public struct Registry: Sendable {
    /// The first page number of each base, and one more: the number of pages.
    let starts: [UInt32]
    private let slots: [RegistrySlot]
    /// How many pages, then these pages in ascending order; list after list.
    private let lists: [UInt32]
    /// The length of the longest list; 1 when there is none.
    let longest: Int

    /// Marks a value that is a place in `lists`.
    static let isList: UInt32 = 1 << 31

    /// Indexes `bases`, all taken by one sampler with one key. Of a chunk that more than `postingsCap` pages
    /// hold, the first ones are kept: chunks of every page tell pages apart badly and cost most.
    public init(bases: [FingerprintTable], postingsCap: Int) {
        precondition(postingsCap >= 1, "at least one posting a chunk is needed")
        var starts: [UInt32] = [0]
        for base in bases {
            let end = Int(starts.last ?? 0) + base.count
            precondition(end < Int(Registry.isList) - 2, "more pages than a registry can number")
            starts.append(UInt32(end))
        }
        var builder = RegistryBuilder(
            hashes: bases.reduce(0) { $0 + $1.hashCount }, postingsCap: postingsCap)
        for table in bases { builder.count(table) }
        builder.makeRoom()
        for (first, table) in zip(starts, bases) { builder.fill(table, first: first) }
        self.starts = starts
        slots = builder.slots
        lists = builder.lists
        longest = builder.longest
    }

    /// Bytes that the index takes, without what the pages themselves take.
    public var memory: Int {
        slots.count * MemoryLayout<RegistrySlot>.stride + lists.count * MemoryLayout<UInt32>.stride
            + starts.count * MemoryLayout<UInt32>.stride
    }

    /// How many base sandboxes there are.
    public var baseCount: Int { starts.count - 1 }

    /// How many pages the base sandboxes have in all.
    public var pageCount: Int { Int(starts[starts.count - 1]) }

    /// Asks the processor to bring near what a look-up of `hash` will read.
    @inline(__always)
    func prefetch(_ hash: UInt64) {
        slots.withUnsafeBufferPointer { slots in
            CPrefetch_line(
                slots.baseAddress.unsafelyUnwrapped + Registry.slot(of: hash, capacity: slots.count))
        }
    }

    /// Calls `body` with the number of each page that is kept for `hash`, in the order in which they came in.
    @inline(__always)
    func forEachPage(with hash: UInt64, _ body: (UInt32) -> Void) {
        slots.withUnsafeBufferPointer { slots in
            let tag = UInt32(truncatingIfNeeded: hash)
            var slot = Registry.slot(of: hash, capacity: slots.count)
            while slots[slot].value != 0 {
                if slots[slot].tag == tag { return forEachPage(of: slots[slot].value, body) }
                slot &+= 1
                if slot == slots.count { slot = 0 }
            }
        }
    }

    @inline(__always)
    private func forEachPage(of value: UInt32, _ body: (UInt32) -> Void) {
        if value & Registry.isList == 0 { return body(value &- 1) }
        lists.withUnsafeBufferPointer { lists in
            let start = Int(value & ~Registry.isList)
            for place in (start &+ 1)..<(start &+ 1 &+ Int(lists[start])) { body(lists[place]) }
        }
    }

    /// The base and the page in it that page number `page` stands for.
    func locate(_ page: UInt32) -> (base: Int, page: Int) {
        var low = 0
        var high = starts.count - 2
        while low < high {
            let middle = (low + high + 1) / 2
            if starts[middle] <= page { low = middle } else { high = middle - 1 }
        }
        return (low, Int(page - starts[low]))
    }

    @inline(__always)
    static func slot(of hash: UInt64, capacity: Int) -> Int {
        Int(truncatingIfNeeded: ((hash &>> 32) &* UInt64(truncatingIfNeeded: capacity)) &>> 32)
    }
}

/// A slot of a registry; all zeros when it is free.
struct RegistrySlot: BitwiseCopyable {
    /// The hash bits by which its chunk is recognised.
    var tag: UInt32 = 0
    /// 0 for a free slot, a page number + 1, or `Registry.isList` + a place in the lists.
    var value: UInt32 = 0
}
