/// The size classes of zsmalloc, the kernel's allocator for compressed pages (mm/zsmalloc.c, Linux 6.18, 4 KiB
/// pages).
///
/// Objects of a class lie one after another in chains of pages; what is left at a chain's end is lost. Memory that is
/// lost because chains are not full is left out: it goes to zero as pages become many, and compaction returns it.
public struct Zsmalloc: Sendable, Hashable {
    /// The longest chain, in pages: `CONFIG_ZSMALLOC_CHAIN_SIZE`, from 4 to 16, by default 8.
    public let longestChain: Int
    /// Bytes that an object takes, by class.
    private let bytesOfClass: [Int]

    /// Before each object lies its handle (`ZS_HANDLE_SIZE`).
    private static let handle = 8
    /// The smallest class (`ZS_MIN_ALLOC_SIZE`).
    private static let smallest = 32
    /// From one class to the next (`ZS_SIZE_CLASS_DELTA`).
    private static let step = Page.size / 256

    /// The classes that arise with chains of up to `longestChain` pages.
    public init(longestChain: Int = 8) {
        precondition(4...16 ~= longestChain, "the kernel takes chains of 4 to 16 pages")
        self.longestChain = longestChain
        let classes = (Page.size - Zsmalloc.smallest) / Zsmalloc.step + 1
        bytesOfClass = (0..<classes).map { index in
            let size = Zsmalloc.smallest + index * Zsmalloc.step
            let pages = Zsmalloc.chain(size, longest: longestChain)
            let objects = pages * Page.size / size
            // To be rounded up: a part of a byte is less than what is left out.
            return (pages * Page.size + objects - 1) / objects
        }
    }

    /// The chain that loses least, the shortest of equal ones (`calculate_zspage_chain_size`).
    private static func chain(_ size: Int, longest: Int) -> Int {
        if size & (size - 1) == 0 { return 1 }
        var best = 1
        for pages in 1...longest where pages * Page.size % size < best * Page.size % size { best = pages }
        return best
    }

    /// What an object of `size` bytes takes, its share of what is lost included; a whole page for those so large that
    /// no two share one (above 3,624 bytes with chains of 8).
    public func bytes(for size: Int) -> Int {
        precondition(0...Page.size ~= size, "larger than a page")
        let above = max(0, size + Zsmalloc.handle - Zsmalloc.smallest)
        return bytesOfClass[min((above + Zsmalloc.step - 1) / Zsmalloc.step, bytesOfClass.count - 1)]
    }
}
