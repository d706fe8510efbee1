import PageContent

extension PagesBench {
    /// Making and applying patches.
    func measureCodecs() {
        for method in PatchMethod.allCases {
            let codec = method.makeCodec()
            let coded = CodedPages(count: pairs.count)
            let encode = nanoseconds(pages: pairs.count) {
                for (index, pair) in pairs.enumerated() {
                    coded.set(
                        index,
                        codec.encode(
                            target.memory.page(pair.page), base: base.memory.page(pair.base),
                            into: coded.room(index)))
                }
            }
            let apply = nanoseconds(pages: coded.coded.indices.count) {
                for (index, pair) in pairs.enumerated() {
                    guard let patch = coded.bytes(index) else { continue }
                    let isWhole = codec.apply(patch, base: base.memory.page(pair.base), into: coded.page)
                    precondition(isWhole, "a patch that was just made is damaged")
                }
            }
            let name = "pages/patch/\(method.rawValue)"
            report("\(name)/encode", encode, "ns/page")
            report("\(name)/apply", apply, "ns/page")
            report("\(name)/size", coded.meanSizeOfAll, "bytes")
        }
    }

    /// Compressing and restoring pages without a base: the same pages, to be compared with their patches.
    func measureCompressors() {
        for method in CompressionMethod.allCases {
            let compressor = method.makeCompressor()
            let coded = CodedPages(count: pairs.count)
            let compress = nanoseconds(pages: pairs.count) {
                for (index, pair) in pairs.enumerated() {
                    coded.set(
                        index, compressor.compress(target.memory.page(pair.page), into: coded.room(index)))
                }
            }
            let decompress = nanoseconds(pages: coded.coded.indices.count) {
                for index in pairs.indices {
                    guard let bytes = coded.bytes(index) else { continue }
                    precondition(
                        compressor.decompress(bytes, into: coded.page), "compressed bytes are damaged")
                }
            }
            let name = "pages/compress/\(method.rawValue)"
            report("\(name)/compress", compress, "ns/page")
            report("\(name)/decompress", decompress, "ns/page")
            report("\(name)/size", coded.meanSizeOfAll, "bytes")
        }
    }
}
