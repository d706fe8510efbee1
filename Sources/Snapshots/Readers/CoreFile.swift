import Files
import PageContent

/// Reads the memory of a process from an ELF core, as the kernel or gdb's `gcore` writes it: 64-bit,
/// little-endian, x86-64.
///
/// A core says less than a live process. What its pages are is inferred:
/// - A page of zeros may be one that the process never touched (`gcore` writes those out, the kernel leaves
///   holes). All of them are left out and counted in `zeroMappings`; of the pages that real functions do
///   touch, about 1 % are zeros.
/// - Pages of a writable mapping of a file, and of a read-only one right before a writable one of the same
///   file (relocated data), are `fileCopy`: private copies, among them some clean pages. If a file's code is
///   not in the core, neither are its clean pages, and what else there is of the file, save its beginning, is
///   `fileCopy` as well. All other pages of files are clean: they go to `filePages`, which thus names what
///   the dump holds, not what was resident.
/// - The kernel's list names memory that processes share as `/dev/zero`, `/memfd:…`, `/SYSV…` or
///   `/dev/shm/…`.
/// - Stacks are the segments that the threads' stack pointers point into. The heap is the first anonymous
///   segment behind the executable that is not its zeroed data. All else is `anonymous`.
/// - The kernel's own code in the process (vDSO, vsyscall) is left out. Huge pages are not told.
///
/// Needs 4,113 bytes of memory for each page that the file stores, and those of the file's tables (112 MiB at
/// most, and as much again for the names of files).
public enum CoreFile {
    /// Reads the core at `path`.
    /// - Throws: `InputError` when it cannot be read, is of another format, damaged or cut short.
    public static func read(_ path: String, label: InstanceLabel) throws(InputError) -> Snapshot {
        let core = try ELFFile(InputFile(path: path))
        if core.isOfMachine {
            throw InputError(file: path, "is the dump of a virtual machine", remedy: "read it with --dump")
        }
        let notes = try CoreNotes(core)
        let layout = try CoreLayout(core, notes)
        let pages = try GatheredPages(layout.runs, keepsZeros: false, path: path)
        var labels = [SnapshotLabel(name: "origin", value: "core-file")]
        if !notes.program.isEmpty { labels.append(.foreign("program", notes.program)) }
        return pages.snapshot(label: label, filePages: layout.filePages, labels: labels)
    }
}

/// What the segments of a core are.
private struct CoreLayout {
    /// The pages that a checkpoint would hold.
    private(set) var runs: [StoredRun] = []
    /// Clean pages of files that the core holds.
    private(set) var filePages: [FilePage] = []

    private let segments: [ELFFile.Segment]
    private let notes: CoreNotes
    private let mappings: [CoreNotes.Mapping?]
    private let filesWithCode: Set<String>

    init(_ core: ELFFile, _ notes: CoreNotes) throws(InputError) {
        let segments = core.segments.sorted { $0.address < $1.address }
        for (before, after) in zip(segments, segments.dropFirst()) where before.end > after.address {
            throw ELFFile.damaged(
                core.file, "two segments hold the address \(String(after.address, radix: 16))")
        }
        let mappings = segments.map { notes.mapping(at: $0.address) }
        self.segments = segments
        self.notes = notes
        self.mappings = mappings
        filesWithCode = Set(
            zip(segments, mappings).compactMap { segment, mapping in
                segment.isExecutable && segment.stored > Page.size ? mapping?.name : nil
            })
        let heap = heapIndex()
        var names = RegionNames()
        var clean: [StoredRun] = []
        for (index, segment) in segments.enumerated() where segment.stored > 0 {
            guard let (kind, name) = describe(index, heap: heap) else { continue }
            let run = StoredRun(
                file: core.file, offset: segment.offset, count: segment.stored / Page.size,
                kind: kind ?? .fileCopy, region: kind == nil ? RegionNames.digest(name) : names.next(name),
                firstPage: kind == nil ? mappings[index]?.firstPage ?? 0 : 0)
            if kind != nil { runs.append(run) } else { clean.append(run) }
        }
        filePages = Self.pages(of: clean)
    }

    /// The clean pages of `runs`, each once, in ascending order.
    private static func pages(of runs: [StoredRun]) -> [FilePage] {
        var pages: [FilePage] = []
        for run in runs.flatMap({ $0.stored() }) {
            for page in 0..<UInt64(run.count) {
                pages.append(FilePage(file: run.region, offset: run.firstPage &+ page))
            }
        }
        pages.sort()
        var distinct: [FilePage] = []
        for page in pages where distinct.last != page { distinct.append(page) }
        return distinct
    }

    /// What segment `index` is and what names it; without a kind when it holds clean pages of a file, nil
    /// when it is the kernel's.
    private func describe(_ index: Int, heap: Int?) -> (PageKind?, String)? {
        let segment = segments[index]
        let addresses = segment.address..<segment.end
        if let code = notes.kernelCode, addresses.contains(code) { return nil }
        if segment.address >= 1 << 63 { return nil }
        if let mapping = mappings[index] {
            if isShared(mapping.name) { return (.shared, mapping.name) }
            return (isCopied(index, mapping.name) ? .fileCopy : nil, mapping.name)
        }
        if index == heap { return (.heap, RegionNames.heap) }
        if notes.isStack(addresses) {
            let isFirst = notes.firstStack.map { addresses.contains($0) } ?? false
            return (.stack, isFirst ? RegionNames.stack : RegionNames.anonymous)
        }
        return (.anonymous, RegionNames.anonymous)
    }

    private func isShared(_ name: String) -> Bool {
        ["/dev/zero", "/memfd:", "/SYSV", "/dev/shm/"].contains { name.hasPrefix($0) }
    }

    /// Whether the pages of the file `name` in segment `index` are private copies.
    private func isCopied(_ index: Int, _ name: String) -> Bool {
        let segment = segments[index]
        if segment.isWritable { return true }
        if segment.isExecutable { return false }
        // The part with the ELF header: the kernel dumps its first page, gdb all of it.
        if mappings[index]?.firstPage == 0 { return false }
        let next = index + 1
        if next < segments.count, segments[next].address == segment.end, segments[next].isWritable,
            mappings[next]?.name == name
        {
            return true
        }
        return !filesWithCode.contains(name)
    }

    /// The segment that is the heap: behind the executable and its zeroed data, which follows it without a
    /// gap.
    private func heapIndex() -> Int? {
        guard let address = notes.executable, let executable = notes.mapping(at: address)?.name,
            let last = mappings.lastIndex(where: { $0?.name == executable })
        else { return nil }
        let end = segments[last].end
        var candidates = segments.indices[(last + 1)...].prefix { mappings[$0] == nil }
        if let first = candidates.first, segments[first].address == end {
            candidates = candidates.dropFirst()
        }
        // The kernel puts the heap at most 1 GiB behind the executable (arch_randomize_brk).
        guard let heap = candidates.first, segments[heap].isWritable, segments[heap].address - end <= 1 << 30
        else { return nil }
        return notes.isStack(segments[heap].address..<segments[heap].end) ? nil : heap
    }
}
