import PageContent

extension PagesBench {
    /// Making and applying patches.
    func measureCodecs() {
        for method in PatchMethod.allCases {
            let codec = method.makeCodec()
            let store = PatchStore(count: pairs.count)
            let encode = nanoseconds(pages: pairs.count) {
                for (index, pair) in pairs.enumerated() {
                    store.sizes[index] = codec.encode(
                        target.memory.page(pair.page), base: base.memory.page(pair.base),
                        into: store.slot(index))
                }
            }
            let apply = nanoseconds(pages: store.sizes.count { $0 != nil }) {
                for (index, pair) in pairs.enumerated() {
                    guard let patch = store.bytes(index) else { continue }
                    let isWhole = codec.apply(patch, base: base.memory.page(pair.base), into: store.page)
                    precondition(isWhole, "a patch that was just made is damaged")
                }
            }
            let name = "pages/patch/\(method.rawValue)"
            report("\(name)/encode", encode, "ns/page")
            report("\(name)/apply", apply, "ns/page")
            report("\(name)/size", store.meanSize, "bytes")
        }
    }

    /// Compressing and restoring pages without a base: the same pages, to be compared with their patches.
    func measureCompressors() {
        for method in CompressionMethod.allCases {
            let compressor = method.makeCompressor()
            let store = PatchStore(count: pairs.count)
            let compress = nanoseconds(pages: pairs.count) {
                for (index, pair) in pairs.enumerated() {
                    store.sizes[index] = compressor.compress(
                        target.memory.page(pair.page), into: store.slot(index))
                }
            }
            let decompress = nanoseconds(pages: store.sizes.count { $0 != nil }) {
                for index in pairs.indices {
                    guard let bytes = store.bytes(index) else { continue }
                    precondition(
                        compressor.decompress(bytes, into: store.page), "compressed bytes are damaged")
                }
            }
            let name = "pages/compress/\(method.rawValue)"
            report("\(name)/compress", compress, "ns/page")
            report("\(name)/decompress", decompress, "ns/page")
            report("\(name)/size", store.meanSize, "bytes")
        }
    }
}

/// Patches side by side in memory, at most a page each.
private final class PatchStore {
    private let memory: UnsafeMutableRawBufferPointer
    /// Where pages are restored to.
    let page: UnsafeMutableRawPointer
    /// The size of each patch; nil for one that did not fit.
    var sizes: [Int?]

    init(count: Int) {
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

    func slot(_ index: Int) -> UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(rebasing: memory[(index * Page.size)..<((index + 1) * Page.size)])
    }

    func bytes(_ index: Int) -> UnsafeRawBufferPointer? {
        guard let size = sizes[index] else { return nil }
        return UnsafeRawBufferPointer(rebasing: slot(index)[..<size])
    }

    /// A page that did not fit stays whole.
    var meanSize: Double {
        Double(sizes.reduce(0) { $0 + ($1 ?? Page.size) }) / Double(max(sizes.count, 1))
    }
}
