/// How much of one sandbox's memory another one holds too, at several chunk sizes (snapshots.md's section 2
/// and figure 1 of Saxena et al., EuroSys'22, measure the same). All counts are exact.
///
/// Beside the two snapshots it takes at most 1.5 times the base's size and an eighth of the target's, for any
/// number of threads.
public struct Redundancy: Sendable {
    /// Whose memory was looked up.
    public var target: InstanceLabel
    /// Where it was looked up.
    public var base: InstanceLabel
    /// The size of the target's private pages.
    public var privateBytes: Int
    /// The size of the target's clean pages of files.
    public var fileBytes: Int
    /// The size of those of them that the base has resident too: the same pages of the same files.
    public var sharedFileBytes: Int
    /// What was found, for each chunk size in ascending order.
    public var chunks: [ChunkRedundancy]

    /// Chunk sizes that can be measured.
    public static let sizes = [64, 128, 256, 512, 1_024, 2_048, 4_096]

    /// Measures `target` against `base` at chunk sizes that are among `sizes`; `measures` says what else than
    /// aligned chunks is measured.
    public init(
        of target: PageSet, against base: PageSet, sizes: [Int], measures: Set<RedundancyMeasure>,
        threads: Int
    ) {
        precondition(sizes.allSatisfy(Redundancy.sizes.contains), "a chunk size that cannot be measured")
        self.target = target.label
        self.base = base.label
        privateBytes = target.count * Page.size
        fileBytes = target.filePages.count * Page.size
        sharedFileBytes = FilePage.common(target.filePages, base.filePages) * Page.size
        var sliding = SlidingRedundancy(target.memory, against: base.memory, threads: threads)
        chunks = []
        for size in Set(sizes).sorted() {
            let aligned = AlignedRedundancy.measure(
                target.memory, against: base.memory, length: size, threads: threads)
            let covered = measures.contains(.sliding) ? sliding.coveredBytes(length: size) : nil
            let estimate =
                measures.contains(.medes) && 2 * size <= Page.size
                ? MedesEstimate.duplicatedBytes(
                    target.memory, against: base.memory, length: size, threads: threads) : nil
            chunks.append(
                ChunkRedundancy(
                    size: size, zeroBytes: aligned.zeroBytes, sharedBytes: aligned.sharedBytes,
                    sharedZeroBytes: aligned.sharedZeroBytes, coveredBytes: covered, estimatedBytes: estimate)
            )
        }
    }

    /// The redundant share of the private pages by `measure`, at the chunk size of `chunk`; nil when that was not
    /// measured or when there is nothing to take a share of.
    public func share(_ measure: RedundancyMeasure, _ chunk: ChunkRedundancy) -> Double? {
        let whole = measure == .nonZero ? privateBytes - chunk.zeroBytes : privateBytes
        guard let part = chunk.bytes(measure), whole > 0 else { return nil }
        return Double(part) / Double(whole)
    }

    /// The same for private pages and clean pages of files together; a clean page of a file counts as redundant
    /// at every chunk size when the base has it resident too.
    public func shareOfAll(_ measure: RedundancyMeasure, _ chunk: ChunkRedundancy) -> Double? {
        let whole = (measure == .nonZero ? privateBytes - chunk.zeroBytes : privateBytes) + fileBytes
        guard let part = chunk.bytes(measure), whole > 0 else { return nil }
        return Double(part + sharedFileBytes) / Double(whole)
    }
}

/// What chunks of one size share.
public struct ChunkRedundancy: Sendable, Hashable {
    /// Bytes in a chunk.
    public var size: Int
    /// Bytes of the target in aligned chunks of zeros.
    public var zeroBytes: Int
    /// Bytes of the target in other aligned chunks that occur at an aligned offset of the base.
    public var sharedBytes: Int
    /// Bytes of the target in aligned chunks of zeros, when the base has such a chunk too; else 0.
    public var sharedZeroBytes: Int
    /// Bytes covered by sliding windows that the base holds; nil when not measured.
    public var coveredBytes: Int?
    /// Bytes that Medes' estimate takes for duplicated; nil when not measured.
    public var estimatedBytes: Int?

    /// The redundant bytes by `measure`; nil when not measured.
    public func bytes(_ measure: RedundancyMeasure) -> Int? {
        switch measure {
        case .aligned: sharedBytes + sharedZeroBytes
        case .nonZero: sharedBytes
        case .sliding: coveredBytes
        case .medes: estimatedBytes
        }
    }
}

/// The ways to measure redundancy.
public enum RedundancyMeasure: String, Sendable, CaseIterable {
    /// A chunk at a multiple of its size counts when it occurs at a multiple of its size anywhere in the base.
    case aligned
    /// The same, chunks of zeros left out of both.
    case nonZero = "non-zero"
    /// A byte counts when a window that covers it occurs at a multiple of 8 bytes of the base.
    case sliding
    /// The estimate by Medes' authors: see `MedesEstimate`.
    case medes
}
