/// Which chunks of a page make its fingerprint.
public enum SamplingRule: Sendable, Hashable {
    /// The rule of Medes' released code (`ValueSampledFingerprint`, commit 2e28dec): the first chunks in steps of 16
    /// bytes, those full of zeros left out, of which a hash bit is clear (probability 1/2). A page none of
    /// whose chunks is taken has the fingerprint of a page of zeros.
    ///
    /// Two deviations: the hash is XXH3, not SHA-1 (only its uniformity matters), and no chunk reaches beyond the page.
    case artifact
    /// The rule of the paper (Saxena et al., EuroSys'22, section 4.1.2): the first chunks, at any byte, whose last two
    /// bytes, read as a little-endian number, are `value` in the bits of `mask`. The paper does not give the pattern.
    case paper(mask: UInt16, value: UInt16)
    /// The chunks with the smallest hashes over the whole page, in steps of 16 bytes, those full of zeros left out.
    case spread
    /// Chunks at equal distances, those full of zeros left out (`FixedOffsetFingerprint` in Medes' code).
    case fixed
    /// The place of the page in its sandbox stands for its content: a hint that needs no hashing.
    case location

    /// The paper's rule with the pattern that Pagefold takes where none is given: one byte position in 32 matches
    /// on random bytes, so a page has enough chunks to choose from.
    public static let paper = SamplingRule.paper(mask: 0x001F, value: 0x0001)

    /// The name in tables and files.
    public var name: String {
        switch self {
        case .artifact: "artifact"
        case .paper: "paper"
        case .spread: "spread"
        case .fixed: "fixed"
        case .location: "location"
        }
    }
}

/// How a page's fingerprint is taken.
public struct SamplerSettings: Sendable, Hashable {
    /// Which chunks.
    public var rule: SamplingRule
    /// Bytes in a chunk: a multiple of 16 from 32 to 1024. Medes' "reusable sandbox chunk" has 64.
    public var chunk: Int
    /// How many chunks at most: 1 to 20. Medes takes 5.
    public var cardinality: Int

    /// From one chunk to the next, where a rule looks at many: 16 bytes.
    static let step = RollingHash.blockSize
    /// The chunk sizes that can be set.
    public static let chunks = 32...1024
    /// The cardinalities that can be set.
    public static let cardinalities = 1...20

    /// `rule` with Medes' chunk size and cardinality, unless others are given. Both must be allowed ones.
    public init(_ rule: SamplingRule, chunk: Int = 64, cardinality: Int = 5) {
        precondition(
            SamplerSettings.chunks.contains(chunk) && chunk % 16 == 0, "a chunk has 32, 48, … 1024 bytes")
        precondition(SamplerSettings.cardinalities.contains(cardinality), "1 to 20 chunks a page")
        self.rule = rule
        self.chunk = chunk
        self.cardinality = cardinality
    }

    /// For tables: `spread 64 B x 5`.
    public var name: String {
        rule == .location ? rule.name : "\(rule.name) \(chunk) B x \(cardinality)"
    }
}
