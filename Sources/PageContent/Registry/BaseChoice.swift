/// Which of the base pages that share chunks with a page becomes its base.
public enum BaseChoice: String, Sendable, CaseIterable {
    /// The one that shares most chunks; among equal ones the preferred base's, then the earliest (the paper's rule,
    /// EuroSys'22, section 4.1.2, where the preferred one is on the same machine).
    case mostShared = "most-shared"
    /// Of each base sandbox the first page found; among these the sandbox with the highest 2·references +
    /// 10·preferred (the rule of Medes' released code, `GetBaseContainers` with its default weights).
    case firstMatch = "first-match"
}

/// A base page that shares chunks with a page.
struct BaseCandidate: Equatable {
    /// The page's number in the registry.
    var page: UInt32
    /// How many chunks they share.
    var shared: Int
}

/// Finds the best base pages of one page after another; keeps scratch memory.
struct BaseChooser {
    private let registry: Registry
    private let choice: BaseChoice
    /// The pages of the base that wins ties, if there is one.
    private let preferred: Range<UInt32>
    /// For each base, how many sandboxes refer to it (`firstMatch`).
    private let references: [Int]
    private var pages: [UInt32] = []

    init(registry: Registry, choice: BaseChoice, preferredBase: Int?, references: [Int] = []) {
        self.registry = registry
        self.choice = choice
        preferred = preferredBase.map { registry.starts[$0]..<registry.starts[$0 + 1] } ?? 0..<0
        self.references =
            references.isEmpty ? Array(repeating: 0, count: registry.baseCount) : references
    }

    /// Writes the best candidates for a page with `fingerprint` to `best`, the best one first, at most `limit`.
    mutating func find(
        _ fingerprint: UnsafeBufferPointer<UInt64>, limit: Int, into best: inout [BaseCandidate]
    ) {
        best.removeAll(keepingCapacity: true)
        pages.removeAll(keepingCapacity: true)
        for hash in fingerprint { registry.forEachPage(with: hash) { pages.append($0) } }
        if pages.isEmpty { return }
        switch choice {
        case .mostShared: findMostShared(limit, &best)
        case .firstMatch: findFirstMatch(limit, &best)
        }
    }

    private mutating func findMostShared(_ limit: Int, _ best: inout [BaseCandidate]) {
        pages.sort()
        var start = 0
        while start < pages.count {
            var end = start + 1
            while end < pages.count, pages[end] == pages[start] { end += 1 }
            let candidate = BaseCandidate(page: pages[start], shared: end - start)
            var position = best.count
            while position > 0, isBetter(candidate, than: best[position - 1]) { position -= 1 }
            if position < limit {
                if best.count == limit { best.removeLast() }
                best.insert(candidate, at: position)
            }
            start = end
        }
    }

    /// Candidates come in ascending order of their pages, so that among equal ones the earliest stays.
    @inline(__always)
    private func isBetter(_ a: BaseCandidate, than b: BaseCandidate) -> Bool {
        if a.shared != b.shared { return a.shared > b.shared }
        return preferred.contains(a.page) && !preferred.contains(b.page)
    }

    private func findFirstMatch(_ limit: Int, _ best: inout [BaseCandidate]) {
        var scores: [Int] = []
        var seen: Set<Int> = []
        for page in pages {
            let base = registry.locate(page).base
            guard seen.insert(base).inserted else { continue }
            let score = 2 * references[base] + (preferred.contains(page) ? 10 : 0)
            let position = scores.firstIndex { $0 < score } ?? scores.count
            guard position < limit else { continue }
            if scores.count == limit {
                scores.removeLast()
                best.removeLast()
            }
            scores.insert(score, at: position)
            best.insert(BaseCandidate(page: page, shared: pages.count { $0 == page }), at: position)
        }
    }
}
