import CProcess
import Files
import Glibc
import PageContent

/// Memory that a target's pages are copied into; left out of core dumps, as it holds what is not ours.
package final class CopyBuffer: @unchecked Sendable {
    /// The first byte.
    package let base: UnsafeMutableRawPointer
    /// How many pages fit.
    package private(set) var capacity: Int

    /// Room for `pages` pages. With `touched`, the kernel provides the memory now rather than page by page
    /// while somebody waits.
    package init(pages: Int, touched: Bool) throws(InputError) {
        let bytes = max(pages, 1) * Page.size
        let address = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let address, address != MAP_FAILED else {
            throw InputError("no memory for \(pages) pages: \(String(cString: strerror(errno)))")
        }
        base = address
        capacity = pages
        madvise(address, bytes, MADV_HUGEPAGE)
        madvise(address, bytes, MADV_DONTDUMP)
        if touched, madvise(address, bytes, CopyBuffer.populateForWriting) != 0 {
            for page in 0..<pages { (address + page * Page.size).storeBytes(of: 0, as: UInt8.self) }
        }
    }

    deinit { munmap(base, max(capacity, 1) * Page.size) }

    /// `MADV_POPULATE_WRITE` (Linux 5.14).
    private static let populateForWriting: Int32 = 23

    /// Gives back what lies behind the first `pages` pages.
    func shrink(to pages: Int) {
        let kept = max(pages, 1)
        guard kept < capacity else { return }
        munmap(base + kept * Page.size, (capacity - kept) * Page.size)
        capacity = kept
    }

    /// The first `count` pages, which keep this buffer alive.
    package func pages(_ count: Int) -> PageMemory {
        PageMemory(base: UnsafeRawPointer(base), count: count) { withExtendedLifetime(self) {} }
    }
}
