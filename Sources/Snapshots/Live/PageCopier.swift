import CProcess
import Files
import Glibc
import PageContent

/// Copies runs of pages of a stopped process.
///
/// `process_vm_readv` is the fastest way, but it pins pages, and the kernel gives a process a copy of its own
/// of each pinned page that it still shares with a forked relative or through KSM (`gup_must_unshare`). To
/// look at a process must not change what it takes: such pages, and those without the right to be read, are
/// read through `/proc/PID/mem`, as debuggers do, which only takes a reference.
package struct PageCopier: ~Copyable {
    /// A run and the page of the buffer that it goes to.
    fileprivate struct Piece {
        var start: UInt64
        var count: Int
        var page: Int
    }

    private let thread: Int32
    private let memory: Int32
    private let target: UnsafeMutableRawPointer
    /// Pages that cannot be read, by their number in the target, in no order.
    package private(set) var unreadable: [Int] = []

    /// Remote ranges in one call: the kernel's `IOV_MAX`.
    private static let rangesPerCall = 1_024

    /// Copies from the process of `thread` to `target` on.
    package init(thread: Int32, to target: UnsafeMutableRawPointer) throws(InputError) {
        let memory = open("/proc/\(thread)/mem", O_RDONLY | O_CLOEXEC)
        if memory < 0 { throw LiveProcess.failure(thread, number: errno) }
        self.thread = thread
        self.memory = memory
        self.target = target
    }

    deinit { close(memory) }

    /// Copies `runs` one behind another.
    package mutating func copy(_ runs: some Sequence<PageRun>) throws(InputError) {
        var own: [Piece] = []
        var page = 0
        for run in runs {
            let piece = Piece(start: run.start, count: run.count, page: page)
            page += run.count
            if run.state.isDisjoint(with: [.common, .maybeZero, .swapped]) {
                own.append(piece)
            } else {
                peek(piece)
            }
        }
        var rest = own[...]
        while !rest.isEmpty {
            try read(rest.prefix(PageCopier.rangesPerCall))
            rest = rest.dropFirst(PageCopier.rangesPerCall)
        }
    }

    /// Copies pieces in one call, or as many as it takes around pages that cannot be read so.
    private mutating func read(_ batch: ArraySlice<Piece>) throws(InputError) {
        var left = batch
        while var head = left.first {
            let local = left.map {
                iovec(iov_base: target + $0.page * Page.size, iov_len: $0.count * Page.size)
            }
            let remote = left.map {
                iovec(
                    iov_base: UnsafeMutableRawPointer(bitPattern: UInt($0.start)),
                    iov_len: $0.count * Page.size)
            }
            let result = cprocess_read(thread, local, local.count, remote, remote.count)
            if result < 0 && result != -Int(EFAULT) {
                throw LiveProcess.failure(thread, number: Int32(-result))
            }
            var whole = max(result, 0) / Page.size
            while let next = left.first, whole >= next.count {
                whole -= next.count
                left.removeFirst()
            }
            guard let next = left.first else { break }
            head = next.dropped(whole)
            // The page that ended the call.
            peek(Piece(start: head.start, count: 1, page: head.page))
            left[left.startIndex] = head.dropped(1)
            if head.count == 1 { left.removeFirst() }
        }
    }

    /// Copies a piece as debuggers do: whatever the protection, and without a trace.
    private mutating func peek(_ piece: Piece) {
        var piece = piece
        while piece.count > 0 {
            let place = target + piece.page * Page.size
            let bytes = pread(memory, place, min(piece.count, 1 << 18) * Page.size, off_t(piece.start))
            if bytes < 0 && errno == EINTR { continue }
            let whole = max(bytes, 0) / Page.size
            if whole == 0 { unreadable.append(piece.page) }
            piece = piece.dropped(max(whole, 1))
        }
    }
}

extension PageCopier.Piece {
    /// What is left after `pages` pages.
    fileprivate func dropped(_ pages: Int) -> Self {
        Self(start: start + UInt64(pages * Page.size), count: count - pages, page: page + pages)
    }
}
