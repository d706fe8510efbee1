import EventKernel
import PageContent

/// What the regions of a live process are, and where their pages lie.
struct LiveRegions {
    private let regions: [MemoryRegion]
    private let kinds: [PageKind]
    private let naming: RegionNaming
    private let stacks: [Range<UInt64>]

    /// The regions of process number `process` of a sandbox, whose threads have these stacks.
    init(
        _ regions: [MemoryRegion], devices: MemoryDevices, process: Int = 0, stacks: [Range<UInt64>] = [],
        objects: inout SharedObjects
    ) {
        self.regions = regions
        self.stacks = stacks
        kinds = regions.map { LiveRegions.kind(of: $0, devices) }
        naming = RegionNaming(regions.map(KnownRegion.init), process: process, objects: &objects)
    }

    private static func kind(of region: MemoryRegion, _ devices: MemoryDevices) -> PageKind {
        switch devices.backing(of: region) {
        case .sharedMemory: return .shared
        case .privateFile, .sharedFile: return .fileCopy
        case .none, .privateMemory: break
        }
        switch region.name {
        case "[heap]": return .heap
        case "[stack]": return .stack
        default: return .anonymous
        }
    }

    /// What the page at `address` in region `index` is.
    func kind(_ address: UInt64, in index: Int) -> PageKind {
        let kind = kinds[index]
        return kind == .anonymous && stacks.contains { $0.contains(address) } ? .stack : kind
    }

    /// The place of the page at `address` in region `index`.
    func place(_ address: UInt64, in index: Int) -> PagePlace { naming.place(address, in: index) }

    /// The file page at `address` in region `index`.
    func filePage(_ address: UInt64, in index: Int) -> FilePage {
        let region = regions[index]
        return FilePage(
            file: RegionNaming.digest(ofFile: region.name),
            offset: (region.fileOffset &+ address &- region.range.lowerBound) / 4096)
    }
}

extension KnownRegion {
    /// What a line of `/proc/PID/maps` tells.
    init(_ region: MemoryRegion) {
        let identity: Identity
        if region.isKernels {
            identity = .kernel
        } else if region.hasFile || region.name.hasPrefix("/") {
            identity = KnownRegion.identity(path: region.name, id: mix64(region.device) ^ region.inode)
        } else {
            switch region.name {
            case "[heap]": identity = .heap
            case "[stack]": identity = .stack
            // Other names, such as those that a process gives its own memory, are in no other origin.
            default: identity = .unnamed
            }
        }
        self.init(
            addresses: region.range, identity: identity, isWritable: region.isWritable,
            fileOffset: region.fileOffset)
    }
}
