import Files
import Glibc
import HardwareCosts
import PageContent

/// Compressing single pages, and bringing them back.
public struct CompressPart: CalibrationPart {
    /// The part.
    public init() {}

    /// `compress`.
    public var name: String { "compress" }
    /// What it measures.
    public var about: String { "LZ4 and zstd on real pages" }
    /// Compression and decompression with LZ4 and zstd.
    public var primitives: [CostPrimitive] {
        CostPrimitive.allCases.filter { $0.facts.group == .compression }
    }

    /// Measures on the context's pages.
    public func run(_ context: CalibrationContext) throws -> PartResult {
        let pages = try context.pages()
        let numbers = PatchPart.filled(pages.target, most: PagePairs.most(context.settings))
        if numbers.isEmpty { throw PartUnavailable("the pages (\(pages.source)) are all zeros") }
        let kinds: [(CompressionMethod, CostPrimitive, CostPrimitive)] = [
            (.lz4, .compressLZ4, .decompressLZ4), (.zstd, .compressZstd, .decompressZstd),
        ]
        let memory = pages.target.memory
        var works: [TimedWork] = []
        var remarks: [String] = []
        for (method, compress, decompress) in kinds {
            let compressor = method.makeCompressor()
            let coded = CodedPages(count: numbers.count)
            for (index, page) in numbers.enumerated() {
                coded.set(index, compressor.compress(memory.page(page), into: coded.room(index)))
                guard let bytes = coded.bytes(index) else { continue }
                guard compressor.decompress(bytes, into: coded.page),
                    memcmp(coded.page, memory.page(page), Page.size) == 0
                else { throw InputError("\(method.rawValue) does not give a page back") }
            }
            let (indices, meanSize) = coded.coded
            if indices.isEmpty { throw PartUnavailable("no page can be compressed (\(pages.source))") }
            remarks.append(
                "\(indices.count) of \(numbers.count) pages fit, mean \(Int(meanSize.rounded())) B")
            works.append(
                TimedWork(compress.name, period: numbers.count) { range in
                    for index in range {
                        coded.set(
                            index, compressor.compress(memory.page(numbers[index]), into: coded.room(index)))
                    }
                })
            works.append(
                TimedWork(decompress.name, period: indices.count) { range in
                    for number in range {
                        guard let bytes = coded.bytes(indices[number]) else { continue }
                        Guard.keep(compressor.decompress(bytes, into: coded.page) ? 1 : 0)
                        Guard.keep(coded.page)
                    }
                })
        }
        let measured = try context.measure(works, detail: "compression")
        var result = PartResult()
        for (index, (_, compress, decompress)) in kinds.enumerated() {
            for (place, primitive) in [compress, decompress].enumerated() {
                result.add(
                    primitive, each: measured[2 * index + place],
                    method: "\(numbers.count) pages; \(pages.source)", remark: remarks[index], context)
            }
        }
        return result
    }
}
