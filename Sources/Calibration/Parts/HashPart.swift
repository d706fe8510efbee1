import HardwareCosts
import PageContent

/// Hash functions at the sizes of a chunk and of a page.
public struct HashPart: CalibrationPart {
    /// The part.
    public init() {}

    /// `hash`.
    public var name: String { "hash" }
    /// What it measures.
    public var about: String { "XXH3, SHA-1 and SHA-256 of 64 B and of 4 KiB" }
    /// The hashes of chunks and of pages.
    public var primitives: [CostPrimitive] {
        [.hashChunkXXH3, .hashChunkSHA1, .hashChunkSHA256, .hashPageXXH3, .hashPageSHA1, .hashPageSHA256]
    }

    private struct Candidate {
        var chunk: CostPrimitive
        var page: CostPrimitive
        /// The hash of `abc`: RFC 3174, FIPS 180-4; for XXH3 what `xxhsum -H3` prints, lowest byte first.
        var published: [UInt8]
        var find: () throws(SystemHashes.Missing) -> SystemHashes.Function
    }

    private var candidates: [Candidate] {
        [
            Candidate(
                chunk: .hashChunkXXH3, page: .hashPageXXH3,
                published: [0x50, 0x39, 0x2F, 0x89, 0x94, 0x5F, 0xAF, 0x78],
                find: { () throws(SystemHashes.Missing) in SystemHashes.xxh3 }),
            Candidate(
                chunk: .hashChunkSHA1, page: .hashPageSHA1,
                published: [0xA9, 0x99, 0x3E, 0x36, 0x47, 0x06, 0x81, 0x6A],
                find: { () throws(SystemHashes.Missing) in try SystemHashes.openSSL("SHA-1") }),
            Candidate(
                chunk: .hashChunkSHA256, page: .hashPageSHA256,
                published: [0xBA, 0x78, 0x16, 0xBF, 0x8F, 0x01, 0xCF, 0xEA],
                find: { () throws(SystemHashes.Missing) in try SystemHashes.openSSL("SHA-256") }),
        ]
    }

    /// Measures over one buffer that stays in the cache, as xxhsum and openssl do.
    public func run(_ context: CalibrationContext) throws -> PartResult {
        var result = PartResult()
        let input = HashInput()
        var found: [(Candidate, SystemHashes.Function)] = []
        for candidate in candidates {
            do throws(SystemHashes.Missing) {
                let function = try candidate.find()
                if SystemHashes.isRight(function, candidate.published) {
                    found.append((candidate, function))
                } else {
                    result.miss([candidate.chunk, candidate.page], "\(function.library) hashes wrongly")
                }
            } catch {
                result.miss([candidate.chunk, candidate.page], error.reason)
            }
        }
        if found.isEmpty {
            throw PartUnavailable(result.absent[.hashChunkXXH3] ?? "no hash function is there")
        }
        let sizes = [64, Page.size]
        let works = found.flatMap { _, function in sizes.map { input.work(function, size: $0) } }
        let measured = try context.measure(works, detail: "hashes")
        for (index, (candidate, function)) in found.enumerated() {
            for (place, size) in sizes.enumerated() {
                let measurement = measured[index * sizes.count + place]
                result.add(
                    place == 0 ? candidate.chunk : candidate.page, constant: measurement,
                    method: "\(function.library), one buffer of \(size) B in the cache",
                    remark: HashPart.rate(size, measurement), context)
            }
        }
        return result
    }

    private static func rate(_ size: Int, _ measurement: Measurement) -> String {
        measurement.value > 0 ? "\(Rounding.digits(Double(size) / measurement.value, 3)) GB/s" : ""
    }
}

/// Bytes that are hashed, and where the hash goes.
private final class HashInput {
    private let input = UnsafeMutableRawPointer.allocate(byteCount: Page.size, alignment: Page.size)
    private let output = UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 64)

    init() {
        for offset in 0..<Page.size {
            input.storeBytes(
                of: UInt8(truncatingIfNeeded: offset &* 167 &+ offset >> 3), toByteOffset: offset,
                as: UInt8.self)
        }
    }

    deinit {
        input.deallocate()
        output.deallocate()
    }

    func work(_ function: SystemHashes.Function, size: Int) -> TimedWork {
        TimedWork("\(function.name), \(size) B") { [self] range in
            for _ in range {
                function.hash(input, size, output)
                Guard.keep(output)
            }
        }
    }
}
