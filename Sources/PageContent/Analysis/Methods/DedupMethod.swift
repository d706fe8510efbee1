/// Deduplication against base sandboxes.
public struct DedupMethod: SavingMethod {
    /// Against whose base sandboxes.
    public enum Bases: Sendable {
        /// The one of the same function.
        case own
        /// Those of all functions; equally good ones of the same function win.
        case union
    }

    /// The name in tables and files.
    public let name: String
    /// What it does, in a line.
    public let summary: String
    /// How base pages are found and patches are made.
    public let settings: DedupSettings
    /// Against whose base sandboxes.
    public let bases: Bases

    /// A method with a name for tables.
    public init(_ name: String, _ summary: String, _ settings: DedupSettings, bases: Bases = .own) {
        self.name = name
        self.summary = summary
        self.settings = settings
        self.bases = bases
    }

    /// Deduplicates each target.
    public func store(_ round: MethodRound) -> [StoredPages?] {
        switch bases {
        case .own:
            return round.storeEach { pair in
                let dedup = Deduplicator(
                    bases: [pair.base], settings: settings, key: round.key, threads: round.threads)
                return stored(dedup.deduplicate(pair.target), pair, others: [pair.base])
            }
        case .union:
            let dedup = Deduplicator(
                bases: round.bases, settings: settings, key: round.key, threads: round.threads)
            return round.storeEach { stored(dedup.deduplicate($0.target), $0, others: round.bases) }
        }
    }

    private func stored(_ outcome: DedupOutcome, _ pair: PairingRound.Pair, others: [PageSet]) -> StoredPages
    {
        var stored = StoredPages(of: pair, others: others)
        let sizes = outcome.patchSizes
        stored.storedBytes = Double(outcome.stored)
        stored.hits = Double(sizes.count)
        stored.patches = Double(sizes.count)
        stored.patchBytes = Double(sizes.reduce(0, +))
        return stored
    }
}
