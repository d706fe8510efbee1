/// Pagefold's own coder of copies, insertions and runs of zeros, made for memory: a word of 8 bytes is its unit,
/// and pointers that moved together cost next to nothing. `CopyInsertFormat` describes the patches.
///
/// Medes uses xdelta3 at level 1 (Saxena et al., EuroSys'22, section 4.1.2), whose patches are larger and take
/// several times as long to make and to apply.
public final class CopyInsertCodec: PatchCodec {
    private var encoder = CopyInsertEncoder()
    private let scratch = UnsafeMutableRawPointer.allocate(
        byteCount: CopyInsertDecoder.scratchSize, alignment: 64)

    /// A codec.
    public init() {}

    deinit {
        encoder.deallocate()
        scratch.deallocate()
    }

    public func encode(
        _ page: UnsafeRawPointer, base: UnsafeRawPointer, into output: UnsafeMutableRawBufferPointer
    ) -> Int? {
        let size = encoder.encode(page, base: base, limit: min(output.count, CopyInsertEncoder.largest))
        guard let size, let target = output.baseAddress else { return nil }
        target.copyMemory(from: encoder.patch, byteCount: size)
        return size
    }

    public func apply(
        _ patch: UnsafeRawBufferPointer, base: UnsafeRawPointer, into page: UnsafeMutableRawPointer
    ) -> Bool {
        guard let start = patch.baseAddress else { return false }
        var decoder = CopyInsertDecoder(
            patch: start, count: patch.count, base: base, page: page, scratch: scratch)
        return decoder.run()
    }
}
