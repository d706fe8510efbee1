import Files
import PageContent

/// The memory regions of a process in CRIU's images (`mm-PID.img`).
struct CRIUMappings {
    /// In ascending order.
    private let regions: [KnownRegion]
    /// What the pages of each are; nil for the kernel's own, which no checkpoint needs.
    private let kinds: [PageKind?]
    private let naming: RegionNaming

    /// Far more than the kernel's usual limit (vm.max_map_count, 65,530).
    private static let mostRegions = 1 << 20

    private struct Entry {
        var start: UInt64 = 0
        var end: UInt64 = 0
        var offset: UInt64 = 0
        var object: UInt64 = 0
        var rights: UInt64 = 0
        var flags: UInt64 = 0
        var status: UInt64 = 0

        mutating func set(_ field: Int, _ value: UInt64) {
            switch field {
            case 1: start = value
            case 2: end = value
            case 3: offset = value
            case 4: object = value
            case 5: rights = value
            case 6: flags = value
            case 7: status = value
            default: break
            }
        }

        func has(_ bit: UInt64) -> Bool { status & 1 << bit != 0 }
    }

    /// Takes the regions of process number `process` from `messages`.
    /// - Parameters:
    ///   - files: the paths of files by CRIU's number of them.
    ///   - stackPointers: those of the process's threads, ascending.
    ///   - objects: numbers what the processes of the sandbox share.
    init(
        _ messages: inout CRIUMessages, process: Int, files: CRIUFiles, stackPointers: [UInt64],
        objects: inout SharedObjects
    ) throws(InputError) {
        var entries: [Entry] = []
        let found = try messages.nextFields { message, field, value throws(ProtobufMessage.Damage) in
            guard field == 14, case .bytes(let range) = value else { return }
            var entry = Entry()
            var nested = message.nested(range)
            while let (field, value) = try nested.next() {
                if case .number(let number) = value { entry.set(field, number) }
            }
            // Guards are not regions, but mark parts of others.
            if entry.has(16) { return }
            guard entries.count < Self.mostRegions else { throw ProtobufMessage.Damage() }
            entries.append(entry)
        }
        guard found else { throw messages.damaged("it holds no message") }
        entries.sort { $0.start < $1.start }
        var regions: [KnownRegion] = []
        var kinds: [PageKind?] = []
        for entry in entries {
            guard entry.start < entry.end, entry.start % 4096 == 0, entry.end % 4096 == 0,
                entry.start >= regions.last?.addresses.upperBound ?? 0
            else {
                throw messages.damaged("memory regions overlap or are not whole pages")
            }
            let addresses = entry.start..<entry.end
            let index = firstIndex(in: stackPointers.count) { stackPointers[$0] >= entry.start }
            let holdsStack = index < stackPointers.count && addresses.contains(stackPointers[index])
            let (kind, identity) = Self.describe(entry, holdsStack: holdsStack, files: files)
            kinds.append(kind)
            regions.append(
                KnownRegion(
                    addresses: addresses, identity: identity, isWritable: entry.rights & 2 != 0,
                    fileOffset: entry.offset))
        }
        self.regions = regions
        self.kinds = kinds
        naming = RegionNaming(regions, process: process, objects: &objects)
    }

    /// What the pages of a region are and what it is (the bits are criu/include/image.h's VMA_ ones).
    private static func describe(
        _ entry: Entry, holdsStack: Bool, files: CRIUFiles
    ) -> (PageKind?, KnownRegion.Identity) {
        // vsyscall, vDSO, vvar, asynchronous input/output, uprobes.
        if [2, 3, 12, 13, 17].contains(where: entry.has) { return (nil, .kernel) }
        // Shared memory without a file, and that of System V: by the kernel's number of the object.
        if entry.has(8) { return (.shared, .object(KnownRegion.sharedMemory, id: entry.object)) }
        if entry.has(10) { return (.shared, .object("/SYSV", id: entry.object)) }
        if let memory = files.memoryObjects[entry.object], entry.has(7) || entry.has(14) {
            return (.shared, .object(memory.name, id: memory.number))
        }
        let path = files.paths[entry.object]
        if entry.has(7) || entry.has(14) {
            return (.shared, KnownRegion.identity(path: path ?? "shared", id: entry.object))
        }
        if entry.has(6) { return (.fileCopy, .file(path ?? "file")) }
        if entry.has(5) { return (.heap, .heap) }
        // MAP_GROWSDOWN: of current versions, the only mark of the first thread's stack.
        if entry.has(1) || entry.flags & 0x100 != 0 { return (.stack, .stack) }
        return (holdsStack ? .stack : .anonymous, .unnamed)
    }

    /// Splits `runs`, in ascending order, at the borders of regions.
    func split(_ runs: [CRIUPagemap.Run], path: String) throws(InputError) -> [StoredRun] {
        var parts: [StoredRun] = []
        var index = 0
        for run in runs {
            var address = run.address
            while address < run.end {
                while index < regions.count, regions[index].addresses.upperBound <= address { index += 1 }
                guard index < regions.count, regions[index].addresses.contains(address) else {
                    throw InputError(
                        file: path,
                        "names the page \(String(address, radix: 16)), where the process has no memory",
                        remedy: "give the images of one dump")
                }
                let region = regions[index]
                let end = min(run.end, region.addresses.upperBound)
                if let kind = kinds[index] {
                    parts.append(
                        StoredRun(
                            file: run.file, offset: run.offset + Int(address - run.address),
                            count: Int((end - address) / 4096), kind: kind,
                            places: naming.places(from: address, in: index)))
                }
                address = end
            }
        }
        return parts
    }
}
