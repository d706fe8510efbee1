import EventKernel

/// Hashes chunks of 16·n bytes so that all chunks of a page in steps of 16 bytes cost little more than one pass.
///
/// Each block of 16 bytes has a hash `h` of its own (the two halves of a 64×64→128-bit product, xored); the hash of a
/// chunk of `n` blocks is the polynomial `Σ h(i)·m^(n-1-i)` modulo 2^64, which rolls: the next chunk's hash takes two
/// multiplications whatever the chunk's size. Two given chunks that differ have the same hash with a probability of
/// about 2^-64 over the keys.
struct ChunkHash: Sendable {
    private let low: UInt64
    private let high: UInt64
    /// The polynomial's point; odd.
    let point: UInt64
    /// `point` to the power of the number of blocks in a chunk.
    let leaving: UInt64
    /// Blocks in a chunk.
    let blocks: Int

    static let blockSize = 16

    init(key: UInt64, chunk: Int) {
        low = mix64(key &+ 0x9E37_79B9_7F4A_7C15)
        high = mix64(low &+ 0xD1B5_4A32_D192_ED03)
        point = mix64(high) | 1
        blocks = chunk / ChunkHash.blockSize
        var power: UInt64 = 1
        for _ in 0..<blocks { power = power &* point }
        leaving = power
    }

    /// The hash of the block of 16 bytes at `address`, and whether it is not all zeros.
    @inline(__always)
    func block(_ address: UnsafeRawPointer) -> (hash: UInt64, isUsed: Bool) {
        let a = address.loadUnaligned(as: UInt64.self)
        let b = address.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
        let product = (a ^ low).multipliedFullWidth(by: b ^ high)
        return (product.high ^ product.low, a | b != 0)
    }

    /// The hash of the chunk at `address`, and whether it is not all zeros.
    func chunk(_ address: UnsafeRawPointer) -> (hash: UInt64, isUsed: Bool) {
        var hash: UInt64 = 0
        var isUsed = false
        for index in 0..<blocks {
            let next = block(address + index &* ChunkHash.blockSize)
            hash = hash &* point &+ next.hash
            isUsed = isUsed || next.isUsed
        }
        return (hash, isUsed)
    }
}
