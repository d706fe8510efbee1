import Files
import PageContent

/// Makes pages again out of patches. Serves one thread.
final class PageBuilder {
    private let codec: any PatchCodec
    private let room: UnsafeMutableRawPointer

    /// For at most `most` patches at a time.
    init(_ method: PatchMethod, most: Int) {
        codec = method.makeCodec()
        room = .allocate(byteCount: most * Page.size, alignment: Page.size)
        room.initializeMemory(as: UInt8.self, repeating: 0, count: most * Page.size)
    }

    deinit { room.deallocate() }

    /// The page that patch `number` of `image` makes out of the base page at `base`; it lies in `slot` until that is
    /// used again.
    func page(
        _ number: Int, of image: borrowing DedupedImage, base: UnsafeRawPointer, slot: Int
    ) throws(InputError) -> UnsafeRawPointer {
        let page = room + slot * Page.size
        guard image.withPatch(number, { codec.apply($0, base: base, into: page) }) else {
            throw InputError("a patch does not fit its base page", remedy: "the base sandbox has changed")
        }
        return UnsafeRawPointer(page)
    }
}
