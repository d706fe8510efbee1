import EventKernel

/// Takes fingerprints of pages: up to `cardinality` hashes of chunks, each once.
public struct PageSampler: Sendable {
    /// How.
    public let settings: SamplerSettings
    private let hash: ChunkHash

    /// What stands for a page without any chunk to take, under the rule of Medes' released code.
    static let nullHash = mix64(0x6D65_6465_732D_6E75)

    /// Takes fingerprints under `settings`. The same `key` gives the same hashes; who does not know it cannot test
    /// guesses about a page's content against them.
    public init(_ settings: SamplerSettings, key: UInt64) {
        self.settings = settings
        hash = ChunkHash(key: key, chunk: settings.chunk)
    }

    /// Writes the fingerprint of `page`, which lies at `place`, to `output` (room for `cardinality` hashes); a
    /// location has one hash.
    ///
    /// - Returns: how many hashes it has; none for a page of zeros.
    public func sample(
        _ page: UnsafeRawPointer, place: PagePlace, into output: UnsafeMutablePointer<UInt64>
    ) -> Int {
        switch settings.rule {
        case .artifact: return sampleFirst(page, into: output)
        case .paper(let mask, let value): return samplePattern(page, mask: mask, value: value, into: output)
        case .spread: return sampleSmallest(page, into: output)
        case .fixed: return sampleFixed(page, into: output)
        case .location:
            output[0] = mix64(place.region &+ UInt64(place.offset) &* 0x9E37_79B9_7F4A_7C15)
            return 1
        }
    }

    /// The first chunks whose hash has its top bit clear.
    private func sampleFirst(_ page: UnsafeRawPointer, into output: UnsafeMutablePointer<UInt64>) -> Int {
        var taken = 0
        var found = FoundHashes(output)
        withRollingHashes(of: page) { hash in
            if hash &>> 63 == 0 {
                found.add(hash)
                taken += 1
            }
            return taken < settings.cardinality
        }
        if taken == 0 {
            if Page.isZero(page) { return 0 }
            output[0] = PageSampler.nullHash
            return 1
        }
        return found.count
    }

    /// The chunks with the smallest hashes.
    private func sampleSmallest(_ page: UnsafeRawPointer, into output: UnsafeMutablePointer<UInt64>) -> Int {
        let most = settings.cardinality
        var count = 0
        // Whatever is larger than the largest of a full fingerprint is out; at first nothing is.
        var bound = UInt64.max
        withRollingHashes(of: page) { hash in
            if hash < bound {
                // Sorted insertion; rare once the fingerprint is full, since ever fewer hashes are small enough.
                var position = count
                while position > 0, output[position - 1] > hash { position -= 1 }
                if position == 0 || output[position - 1] != hash {
                    if count < most { count += 1 }
                    var move = count - 1
                    while move > position {
                        output[move] = output[move - 1]
                        move -= 1
                    }
                    output[position] = hash
                    if count == most { bound = output[most - 1] }
                }
            }
            return true
        }
        // Small hashes are no good keys: what they have in common, being small, is mixed away.
        for index in 0..<count { output[index] = mix64(output[index]) }
        return count
    }

    /// Calls `body` with the hash of each chunk in steps of 16 bytes that is not all zeros, until it says false.
    @inline(__always)
    private func withRollingHashes(of page: UnsafeRawPointer, _ body: (UInt64) -> Bool) {
        let blocks = hash.blocks
        let all = Page.size / ChunkHash.blockSize
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: all) { leaving in
            guard let leaving = leaving.baseAddress else { return }
            var rolling: UInt64 = 0
            // Blocks since the last one that was not all zeros.
            var zeros = blocks
            for index in 0..<(blocks &- 1) {
                let next = hash.block(page + index &* ChunkHash.blockSize)
                zeros = next.isUsed ? 0 : zeros &+ 1
                rolling = rolling &* hash.point &+ next.hash
                leaving[index] = next.hash &* hash.leaving
            }
            var index = blocks &- 1
            var left: UInt64 = 0
            while index < all {
                let next = hash.block(page + index &* ChunkHash.blockSize)
                zeros = next.isUsed ? 0 : zeros &+ 1
                rolling = rolling &* hash.point &+ next.hash &- left
                leaving[index] = next.hash &* hash.leaving
                left = leaving[index &+ 1 &- blocks]
                if zeros < blocks, !body(rolling) { return }
                index &+= 1
            }
        }
    }

    /// The first chunks whose last two bytes match.
    private func samplePattern(
        _ page: UnsafeRawPointer, mask: UInt16, value: UInt16, into output: UnsafeMutablePointer<UInt64>
    ) -> Int {
        var taken = 0
        var found = FoundHashes(output)
        var end = settings.chunk
        let wanted = value & mask
        while end <= Page.size {
            let last = page.loadUnaligned(fromByteOffset: end &- 2, as: UInt16.self)
            if last & mask == wanted {
                let next = hash.chunk(page + (end &- settings.chunk))
                if next.isUsed {
                    found.add(next.hash)
                    taken += 1
                    if taken == settings.cardinality { break }
                }
            }
            end &+= 1
        }
        return found.count
    }

    /// Chunks at equal distances from the start of the page on.
    private func sampleFixed(_ page: UnsafeRawPointer, into output: UnsafeMutablePointer<UInt64>) -> Int {
        var found = FoundHashes(output)
        for index in 0..<settings.cardinality {
            let offset = min(index * (Page.size / settings.cardinality), Page.size - settings.chunk)
            let next = hash.chunk(page + offset)
            if next.isUsed { found.add(next.hash) }
        }
        return found.count
    }
}

/// Hashes in the order in which they were found, each once, ready as keys.
private struct FoundHashes {
    private let hashes: UnsafeMutablePointer<UInt64>
    private(set) var count = 0

    init(_ hashes: UnsafeMutablePointer<UInt64>) { self.hashes = hashes }

    @inline(__always)
    mutating func add(_ hash: UInt64) {
        let key = mix64(hash)
        for index in 0..<count where hashes[index] == key { return }
        hashes[count] = key
        count += 1
    }
}
