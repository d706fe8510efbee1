import EventKernel
import PageContent

/// Names the places of pages in terms that hold in another instance too: by what a region is, never by its
/// address.
struct RegionNaming {
    /// How the pages of one region are named and counted.
    private struct Place {
        var kind: PageKind
        var name: UInt64
        /// The address that offsets count from.
        var origin: UInt64
        /// Whether they count downwards from there.
        var isDownwards: Bool
    }

    private let places: [Place]

    /// The naming of the regions of process number `process` of a sandbox.
    init(_ regions: [MemoryRegion], devices: MemoryDevices, process: Int = 0) {
        var places: [Place] = []
        places.reserveCapacity(regions.count)
        // Anonymous memory is named by the nearest file above it: `mmap` gives addresses downwards.
        var anchor = (name: "", start: UInt64.max)
        for index in regions.indices.reversed() {
            let region = regions[index]
            let below = index > 0 ? regions[index - 1] : nil
            places.append(
                RegionNaming.place(region, below: below, anchor: anchor, devices: devices, process: process))
            if region.hasFile || region.name.hasPrefix("[") {
                anchor = (region.name, region.range.lowerBound)
            }
        }
        self.places = places.reversed()
    }

    private static func place(
        _ region: MemoryRegion, below: MemoryRegion?, anchor: (name: String, start: UInt64),
        devices: MemoryDevices, process: Int
    ) -> Place {
        func named(_ kind: PageKind, _ what: String, _ name: String, _ origin: UInt64, down: Bool = false)
            -> Place
        {
            var digest = Digest()
            digest.update(what)
            digest.update(name)
            digest.update(UInt64(process))
            return Place(kind: kind, name: digest.value, origin: origin, isDownwards: down)
        }
        let start = region.range.lowerBound
        switch devices.backing(of: region) {
        case .sharedMemory:
            return named(.shared, "shared", region.name, start &- region.fileOffset)
        case .privateFile, .sharedFile:
            return named(.fileCopy, "file", region.name, start &- region.fileOffset)
        default: break
        }
        if region.name == "[heap]" { return named(.heap, "heap", "", start) }
        if region.name == "[stack]" { return named(.stack, "stack", "", region.range.upperBound, down: true) }
        if let below, below.hasFile, below.isWritable, below.range.upperBound == start {
            return named(.anonymous, "after", below.name, start)
        }
        return named(.anonymous, "below", anchor.name, anchor.start, down: true)
    }

    /// What the pages of region `index` are.
    func kind(_ index: Int) -> PageKind { places[index].kind }

    /// The place of the page at `address` in region `index`.
    func place(_ address: UInt64, in index: Int) -> PagePlace {
        let place = places[index]
        let offset =
            place.isDownwards ? (place.origin &- address) / 4096 &- 1 : (address &- place.origin) / 4096
        return PagePlace(region: place.name, offset: UInt32(truncatingIfNeeded: offset))
    }

    /// The file page at `address` in `region`.
    static func filePage(_ address: UInt64, in region: MemoryRegion) -> FilePage {
        FilePage(
            file: digest(ofFile: region.name),
            offset: (region.fileOffset &+ address &- region.range.lowerBound) / 4096)
    }

    /// The digest that names a file.
    static func digest(ofFile path: String) -> UInt64 {
        var digest = Digest()
        digest.update("file")
        digest.update(path)
        return digest.value
    }
}
