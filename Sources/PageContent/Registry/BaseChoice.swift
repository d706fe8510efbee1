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
