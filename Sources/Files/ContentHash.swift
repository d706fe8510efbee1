import CXXHash

/// XXH3 with 64 bits, of libxxhash: the hash of bytes wherever no format fixes another one. It tells contents apart
/// and notices damage; it is not a defence against forgery.
public enum ContentHash {
    /// The hash of `count` bytes at `address`, as `xxhsum -H3` prints it. Different contents have the same hash with
    /// a probability of about 2^-64.
    @inlinable
    public static func of(_ address: UnsafeRawPointer, count: Int) -> UInt64 { CXXHash_of(address, count) }

    /// The hash under `seed`; under another one, equal bytes have another hash.
    @inlinable
    public static func of(_ address: UnsafeRawPointer, count: Int, seed: UInt64) -> UInt64 {
        CXXHash_seeded(address, count, seed)
    }

    /// Whose code it is: `libxxhash 0.8.1`, with ` (dispatching)` where it chooses instructions by the processor.
    public static var library: String {
        let version = XXH_versionNumber()
        return "libxxhash \(version / 10_000).\(version / 100 % 100).\(version % 100)"
            + (CXXHash_chooses() != 0 ? " (dispatching)" : "")
    }
}

/// The hash of bytes that come piece by piece; that of `ContentHash.of` for all of them together.
public struct RunningContentHash: ~Copyable {
    private let state: OpaquePointer

    /// The hash of nothing yet.
    public init() {
        guard let state = XXH3_createState() else { preconditionFailure("no memory for the state of a hash") }
        self.state = state
        XXH3_64bits_reset(state)
    }

    deinit { XXH3_freeState(state) }

    /// Takes in the next bytes; the split into calls does not matter.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        guard let base = bytes.baseAddress else { return }
        _ = CXXHash_update(state, base, bytes.count)
    }

    /// The hash of all bytes taken in so far.
    public var value: UInt64 { XXH3_64bits_digest(state) }

    /// The hash as 16 hexadecimal digits.
    public var text: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
