/// What was coded, side by side in memory, at most a page each.
package final class CodedPages {
    private let memory: UnsafeMutableRawBufferPointer
    /// Where pages are rebuilt.
    package let page: UnsafeMutableRawPointer
    private var sizes: [Int?]

    /// Room for `count` pages.
    package init(count: Int) {
        memory = .allocate(byteCount: max(count, 1) * Page.size, alignment: Page.size)
        page = .allocate(byteCount: Page.size, alignment: Page.size)
        sizes = Array(repeating: nil, count: count)
        // Touched now, so that no page fault is measured.
        memory.initializeMemory(as: UInt8.self, repeating: 0)
    }

    deinit {
        memory.deallocate()
        page.deallocate()
    }

    /// Where number `index` goes.
    package func room(_ index: Int) -> UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(rebasing: memory[index * Page.size..<(index + 1) * Page.size])
    }

    /// Number `index` has `size` bytes; nil when it did not fit.
    package func set(_ index: Int, _ size: Int?) { sizes[index] = size }

    /// The bytes of number `index`; nil when it did not fit.
    package func bytes(_ index: Int) -> UnsafeRawBufferPointer? {
        sizes[index].map { UnsafeRawBufferPointer(rebasing: room(index)[..<$0]) }
    }

    /// Those that fit, and their mean size.
    package var coded: (indices: [Int], meanSize: Double) {
        let indices = sizes.indices.filter { sizes[$0] != nil }
        let sum = indices.reduce(0) { $0 + (sizes[$1] ?? 0) }
        return (indices, Double(sum) / Double(max(indices.count, 1)))
    }

    /// The mean size of all, of which one that did not fit stays a whole page.
    package var meanSizeOfAll: Double {
        Double(sizes.reduce(0) { $0 + ($1 ?? Page.size) }) / Double(max(sizes.count, 1))
    }
}
