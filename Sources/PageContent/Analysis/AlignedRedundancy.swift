/// Redundancy of aligned chunks: one counts when it occurs at any aligned offset of the base.
enum AlignedRedundancy {
    /// What was found among the chunks of a target.
    struct Found: Sendable {
        /// Bytes in chunks of nothing but zeros.
        var zeroBytes = 0
        /// Bytes in other chunks that the base holds too.
        var sharedBytes = 0
        /// Bytes in chunks of zeros, if the base has such a chunk; else 0.
        var sharedZeroBytes = 0
    }

    /// Looks each chunk of `length` bytes of `target` up in `base`.
    static func measure(_ target: PageMemory, against base: PageMemory, length: Int, threads: Int) -> Found {
        let index = ChunkIndex(base, length: length, step: length, threads: threads)
        let parts = ranges(of: target.count, size: 512)
        let found = parallelMap(count: parts.count, threads: threads, worker: { WindowScratch() }) {
            scratch, part in
            var found = Found()
            for number in parts[part] {
                add(target.page(number), index, scratch, to: &found)
            }
            return found
        }
        return found.reduce(into: Found()) { sum, part in
            sum.zeroBytes += part.zeroBytes
            sum.sharedBytes += part.sharedBytes
            sum.sharedZeroBytes += part.sharedZeroBytes
        }
    }

    private static func add(
        _ page: UnsafeRawPointer, _ index: ChunkIndex, _ scratch: WindowScratch, to found: inout Found
    ) {
        let length = index.length
        let count = scratch.hash(page, length: length, step: length)
        for place in 0..<count {
            index.prefetch(hash: scratch.hashes[min(place + 12, count - 1)])
            let chunk = page + place * length
            let isShared = index.find(chunk, hash: scratch.hashes[place]) != nil
            if isZero(chunk, length) {
                found.zeroBytes += length
                if isShared { found.sharedZeroBytes += length }
            } else if isShared {
                found.sharedBytes += length
            }
        }
    }

    private static func isZero(_ chunk: UnsafeRawPointer, _ length: Int) -> Bool {
        for offset in stride(from: 0, to: length, by: 8)
        where chunk.loadUnaligned(fromByteOffset: offset, as: UInt64.self) != 0 {
            return false
        }
        return true
    }
}
