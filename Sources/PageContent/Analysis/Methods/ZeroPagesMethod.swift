/// Only pages of zeros are left out; their places take 8 bytes each, and so does where a kept page lies.
public struct ZeroPagesMethod: SavingMethod {
    /// The method.
    public init() {}

    /// `zero`.
    public let name = "zero"
    /// What it does.
    public let summary = "pages of zeros left out"

    /// Leaves the pages of zeros of each target out.
    public func store(_ round: MethodRound) -> [StoredPages?] {
        round.storeEach { pair in
            let outcome = (0..<pair.target.count).map {
                Page.isZero(pair.target.memory.page($0)) ? PageOutcome.zero : .kept
            }
            var stored = StoredPages(of: pair, others: [pair.base])
            stored.storedBytes = Double(outcome.reduce(0) { $0 + $1.stored })
            return stored
        }
    }
}
