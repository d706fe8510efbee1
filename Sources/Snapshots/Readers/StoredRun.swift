import Files
import Glibc
import PageContent

/// Pages that lie one after another in a file.
struct StoredRun {
    /// Which of the files.
    var file: InputFile
    /// The byte where the first page begins; it need not be a multiple of the page size, and lies before the
    /// file's beginning when the page's first bytes are not stored.
    var offset: Int
    /// How many pages; all of them lie in the file, save what is missing of the first and the last.
    var count: Int
    /// What they are.
    var kind: PageKind
    /// Where they lie in the sandbox.
    var places: PlaceRun
    /// How many bytes of the first page are not stored; they are taken to be zeros.
    var missingBefore = 0
    /// How many bytes of the last page are not stored.
    var missingAfter = 0

    /// The bytes of the file that hold the pages.
    var bytes: Range<Int> { (offset + missingBefore)..<(offset + count * Page.size - missingAfter) }

    /// How many pages are stored in part only.
    var incomplete: Int {
        count == 1 && missingBefore + missingAfter > 0
            ? 1 : (missingBefore > 0 ? 1 : 0) + (missingAfter > 0 ? 1 : 0)
    }

    /// The pages that hold `size` bytes, at least one, which lie at `address` in memory and at `offset` in the
    /// file; neither need be a multiple of the page size.
    static func covering(
        _ file: InputFile, offset: Int, size: Int, address: UInt64, kind: PageKind, places: PlaceRun
    ) -> StoredRun {
        let before = Int(address % UInt64(Page.size))
        let count = (before + size + Page.size - 1) / Page.size
        return StoredRun(
            file: file, offset: offset - before, count: count, kind: kind, places: places,
            missingBefore: before, missingAfter: count * Page.size - before - size)
    }

    /// The parts that the file system stores. A page that lies wholly in a hole is in none of them.
    func stored() -> [StoredRun] {
        var parts: [StoredRun] = []
        let end = bytes.upperBound
        var position = bytes.lowerBound
        var next = 0
        while let data = file.data(in: position..<end) {
            position = data.upperBound
            let first = max((data.lowerBound - offset) / Page.size, next)
            let last = (data.upperBound - offset + Page.size - 1) / Page.size
            if last <= first { continue }
            next = last
            var part = self
            part.offset += first * Page.size
            part.places = places.dropping(first)
            part.count = last - first
            if first > 0 { part.missingBefore = 0 }
            if last < count { part.missingAfter = 0 }
            parts.append(part)
        }
        return parts
    }

    /// Fills `target` with the pages from number `first` on, zeros where the file does not store them.
    func read(into target: UnsafeMutableRawBufferPointer, from first: Int) throws(InputError) {
        let begin = offset + first * Page.size
        let wanted = max(begin, bytes.lowerBound)..<min(begin + target.count, bytes.upperBound)
        let (before, after) = (wanted.lowerBound - begin, begin + target.count - wanted.upperBound)
        // Memory that was used before may hold other pages.
        UnsafeMutableRawBufferPointer(rebasing: target.prefix(before)).initializeMemory(
            as: UInt8.self, repeating: 0)
        UnsafeMutableRawBufferPointer(rebasing: target.suffix(after)).initializeMemory(
            as: UInt8.self, repeating: 0)
        let middle = target.dropFirst(before).dropLast(after)
        try file.read(into: UnsafeMutableRawBufferPointer(rebasing: middle), at: wanted.lowerBound)
    }
}

/// Gathers the pages of runs into one block of private memory.
///
/// It takes 4,113 bytes for each page of the runs that the file system stores, and nothing for holes.
struct GatheredPages {
    let memory: PageMemory
    let kinds: [PageKind]
    let places: [PagePlace]
    /// Pages that the runs name and that were left out: holes, and pages of zeros if they were not wanted.
    let leftOut: Int
    /// How many of the pages lie in holes of their files.
    let inHoles: Int
    /// How many pages are stored in part only.
    let incomplete: Int

    /// Reads the pages of `runs`.
    /// - Parameters:
    ///   - keepsZeros: whether pages of zeros that the file stores are pages like others.
    ///   - path: what errors that concern no single file name.
    init(_ runs: [StoredRun], keepsZeros: Bool, path: String) throws(InputError) {
        let stored = runs.flatMap { $0.stored() }
        let named = runs.reduce(0) { $0 + $1.count }
        let total = stored.reduce(0) { $0 + $1.count }
        for run in stored where !run.places.isSound(run.count) {
            throw InputError(
                file: run.file.path, "has a page beyond 16 TiB in a region (byte \(run.offset))",
                remedy: "the file is damaged")
        }
        guard var block = PrivateBlock(pages: total) else {
            throw InputError(
                file: path, "takes \(total) pages of memory, which the system refuses",
                remedy: "free memory or use a larger machine")
        }
        var kinds: [PageKind] = []
        var places: [PagePlace] = []
        kinds.reserveCapacity(total)
        places.reserveCapacity(total)
        // So few that they are still in the cache when they are looked at for zeros.
        let step = 64
        for run in stored {
            for first in stride(from: 0, to: run.count, by: step) {
                let count = min(step, run.count - first)
                let target = block.next(count)
                try run.read(into: target, from: first)
                for page in 0..<count {
                    guard block.take(page, of: target, unlessZero: !keepsZeros) else { continue }
                    kinds.append(run.kind)
                    places.append(run.places[first + page])
                }
            }
        }
        self.kinds = kinds
        self.places = places
        leftOut = named - block.count
        inHoles = named - total
        incomplete = stored.reduce(0) { $0 + $1.incomplete }
        memory = block.finish()
    }
}

/// Anonymous memory that is filled page by page and then never changes. It is left out of core dumps.
private struct PrivateBlock {
    private let base: UnsafeMutableRawPointer?
    private let pages: Int
    /// Pages filled so far.
    private(set) var count = 0

    /// Room for `pages` pages; nil when the system refuses. Room that is never filled takes no memory.
    init?(pages: Int) {
        self.pages = pages
        if pages == 0 {
            base = nil
            return
        }
        let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
        let address = mmap(nil, pages * Page.size, PROT_READ | PROT_WRITE, flags, -1, 0)
        guard let address, address != MAP_FAILED else { return nil }
        // Advice only: fewer page faults, and no foreign memory in core dumps.
        madvise(address, pages * Page.size, MADV_HUGEPAGE)
        madvise(address, pages * Page.size, MADV_DONTDUMP)
        base = address
    }

    /// Where the next `wanted` pages are to be put.
    func next(_ wanted: Int) -> UnsafeMutableRawBufferPointer {
        precondition(wanted <= pages - count, "more pages than there is room for")
        let bytes = UnsafeMutableRawBufferPointer(start: base, count: pages * Page.size)
        return UnsafeMutableRawBufferPointer(
            rebasing: bytes[(count * Page.size)...].prefix(wanted * Page.size))
    }

    /// Keeps page `page` of what was put there, moving it up if others before it were not kept; false when it
    /// is not kept.
    mutating func take(_ page: Int, of target: UnsafeMutableRawBufferPointer, unlessZero: Bool) -> Bool {
        let source = UnsafeMutableRawBufferPointer(rebasing: target[(page * Page.size)...].prefix(Page.size))
        guard let from = source.baseAddress, let base else { return false }
        if unlessZero, Page.isZero(from) { return false }
        let to = base + count * Page.size
        if to != from { to.copyMemory(from: from, byteCount: Page.size) }
        count += 1
        return true
    }

    /// Hands the pages over; room that was not needed is given back with them.
    func finish() -> PageMemory {
        guard let base else { return PageMemory(copying: []) }
        let address = Int(bitPattern: base)
        let size = pages * Page.size
        if count < pages {
            // What the last, shorter block left behind.
            let rest = base + count * Page.size
            madvise(rest, size - count * Page.size, MADV_DONTNEED)
        }
        return PageMemory(base: base, count: count) {
            munmap(UnsafeMutableRawPointer(bitPattern: address), size)
        }
    }
}
