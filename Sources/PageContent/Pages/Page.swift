import Files

/// A page of memory: what is captured, fingerprinted and patched as a whole.
public enum Page {
    /// Bytes in a page: 4 KiB, that of x86-64 and of Medes (Saxena et al., EuroSys'22, section 4.1).
    public static let size = 4096

    /// Whether the page at `address` holds nothing but zeros.
    ///
    /// Most pages that are not zero say so within their first bytes.
    @inlinable
    public static func isZero(_ address: UnsafeRawPointer) -> Bool {
        var offset = 0
        while offset < size {
            var bits = SIMD8<UInt64>.zero
            for step in 0..<4 {
                bits |= address.loadUnaligned(fromByteOffset: offset &+ step &* 64, as: SIMD8<UInt64>.self)
            }
            if bits != .zero { return false }
            offset &+= 256
        }
        return true
    }

    /// The hash of the page at `address` (`ContentHash`), to tell equal pages, or whether one is still what it was.
    @inlinable
    public static func hash(_ address: UnsafeRawPointer) -> UInt64 { ContentHash.of(address, count: size) }
}
