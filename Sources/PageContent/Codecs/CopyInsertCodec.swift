/// Pagefold's own coder of copies, insertions and runs of zeros.
public final class CopyInsertCodec: PatchCodec {
    /// A codec.
    public init() {}

    public func encode(
        _ page: UnsafeRawPointer, base: UnsafeRawPointer, into output: UnsafeMutableRawBufferPointer
    ) -> Int? {
        nil
    }

    public func apply(
        _ patch: UnsafeRawBufferPointer, base: UnsafeRawPointer, into page: UnsafeMutableRawPointer
    ) -> Bool {
        false
    }
}
