import Files
import PageContent

/// The pages of one sandbox with all that is known about how they came to be.
public struct Snapshot: Sendable {
    /// The pages, and whose they are.
    public var pages: PageSet
    /// How the instance came to be, as pairs of name and value in order of the names: `randomisation`,
    /// `hash-seed`, `point`, `kernel` … Profiles take over those that all their snapshots agree on.
    public var labels: [SnapshotLabel]
    /// Where the pages come from, which decides what they may be compared with.
    public var provenance: Provenance
    /// What a reader had to assume, in sentences for who takes the snapshot; files of snapshots do not hold it.
    public var remarks: [String] = []

    /// The pages of one sandbox with all that is known about how they came to be.
    public init(
        pages: PageSet, labels: [SnapshotLabel] = [], provenance: Provenance = Provenance(.unknown),
        remarks: [String] = []
    ) {
        self.pages = pages
        self.labels = labels.sorted { $0.name < $1.name }
        self.provenance = provenance
        self.remarks = remarks
    }
}

/// One fact about how a snapshot came to be.
public struct SnapshotLabel: Sendable, Hashable {
    /// What it is about: lower-case words joined by `-`.
    public var name: String
    /// What is so.
    public var value: String

    /// The fact that `name` is `value`.
    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}
