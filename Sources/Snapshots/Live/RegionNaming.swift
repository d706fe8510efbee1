import EventKernel
import PageContent

/// Names the places of pages in terms that hold in another instance too: by what a region is, never by its
/// address.
///
/// Files by path and the offset in the file; the heap from its start; the stack from its top. Anonymous
/// memory right behind a writable part of a file is that file's zeroed data and named by it. Other anonymous
/// memory is named by the nearest file or named region above, as `mmap` gives addresses downwards, by the
/// ordinal below it of the block of adjoining regions of the same rights, and by the offset from the block's
/// end: the kernel joins regions, and blocks grow downwards.
///
/// Of the ways tried on pairs of instances of two Python-and-numpy programs (address randomisation on, fixed hash
/// seed, four pairs, 43,746 anonymous pages), pages at the same place that are equal, and that have three
/// quarters of their bytes equal: this one 10,070 and 21,980; the distance to the region above 9,501 and 21,728;
/// offsets from the block's start 3,108 and 22,620; regions instead of blocks, from their end, 9,722 and 14,168;
/// the ordinal among regions of the same size 17,240 and 19,123. The last is better for large arrays and worse
/// for all else; pairs differ much from each other. With randomisation off all of them find the same.
struct RegionNaming {
    /// How the pages of one region are named and counted.
    private struct Place {
        var kind: PageKind
        var name: UInt64
        /// The address that offsets count from.
        var origin: UInt64
        /// Whether they count downwards from there.
        var isDownwards = false
    }

    private let places: [Place]
    private let regions: [MemoryRegion]
    private let stacks: [Range<UInt64>]

    /// The naming of the regions of process number `process` of a sandbox, whose threads have these stacks.
    init(
        _ regions: [MemoryRegion], devices: MemoryDevices, process: Int = 0, stacks: [Range<UInt64>] = []
    ) {
        self.regions = regions
        self.stacks = stacks
        var places: [Place] = []
        places.reserveCapacity(regions.count)
        var anchor = ""
        var ordinals: [String: UInt64] = [:]
        for index in regions.indices.reversed() {
            let region = regions[index]
            if let place = RegionNaming.ownPlace(of: region, devices, process) {
                anchor = region.name
                places.append(place)
            } else if let file = RegionNaming.fileBelow(index, regions) {
                places.append(
                    Place(
                        kind: .anonymous, name: RegionNaming.digest("after", file, UInt64(process)),
                        origin: region.range.lowerBound))
            } else if let last = places.last, last.isDownwards, last.kind == .anonymous,
                RegionNaming.isJoined(index, regions)
            {
                places.append(last)
            } else {
                let ordinal = ordinals[anchor, default: 0]
                ordinals[anchor] = ordinal + 1
                places.append(
                    Place(
                        kind: .anonymous,
                        name: RegionNaming.digest("below", anchor, UInt64(process) << 32 | ordinal),
                        origin: region.range.upperBound, isDownwards: true))
            }
        }
        self.places = places.reversed()
    }

    /// The place of a region that has a name of its own.
    private static func ownPlace(
        of region: MemoryRegion, _ devices: MemoryDevices, _ process: Int
    ) -> Place? {
        let start = region.range.lowerBound
        let number = UInt64(process)
        switch devices.backing(of: region) {
        case .sharedMemory:
            // Which of the processes has it mapped does not matter.
            return Place(
                kind: .shared, name: digest("shared", region.name, 0), origin: start &- region.fileOffset)
        case .privateFile, .sharedFile:
            return Place(
                kind: .fileCopy, name: digest("file", region.name, number),
                origin: start &- region.fileOffset)
        case .none, .privateMemory: break
        }
        switch region.name {
        case "": return nil
        case "[heap]": return Place(kind: .heap, name: digest("heap", "", number), origin: start)
        case "[stack]":
            return Place(
                kind: .stack, name: digest("stack", "", number), origin: region.range.upperBound,
                isDownwards: true)
        case let name where name.hasPrefix("[anon"): return nil
        case let name: return Place(kind: .anonymous, name: digest("named", name, number), origin: start)
        }
    }

    /// The file whose writable part ends where region `index` begins.
    private static func fileBelow(_ index: Int, _ regions: [MemoryRegion]) -> String? {
        guard index > 0, !regions[index].hasFile else { return nil }
        let below = regions[index - 1]
        let isData =
            below.hasFile && below.isWritable && !below.isShared
            && below.range.upperBound == regions[index].range.lowerBound
        return isData ? below.name : nil
    }

    /// Whether region `index` and the one above it adjoin and have the same rights.
    private static func isJoined(_ index: Int, _ regions: [MemoryRegion]) -> Bool {
        guard index + 1 < regions.count else { return false }
        let (region, above) = (regions[index], regions[index + 1])
        return region.range.upperBound == above.range.lowerBound && region.isWritable == above.isWritable
            && region.isAccessible == above.isAccessible
    }

    /// What the page at `address` in region `index` is.
    func kind(_ address: UInt64, in index: Int) -> PageKind {
        let kind = places[index].kind
        return kind == .anonymous && stacks.contains { $0.contains(address) } ? .stack : kind
    }

    /// The place of the page at `address` in region `index`.
    func place(_ address: UInt64, in index: Int) -> PagePlace {
        let place = places[index]
        let distance = place.isDownwards ? place.origin &- address &- 4096 : address &- place.origin
        return PagePlace(region: place.name, offset: UInt32(truncatingIfNeeded: distance / 4096))
    }

    /// The file page at `address` in region `index`.
    func filePage(_ address: UInt64, in index: Int) -> FilePage {
        let region = regions[index]
        return FilePage(
            file: RegionNaming.digest(ofFile: region.name),
            offset: (region.fileOffset &+ address &- region.range.lowerBound) / 4096)
    }

    /// The digest that names a file.
    static func digest(ofFile path: String) -> UInt64 { digest("file", path, 0) }

    private static func digest(_ what: String, _ name: String, _ number: UInt64) -> UInt64 {
        var digest = Digest()
        digest.update(what)
        digest.update(name)
        digest.update(number)
        return digest.value
    }
}
