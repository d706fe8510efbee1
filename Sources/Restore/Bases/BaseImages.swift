import PageContent

/// A page of a base sandbox: which of them, and which of its pages.
public struct BasePlace: Sendable, Hashable {
    /// The base, by its place in the list.
    public var base: Int
    /// The page's number in it.
    public var page: Int

    /// Page `page` of base `base`.
    public init(base: Int, page: Int) {
        self.base = base
        self.page = page
    }
}

/// The way in which base pages come to a restore.
protocol BaseReader: AnyObject {
    /// Reads pages in the order given; where they lie one behind another, until the next call.
    func read(_ pages: ArraySlice<BasePlace>) throws -> UnsafeRawPointer
}

/// Base images in this process, copied page by page: what a page server of the same node would do.
final class LocalBases: BaseReader {
    private let images: [PageMemory]
    private let room: UnsafeMutableRawPointer

    /// For at most `most` pages at a time.
    init(_ images: [PageMemory], most: Int) {
        self.images = images
        room = .allocate(byteCount: most * Page.size, alignment: Page.size)
        room.initializeMemory(as: UInt8.self, repeating: 0, count: most * Page.size)
    }

    deinit { room.deallocate() }

    func read(_ pages: ArraySlice<BasePlace>) -> UnsafeRawPointer {
        for (slot, place) in pages.enumerated() {
            (room + slot * Page.size).copyMemory(
                from: images[place.base].page(place.page), byteCount: Page.size)
        }
        return UnsafeRawPointer(room)
    }
}
