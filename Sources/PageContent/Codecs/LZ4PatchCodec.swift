import CLZ4

/// LZ4 with the base page as dictionary.
public final class LZ4PatchCodec: PatchCodec {
    private let stream = LZ4_createStream()

    /// A codec at LZ4's default speed.
    public init() { precondition(stream != nil, "out of memory") }

    deinit { LZ4_freeStream(stream) }

    /// Writes a patch, as `PatchCodec` says.
    public func encode(
        _ page: UnsafeRawPointer, base: UnsafeRawPointer, into output: UnsafeMutableRawBufferPointer
    ) -> Int? {
        LZ4_loadDict(stream, base.assumingMemoryBound(to: CChar.self), CInt(Page.size))
        let size = LZ4_compress_fast_continue(
            stream, page.assumingMemoryBound(to: CChar.self),
            output.baseAddress?.assumingMemoryBound(to: CChar.self), CInt(Page.size),
            CInt(clamping: output.count), 1)
        return size > 0 ? Int(size) : nil
    }

    /// Applies a patch, as `PatchCodec` says.
    public func apply(
        _ patch: UnsafeRawBufferPointer, base: UnsafeRawPointer, into page: UnsafeMutableRawPointer
    ) -> Bool {
        LZ4_decompress_safe_usingDict(
            patch.baseAddress?.assumingMemoryBound(to: CChar.self),
            page.assumingMemoryBound(to: CChar.self), CInt(clamping: patch.count), CInt(Page.size),
            base.assumingMemoryBound(to: CChar.self), CInt(Page.size)) == CInt(Page.size)
    }
}

/// LZ4 of a single page.
public final class LZ4Compressor: PageCompressor {
    /// A compressor at LZ4's default speed.
    public init() {}

    /// Compresses a page, as `PageCompressor` says.
    public func compress(_ page: UnsafeRawPointer, into output: UnsafeMutableRawBufferPointer) -> Int? {
        let size = LZ4_compress_default(
            page.assumingMemoryBound(to: CChar.self),
            output.baseAddress?.assumingMemoryBound(to: CChar.self), CInt(Page.size),
            CInt(clamping: output.count))
        return size > 0 ? Int(size) : nil
    }

    /// Restores a page, as `PageCompressor` says.
    public func decompress(_ bytes: UnsafeRawBufferPointer, into page: UnsafeMutableRawPointer) -> Bool {
        LZ4_decompress_safe(
            bytes.baseAddress?.assumingMemoryBound(to: CChar.self),
            page.assumingMemoryBound(to: CChar.self), CInt(clamping: bytes.count), CInt(Page.size))
            == CInt(Page.size)
    }
}
