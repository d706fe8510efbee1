import CPrefetch
import EventKernel

/// Takes fingerprints of pages: up to `cardinality` hashes of chunks, each once.
public struct PageSampler: Sendable {
    /// How.
    public let settings: SamplerSettings
    private let hash: ChunkHash
    /// For the rule that needs the hashes of all chunks.
    private let rolling: RollingHash

    /// What stands for a page without any chunk to take, under the rule of Medes' released code.
    static let nullHash = mix64(0x6D65_6465_732D_6E75)

    /// Takes fingerprints under `settings`. The same `key` gives the same hashes. They are not cryptographic ones: a
    /// fingerprint must not leave the machine, and a profile holds none.
    public init(_ settings: SamplerSettings, key: UInt64) {
        self.settings = settings
        hash = ChunkHash(key: key, chunk: settings.chunk)
        rolling = RollingHash(key: key, chunk: settings.chunk)
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

    /// Asks the processor to bring near what a fingerprint of `page` will mostly read first: hardware does not look
    /// beyond a page's end by itself.
    package func prefetch(_ page: UnsafeRawPointer) {
        switch settings.rule {
        case .artifact, .paper:
            for line in 0..<4 { CPrefetch_line(page + line &* 64) }
        case .spread:
            for line in 0..<64 { CPrefetch_line(page + line &* 64) }
        case .fixed:
            for index in 0..<settings.cardinality { CPrefetch_line(page + offset(ofChunk: index)) }
        case .location: break
        }
    }

    /// The first chunks whose hash has its top bit clear.
    private func sampleFirst(_ page: UnsafeRawPointer, into output: UnsafeMutablePointer<UInt64>) -> Int {
        var taken = 0
        var found = FoundHashes(output)
        var offset = 0
        while offset <= Page.size &- settings.chunk {
            let chunk = hash(page + offset)
            // The hash 0, of zeros, becomes the largest one.
            if (chunk &- 1) &>> 63 == 0 {
                found.add(chunk)
                taken &+= 1
                if taken == settings.cardinality { break }
            }
            offset &+= SamplerSettings.step
        }
        if taken == 0 {
            if Page.isZero(page) { return 0 }
            output[0] = PageSampler.nullHash
            return 1
        }
        return found.count
    }

    /// The chunks with the smallest hashes.
    ///
    /// First all chunks below a bound that about twice as many as wanted pass are set aside, without a branch; the
    /// smallest of these are the smallest of all, if they are enough. On pages with few different chunks they may
    /// not be; then the bound is raised.
    private func sampleSmallest(_ page: UnsafeRawPointer, into output: UnsafeMutablePointer<UInt64>) -> Int {
        let wanted = settings.cardinality
        let chunks = RollingHash.blocksOfPage &- rolling.blocks &+ 1
        var bound = UInt64.max / UInt64(chunks) &* UInt64(min(2 &* wanted &+ 2, chunks))
        let count = withUnsafeTemporaryAllocation(of: UInt64.self, capacity: RollingHash.blocksOfPage) {
            room in
            rolling.withSums(of: page) { sums in
                sums.extend(to: RollingHash.blocksOfPage)
                while true {
                    var passed = 0
                    var first = 0
                    while first < chunks {
                        // The hash 0, of zeros, becomes the largest one, which no bound lets pass.
                        let chunk = sums.chunk(at: first) &- 1
                        room[passed] = chunk
                        passed &+= chunk < bound ? 1 : 0
                        first &+= 1
                    }
                    let count = takeSmallest(room[..<passed], into: output)
                    if count == wanted || bound == .max { return count }
                    bound = bound > .max / 8 ? .max : bound &* 8
                }
            }
        }
        // Small hashes are no good keys: what they have in common, being small, is mixed away.
        for index in 0..<count { output[index] = mix64(output[index]) }
        return count
    }

    /// Writes the smallest of `hashes`, each once, in ascending order to `output`, as many as are wanted.
    @inline(__always)
    private func takeSmallest(
        _ hashes: Slice<UnsafeMutableBufferPointer<UInt64>>, into output: UnsafeMutablePointer<UInt64>
    ) -> Int {
        let wanted = settings.cardinality
        for index in 0..<wanted { output[index] = .max }
        for hash in hashes {
            // Each hash sinks to its place and lifts the larger ones by one; one that is there already ends there.
            var hash = hash
            for index in 0..<wanted {
                let other = output[index]
                output[index] = min(hash, other)
                hash = hash == other ? .max : max(hash, other)
            }
        }
        var count = wanted
        while count > 0, output[count &- 1] == .max { count &-= 1 }
        return count
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
                let next = hash(page + (end &- settings.chunk))
                if next != 0 {
                    found.add(next)
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
            let next = hash(page + offset(ofChunk: index))
            if next != 0 { found.add(next) }
        }
        return found.count
    }

    private func offset(ofChunk index: Int) -> Int {
        min(index * (Page.size / settings.cardinality), Page.size - settings.chunk)
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
