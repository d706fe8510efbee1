/// Medes' own estimate of redundancy (Saxena et al., EuroSys'22, section 2.1; `motivation/calc_dedup.py` of its
/// artifact): of every 2K bytes of target and base the first K are a sample; where a sample of the target
/// equals one of the base, as many of the 2K bytes count as the two begin with alike, and of several such
/// samples the best counts. Chunks of zeros count.
enum MedesEstimate {
    /// The duplicated bytes of `target` for samples of `length` bytes, 2048 at the most: longer samples would
    /// reach from one page into the next.
    static func duplicatedBytes(
        _ target: PageMemory, against base: PageMemory, length: Int, threads: Int
    ) -> Int {
        precondition(2 * length <= Page.size, "samples within a page")
        let blocks = sortedBlocks(base, period: 2 * length)
        let parts = ranges(of: target.count, size: 512)
        return parallelMap(count: parts.count, threads: threads, worker: { () }) { _, part in
            parts[part].reduce(0) { sum, number in
                stride(from: 0, to: Page.size, by: 2 * length).reduce(sum) { sum, offset in
                    let block = target.page(number) + offset
                    return sum + duplicated(block, among: blocks, of: base, length: length)
                }
            }
        }.reduce(0, +)
    }

    /// A block of 2K bytes of the base: its first bytes as a number that sorts like them, and where it begins.
    private struct Block: BitwiseCopyable, Sendable {
        var head: UInt64
        var number: UInt32
    }

    /// All blocks of the base in the order of their bytes.
    private static func sortedBlocks(_ base: PageMemory, period: Int) -> [Block] {
        var blocks: [Block] = []
        blocks.reserveCapacity(base.count * (Page.size / period))
        for number in 0..<(base.count * (Page.size / period)) {
            let block = base.base + number * period
            blocks.append(Block(head: head(block), number: UInt32(number)))
        }
        blocks.sort { a, b in
            if a.head != b.head { return a.head < b.head }
            let (a, b) = (base.base + Int(a.number) * period, base.base + Int(b.number) * period)
            return isLess(a, b, period)
        }
        return blocks
    }

    /// How many bytes of the block at `block` count: those it begins with like the block of the base that it
    /// begins most like, if these are `length` or more.
    private static func duplicated(
        _ block: UnsafeRawPointer, among blocks: [Block], of base: PageMemory, length: Int
    ) -> Int {
        let period = 2 * length
        let head = head(block)
        var (low, high) = (0, blocks.count)
        while low < high {
            let middle = (low + high) / 2
            let other = blocks[middle]
            let isBefore =
                other.head != head
                ? other.head < head
                : isLess(base.base + Int(other.number) * period, block, period)
            if isBefore { low = middle + 1 } else { high = middle }
        }
        // In sorted order the one that begins most like it is a neighbour.
        var longest = 0
        for neighbour in [low - 1, low] where blocks.indices.contains(neighbour) {
            let other = base.base + Int(blocks[neighbour].number) * period
            longest = max(longest, commonPrefix(block, other, period))
        }
        return longest >= length ? longest : 0
    }

    @inline(__always)
    private static func head(_ block: UnsafeRawPointer) -> UInt64 {
        UInt64(bigEndian: block.loadUnaligned(as: UInt64.self))
    }

    /// Whether the bytes of `a` sort before those of `b`.
    private static func isLess(_ a: UnsafeRawPointer, _ b: UnsafeRawPointer, _ length: Int) -> Bool {
        var offset = 0
        while offset < length {
            let (x, y) = (head(a + offset), head(b + offset))
            if x != y { return x < y }
            offset &+= 8
        }
        return false
    }

    /// How many bytes the two begin with alike, of `length` at the most.
    private static func commonPrefix(_ a: UnsafeRawPointer, _ b: UnsafeRawPointer, _ length: Int) -> Int {
        var offset = 0
        while offset < length {
            let difference =
                a.loadUnaligned(fromByteOffset: offset, as: UInt64.self).littleEndian
                ^ b.loadUnaligned(fromByteOffset: offset, as: UInt64.self).littleEndian
            if difference != 0 { return offset + difference.trailingZeroBitCount / 8 }
            offset &+= 8
        }
        return length
    }
}
