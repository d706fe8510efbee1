/// One copy is kept of pages that are equal, as the kernel's KSM does; pages of zeros are mapped to the
/// kernel's own. Each page, whatever became of it, costs 64 bytes of bookkeeping (`struct ksm_rmap_item`).
///
/// A limit of KSM is left out: after 256 users of a page it keeps another copy (`max_page_sharing`).
public struct ExactPagesMethod: SavingMethod {
    /// Among which sandboxes equal pages are found.
    public enum Scope: String, Sendable, CaseIterable {
        /// Within the one sandbox.
        case sandbox
        /// Also in the base sandbox of the same function, which is there anyway: what one more sandbox takes.
        case own
        /// Also in the base sandboxes of all functions.
        case union
        /// All sandboxes of the node, the first ones included; each of n users is charged 1/n of a page.
        case node
        /// All sandboxes there are: one copy of each page in the whole cluster.
        case cluster
    }

    /// Among which sandboxes equal pages are found.
    public let scope: Scope

    /// Bytes of KSM's bookkeeping for a page.
    public static let bookkeeping = 64

    /// The method with this scope.
    public init(_ scope: Scope) { self.scope = scope }

    public var name: String { "exact-\(scope.rawValue)" }

    public var summary: String {
        switch scope {
        case .sandbox: "equal pages within the sandbox kept once, 64 B a page"
        case .own: "also those equal to pages of the function's base"
        case .union: "also those equal to pages of any function's base"
        case .node: "KSM on a node: all sandboxes of the node together, a page's users share its cost"
        case .cluster: "one copy of each page among all sandboxes given"
        }
    }

    public func store(_ round: MethodRound) -> [StoredPages?] {
        switch scope {
        case .sandbox, .own, .union: marginal(round)
        case .node: shared(round, among: round.node)
        case .cluster: shared(round, among: round.instances)
        }
    }

    /// What each target adds to the sandboxes that are there.
    private func marginal(_ round: MethodRound) -> [StoredPages?] {
        let identities = round.identities()
        let count = PageIdentity.counts(identities.flatMap { $0 }).count
        var ofBases = [Bool](repeating: false, count: count)
        if scope == .union { for pair in identities { mark(pair[0], &ofBases) } }
        var index = 0
        return round.storeEach { pair in
            defer { index += 1 }
            var known = ofBases
            if scope == .own { mark(identities[index][0], &known) }
            var stored = StoredPages(of: pair, others: scope == .union ? round.bases : [pair.base])
            var hits = 0
            for number in identities[index][1].numbers where number != PageIdentity.zero {
                if known[Int(number)] { hits += 1 } else { stored.storedBytes += Double(Page.size) }
                known[Int(number)] = true
            }
            stored.hits = Double(hits)
            stored.storedBytes += Double(pair.target.count * ExactPagesMethod.bookkeeping)
            return stored
        }
    }

    private func mark(_ identity: PageIdentity, _ known: inout [Bool]) {
        for number in identity.numbers where number != PageIdentity.zero { known[Int(number)] = true }
    }

    /// What all sandboxes take together, charged to the functions by their use.
    private func shared(_ round: MethodRound, among sandboxes: [[PageSet]]) -> [StoredPages?] {
        let all = sandboxes.flatMap { $0 }
        let identities = PageIdentity.number(all, threads: round.threads)
        let users = PageIdentity.counts(identities)
        var fileUsers: [FilePage: Int] = [:]
        for set in all { for page in set.filePages { fileUsers[page, default: 0] += 1 } }
        var first = 0
        return zip(sandboxes, round.pairs).map { sets, pair in
            defer { first += sets.count }
            guard pair != nil else { return nil }
            var stored = StoredPages()
            var hits = 0
            for (offset, set) in sets.enumerated() {
                stored.pages += set.count
                stored.filePages += set.filePages.count
                stored.storedBytes += Double(set.count * ExactPagesMethod.bookkeeping)
                for number in identities[first + offset].numbers where number != PageIdentity.zero {
                    stored.storedBytes += Double(Page.size) / Double(users[Int(number)])
                    if users[Int(number)] > 1 { hits += 1 }
                }
                for page in set.filePages {
                    stored.storedFileBytes += Double(Page.size) / Double(fileUsers[page] ?? 1)
                }
            }
            stored.hits = Double(hits)
            return stored
        }
    }
}
