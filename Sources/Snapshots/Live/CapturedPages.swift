import Glibc
import PageContent

/// Turns what was copied into a page set: leaves out what could not be read and what turns out to be the
/// kernel's page of zeros.
struct CapturedPages {
    private var kinds: [PageKind] = []
    private var places: [PagePlace] = []
    private var files: [FilePage] = []
    private var hugePages = 0
    private var zeroMappings = 0
    private(set) var swapped = 0
    private let unreadable: Set<Int>
    /// Pages of the buffer seen so far.
    private var seen = 0

    init(unreadable: [Int]) { self.unreadable = Set(unreadable) }

    /// Adds a process, whose contents come next in `contents`; kept pages move together there.
    mutating func add(_ space: AddressSpace, _ regions: LiveRegions, contents: CopyBuffer) {
        for content in space.contents {
            for page in 0..<content.run.count {
                let address = content.run.start + UInt64(page * Page.size)
                defer { seen += 1 }
                if unreadable.contains(seen) { continue }
                let source = contents.base + seen * Page.size
                if content.run.state.contains(.maybeZero), Page.isZero(source) {
                    zeroMappings += 1
                    continue
                }
                if kinds.count < seen {
                    (contents.base + kinds.count * Page.size).copyMemory(from: source, byteCount: Page.size)
                }
                if content.run.state.contains(.huge) { hugePages += 1 }
                if content.run.state.contains(.swapped) { swapped += 1 }
                kinds.append(regions.kind(address, in: content.region))
                places.append(regions.place(address, in: content.region))
            }
        }
        for content in space.filePages {
            for page in 0..<content.run.count {
                let address = content.run.start + UInt64(page * Page.size)
                files.append(regions.filePage(address, in: content.region))
            }
        }
        zeroMappings += space.zeroMappings
    }

    /// The page set; `buffer` gives back what it does not need.
    func pageSet(as label: InstanceLabel, _ buffer: CopyBuffer) -> PageSet {
        buffer.shrink(to: kinds.count)
        var unique: [FilePage] = []
        for page in files.sorted() where page != unique.last { unique.append(page) }
        return PageSet(
            label: label, memory: buffer.pages(kinds.count), kinds: kinds, places: places,
            hugePages: hugePages, filePages: unique, zeroMappings: zeroMappings)
    }
}
