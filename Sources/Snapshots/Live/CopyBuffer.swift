import CProcess
import Files
import Glibc
import PageContent

/// Memory that a target's pages are copied into; left out of core dumps, as it holds what is not ours.
final class CopyBuffer: @unchecked Sendable {
    /// The first byte.
    let base: UnsafeMutableRawPointer
    /// How many pages fit.
    private(set) var capacity: Int

    /// Room for `pages` pages. With `touched`, the kernel provides the memory now rather than page by page while
    /// somebody waits.
    init(pages: Int, touched: Bool) throws(InputError) {
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
    func pages(_ count: Int) -> PageMemory {
        PageMemory(base: UnsafeRawPointer(base), count: count) { withExtendedLifetime(self) {} }
    }
}

/// Copies runs of pages of a stopped process.
struct PageCopier {
    /// The thread through which the process is read.
    var thread: Int32

    /// Remote ranges in one call: the kernel's `IOV_MAX`.
    private static let rangesPerCall = 1_024

    /// Copies `runs` one behind another to `target`; the numbers, from 0, of pages that cannot be read.
    func copy(_ runs: ArraySlice<PageRun>, to target: UnsafeMutableRawPointer) throws(InputError) -> [Int] {
        var unreadable: [Int] = []
        var rest = runs
        var done = 0
        while !rest.isEmpty {
            let batch = rest.prefix(PageCopier.rangesPerCall)
            try copy(batch: batch, to: target, from: done, &unreadable)
            done += batch.reduce(0) { $0 + $1.count }
            rest = rest.dropFirst(batch.count)
        }
        return unreadable
    }

    private func copy(
        batch: ArraySlice<PageRun>, to target: UnsafeMutableRawPointer, from first: Int,
        _ unreadable: inout [Int]
    ) throws(InputError) {
        var left = batch.map { (start: $0.start, bytes: $0.count * Page.size) }[...]
        var page = first
        while !left.isEmpty {
            let wanted = left.reduce(0) { $0 + $1.bytes }
            var local = iovec(iov_base: target + page * Page.size, iov_len: wanted)
            let remote = left.map {
                iovec(iov_base: UnsafeMutableRawPointer(bitPattern: UInt($0.start)), iov_len: $0.bytes)
            }
            let result = cprocess_read(thread, &local, 1, remote, remote.count)
            if result < 0 && result != -Int(EFAULT) {
                throw LiveProcess.failure(thread, number: Int32(-result))
            }
            var whole = max(result, 0) / Page.size
            page += whole
            while let head = left.first, whole * Page.size >= head.bytes {
                whole -= head.bytes / Page.size
                left.removeFirst()
            }
            guard !left.isEmpty else { break }
            left[left.startIndex].start += UInt64(whole * Page.size)
            left[left.startIndex].bytes -= whole * Page.size
            // The page that stopped the call may be one without the right to be read; a debugger's way may do.
            if !force(left[left.startIndex].start, to: target + page * Page.size) { unreadable.append(page) }
            page += 1
            left[left.startIndex].start += UInt64(Page.size)
            left[left.startIndex].bytes -= Page.size
            if left[left.startIndex].bytes == 0 { left.removeFirst() }
        }
    }

    /// Reads a page as a debugger does, whatever its protection.
    private func force(_ address: UInt64, to target: UnsafeMutableRawPointer) -> Bool {
        let file = open("/proc/\(thread)/mem", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { close(file) }
        return pread(file, target, Page.size, off_t(address)) == Page.size
    }
}
