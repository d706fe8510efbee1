import CProcess
import Files
import Glibc
import PageContent
import Snapshots

/// Base sandboxes that live, each in its process, whose pages are copied out of it (`process_vm_readv`). They must not
/// run meanwhile.
final class LivingBases: BaseReader {
    /// A base sandbox and where its pages lie.
    struct Base {
        /// Its process.
        var process: Int32
        /// The address of each page.
        var addresses: [UInt64]
    }

    private let bases: [Base]
    private let room: UnsafeMutableRawPointer
    private var remote: [iovec] = []

    /// The kernel's limit of ranges in one call.
    private static let rangesPerCall = 1_024

    /// For at most `most` pages at a time.
    init(_ bases: [Base], most: Int) {
        self.bases = bases
        room = .allocate(byteCount: most * Page.size, alignment: Page.size)
        room.initializeMemory(as: UInt8.self, repeating: 0, count: most * Page.size)
    }

    deinit { room.deallocate() }

    func read(_ pages: ArraySlice<BasePlace>) throws(InputError) -> UnsafeRawPointer {
        var next = pages.startIndex
        while next < pages.endIndex {
            let base = pages[next].base
            // One call for as many pages as are of the same process; neighbours are one range.
            let first = next
            remote.removeAll(keepingCapacity: true)
            while next < pages.endIndex, pages[next].base == base {
                let address = bases[base].addresses[pages[next].page]
                if !extend(address) {
                    if remote.count == LivingBases.rangesPerCall { break }
                    remote.append(
                        iovec(
                            iov_base: UnsafeMutableRawPointer(bitPattern: UInt(address)), iov_len: Page.size))
                }
                next += 1
            }
            let bytes = (next - first) * Page.size
            let local = [iovec(iov_base: room + (first - pages.startIndex) * Page.size, iov_len: bytes)]
            let count = cprocess_read(bases[base].process, local, 1, remote, remote.count)
            guard count == bytes else {
                throw LiveProcess.failure(bases[base].process, number: count < 0 ? Int32(-count) : EFAULT)
            }
        }
        return UnsafeRawPointer(room)
    }

    /// Whether the page at `address` follows the last range, which then holds it too.
    private func extend(_ address: UInt64) -> Bool {
        guard let last = remote.last,
            UInt64(UInt(bitPattern: last.iov_base)) + UInt64(last.iov_len) == address
        else { return false }
        remote[remote.count - 1].iov_len += Page.size
        return true
    }
}
