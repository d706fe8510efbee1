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
/// - Without a list of files (NT_FILE) nothing tells clean pages of files from private ones: all are private,
///   and the snapshot's provenance says that files were not known.
/// - Bytes of a page that a segment does not hold are taken to be zeros.
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
            throw InputError(
                file: path, "is the dump of a virtual machine or of a kernel", remedy: "read it with --dump")
        }
        let notes = try CoreNotes(core)
        let layout = try CoreLayout(core, notes)
        let pages = try GatheredPages(layout.runs, keepsZeros: false, path: path)
        let program = notes.program.isEmpty ? [] : [SnapshotLabel.foreign("program", notes.program)]
        let remarks =
            notes.hasFiles
            ? []
            : [
                "it has no list of files (NT_FILE), so that clean pages of files count as private ones; "
                    + "gcore writes the list"
            ]
        return pages.snapshot(
            label: label, filePages: layout.filePages, origin: "core-file", labels: program,
            provenance: Provenance(.core, knowsFiles: notes.hasFiles), remarks: remarks)
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
        let identities = identities(heap: heapIndex(try Self.dataEnd(core, notes, segments)))
        let (regions, numbers) = regions(identities)
        var objects = SharedObjects()
        let naming = RegionNaming(regions, objects: &objects)
        var clean: [StoredRun] = []
        for (index, segment) in segments.enumerated() where segment.stored > 0 {
            guard identities[index] != .kernel else { continue }
            let kind = kind(index, identities[index])
            let first = segment.address & ~UInt64(Page.size - 1)
            var places = naming.places(from: first, in: numbers[index])
            if kind == nil, let mapping = mappings[index] {
                places = PlaceRun(
                    region: RegionNaming.digest(ofFile: mapping.name),
                    first: (mapping.offset &+ (first &- mapping.addresses.lowerBound)) / UInt64(Page.size))
            }
            let run = StoredRun.covering(
                core.file, offset: segment.offset, size: segment.stored, address: segment.address,
                kind: kind ?? .fileCopy, places: places)
            if kind != nil { runs.append(run) } else { clean.append(run) }
        }
        filePages = Self.pages(of: clean)
    }

    /// The clean pages of `runs`, each once, in ascending order.
    private static func pages(of runs: [StoredRun]) -> [FilePage] {
        var pages: [FilePage] = []
        for run in runs.flatMap({ $0.stored() }) {
            for page in 0..<UInt64(run.count) {
                pages.append(FilePage(file: run.places.region, offset: run.places.first &+ page))
            }
        }
        pages.sort()
        var distinct: [FilePage] = []
        for page in pages where distinct.last != page { distinct.append(page) }
        return distinct
    }

    /// What each segment is.
    private func identities(heap: Int?) -> [KnownRegion.Identity] {
        let stack = stackIndex()
        return segments.indices.map { index in
            let segment = segments[index]
            let isKernels = notes.kernelCode.map { (segment.address..<segment.end).contains($0) } ?? false
            if isKernels || segment.address >= 1 << 63 { return .kernel }
            if let mapping = mappings[index] { return KnownRegion.identity(path: mapping.name) }
            if index == heap { return .heap }
            return index == stack ? .stack : .unnamed
        }
    }

    /// The regions of the process in ascending order, and the number of each segment's among them: cores leave
    /// out some that their lists of files name.
    private func regions(_ identities: [KnownRegion.Identity]) -> ([KnownRegion], numbers: [Int]) {
        var regions: [KnownRegion] = []
        var numbers: [Int] = []
        var next = notes.mappings[...]
        func addMappings(before end: UInt64) {
            while let mapping = next.first, mapping.addresses.lowerBound < end {
                let isHeld = mapping.addresses.lowerBound < regions.last?.addresses.upperBound ?? 0
                if !isHeld {
                    regions.append(
                        KnownRegion(
                            addresses: mapping.addresses, identity: KnownRegion.identity(path: mapping.name),
                            isWritable: false, fileOffset: mapping.offset))
                }
                next = next.dropFirst()
            }
        }
        let mask = UInt64(Page.size - 1)
        for (index, segment) in segments.enumerated() {
            addMappings(before: segment.address)
            let start = segment.address & ~mask
            let end = segment.end > .max - mask ? segment.end : (segment.end + mask) & ~mask
            let mapping = mappings[index]
            numbers.append(regions.count)
            regions.append(
                KnownRegion(
                    addresses: start..<max(start, end), identity: identities[index],
                    isWritable: segment.isWritable,
                    fileOffset: mapping.map { $0.offset &+ (start &- $0.addresses.lowerBound) } ?? 0))
        }
        addMappings(before: .max)
        return (regions, numbers)
    }

    /// What the pages of segment `index` are; nil for clean pages of a file.
    private func kind(_ index: Int, _ identity: KnownRegion.Identity) -> PageKind? {
        switch identity {
        case .object: return .shared
        case .file(let name): return isCopied(index, name) ? .fileCopy : nil
        case .heap: return .heap
        case .stack: return .stack
        case .unnamed, .kernel:
            return notes.isStack(segments[index].address..<segments[index].end) ? .stack : .anonymous
        }
    }

    /// Whether the pages of the file `name` in segment `index` are private copies.
    private func isCopied(_ index: Int, _ name: String) -> Bool {
        let segment = segments[index]
        if segment.isWritable { return true }
        if segment.isExecutable { return false }
        // The part with the ELF header: the kernel dumps its first page, gdb all of it.
        if mappings[index]?.offset == 0 { return false }
        let next = index + 1
        if next < segments.count, segments[next].address == segment.end, segments[next].isWritable,
            mappings[next]?.name == name
        {
            return true
        }
        return !filesWithCode.contains(name)
    }

    /// The segment that is the heap: behind the executable and its zeroed data, which follows it without a
    /// gap. Without randomisation the heap follows that without a gap too, and the kernel calls both the heap.
    private func heapIndex(_ dataEnd: UInt64?) -> Int? {
        guard let address = notes.executable, let executable = notes.mapping(at: address)?.name,
            let last = mappings.lastIndex(where: { $0?.name == executable })
        else { return nil }
        let end = segments[last].end
        var candidates = segments.indices[(last + 1)...].prefix { mappings[$0] == nil }
        if let first = candidates.first, segments[first].address == end {
            let mask = UInt64(Page.size - 1)
            if let dataEnd, segments[first].end > (dataEnd &+ mask) & ~mask { return first }
            candidates = candidates.dropFirst()
        }
        // The kernel puts the heap at most 1 GiB behind the executable (arch_randomize_brk).
        guard let heap = candidates.first, segments[heap].isWritable, segments[heap].address - end <= 1 << 30
        else { return nil }
        return notes.isStack(segments[heap].address..<segments[heap].end) ? nil : heap
    }

    /// Where the executable's zeroed data ends; nil when the core does not hold the executable's headers.
    private static func dataEnd(
        _ core: ELFFile, _ notes: CoreNotes, _ segments: [ELFFile.Segment]
    ) throws(InputError) -> UInt64? {
        guard let headers = notes.executable, let count = notes.executableHeaders, count <= 1_024,
            let segment = segments.first(where: { ($0.address..<$0.end).contains(headers) })
        else { return nil }
        let offset = headers - segment.address
        guard offset <= UInt64(segment.stored), count * 56 <= UInt64(segment.stored) - offset else {
            return nil
        }
        let table = try core.file.bytes(at: segment.offset + Int(offset), count: Int(count) * 56)
        var (end, moved): (UInt64, UInt64) = (0, 0)
        for index in 0..<Int(count) {
            let entry = LittleEndian(table[(index * 56)..<((index + 1) * 56)])
            // PT_PHDR tells by how much the executable was moved; PT_LOAD are its parts.
            if entry.half(0) == 6 { moved = headers &- entry.word(16) }
            if entry.half(0) == 1 { end = max(end, entry.word(16) &+ entry.word(40)) }
        }
        return end == 0 ? nil : end &+ moved
    }

    /// The segment that is the first thread's stack: the one with the process's random bytes, or else the
    /// highest that a stack pointer points into.
    private func stackIndex() -> Int? {
        if let first = notes.firstStack {
            return segments.lastIndex { ($0.address..<$0.end).contains(first) }
        }
        return segments.indices.last {
            mappings[$0] == nil && notes.isStack(segments[$0].address..<segments[$0].end)
        }
    }
}
