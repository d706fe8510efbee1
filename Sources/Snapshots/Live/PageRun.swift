import CProcess
import Glibc

/// Pages of one state that lie side by side in a process.
package struct PageRun: Hashable, Sendable {
    /// The first page's address.
    package var start: UInt64
    /// How many pages.
    package var count: Int
    /// What the kernel says of them.
    package var state: PageState

    /// The address behind the last page.
    package var end: UInt64 { start + UInt64(count) * 4096 }
}

/// What the kernel's page map says of a page.
package struct PageState: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// It belongs to a file or to shared memory; else it is the process's own.
    package static let file = PageState(rawValue: 1)
    /// It is in memory.
    package static let present = PageState(rawValue: 2)
    /// It was moved out to swap space.
    package static let swapped = PageState(rawValue: 4)
    /// It is the kernel's one page of zeros.
    package static let zero = PageState(rawValue: 8)
    /// It is part of a huge page.
    package static let huge = PageState(rawValue: 16)
    /// Older kernels only: it may be the kernel's page of zeros; the content tells.
    package static let maybeZero = PageState(rawValue: 32)
}

/// Reads which pages of a process are where: by `PAGEMAP_SCAN`, which skips holes and knows zero and huge pages
/// without privileges (Linux 6.7), else from the entries of `/proc/PID/pagemap`.
struct PageScanner: ~Copyable {
    private let pagemap: Int32
    /// Whether the kernel tells zero and huge pages itself.
    private(set) var isExact = true
    private let room = 4096

    /// The scanner of the address space of `thread`; nil with `errno` set when its pagemap cannot be opened.
    init?(thread: Int32) {
        pagemap = open("/proc/\(thread)/pagemap", O_RDONLY | O_CLOEXEC)
        if pagemap < 0 { return nil }
    }

    deinit { close(pagemap) }

    /// The present and swapped pages of `range`; nil with `errno` set when the kernel refuses.
    mutating func runs(in range: Range<UInt64>) -> [PageRun]? {
        if isExact {
            if let runs = scan(range) { return runs }
            guard errno == ENOTTY || errno == EINVAL else { return nil }
            isExact = false
        }
        return entries(range)
    }

    private func scan(_ range: Range<UInt64>) -> [PageRun]? {
        var runs: [PageRun] = []
        var start = range.lowerBound
        let found = UnsafeMutablePointer<cprocess_page_run>.allocate(capacity: room)
        defer { found.deallocate() }
        while start < range.upperBound {
            var reached = start
            let count = cprocess_scan(pagemap, start, range.upperBound, found, room, &reached)
            if count < 0 {
                errno = Int32(-count)
                return nil
            }
            for index in 0..<count {
                let run = found[index]
                PageScanner.append(
                    PageRun(
                        start: run.start, count: Int((run.end - run.start) / 4096),
                        state: PageState(categories: run.categories)),
                    to: &runs)
            }
            // A kernel that makes no progress must not hang us.
            if reached <= start { break }
            start = reached
        }
        return runs
    }

    private func entries(_ range: Range<UInt64>) -> [PageRun]? {
        var runs: [PageRun] = []
        var entries = [UInt64](repeating: 0, count: 1 << 15)
        var page = range.lowerBound / 4096
        let end = range.upperBound / 4096
        while page < end {
            let wanted = min(entries.count, Int(end - page))
            let bytes = entries.withUnsafeMutableBytes {
                pread(pagemap, $0.baseAddress, wanted * 8, off_t(page * 8))
            }
            if bytes < 0 { return nil }
            if bytes < 8 { break }
            for index in 0..<(bytes / 8) {
                let state = PageState(entry: entries[index])
                if state.isDisjoint(with: [.present, .swapped]) { continue }
                PageScanner.append(
                    PageRun(start: (page + UInt64(index)) * 4096, count: 1, state: state), to: &runs)
            }
            page += UInt64(bytes / 8)
        }
        return runs
    }

    /// The frame numbers, or places in swap space, of a run's pages; 0 where the kernel hides them.
    func frames(of run: PageRun) -> [UInt64] {
        var entries = [UInt64](repeating: 0, count: run.count)
        let bytes = entries.withUnsafeMutableBytes {
            pread(pagemap, $0.baseAddress, $0.count, off_t(run.start / 4096 * 8))
        }
        // Bit 62 keeps places in swap space apart from frames.
        let mask: UInt64 = 1 << 62 | (1 << 55 - 1)
        for index in entries.indices {
            let isHidden = index >= bytes / 8 || entries[index] & (1 << 55 - 1) == 0
            entries[index] = isHidden ? 0 : entries[index] & mask
        }
        return entries
    }

    private static func append(_ run: PageRun, to runs: inout [PageRun]) {
        if let last = runs.last, last.end == run.start, last.state == run.state {
            runs[runs.count - 1].count += run.count
        } else {
            runs.append(run)
        }
    }
}

extension PageState {
    /// From the bits of `PAGEMAP_SCAN`.
    init(categories: UInt64) {
        var state: PageState = []
        if categories & UInt64(CPROCESS_FILE) != 0 { state.insert(.file) }
        if categories & UInt64(CPROCESS_PRESENT) != 0 { state.insert(.present) }
        if categories & UInt64(CPROCESS_SWAPPED) != 0 { state.insert(.swapped) }
        if categories & UInt64(CPROCESS_ZERO) != 0 { state.insert(.zero) }
        if categories & UInt64(CPROCESS_HUGE) != 0 { state.insert(.huge) }
        self = state
    }

    /// From an entry of `/proc/PID/pagemap`: bit 63 present, 62 swapped, 61 of a file or shared, 56 mapped here
    /// alone, which the page of zeros never is.
    package init(entry: UInt64) {
        var state: PageState = []
        if entry & 1 << 63 != 0 { state.insert(.present) }
        if entry & 1 << 62 != 0 { state.insert(.swapped) }
        if entry & 1 << 61 != 0 { state.insert(.file) }
        if entry & 1 << 63 != 0, entry & (1 << 61 | 1 << 56) == 0 { state.insert(.maybeZero) }
        self = state
    }
}
