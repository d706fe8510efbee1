/// The fingerprints of all pages of a sandbox, under one sampler.
public struct FingerprintTable: Sendable {
    /// How they were taken.
    public let settings: SamplerSettings
    private let counts: [UInt8]
    private let hashes: [UInt64]
    private let stride: Int

    /// How many pages ahead contents are fetched: a fingerprint mostly waits for memory.
    private static let ahead = 2

    /// Takes the fingerprints of all pages of `set`, on up to `threads` threads.
    public init(of set: PageSet, sampler: PageSampler, threads: Int = 1) {
        settings = sampler.settings
        let stride = settings.rule == .location ? 1 : settings.cardinality
        self.stride = stride
        let parts = parallelMap(
            count: (set.count + 1023) / 1024, threads: threads, worker: {}
        ) { _, part in
            FingerprintTable.take(set, part * 1024..<min(part * 1024 + 1024, set.count), sampler, stride)
        }
        counts = parts.flatMap(\.counts)
        hashes = parts.flatMap(\.hashes)
    }

    /// With fingerprints that were taken before under `settings`.
    init(settings: SamplerSettings, fingerprints: [[UInt64]]) {
        self.settings = settings
        let stride = settings.cardinality
        self.stride = stride
        precondition(fingerprints.allSatisfy { $0.count <= stride }, "more hashes than the cardinality")
        counts = fingerprints.map { UInt8($0.count) }
        hashes = fingerprints.flatMap { $0 + Array(repeating: 0, count: stride - $0.count) }
    }

    private static func take(
        _ set: PageSet, _ range: Range<Int>, _ sampler: PageSampler, _ stride: Int
    ) -> (counts: [UInt8], hashes: [UInt64]) {
        var counts = [UInt8](repeating: 0, count: range.count)
        var hashes = [UInt64](repeating: 0, count: range.count * stride)
        hashes.withUnsafeMutableBufferPointer { room in
            guard var output = room.baseAddress else { return }
            for page in range {
                let next = page &+ FingerprintTable.ahead
                if next < range.upperBound { sampler.prefetch(set.memory.page(next)) }
                let count = sampler.sample(set.memory.page(page), place: set.places[page], into: output)
                counts[page - range.lowerBound] = UInt8(count)
                output += stride
            }
        }
        return (counts, hashes)
    }

    /// How many pages.
    public var count: Int { counts.count }

    /// How many hashes the fingerprints have in all.
    public var hashCount: Int { counts.reduce(0) { $0 + Int($1) } }

    /// How many hashes the fingerprint of `page` has.
    @inline(__always)
    func hashCount(of page: Int) -> Int { Int(counts[page]) }

    /// Calls `body` with the fingerprint of `page`.
    @inline(__always)
    public func withFingerprint<Result>(
        of page: Int, _ body: (UnsafeBufferPointer<UInt64>) -> Result
    ) -> Result {
        hashes.withUnsafeBufferPointer { all in
            let start = page &* stride
            return body(UnsafeBufferPointer(rebasing: all[start..<(start &+ Int(counts[page]))]))
        }
    }
}
