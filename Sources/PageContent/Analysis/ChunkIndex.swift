import CPrefetch
import Files

/// Where each distinct chunk of some pages first occurs: an open-addressing table of 8 bytes a slot, of whose
/// slots at most 70 % are used. What it finds is exact: on equal hashes it compares the bytes.
///
/// Chunks do not reach from one page into the next, for pages that follow each other in a snapshot need not do
/// so in memory.
final class ChunkIndex: @unchecked Sendable {
    /// Bytes in a chunk.
    let length: Int
    private let memory: PageMemory
    private let slots: UnsafeMutablePointer<UInt64>
    private let capacity: Int
    private let parts: Int
    private let partCapacity: Int
    private static let empty = UInt64.max
    /// Fewer keys than these are not worth sharing out among threads.
    private static let leastToShare = 1 << 16

    /// The chunks of `length` bytes of `memory` that begin at multiples of `step` bytes in their page; `step`
    /// is 8 or `length`.
    init(_ memory: PageMemory, length: Int, step: Int, threads: Int) {
        self.memory = memory
        self.length = length
        let keys = memory.count * ((Page.size - length) / step + 1)
        let wanted = keys + keys * 3 / 7 + 64
        let parts = keys < ChunkIndex.leastToShare ? 1 : threads
        let partCapacity = wanted / parts + 1
        let capacity = partCapacity * parts
        slots = .allocate(capacity: capacity)
        self.capacity = capacity
        slots.initialize(repeating: ChunkIndex.empty, count: capacity)
        let filled = ChunkIndex.fill(
            Table(slots: slots, parts: parts, partCapacity: partCapacity), memory, length: length, step: step)
        if filled {
            self.parts = parts
            self.partCapacity = partCapacity
        } else {
            // Hashes so uneven that a part overflowed: one part has room for all keys.
            self.parts = 1
            self.partCapacity = capacity
            slots.update(repeating: ChunkIndex.empty, count: capacity)
            let fits = ChunkIndex.fill(
                Table(slots: slots, parts: 1, partCapacity: capacity), memory, length: length, step: step)
            precondition(fits, "a table with more slots than keys is full")
        }
    }

    deinit { slots.deallocate() }

    private struct Table: @unchecked Sendable {
        var slots: UnsafeMutablePointer<UInt64>
        var parts: Int
        var partCapacity: Int
    }

    /// Whether all keys found room. Each thread fills a part of its own, in the order of the pages, so that what
    /// a chunk's first occurrence is does not depend on the number of threads.
    private static func fill(_ table: Table, _ memory: PageMemory, length: Int, step: Int) -> Bool {
        parallelMap(count: table.parts, threads: table.parts, worker: { WindowScratch() }) { scratch, part in
            for page in 0..<memory.count {
                let count = scratch.hash(memory.page(page), length: length, step: step)
                for window in 0..<count {
                    prefetch(table, hash: scratch.hashes[min(window + 8, count - 1)])
                    let unit = (page * Page.size + window * step) / WindowHash.wordSize
                    let hash = scratch.hashes[window]
                    let (high, low) = hash.multipliedFullWidth(by: UInt64(table.parts))
                    guard Int(high) == part else { continue }
                    guard insert(unit, hash, low: low, part, into: table, memory, length) else {
                        return false
                    }
                }
            }
            return true
        }.allSatisfy { $0 }
    }

    @inline(__always)
    private static func insert(
        _ unit: Int, _ hash: UInt64, low: UInt64, _ part: Int, into table: Table, _ memory: PageMemory,
        _ length: Int
    ) -> Bool {
        let begin = part &* table.partCapacity
        var place = Int(low.multipliedFullWidth(by: UInt64(table.partCapacity)).high)
        let chunk = memory.base + unit &* WindowHash.wordSize
        for _ in 0..<table.partCapacity {
            let slot = table.slots[begin &+ place]
            if slot == empty {
                table.slots[begin &+ place] = hash &<< 32 | UInt64(unit)
                return true
            }
            if slot &>> 32 == hash & 0xFFFF_FFFF,
                isEqual(chunk, memory.base + Int(slot & 0xFFFF_FFFF) &* WindowHash.wordSize, length)
            {
                return true
            }
            place = place &+ 1 == table.partCapacity ? 0 : place &+ 1
        }
        return false
    }

    @inline(__always)
    private static func prefetch(_ table: Table, hash: UInt64) {
        let (high, low) = hash.multipliedFullWidth(by: UInt64(table.parts))
        let place = Int(low.multipliedFullWidth(by: UInt64(table.partCapacity)).high)
        CPrefetch_line(table.slots + (Int(high) &* table.partCapacity &+ place))
    }

    /// Tells the processor that `hash` will be looked up soon.
    @inline(__always)
    func prefetch(hash: UInt64) {
        ChunkIndex.prefetch(Table(slots: slots, parts: parts, partCapacity: partCapacity), hash: hash)
    }

    /// The byte at which `chunk`, whose hash is given, first occurs in the indexed memory; nil when it does not.
    @inline(__always)
    func find(_ chunk: UnsafeRawPointer, hash: UInt64) -> Int? {
        let (high, low) = hash.multipliedFullWidth(by: UInt64(parts))
        let begin = Int(high) &* partCapacity
        var place = Int(low.multipliedFullWidth(by: UInt64(partCapacity)).high)
        for _ in 0..<partCapacity {
            let slot = slots[begin &+ place]
            if slot == ChunkIndex.empty { return nil }
            if slot &>> 32 == hash & 0xFFFF_FFFF {
                let byte = Int(slot & 0xFFFF_FFFF) &* WindowHash.wordSize
                if ChunkIndex.isEqual(chunk, memory.base + byte, length) { return byte }
            }
            place = place &+ 1 == partCapacity ? 0 : place &+ 1
        }
        return nil
    }

    /// Whether two chunks of a whole number of words are the same.
    @inline(__always)
    static func isEqual(_ a: UnsafeRawPointer, _ b: UnsafeRawPointer, _ length: Int) -> Bool {
        var offset = 0
        while offset < length {
            if a.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                != b.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            {
                return false
            }
            offset &+= 8
        }
        return true
    }

    /// The most pages that positions of 32 bits can number: 32 GiB.
    static let mostPages = Int(UInt32.max) / (Page.size / WindowHash.wordSize)
}

/// Scratch memory of one thread for the hashes of a page's windows.
final class WindowScratch {
    /// The hashes of the page last hashed.
    let hashes = UnsafeMutablePointer<UInt64>.allocate(capacity: Page.size)
    private let words = UnsafeMutablePointer<UInt64>.allocate(capacity: Page.size)

    deinit {
        hashes.deallocate()
        words.deallocate()
    }

    /// Hashes all windows of `length` bytes at multiples of `step` bytes; returns how many there are. Those that do not
    /// overlap are hashed one by one, others by a hash that slides.
    func hash(_ page: UnsafeRawPointer, length: Int, step: Int) -> Int {
        if step == length {
            for (place, offset) in stride(from: 0, to: Page.size, by: length).enumerated() {
                hashes[place] = ContentHash.of(page + offset, count: length)
            }
            return Page.size / length
        }
        WindowHash.windows(of: page, length: length, step: step, words: words, into: hashes)
        return (Page.size - length) / step + 1
    }
}
