/// The hash of a whole page, to tell whether a page is still what it was: pages that differ have the same hash with a
/// probability of about 2^-64 over the keys. Zeros have the hash 0.
public struct PageHash: Sendable {
    private let hash: ChunkHash

    /// The hash under `key`.
    public init(key: UInt64) { hash = ChunkHash(key: key, chunk: Page.size) }

    /// The hash of the page at `address`.
    public func callAsFunction(_ address: UnsafeRawPointer) -> UInt64 { hash.chunk(address) }
}
