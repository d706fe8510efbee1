/// Writes a page as a patch against a base page, and applies it. A codec keeps scratch memory: it serves one
/// thread at a time.
public protocol PatchCodec: AnyObject {
    /// Writes the patch that makes `page` out of `base` (each `Page.size` bytes) to `output`.
    ///
    /// - Returns: the patch's size in bytes; nil when it does not fit into `output`.
    func encode(
        _ page: UnsafeRawPointer, base: UnsafeRawPointer, into output: UnsafeMutableRawBufferPointer
    ) -> Int?

    /// Makes a page of `Page.size` bytes out of `base` and `patch`.
    ///
    /// - Returns: false when the patch is damaged; then `page` holds anything, but nothing beyond it was touched.
    func apply(
        _ patch: UnsafeRawBufferPointer, base: UnsafeRawPointer, into page: UnsafeMutableRawPointer
    ) -> Bool
}

/// Compresses a page alone, without a base. Serves one thread at a time.
public protocol PageCompressor: AnyObject {
    /// Writes `page` compressed to `output`.
    ///
    /// - Returns: the compressed size in bytes; nil when it does not fit into `output`.
    func compress(_ page: UnsafeRawPointer, into output: UnsafeMutableRawBufferPointer) -> Int?

    /// Makes the page of `Page.size` bytes out of what `compress` wrote.
    ///
    /// - Returns: false when the bytes are damaged; nothing beyond `page` was touched.
    func decompress(_ bytes: UnsafeRawBufferPointer, into page: UnsafeMutableRawPointer) -> Bool
}
