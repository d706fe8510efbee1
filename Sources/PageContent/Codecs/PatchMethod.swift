/// The patch codecs that settings can name.
public enum PatchMethod: String, Sendable, CaseIterable {
    /// Pagefold's own coder of copies, insertions and runs of zeros.
    case copyInsert = "copy-insert"
    /// zstd with the base page as prefix of its window.
    case zstd
    /// LZ4 with the base page as dictionary.
    case lz4

    /// A codec for one thread.
    public func makeCodec() -> any PatchCodec {
        switch self {
        case .copyInsert: CopyInsertCodec()
        case .zstd: ZstdPatchCodec()
        case .lz4: LZ4PatchCodec()
        }
    }
}

/// The compressors of single pages that settings can name.
public enum CompressionMethod: String, Sendable, CaseIterable {
    /// LZ4, fast and light.
    case lz4
    /// zstd at level 1.
    case zstd

    /// A compressor for one thread.
    public func makeCompressor() -> any PageCompressor {
        switch self {
        case .lz4: LZ4Compressor()
        case .zstd: ZstdCompressor()
        }
    }
}
