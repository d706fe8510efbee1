/// Finds the best base pages of one page after another; keeps scratch memory, a byte for each base page.
struct BaseChooser {
    /// Where they are looked up.
    let registry: Registry
    private let choice: BaseChoice
    private let ranking: BaseRanking
    /// The pages found, one after another, each as often as it shares a chunk.
    private var found: [UInt32] = []
    /// For each base page how many chunks it shares; all zeros between two calls.
    private var shared: [UInt8]
    /// The ranks of the pages found (`mostShared` with several candidates).
    private var ranks: [UInt64] = []

    init(registry: Registry, choice: BaseChoice, preferredBase: Int?, references: [Int] = []) {
        precondition(references.isEmpty || references.count == registry.baseCount, "not one count a base")
        self.registry = registry
        self.choice = choice
        ranking = BaseRanking(
            preferred: preferredBase.map { registry.starts[$0]..<registry.starts[$0 + 1] } ?? 0..<0,
            references: references.isEmpty ? Array(repeating: 0, count: registry.baseCount) : references)
        shared = Array(repeating: 0, count: registry.pageCount)
    }

    /// Writes the best candidates for a page with `fingerprint`, of at most 127 hashes, to `best`, the best one first,
    /// at most `limit`.
    mutating func find(
        _ fingerprint: UnsafeBufferPointer<UInt64>, limit: Int, into best: inout [BaseCandidate]
    ) {
        best.removeAll(keepingCapacity: true)
        let room = fingerprint.count &* registry.longest
        if found.count < room { found = Array(repeating: 0, count: room) }
        found.withUnsafeMutableBufferPointer { found in
            shared.withUnsafeMutableBufferPointer { shared in
                var count = 0
                for hash in fingerprint {
                    registry.forEachPage(with: hash) { page in
                        found[count] = page
                        count &+= 1
                        shared[Int(page)] &+= 1
                    }
                }
                if count == 0 { return }
                let pages = UnsafeBufferPointer(rebasing: found[..<count])
                switch choice {
                case .mostShared where limit == 1:
                    best.append(ranking.best(of: pages, shared))
                case .mostShared:
                    ranking.ranks(of: pages, shared, into: &ranks)
                    for rank in ranks.prefix(limit) { best.append(BaseRanking.candidate(rank)) }
                case .firstMatch:
                    ranking.firstMatches(pages, shared, in: registry, limit, into: &best)
                }
                for page in pages { shared[Int(page)] = 0 }
            }
        }
    }
}

/// What makes one base page better than another.
private struct BaseRanking {
    /// The pages of the base that wins ties; none without one.
    let preferred: Range<UInt32>
    /// For each base, how many sandboxes refer to it (`firstMatch`).
    let references: [Int]

    /// The larger, the better: by shared chunks, then whether its base is the preferred one, then the earliest page.
    @inline(__always)
    private func rank(_ page: UInt32, _ shared: UInt8) -> UInt64 {
        let isPreferred: UInt64 = preferred.contains(page) ? 1 : 0
        return UInt64(shared) &<< 33 | isPreferred &<< 32 | UInt64(~page)
    }

    /// The candidate of `rank`.
    static func candidate(_ rank: UInt64) -> BaseCandidate {
        BaseCandidate(page: ~UInt32(truncatingIfNeeded: rank), shared: Int(rank &>> 33))
    }

    /// The best one of `pages`, of which there is one at least.
    @inline(__always)
    func best(
        of pages: UnsafeBufferPointer<UInt32>, _ shared: UnsafeMutableBufferPointer<UInt8>
    ) -> BaseCandidate {
        var highest: UInt64 = 0
        for page in pages { highest = max(highest, rank(page, shared[Int(page)])) }
        return BaseRanking.candidate(highest)
    }

    /// Writes the ranks of `pages`, each page once, to `ranks`, the best one first.
    func ranks(
        of pages: UnsafeBufferPointer<UInt32>, _ shared: UnsafeMutableBufferPointer<UInt8>,
        into ranks: inout [UInt64]
    ) {
        ranks.removeAll(keepingCapacity: true)
        for page in pages where shared[Int(page)] != 0 {
            ranks.append(rank(page, shared[Int(page)]))
            // A page that shares several chunks is found several times.
            shared[Int(page)] = 0
        }
        ranks.sort(by: >)
    }

    /// Adds the first one of `pages` in each base to `best`, bases with the highest score first, at most `limit`.
    func firstMatches(
        _ pages: UnsafeBufferPointer<UInt32>, _ shared: UnsafeMutableBufferPointer<UInt8>,
        in registry: Registry, _ limit: Int, into best: inout [BaseCandidate]
    ) {
        // One a base: few.
        var matches: [(base: Int, score: Int, candidate: BaseCandidate)] = []
        for page in pages {
            let base = registry.locate(page).base
            if matches.contains(where: { $0.base == base }) { continue }
            let score = 2 * references[base] + (preferred.contains(page) ? 10 : 0)
            let position = matches.firstIndex { $0.score < score } ?? matches.count
            let candidate = BaseCandidate(page: page, shared: Int(shared[Int(page)]))
            matches.insert((base, score, candidate), at: position)
        }
        for match in matches.prefix(limit) { best.append(match.candidate) }
    }
}
