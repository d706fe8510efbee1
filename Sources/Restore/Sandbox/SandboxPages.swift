import CProcess
import Files
import Glibc
import PageContent
import Snapshots

/// The pages of a stopped sandbox that it alone has: what a checkpoint would hold, without shared memory, which others
/// may be using.
struct SandboxPages {
    /// Pages of one region that lie side by side.
    struct Run {
        /// The pages.
        var run: PageRun
        /// The number of the first of them among all.
        var first: Int
        /// The region that they lie in.
        var region: Range<UInt64>
        /// Whether the process may write there.
        var isWritable: Bool
        /// Whether a file lies behind, whose content shows again when a page is given up; else zeros do.
        var hasFile: Bool
    }

    /// By address.
    let runs: [Run]
    /// How many pages.
    let count: Int

    /// The pages of `space`.
    init(_ space: AddressSpace) {
        var runs: [Run] = []
        var count = 0
        for content in space.contents {
            let region = space.regions[content.region]
            if region.isShared { continue }
            runs.append(
                Run(
                    run: content.run, first: count, region: region.range, isWritable: region.isWritable,
                    hasFile: region.hasFile))
            count += content.run.count
        }
        self.runs = runs
        self.count = count
    }

    /// A copy of the contents.
    func contents(of process: Int32) throws(InputError) -> PageMemory {
        let buffer = try CopyBuffer(pages: count, touched: true)
        var copier = try PageCopier(thread: process, to: buffer.base)
        try copier.copy(runs.map(\.run))
        guard copier.unreadable.isEmpty else {
            throw InputError(
                file: "process \(process)", "holds \(copier.unreadable.count) pages that may not be read")
        }
        return buffer.pages(count)
    }

    /// The address of each page.
    var addresses: [UInt64] {
        runs.flatMap { run in (0..<run.run.count).map { run.run.start + UInt64($0 * Page.size) } }
    }

    /// What is given up at once: of memory the whole region, of files only the pages that were copied.
    var droppable: [Range<UInt64>] {
        var ranges: [Range<UInt64>] = []
        for run in runs {
            let range = run.hasFile ? run.run.start..<run.run.end : run.region
            if let last = ranges.last, last == range { continue }
            if let last = ranges.last, last.upperBound == range.lowerBound, run.hasFile {
                ranges[ranges.count - 1] = last.lowerBound..<range.upperBound
            } else {
                ranges.append(range)
            }
        }
        return ranges
    }

    /// The regions without a file, each once: those whose missing pages userfaultfd can report.
    var watchable: [Range<UInt64>] {
        var ranges: [Range<UInt64>] = []
        for run in runs where !run.hasFile && ranges.last != run.region { ranges.append(run.region) }
        return ranges
    }
}

extension StoppedSandbox {
    /// Makes the process give up `pages`; how many regions refused (locked memory, huge pages of hugetlbfs).
    func drop(_ pages: SandboxPages) throws(InputError) -> Int {
        var refused = 0
        for range in pages.droppable {
            let result = try call(
                CPROCESS_MADVISE, range.lowerBound, UInt64(range.count), UInt64(MADV_DONTNEED))
            if result != 0 { refused += 1 }
        }
        return refused
    }

    /// A descriptor, ours, that reports what the process finds missing in its memory.
    /// - Throws: `InputError` when the kernel does not allow it.
    func makeFaults() throws(InputError) -> Int32 {
        let theirs = try call(CPROCESS_USERFAULTFD, UInt64(O_CLOEXEC | O_NONBLOCK))
        guard theirs >= 0 else {
            throw InputError(
                file: "process \(process)",
                "userfaultfd is refused: \(String(cString: strerror(Int32(-theirs))))", remedy: "run as root")
        }
        defer { _ = try? call(CPROCESS_CLOSE, UInt64(theirs)) }
        let ours = cprocess_take_descriptor(process, Int32(theirs))
        guard ours >= 0 else {
            throw InputError(
                file: "process \(process)",
                "its userfaultfd cannot be taken over: \(String(cString: strerror(-ours)))")
        }
        return ours
    }
}
