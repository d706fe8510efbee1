import EventKernel
import PageContent

/// Names the places of pages in terms that hold in another instance too, and whatever tells of the process:
/// by what a region is, never by its address.
///
/// Files by path and the offset in the file; the heap from its start; the stack from its top. Anonymous
/// memory right behind a writable part of a file is that file's zeroed data and named by it. Other anonymous
/// memory is named by the nearest file or named region above, as `mmap` gives addresses downwards, by the
/// ordinal below it of the block of adjoining regions of the same rights, and by the offset from the block's
/// end: the kernel joins regions, and blocks grow downwards. Regions that may not be written to are numbered apart
/// (gdb's cores do not tell guards from what may be read), and the kernel's own name nothing.
///
/// Of the ways tried on pairs of instances of two Python-and-numpy programs (address randomisation on, fixed hash
/// seed, four pairs, 43,746 anonymous pages), pages at the same place that are equal, and that have three
/// quarters of their bytes equal: this one 10,070 and 21,980; the distance to the region above 9,501 and 21,728;
/// offsets from the block's start 3,108 and 22,620; regions instead of blocks, from their end, 9,722 and 14,168;
/// the ordinal among regions of the same size 17,240 and 19,123. The last is better for large arrays and worse
/// for all else; pairs differ much from each other. With randomisation off all of them find the same. (Regions
/// that may not be written to were counted with the others then.)
struct RegionNaming {
    /// How the pages of one region are named and counted.
    private struct Name: Hashable {
        var region: UInt64
        /// The address that offsets count from.
        var origin: UInt64
        /// Whether they count downwards from there.
        var isDownwards = false
    }

    private let names: [Name]

    /// The naming of `regions`, in ascending order, of process number `process` of a sandbox; `objects` numbers
    /// what the processes of the sandbox share.
    init(_ regions: [KnownRegion], process: Int = 0, objects: inout SharedObjects) {
        var names: [Name] = []
        names.reserveCapacity(regions.count)
        var anchor = ""
        var ordinals: [String: UInt64] = [:]
        for index in regions.indices.reversed() {
            let region = regions[index]
            if let (name, label) = Self.ownName(of: region, process, &objects) {
                if let label { anchor = label }
                names.append(name)
            } else if let file = Self.fileBelow(index, regions) {
                names.append(
                    Name(
                        region: Self.digest("after", file, UInt64(process)),
                        origin: region.addresses.lowerBound))
            } else if let last = names.last, last.isDownwards, Self.isJoined(index, regions) {
                names.append(last)
            } else {
                let what = region.isWritable ? "below" : "constant below"
                let ordinal = ordinals[what + anchor, default: 0]
                ordinals[what + anchor] = ordinal + 1
                names.append(
                    Name(
                        region: Self.digest(what, anchor, UInt64(process) << 32 | ordinal),
                        origin: region.addresses.upperBound, isDownwards: true))
            }
        }
        self.names = names.reversed()
    }

    /// The name of a region that has one of its own, and what regions below it are named by; nil without one.
    private static func ownName(
        of region: KnownRegion, _ process: Int, _ objects: inout SharedObjects
    ) -> (Name, label: String?)? {
        let (start, end) = (region.addresses.lowerBound, region.addresses.upperBound)
        let number = UInt64(process)
        switch region.identity {
        case .unnamed: return nil
        case .kernel: return (Name(region: digest("kernel", "", number), origin: start), nil)
        case .heap: return (Name(region: digest("heap", "", number), origin: start), "[heap]")
        case .stack:
            return (Name(region: digest("stack", "", number), origin: end, isDownwards: true), "[stack]")
        case .file(let path):
            return (Name(region: digest("file", path, number), origin: start &- region.fileOffset), path)
        case .object(let name, let id):
            let ordinal = objects.ordinal(name, id: id, offset: region.fileOffset)
            return (Name(region: shared(name, ordinal), origin: start &- region.fileOffset), name)
        }
    }

    /// The file whose writable part ends where region `index` begins.
    private static func fileBelow(_ index: Int, _ regions: [KnownRegion]) -> String? {
        guard index > 0, case .file(let path) = regions[index - 1].identity else { return nil }
        let isData =
            regions[index - 1].isWritable
            && regions[index - 1].addresses.upperBound == regions[index].addresses.lowerBound
        return isData ? path : nil
    }

    /// Whether region `index` and the one above it are anonymous, adjoin and have the same rights.
    private static func isJoined(_ index: Int, _ regions: [KnownRegion]) -> Bool {
        guard index + 1 < regions.count else { return false }
        let (region, above) = (regions[index], regions[index + 1])
        return above.identity == .unnamed && region.addresses.upperBound == above.addresses.lowerBound
            && region.isWritable == above.isWritable
    }

    /// The place of the page at `address` in region `index`.
    func place(_ address: UInt64, in index: Int) -> PagePlace { places(from: address, in: index)[0] }

    /// The places of the pages from `address` in region `index` on.
    func places(from address: UInt64, in index: Int) -> PlaceRun {
        let name = names[index]
        let distance = name.isDownwards ? name.origin &- address &- 4096 : address &- name.origin
        return PlaceRun(region: name.region, first: distance / 4096, isDownwards: name.isDownwards)
    }

    /// The digest that names a file.
    static func digest(ofFile path: String) -> UInt64 { digest("file", path, 0) }

    /// The name of the memory of object number `ordinal` of those called `name`. Which of the processes has it
    /// mapped does not matter.
    static func shared(_ name: String, _ ordinal: UInt64) -> UInt64 { digest("shared", name, ordinal) }

    /// The name of a virtual machine's physical memory.
    static let guest = digest("guest", "", 0)

    private static func digest(_ what: String, _ name: String, _ number: UInt64) -> UInt64 {
        var digest = Digest()
        digest.update(what)
        digest.update(name)
        digest.update(number)
        return digest.value
    }
}

/// The places of pages that lie one after another in memory.
struct PlaceRun: Hashable {
    /// The name of their region.
    var region: UInt64
    /// The first page's number in it.
    var first: UInt64
    /// Whether numbers fall as addresses rise.
    var isDownwards = false

    /// Whether the places of `count` pages have numbers that a `PagePlace` can hold.
    func isSound(_ count: Int) -> Bool {
        isDownwards
            ? first < 1 << 32 && first + 1 >= UInt64(count)
            : first < 1 << 32 && first + UInt64(count) <= 1 << 32
    }

    /// The place of page `index`.
    subscript(_ index: Int) -> PagePlace {
        let offset = isDownwards ? first &- UInt64(index) : first &+ UInt64(index)
        return PagePlace(region: region, offset: UInt32(truncatingIfNeeded: offset))
    }

    /// The places from page `index` on.
    func dropping(_ index: Int) -> PlaceRun {
        var rest = self
        rest.first = isDownwards ? first &- UInt64(index) : first &+ UInt64(index)
        return rest
    }
}
