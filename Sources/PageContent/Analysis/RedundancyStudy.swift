import Statistics

/// Redundancy over several pairs of instances of several functions.
public struct RedundancyStudy: Sendable {
    /// The functions in the order of their names.
    public let functions: [String]
    /// What was measured, in ascending order.
    public let sizes: [Int]
    /// For each function, what its pairs of instances gave.
    public let pairs: [[Redundancy]]

    /// Which pages are counted.
    public enum Counted: String, Sendable, CaseIterable {
        /// Those that a checkpoint would hold.
        case `private`
        /// These and clean pages of files.
        case all
    }

    /// Measures the target of each pair of `rounds` against its base. `progress` is told before each pair: how many
    /// are done, how many there are, the function's name; it may throw to stop.
    public init<Failure: Error>(
        of groups: InstanceGroups, in rounds: [PairingRound], sizes: [Int], measures: Set<RedundancyMeasure>,
        threads: Int, progress: (Int, Int, String) throws(Failure) -> Void
    ) throws(Failure) {
        functions = groups.functions
        self.sizes = Set(sizes).sorted()
        let count = rounds.reduce(0) { $0 + $1.bases.count }
        var found: [[Redundancy]] = functions.map { _ in [] }
        var done = 0
        for round in rounds {
            for (function, pair) in round.pairs.enumerated() {
                guard let pair else { continue }
                try progress(done, count, functions[function])
                found[function].append(
                    Redundancy(
                        of: pair.target, against: pair.base, sizes: sizes, measures: measures,
                        threads: threads))
                done += 1
            }
        }
        pairs = found
    }

    /// Mean and spread over the pairs of one function.
    public func estimate(
        _ measure: RedundancyMeasure, size: Int, counted: Counted, function: Int
    ) -> MeanEstimate {
        MeanEstimate(
            pairs[function].compactMap { RedundancyStudy.share($0, measure, size: size, counted: counted) })
    }

    /// Mean over functions of their means, with the spread between functions.
    public func estimate(_ measure: RedundancyMeasure, size: Int, counted: Counted) -> MeanEstimate {
        MeanEstimate(
            functions.indices.map {
                estimate(measure, size: size, counted: counted, function: $0).mean
            })
    }

    /// The share by one measure; nil when it was not measured.
    public static func share(
        _ redundancy: Redundancy, _ measure: RedundancyMeasure, size: Int, counted: Counted
    ) -> Double? {
        guard let chunk = redundancy.chunks.first(where: { $0.size == size }) else { return nil }
        return counted == .private ? redundancy.share(measure, chunk) : redundancy.shareOfAll(measure, chunk)
    }
}

/// Chunk redundancy as the authors of Medes published it (Saxena et al., EuroSys'22, figure 1a and b, read from
/// the figure; reference/medes.md, section 4.1): a sandbox against another one of the same function, mean over
/// ten functions, by their own estimate.
public enum PublishedRedundancy {
    /// Chunk sizes of the figure.
    public static let sizes = [64, 128, 256, 512, 1_024]
    /// With address randomisation off (figure 1a).
    public static let randomisationOff = [0.925, 0.900, 0.868, 0.812, 0.735]
    /// With address randomisation on (figure 1b).
    public static let randomisationOn = [0.883, 0.850, 0.810, 0.745, 0.651]
    /// Where the numbers come from.
    public static let source = "Saxena et al., EuroSys'22, figure 1"
}
