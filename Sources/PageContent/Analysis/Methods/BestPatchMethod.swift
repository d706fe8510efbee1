import EventKernel

/// The best that deduplication against the function's base could do: for a sample of pages, a patch against
/// every page of the base. A bound for ways to find base pages, not a way to find them.
public struct BestPatchMethod: SavingMethod {
    /// How many pages that are not all zeros are drawn from each target.
    public let sample: Int
    /// How patches are coded.
    public let patch: PatchMethod

    /// The method with a sample of this many pages a function.
    public init(sample: Int, patch: PatchMethod = .copyInsert) {
        precondition(sample >= 1, "a sample needs a page")
        self.sample = sample
        self.patch = patch
    }

    /// `best`.
    public let name = "best"
    /// What it does and how many pages it draws.
    public var summary: String { "the best patch of all base pages of the function, \(sample) pages drawn" }

    /// Draws pages of each target and seeks their best patches.
    public func store(_ round: MethodRound) -> [StoredPages?] {
        round.storeEach { pair in
            let filled = (0..<pair.target.count).filter { !Page.isZero(pair.target.memory.page($0)) }
            let drawn = draw(filled, round, pair.target.label)
            let settings = DedupSettings(patch: patch)
            let outcomes = parallelMap(
                count: drawn.count, threads: round.threads, worker: { PagePatcher(settings: settings) }
            ) { patcher, index in
                var choice = PageChoice(of: pair.target.memory.page(drawn[index]), isZero: false)
                for page in 0..<pair.base.count {
                    patcher.offer(BasePage(base: 0, page: page, shared: 0), of: [pair.base], to: &choice)
                }
                return patcher.settle(choice)
            }
            return stored(DedupOutcome(pages: outcomes), of: pair, filled: filled.count)
        }
    }

    /// The sample stands for all pages that are not zeros.
    private func stored(_ outcome: DedupOutcome, of pair: PairingRound.Pair, filled: Int) -> StoredPages {
        var stored = StoredPages(of: pair, others: [pair.base])
        let zeroBytes = Double((pair.target.count - filled) * PageOutcome.zero.stored)
        guard !outcome.pages.isEmpty else {
            stored.storedBytes = zeroBytes
            return stored
        }
        let weight = Double(filled) / Double(outcome.pages.count)
        let sizes = outcome.patchSizes
        stored.storedBytes = Double(outcome.stored) * weight + zeroBytes
        stored.hits = Double(sizes.count) * weight
        stored.patches = Double(sizes.count) * weight
        stored.patchBytes = Double(sizes.reduce(0, +)) * weight
        return stored
    }

    /// Draws without putting back, in ascending order: each choice of pages is as likely as any other.
    private func draw(_ pages: [Int], _ round: MethodRound, _ label: InstanceLabel) -> [Int] {
        guard pages.count > sample else { return pages }
        let entity = label.function.utf8.reduce(UInt64(label.instance)) { mix64($0 &+ UInt64($1) &+ 1) }
        var stream = RandomStream(seed: round.seed, purpose: .sampling, entity: entity)
        var drawn: [Int] = []
        for (index, page) in pages.enumerated()
        where stream.below(UInt64(pages.count - index)) < UInt64(sample - drawn.count) {
            drawn.append(page)
        }
        return drawn
    }
}
