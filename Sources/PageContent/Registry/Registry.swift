import CPrefetch
import EventKernel

/// The index from chunk hashes to the pages of base sandboxes that hold such chunks (Medes, EuroSys'22, figure 3).
///
/// An open-addressing table of 8-byte slots: a 32-bit tag, and a page number or, for chunks of several pages, the head
/// of a list of them. The slot comes from the upper half of the hash, the tag from the lower one, so that two hashes
/// are taken for each other with a probability of about 2^-32 for each slot probed; that costs a futile patch and
/// nothing else. Pages are numbered through all bases. About 60 bytes a page.
public struct Registry: Sendable {
    /// The first page number of each base, and one more: the number of pages.
    let starts: [UInt32]
    private let tags: [UInt32]
    private let values: [UInt32]
    private let postings: [Posting]
    private let capacity: UInt64

    private struct Posting {
        var page: UInt32
        var next: UInt32
    }

    private static let free = UInt32.max
    private static let isList: UInt32 = 1 << 31
    private static let last = UInt32.max

    /// Indexes `bases`, all taken by one sampler with one key. Of a chunk that more than `postingsCap` pages
    /// hold, the first ones are kept: chunks of every page tell pages apart badly and cost most.
    public init(bases: [FingerprintTable], postingsCap: Int) {
        precondition(postingsCap >= 1, "at least one posting a chunk is needed")
        var starts: [UInt32] = [0]
        for base in bases {
            let end = Int(starts.last ?? 0) + base.count
            precondition(end < Int(Registry.isList), "more pages than a registry can number")
            starts.append(UInt32(end))
        }
        let hashes = bases.reduce(0) { $0 + $1.hashCount }
        var builder = Builder(capacity: hashes + hashes / 4 + 8, postingsCap: postingsCap)
        for (base, table) in zip(starts, bases) {
            for page in 0..<table.count {
                table.withFingerprint(of: page) { fingerprint in
                    for hash in fingerprint { builder.insert(hash, page: base + UInt32(page)) }
                }
            }
        }
        self.starts = starts
        tags = builder.tags
        values = builder.values
        postings = builder.postings
        capacity = UInt64(builder.tags.count)
    }

    /// Bytes that the index takes, without what the pages themselves take.
    public var memory: Int {
        tags.count * 4 + values.count * 4 + postings.count * MemoryLayout<Posting>.stride
            + starts.count * MemoryLayout<UInt32>.stride
    }

    /// How many base sandboxes there are.
    public var baseCount: Int { starts.count - 1 }

    /// How many pages the base sandboxes have in all.
    public var pageCount: Int { Int(starts[starts.count - 1]) }

    /// Asks the processor to bring near what a look-up of `hash` will read.
    @inline(__always)
    func prefetch(_ hash: UInt64) {
        let slot = Registry.slot(of: hash, capacity: capacity)
        tags.withUnsafeBufferPointer { CPrefetch_line($0.baseAddress.unsafelyUnwrapped + slot) }
        values.withUnsafeBufferPointer { CPrefetch_line($0.baseAddress.unsafelyUnwrapped + slot) }
    }

    /// Calls `body` with the number of each page that is kept for `hash`, in the order in which they came in.
    @inline(__always)
    func forEachPage(with hash: UInt64, _ body: (UInt32) -> Void) {
        var slot = Registry.slot(of: hash, capacity: capacity)
        let tag = UInt32(truncatingIfNeeded: hash)
        while true {
            let value = values[slot]
            if value == Registry.free { return }
            if tags[slot] == tag {
                if value & Registry.isList == 0 { return body(value) }
                var place = value & ~Registry.isList
                while place != Registry.last {
                    let posting = postings[Int(place)]
                    body(posting.page)
                    place = posting.next
                }
                return
            }
            slot += 1
            if slot == tags.count { slot = 0 }
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
    private static func slot(of hash: UInt64, capacity: UInt64) -> Int {
        Int(truncatingIfNeeded: ((hash &>> 32) &* capacity) &>> 32)
    }

    /// A table in the making.
    private struct Builder {
        var tags: [UInt32]
        var values: [UInt32]
        var postings: [Posting] = []
        let postingsCap: Int

        init(capacity: Int, postingsCap: Int) {
            precondition(capacity < Int(Registry.isList), "more chunks than a registry can hold")
            tags = Array(repeating: 0, count: capacity)
            values = Array(repeating: Registry.free, count: capacity)
            self.postingsCap = postingsCap
        }

        mutating func insert(_ hash: UInt64, page: UInt32) {
            var slot = Registry.slot(of: hash, capacity: UInt64(tags.count))
            let tag = UInt32(truncatingIfNeeded: hash)
            while values[slot] != Registry.free {
                if tags[slot] == tag { return append(page, at: slot) }
                slot += 1
                if slot == tags.count { slot = 0 }
            }
            tags[slot] = tag
            values[slot] = page
        }

        /// Adds a page to a chunk that has some.
        private mutating func append(_ page: UInt32, at slot: Int) {
            let value = values[slot]
            let added = UInt32(postings.count)
            if value & Registry.isList == 0 {
                guard postingsCap > 1 else { return }
                postings.append(Posting(page: value, next: added + 1))
                postings.append(Posting(page: page, next: Registry.last))
                values[slot] = added | Registry.isList
                return
            }
            var place = Int(value & ~Registry.isList)
            var length = 1
            while postings[place].next != Registry.last {
                place = Int(postings[place].next)
                length += 1
            }
            guard length < postingsCap else { return }
            postings[place].next = added
            postings.append(Posting(page: page, next: Registry.last))
        }
    }
}
