import PageContent

/// What is left of a sandbox' memory once it was deduplicated: patches, pages that resemble nothing, and where each
/// page belongs.
struct DedupedImage {
    /// How a page is made again.
    enum Source: Hashable {
        /// It is all zeros, as the memory is that it goes to.
        case zero
        /// It is kept: its number among those.
        case kept(Int)
        /// It is a patch: its number, by which the base page and the patch are found.
        case patched(Int)
    }

    /// Where the pages belong, rising.
    let addresses: [UInt64]
    /// How each is made again.
    let sources: [Source]
    /// Of each page, to tell whether it came back as it was.
    let hashes: [UInt64]
    /// The base page of each patch.
    let bases: [BasePlace]
    /// Whether the process may write to each page.
    let isWritable: [Bool]
    private let patchStarts: [Int]
    private let patches: [UInt8]
    private let kept: PageMemory

    /// How many pages there are, how many are patches, and how many are kept.
    var count: Int { addresses.count }
    var patchedCount: Int { bases.count }
    var keptCount: Int { kept.count }
    /// Bytes of all patches.
    var patchBytes: Int { patches.count }

    /// What it takes: patches, kept pages, and Medes' bookkeeping (`StorageCosts`).
    let bytes: Int

    /// Deduplicates `contents`, the pages of a stopped sandbox, with `deduplicator`.
    init(_ pages: SandboxPages, _ contents: PageSet, _ deduplicator: Deduplicator) {
        let outcome = deduplicator.deduplicate(contents)
        let codec = deduplicator.settings.patch.makeCodec()
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: Page.size, alignment: 64)
        defer { room.deallocate() }
        var (sources, bases, starts, patches): ([Source], [BasePlace], [Int], [UInt8]) = ([], [], [0], [])
        var whole: [UnsafeRawPointer] = []
        var hashes: [UInt64] = []
        var isWritable: [Bool] = []
        for run in pages.runs {
            for page in run.first..<(run.first + run.run.count) {
                let address = contents.memory.page(page)
                hashes.append(Page.hash(address))
                isWritable.append(run.isWritable)
                switch outcome.pages[page] {
                case .zero where !run.hasFile: sources.append(.zero)
                case .patched(let base, let number, _):
                    let from = deduplicator.bases[base].memory.page(number)
                    guard let size = codec.encode(address, base: from, into: room) else { fallthrough }
                    sources.append(.patched(bases.count))
                    bases.append(BasePlace(base: base, page: number))
                    patches += UnsafeRawBufferPointer(rebasing: room[..<size])
                    starts.append(patches.count)
                case .zero, .kept, .compressed:
                    sources.append(.kept(whole.count))
                    whole.append(address)
                }
            }
        }
        addresses = pages.addresses
        (self.sources, self.hashes, self.bases, self.isWritable) = (sources, hashes, bases, isWritable)
        (patchStarts, self.patches) = (starts, patches)
        kept = PageMemory(gathering: whole)
        bytes = outcome.stored
    }

    /// The bytes of patch `number`.
    func withPatch<Result>(_ number: Int, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        patches.withUnsafeBytes {
            body(UnsafeRawBufferPointer(rebasing: $0[patchStarts[number]..<patchStarts[number + 1]]))
        }
    }

    /// Kept page `number`.
    func keptPage(_ number: Int) -> UnsafeRawPointer { kept.page(number) }
}

extension PageMemory {
    /// Holds a copy of the pages at `addresses`, in this order.
    fileprivate convenience init(gathering addresses: [UnsafeRawPointer]) {
        let size = max(addresses.count, 1) * Page.size
        let room = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: Page.size)
        for (number, address) in addresses.enumerated() {
            (room + number * Page.size).copyMemory(from: address, byteCount: Page.size)
        }
        let place = UInt(bitPattern: room)
        self.init(base: UnsafeRawPointer(room), count: addresses.count) {
            UnsafeMutableRawPointer(bitPattern: place)?.deallocate()
        }
    }
}
