import CZstd

/// zstd with the base page as the prefix of its window (`ZSTD_CCtx_refPrefix`): what the base holds costs only a
/// reference. A patch is one zstd frame without its first four bytes, which are the same in every frame.
public final class ZstdPatchCodec: PatchCodec {
    private let compression = ZSTD_createCCtx()
    private let decompression = ZSTD_createDCtx()
    /// A whole frame: its magic number and the patch.
    private let frame = UnsafeMutableRawBufferPointer.allocate(
        byteCount: ZstdPatchCodec.magic + ZSTD_compressBound(Page.size), alignment: 16)

    /// The size of the number that every frame begins with.
    private static let magic = 4

    /// A codec at compression level `level`; 3 is zstd's default.
    public init(level: Int = 3) {
        precondition(compression != nil && decompression != nil, "out of memory")
        ZSTD_CCtx_setParameter(compression, ZSTD_c_compressionLevel, CInt(level))
        ZSTD_CCtx_setParameter(compression, ZSTD_c_contentSizeFlag, 0)
    }

    deinit {
        ZSTD_freeCCtx(compression)
        ZSTD_freeDCtx(decompression)
        frame.deallocate()
    }

    /// Writes a patch, as `PatchCodec` says.
    public func encode(
        _ page: UnsafeRawPointer, base: UnsafeRawPointer, into output: UnsafeMutableRawBufferPointer
    ) -> Int? {
        ZSTD_CCtx_refPrefix(compression, base, Page.size)
        let capacity = min(frame.count, output.count + ZstdPatchCodec.magic)
        let size = ZSTD_compress2(compression, frame.baseAddress, capacity, page, Page.size)
        guard ZSTD_isError(size) == 0 else { return nil }
        output.copyMemory(from: UnsafeRawBufferPointer(rebasing: frame[ZstdPatchCodec.magic..<size]))
        return size - ZstdPatchCodec.magic
    }

    /// Applies a patch, as `PatchCodec` says.
    public func apply(
        _ patch: UnsafeRawBufferPointer, base: UnsafeRawPointer, into page: UnsafeMutableRawPointer
    ) -> Bool {
        guard !patch.isEmpty, patch.count <= frame.count - ZstdPatchCodec.magic else { return false }
        frame.storeBytes(of: UInt32(ZSTD_MAGICNUMBER).littleEndian, as: UInt32.self)
        UnsafeMutableRawBufferPointer(rebasing: frame[ZstdPatchCodec.magic...]).copyMemory(from: patch)
        ZSTD_DCtx_refPrefix(decompression, base, Page.size)
        return ZSTD_decompressDCtx(
            decompression, page, Page.size, frame.baseAddress, patch.count + ZstdPatchCodec.magic)
            == Page.size
    }
}

/// zstd of a single page.
public final class ZstdCompressor: PageCompressor {
    private let compression = ZSTD_createCCtx()
    private let decompression = ZSTD_createDCtx()

    /// A compressor at `level`.
    public init(level: Int = 1) {
        precondition(compression != nil && decompression != nil, "out of memory")
        ZSTD_CCtx_setParameter(compression, ZSTD_c_compressionLevel, CInt(level))
        ZSTD_CCtx_setParameter(compression, ZSTD_c_contentSizeFlag, 0)
    }

    deinit {
        ZSTD_freeCCtx(compression)
        ZSTD_freeDCtx(decompression)
    }

    /// Compresses a page, as `PageCompressor` says.
    public func compress(_ page: UnsafeRawPointer, into output: UnsafeMutableRawBufferPointer) -> Int? {
        let size = ZSTD_compress2(compression, output.baseAddress, output.count, page, Page.size)
        return ZSTD_isError(size) == 0 ? size : nil
    }

    /// Restores a page, as `PageCompressor` says.
    public func decompress(_ bytes: UnsafeRawBufferPointer, into page: UnsafeMutableRawPointer) -> Bool {
        ZSTD_decompressDCtx(decompression, page, Page.size, bytes.baseAddress, bytes.count) == Page.size
    }
}
