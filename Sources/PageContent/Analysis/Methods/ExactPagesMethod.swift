/// One copy is kept of pages that are equal, as the kernel's KSM does; pages of zeros are mapped to the
/// kernel's own. Each page, whatever became of it, costs bookkeeping, and each shared one does once more
/// (`StorageCosts`).
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

    /// The method with this scope.
    public init(_ scope: Scope) { self.scope = scope }

    /// `exact-` and the scope.
    public var name: String { "exact-\(scope.rawValue)" }

    /// What it does and what it counts as stored.
    public var summary: String {
        switch scope {
        case .sandbox: "equal pages within the sandbox kept once, 64 B a page"
        case .own: "also those equal to pages of the function's base"
        case .union: "also those equal to pages of any function's base"
        case .node: "KSM on a node: all sandboxes of the node together, a page's users share its cost"
        case .cluster: "one copy of each page among all sandboxes given"
        }
    }

    /// Finds the equal pages of each target, or of all sandboxes.
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
        var ofBases = [Users](repeating: .none, count: PageIdentity.counts(identities.flatMap { $0 }).count)
        if scope == .union { for pair in identities { ExactPagesMethod.add(pair[0], to: &ofBases) } }
        var index = 0
        return round.storeEach { pair in
            defer { index += 1 }
            var users = ofBases
            if scope == .own { ExactPagesMethod.add(identities[index][0], to: &users) }
            var stored = StoredPages(of: pair, others: scope == .union ? round.bases : [pair.base])
            let (bytes, hits) = ExactPagesMethod.add(identities[index][1], to: &users)
            stored.hits = Double(hits)
            stored.storedBytes = Double(bytes + pair.target.count * StorageCosts().ksmScannedEntry)
            return stored
        }
    }

    /// How many pages of a content there are.
    private enum Users {
        case none, one, several
    }

    /// Adds the pages of a sandbox: the bytes that this takes, and how many pages were there already.
    @discardableResult
    private static func add(_ identity: PageIdentity, to users: inout [Users]) -> (bytes: Int, hits: Int) {
        var (bytes, hits) = (0, 0)
        for number in identity.numbers where number != PageIdentity.zero {
            switch users[Int(number)] {
            case .none:
                bytes += Page.size
                users[Int(number)] = .one
            case .one:
                bytes += StorageCosts().ksmSharedEntry
                users[Int(number)] = .several
                hits += 1
            case .several: hits += 1
            }
        }
        return (bytes, hits)
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
            stored.hits = 0
            for (offset, set) in sets.enumerated() {
                stored.pages += set.count
                stored.filePages += set.filePages.count
                stored.storedBytes += Double(set.count * StorageCosts().ksmScannedEntry)
                ExactPagesMethod.charge(identities[first + offset], users, to: &stored)
                for page in set.filePages {
                    stored.storedFileBytes += Double(Page.size) / Double(fileUsers[page] ?? 1)
                }
            }
            return stored
        }
    }

    /// Charges a sandbox's part of each page that it uses.
    private static func charge(_ identity: PageIdentity, _ users: [Int32], to stored: inout StoredPages) {
        for number in identity.numbers where number != PageIdentity.zero {
            let count = users[Int(number)]
            let bytes = count > 1 ? Page.size + StorageCosts().ksmSharedEntry : Page.size
            stored.storedBytes += Double(bytes) / Double(count)
            if count > 1 { stored.hits = (stored.hits ?? 0) + 1 }
        }
    }
}
