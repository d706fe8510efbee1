import EventKernel
import Files

/// The hash of a chunk by itself, XXH3 under a key. A chunk of zeros, and but for a probability of 2^-64 no other, has
/// the hash 0.
struct ChunkHash: Sendable {
    /// Bytes in a chunk.
    let size: Int
    private let seed: UInt64
    /// The hash of zeros before it is taken off.
    private let zeros: UInt64

    init(key: UInt64, chunk: Int) {
        size = chunk
        let seed = mix64(key &+ 0x9E37_79B9_7F4A_7C15)
        self.seed = seed
        zeros = withUnsafeTemporaryAllocation(byteCount: chunk, alignment: 16) { room in
            let bytes = UnsafeRawBufferPointer(room)
            room.initializeMemory(as: UInt8.self, repeating: 0)
            return bytes.baseAddress.map { ContentHash.of($0, count: chunk, seed: seed) } ?? 0
        }
    }

    /// The hash of the chunk at `address`; 0 for zeros.
    @inline(__always)
    func callAsFunction(_ address: UnsafeRawPointer) -> UInt64 {
        ContentHash.of(address, count: size, seed: seed) &- zeros
    }
}
