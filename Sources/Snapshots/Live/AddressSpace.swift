import Files
import Glibc
import Machine

/// What a process has mapped, and which of its pages a checkpoint would hold.
package struct AddressSpace {
    /// A run of pages within one region.
    package struct Content: Hashable {
        /// The run.
        package var run: PageRun
        /// The region's index.
        package var region: Int
    }

    /// The regions, by address.
    package var regions: [MemoryRegion]
    /// Pages that a checkpoint would hold, by address.
    package var contents: [Content] = []
    /// Clean pages of files, by address.
    var filePages: [Content] = []
    /// Pages that the kernel maps to its page of zeros.
    var zeroMappings = 0
    /// Whether the kernel told zero and huge pages itself.
    var isExact = true

    /// How many pages a checkpoint would hold.
    package var pages: Int { contents.reduce(0) { $0 + $1.run.count } }

    /// Reads the address space of `thread`. It is whole only when the process is stopped.
    package init(of thread: Int32, devices: MemoryDevices) throws(InputError) {
        guard let text = SystemFile.bytes("/proc/\(thread)/maps") else {
            throw LiveProcess.failure(thread, number: errno)
        }
        guard let regions = MemoryRegion.parse(text) else {
            throw InputError(file: "/proc/\(thread)/maps", "holds a line that is not understood")
        }
        if regions.isEmpty { throw LiveProcess.failure(thread, number: ESRCH) }
        guard var scanner = PageScanner(thread: thread) else {
            throw LiveProcess.failure(thread, number: errno)
        }
        self.regions = regions
        for (index, region) in regions.enumerated() {
            let backing = devices.backing(of: region)
            if backing == .none { continue }
            guard let runs = scanner.runs(in: region.range) else {
                throw LiveProcess.failure(thread, number: errno)
            }
            for run in runs { add(run, region: index, backing, scanner) }
        }
        isExact = scanner.isExact
    }

    private mutating func add(
        _ run: PageRun, region: Int, _ backing: MemoryDevices.Backing, _ scanner: borrowing PageScanner
    ) {
        let content = Content(run: run, region: region)
        if run.state.contains(.zero) {
            zeroMappings += run.count
        } else if backing == .sharedFile || run.state.contains(.file) && backing == .privateFile {
            filePages.append(content)
        } else if backing == .sharedMemory || !run.state.isDisjoint(with: [.swapped, .maybeZero]) {
            contents.append(content)
        } else {
            for part in scanner.split(run) { contents.append(Content(run: part, region: region)) }
        }
    }
}

/// Which devices are memory rather than disks, and so what stands behind a region.
package struct MemoryDevices {
    /// What stands behind a region.
    enum Backing {
        /// Nothing that belongs to the process: the kernel's own pages, devices.
        case none
        /// No file, or one whose changes stay with the process.
        case privateMemory, privateFile
        /// Memory that several processes share.
        case sharedMemory
        /// A file on a disk, written through.
        case sharedFile
    }

    private let memory: Set<UInt64>

    /// As `process` has them mounted.
    package init(of process: Int32) {
        memory = MemoryDevices.parse(SystemFile.bytes("/proc/\(process)/mountinfo", limit: 4 << 20) ?? [])
    }

    /// The devices that `mountinfo` lists as file systems that live in memory.
    static func parse(_ mountinfo: [UInt8]) -> Set<UInt64> {
        var found = Set<UInt64>()
        for line in mountinfo.split(separator: UInt8(ascii: "\n")) {
            let fields = line.split(separator: UInt8(ascii: " "))
            guard fields.count > 2, let dash = fields.firstIndex(of: [UInt8(ascii: "-")]),
                dash + 1 < fields.count,
                ["tmpfs", "ramfs", "hugetlbfs"].contains(String(decoding: fields[dash + 1], as: UTF8.self))
            else { continue }
            let numbers = fields[2].split(separator: UInt8(ascii: ":"))
                .compactMap { UInt64(String(decoding: $0, as: UTF8.self)) }
            if numbers.count == 2, numbers[0] < 1 << 32, numbers[1] < 1 << 32 {
                found.insert(numbers[0] << 32 | numbers[1])
            }
        }
        return found
    }

    /// What stands behind `region`.
    func backing(of region: MemoryRegion) -> Backing {
        if region.isKernels { return .none }
        guard region.hasFile else { return region.isShared ? .sharedMemory : .privateMemory }
        let isMemory = memory.contains(region.device) || KnownRegion.isObject(region.name)
        if !region.isShared { return .privateFile }
        if isMemory { return .sharedMemory }
        if region.name.hasPrefix("/dev/") || !region.name.hasPrefix("/") { return .none }
        return .sharedFile
    }
}
