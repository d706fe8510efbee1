import Synchronization

/// What methods are compared on: a base and a target instance of each function, and which sandboxes a node and
/// the cluster hold. Numbers that several methods need are made once.
public final class MethodRound: Sendable {
    /// For each function, its base and its target; nil for one that has too few instances for this round.
    public let pairs: [PairingRound.Pair?]
    /// For each function, all its instances.
    public let instances: [[PageSet]]
    /// How many instances of each function a node holds.
    public let nodeInstances: Int
    /// How pages are sampled where they are: the seed of the draws.
    public let seed: UInt64
    /// The key of fingerprints.
    public let key: UInt64
    /// How many threads may be used; results do not depend on it.
    public let threads: Int
    private let pairIdentities = Mutex<[[PageIdentity]]?>(nil)
    private let compressed = Mutex<[CompressedSizes?]?>(nil)

    /// One round; `nodeInstances` nil for as many as there are of each function.
    public init(
        _ round: PairingRound, of groups: InstanceGroups, nodeInstances: Int? = nil, seed: UInt64 = 1,
        key: UInt64 = 1, threads: Int
    ) {
        pairs = round.pairs
        instances = groups.instances
        self.nodeInstances = nodeInstances ?? .max
        self.seed = seed
        self.key = key
        self.threads = threads
    }

    /// The base of every function that takes part.
    public var bases: [PageSet] { pairs.compactMap { $0?.base } }

    /// The sandboxes of a node: the first instances of each function.
    public var node: [[PageSet]] { instances.map { Array($0.prefix(nodeInstances)) } }

    /// Calls `body` for each pair, one after another, each of which may use all threads.
    func storeEach(_ body: (PairingRound.Pair) -> StoredPages) -> [StoredPages?] {
        pairs.map { $0.map(body) }
    }

    /// The targets and bases of the pairs with their pages numbered by content: for each pair that takes part, the
    /// base and the target.
    func identities() -> [[PageIdentity]] {
        pairIdentities.withLock { known in
            if let known { return known }
            let sets = pairs.compactMap { $0 }.flatMap { [$0.base, $0.target] }
            let numbered = PageIdentity.number(sets, threads: threads)
            let made = stride(from: 0, to: numbered.count, by: 2).map { [numbered[$0], numbered[$0 + 1]] }
            known = made
            return made
        }
    }

    /// What each page of each target takes when it is compressed alone.
    func compressedSizes() -> [CompressedSizes?] {
        compressed.withLock { known in
            if let known { return known }
            let made = pairs.map { $0.map { CompressedSizes(of: $0.target, threads: threads) } }
            known = made
            return made
        }
    }
}

extension MethodRound {
    /// Stores each target with every page compressed alone, charged by `cost` for its size; nil stands for a page of
    /// zeros.
    func storeCompressed(
        by compression: CompressionMethod, cost: (Int?) -> Int
    ) -> [StoredPages?] {
        zip(pairs, compressedSizes()).map { pair, sizes in
            guard let pair, let sizes else { return nil }
            var stored = StoredPages(of: pair, others: [pair.base])
            stored.storedBytes = Double(sizes.total(compression, cost))
            return stored
        }
    }
}

extension StoredPages {
    /// Counts the pages of `pair`'s target, with its clean pages of files, of which those cost nothing that a
    /// sandbox among `others` has resident too. Nothing is counted as stored of the private pages.
    init(of pair: PairingRound.Pair, others: [PageSet]) {
        self.init()
        pages = pair.target.count
        filePages = pair.target.filePages.count
        storedFileBytes = Double(
            FilePage.missing(pair.target.filePages, among: others.map(\.filePages)) * Page.size)
    }
}
