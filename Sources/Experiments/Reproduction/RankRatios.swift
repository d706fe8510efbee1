/// Times of one function's requests: different values, rising, with how often each occurred.
package struct CountedTimes: Hashable, Sendable {
    /// Times in ns, rising, no two equal.
    package var values: [UInt64]
    /// How many requests took each.
    package var counts: [UInt64]

    /// Times with their counts.
    package init(values: [UInt64], counts: [UInt64]) {
        precondition(values.count == counts.count, "each value has a count")
        self.values = values
        self.counts = counts
    }

    /// How many requests there were.
    var total: UInt64 { counts.reduce(0, +) }
}

/// The times of one function under two policies compared as figure 7a is (Medes' released plot_cdfs.py): each
/// policy's times sorted, cut to equal length, and divided rank by rank. No two of a pair need be the same request.
package struct RankRatios: Hashable, Sendable {
    /// The least and greatest ratio; 1 where there was nothing to compare.
    package private(set) var least = 1.0, greatest = 1.0
    /// How many ranks were compared.
    package private(set) var ranks: UInt64 = 0
    /// Of these, ranks at which the second policy was slower, by more than a thousandth.
    package private(set) var slower: UInt64 = 0
    /// Of these, ranks at which the first policy took more than 1.1 times as long.
    package private(set) var faster: UInt64 = 0

    /// Nothing compared.
    package init() {}

    /// The ratios of `baseline` over `other`.
    package init(_ baseline: CountedTimes, over other: CountedTimes) {
        var left = min(baseline.total, other.total)
        var (i, j) = (0, 0)
        var (leftI, leftJ) = (baseline.counts.first ?? 0, other.counts.first ?? 0)
        var isFirst = true
        while left > 0 {
            while leftI == 0 {
                i += 1
                leftI = baseline.counts[i]
            }
            while leftJ == 0 {
                j += 1
                leftJ = other.counts[j]
            }
            let run = min(leftI, leftJ, left)
            let ratio = Double(baseline.values[i]) / Double(max(other.values[j], 1))
            least = isFirst ? ratio : min(least, ratio)
            greatest = isFirst ? ratio : max(greatest, ratio)
            isFirst = false
            if ratio < 0.999 { slower += run }
            if ratio > 1.1 { faster += run }
            ranks += run
            left -= run
            leftI -= run
            leftJ -= run
        }
    }

    /// All functions together.
    package init(_ baseline: [CountedTimes], over other: [CountedTimes]) {
        for (a, b) in zip(baseline, other) {
            let part = RankRatios(a, over: b)
            if part.ranks == 0 { continue }
            least = ranks == 0 ? part.least : min(least, part.least)
            greatest = ranks == 0 ? part.greatest : max(greatest, part.greatest)
            ranks += part.ranks
            slower += part.slower
            faster += part.faster
        }
    }

    /// Share of ranks at which the second policy was slower, 0 to 1.
    package var slowerShare: Double { ranks == 0 ? 0 : Double(slower) / Double(ranks) }
}
