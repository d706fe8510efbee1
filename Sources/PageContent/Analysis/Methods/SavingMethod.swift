/// A way to hold sandboxes' pages in less memory: one row of the comparison of methods.
public protocol SavingMethod: Sendable {
    /// The name in tables and files.
    var name: String { get }
    /// What it does and what it counts as stored, in a line.
    var summary: String { get }
    /// Stores the target of each pair of `round`; nil where there is no pair.
    func store(_ round: MethodRound) -> [StoredPages?]
}

/// What it takes to hold the pages of one sandbox.
public struct StoredPages: Sendable, Hashable {
    /// How many private pages the sandbox has.
    public var pages = 0
    /// Bytes to hold these, metadata included. A fraction where several sandboxes share what is stored.
    public var storedBytes = 0.0
    /// How many of the pages were found elsewhere, as they are or much alike; nil for methods that do not look.
    public var hits: Double?
    /// How many pages became patches.
    public var patches = 0.0
    /// The size of these patches, without metadata.
    public var patchBytes = 0.0
    /// How many clean pages of files the sandbox has resident.
    public var filePages = 0
    /// Bytes to hold these: none for one that the page cache holds for another sandbox anyway.
    public var storedFileBytes = 0.0

    /// No pages.
    public init() {}

    /// 1 - stored / original bytes of the private pages; nil when there are none.
    public var saving: Double? { StoredPages.saving(storedBytes, of: pages) }

    /// 1 - stored / original bytes of private pages and clean pages of files together; nil when there are none.
    public var savingOfAll: Double? {
        StoredPages.saving(storedBytes + storedFileBytes, of: pages + filePages)
    }

    /// The share of the private pages that were found elsewhere.
    public var hitRate: Double? { pages == 0 ? nil : hits.map { $0 / Double(pages) } }

    /// The mean size of a patch in bytes; nil without patches.
    public var meanPatch: Double? { patches == 0 ? nil : patchBytes / patches }

    private static func saving(_ bytes: Double, of pages: Int) -> Double? {
        pages == 0 ? nil : 1 - bytes / Double(pages * Page.size)
    }
}
