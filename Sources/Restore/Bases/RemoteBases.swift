import PageContent
import Verbs

/// Base images on the serving side of an RDMA adapter, whose pages are read one-sidedly; pages that follow each other
/// are read as one.
final class RemoteBases: BaseReader {
    private let remote: RemotePages

    /// For at most `most` pages at a time.
    /// - Throws: `VerbsError` without an adapter, or when too little memory may be locked.
    init(_ images: [PageMemory], most: Int) throws(VerbsError) {
        remote = try RemotePages(
            loopback: images.map { UnsafeRawBufferPointer(start: $0.base, count: $0.count * Page.size) },
            most: most)
    }

    /// Whether the adapter is none, but software that does as one would.
    var isEmulated: Bool { remote.facts.isEmulated }

    func read(_ pages: ArraySlice<BasePlace>) throws -> UnsafeRawPointer {
        try remote.read(pages.map { BasePage(base: $0.base, page: $0.page) }, merging: true)
        // There is a buffer, as at least one page fits.
        return remote.buffer.baseAddress.unsafelyUnwrapped
    }
}
