import EventKernel

/// Hashes chunks of 16·n bytes so that all chunks of a page in steps of 16 bytes cost little more than one pass.
///
/// Each block of 16 bytes has a hash `h` of its own (the two halves of a 64×64→128-bit product, xored, less what a
/// block of zeros would have); the hash of a chunk of `n` blocks is the polynomial `Σ h(i)·m^i` modulo 2^64. With the
/// sums `S(k)` of the first `k` blocks' `h(i)·m^i` over the whole page, the chunk from block `k` on has the hash
/// `(S(k + n) - S(k))·m^-k`: whatever its size, no hash waits for that of the chunk before it. A chunk of zeros, and
/// but for 2^-64 no other, has the hash 0. Two given chunks that differ have the same hash with a probability of
/// about 2^-64 over the keys. This is a hash for tables, not a cryptographic one. It is for samplers that need all chunks;
/// those that need few take `ChunkHash`.
struct RollingHash: Sendable {
    private let low: UInt64
    private let high: UInt64
    /// The hash of a block of zeros before it is taken off.
    private let zero: UInt64
    /// `m^i`, m odd, for each block of a page, then `m^-i`.
    private let powers: [UInt64]
    /// Blocks in a chunk.
    let blocks: Int

    static let blockSize = 16
    static let blocksOfPage = Page.size / blockSize

    init(key: UInt64, chunk: Int) {
        low = mix64(key &+ 0x9E37_79B9_7F4A_7C15)
        high = mix64(low &+ 0xD1B5_4A32_D192_ED03)
        zero = RollingHash.fold(low, high)
        blocks = chunk / RollingHash.blockSize
        let point = mix64(high) | 1
        // Newton's iteration for 1/m modulo 2^64: each step doubles the number of right bits, m·m ≡ 1 modulo 8.
        var inverse = point
        for _ in 0..<5 { inverse = inverse &* (2 &- point &* inverse) }
        powers = [point, inverse].flatMap { base in
            sequence(first: 1) { $0 &* base }.prefix(RollingHash.blocksOfPage)
        }
    }

    @inline(__always)
    private static func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let product = a.multipliedFullWidth(by: b)
        return product.high ^ product.low
    }

    /// The hash of the block of 16 bytes at `address`; 0 for zeros.
    @inline(__always)
    private func block(_ address: UnsafeRawPointer) -> UInt64 {
        let a = address.loadUnaligned(as: UInt64.self)
        let b = address.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
        return RollingHash.fold(a ^ low, b ^ high) &- zero
    }

    /// Calls `body` with sums over the blocks of a page, of which none is made yet.
    @inline(__always)
    func withSums<Result>(of page: UnsafeRawPointer, _ body: (inout Sums) -> Result) -> Result {
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: RollingHash.blocksOfPage + 1) { room in
            powers.withUnsafeBufferPointer { powers in
                var sums = Sums(
                    hash: self, page: page, powers: powers.baseAddress.unsafelyUnwrapped,
                    sums: room.baseAddress.unsafelyUnwrapped)
                return body(&sums)
            }
        }
    }

    /// The sums of a page's blocks from the first one on.
    struct Sums {
        private let hash: RollingHash
        private let page: UnsafeRawPointer
        private let powers: UnsafePointer<UInt64>
        private let sums: UnsafeMutablePointer<UInt64>
        private var count = 0

        fileprivate init(
            hash: RollingHash, page: UnsafeRawPointer, powers: UnsafePointer<UInt64>,
            sums: UnsafeMutablePointer<UInt64>
        ) {
            self.hash = hash
            self.page = page
            self.powers = powers
            self.sums = sums
            sums[0] = 0
        }

        /// Sums up all blocks before block `end`.
        @inline(__always)
        mutating func extend(to end: Int) {
            let sums = sums
            let powers = powers
            var block = count
            var sum = sums[block]
            while block < end {
                sum &+= hash.block(page + block &* RollingHash.blockSize) &* powers[block]
                block &+= 1
                sums[block] = sum
            }
            count = end
        }

        /// The hash of the chunk that begins with block `first`, all of which are summed up; 0 for zeros.
        @inline(__always)
        func chunk(at first: Int) -> UInt64 {
            (sums[first &+ hash.blocks] &- sums[first]) &* powers[RollingHash.blocksOfPage &+ first]
        }
    }
}
