import Files
import PageContent

/// Reads the memory of the processes in a directory of CRIU's images (format 1.1, as CRIU 1.7 to 4.x write
/// it; criu.org/Images).
///
/// All processes of a directory are one sandbox. Kinds are what CRIU says of the memory regions; threads'
/// stacks are known by their stack pointers. The kernel's own pages (vDSO) are left out. Memory that
/// processes share is read once; System V's is not read. Pages that a dump leaves to earlier ones
/// (`--prev-images-dir`) are read from those, over at most 64 dumps. Clean pages of files are not in the
/// images, so `filePages` is empty. A page in a hole of a file is counted in `zeroMappings`, with a remark. Pages
/// of 16 or 64 KiB (arm64, ppc64) are split into pages of 4 KiB. Compressed images are refused.
///
/// Container engines put the images in a folder `checkpoint`: given the one above, that is read.
///
/// Needs 4,113 bytes of memory for each page that the files store, and about 20 times the size of the other
/// images, none of which may be larger than 64 MiB.
public enum CRIUImages {
    /// Reads the images in `directory`.
    /// - Throws: `InputError` when an image is missing, damaged or of another kind.
    public static func read(_ directory: String, label: InstanceLabel) throws(InputError) -> Snapshot {
        var sandbox = try CRIUSandbox(directory)
        try sandbox.readProcesses()
        try sandbox.readSharedMemory()
        let pages = try GatheredPages(sandbox.runs, keepsZeros: true, path: directory)
        var remarks: [String] = []
        if pages.inHoles > 0 {
            remarks.append(
                "\(pages.inHoles) of its pages lie in holes of the images and are taken as zeros: a copy left zeros "
                    + "out, or `criu dedup` or --auto-dedup has removed the pages, and they are lost")
        }
        if sandbox.pageSize > Page.size {
            remarks.append(
                "its kernel has pages of \(sandbox.pageSize / 1_024) KiB; each was split into pages of 4 KiB")
        }
        return pages.snapshot(
            label: label, origin: "criu",
            labels: [
                SnapshotLabel(name: "criu-image-format", value: "\(sandbox.format)"),
                SnapshotLabel(name: "processes", value: "\(sandbox.processCount)"),
            ], provenance: Provenance(.criu, pageSize: sandbox.pageSize), remarks: remarks)
    }
}

/// A directory of images on the way to a snapshot.
private struct CRIUSandbox {
    private(set) var runs: [StoredRun] = []
    private(set) var processCount = 0
    /// The version in the inventory.
    let format: UInt64

    private let directories: [CRIUDirectory]
    private let files: CRIUFiles
    private var objects = SharedObjects()
    /// Bytes in a page of the kernel.
    private(set) var pageSize = Page.size
    private var knownTasks: Set<UInt64> = []
    private var claims: Set<Claim> = []

    private struct Claim: Hashable {
        var directory: ObjectIdentifier
        var pages: UInt64
    }

    private struct Process {
        var number: UInt64 = 0
        var threads: [UInt64] = []
    }

    /// Images of pages that may be open at once, which is what the file descriptors of a process allow.
    private static let mostPageImages = 512

    /// Processes and threads of a sandbox.
    private static let mostTasks = 1 << 17

    init(_ path: String) throws(InputError) {
        directories = try Self.chain(from: CRIUDirectory.ofImages(path))
        var inventory = try directories[0].neededMessages("inventory.img", .inventory)
        var format: UInt64 = 0
        _ = try inventory.nextFields { _, field, value in
            if field == 1, case .number(let number) = value { format = number }
        }
        guard (1...2).contains(format) else {
            throw InputError(
                file: inventory.file.path, "says format \(format), which is not known",
                remedy: "use images of CRIU 1.7 to 4.x")
        }
        self.format = format
        files = try CRIUFiles(directories[0])
    }

    /// The directory and those of the dumps that it builds on.
    private static func chain(from first: CRIUDirectory) throws(InputError) -> [CRIUDirectory] {
        var chain = [first]
        while let last = chain.last, let parent = try last.parent() {
            if chain.contains(where: { $0.isSame(as: parent) }) {
                throw InputError(
                    file: parent.path, "leads back to a directory that builds on it",
                    remedy: "let the link lead to the dump before")
            }
            guard chain.count < 64 else {
                throw InputError(
                    file: first.path, "builds on more than 64 earlier dumps", remedy: "make a whole dump")
            }
            chain.append(parent)
        }
        return chain
    }

    mutating func readProcesses() throws(InputError) {
        var messages = try directories[0].neededMessages("pstree.img", .processes)
        while true {
            var process = Process()
            let isThere = try messages.nextFields { message, field, value throws(ProtobufMessage.Damage) in
                if field == 1, case .number(let number) = value { process.number = number }
                if field == 5 { process.threads += try message.numbers(value) }
            }
            guard isThere else { break }
            for task in Set(process.threads).union([process.number]).sorted() {
                guard knownTasks.insert(task).inserted, knownTasks.count <= Self.mostTasks else {
                    throw messages.damaged("it names a process twice, or more than \(Self.mostTasks)")
                }
            }
            try read(process)
        }
        guard processCount > 0 else {
            throw InputError(
                file: messages.file.path, "names no process whose memory is there",
                remedy: "give the directory that criu dump wrote")
        }
    }

    private mutating func read(_ process: Process) throws(InputError) {
        let number = process.number
        // A process that has ended and is not yet waited for has no memory.
        guard var memory = try directories[0].messages("mm-\(number).img", .memory) else { return }
        let pointers = try stackPointers(process)
        let mappings = try CRIUMappings(
            &memory, process: processCount, files: files, stackPointers: pointers,
            objects: &objects)
        guard let pagemap = try pagemap("\(number)") else {
            throw InputError(
                file: "\(directories[0].path)/pagemap-\(number).img", "is missing",
                remedy: "give the whole directory that criu dump wrote")
        }
        runs += try mappings.split(pagemap.runs(), path: memory.file.path)
        processCount += 1
    }

    /// Where the stack pointers of a process's threads point to, ascending.
    private func stackPointers(_ process: Process) throws(InputError) -> [UInt64] {
        var pointers: [UInt64] = []
        for thread in Set(process.threads).sorted() {
            guard var core = try directories[0].messages("core-\(thread).img", .core) else { continue }
            _ = try core.nextFields { message, field, value throws(ProtobufMessage.Damage) in
                // thread_info of x86, gpregs in it, sp in them (images/core-x86.proto).
                guard field == 2, case .bytes(let info) = value else { return }
                var thread = message.nested(info)
                while let (field, value) = try thread.next() {
                    guard field == 2, case .bytes(let registers) = value else { continue }
                    var registerFields = message.nested(registers)
                    while let (field, value) = try registerFields.next() {
                        if field == 20, case .number(let pointer) = value { pointers.append(pointer) }
                    }
                }
            }
        }
        return pointers.sorted()
    }

    mutating func readSharedMemory() throws(InputError) {
        let memoryNames = Dictionary(
            files.memoryObjects.values.map { ($0.number, $0.name) }, uniquingKeysWith: { first, _ in first })
        for number in try directories[0].numbers(prefix: "pagemap-shmem-", suffix: ".img") {
            guard let pagemap = try pagemap("shmem-\(number)") else { continue }
            let name = memoryNames[number] ?? KnownRegion.sharedMemory
            // What no process of the sandbox has mapped any more is told apart by its number.
            let ordinal = objects.ordinal(name, id: number) ?? number | 1 << 63
            runs += try pagemap.runs().map { run in
                StoredRun(
                    file: run.file, offset: run.offset, count: run.count, kind: .shared,
                    places: PlaceRun(region: RegionNaming.shared(name, ordinal), first: run.address / 4096))
            }
        }
    }

    private mutating func pagemap(_ name: String) throws(InputError) -> CRIUPagemap? {
        var claims = self.claims
        let pagemap = try CRIUPagemap(name, directories[...]) { directory, pages in
            claims.insert(Claim(directory: ObjectIdentifier(directory), pages: pages)).inserted
        }
        self.claims = claims
        pageSize = max(pageSize, pagemap?.pageSize ?? 0)
        guard claims.count <= Self.mostPageImages else {
            throw InputError(
                file: directories[0].path, "holds more than \(Self.mostPageImages) images of pages",
                remedy: "give the images of one sandbox")
        }
        return pagemap
    }
}
