import EventKernel
import Files
import PageContent
import Workload

/// What storing the pages of a run's sandboxes takes, by the scenario's profile.
struct ContentModel: ~Copyable {
    /// The profile function that each unit behaves as, by its number.
    let profileFunction: [Int]

    /// The content of these units.
    /// - Throws: `InputError` for a mapping that names no function of the profile, or a measure that it lacks.
    init(_ settings: ContentSettings, units: UnitTable, seed: UInt64) throws(InputError) {
        profileFunction = []
    }

    /// Pages of one sandbox of `unit` that a checkpoint holds.
    func pages(of unit: Int) -> UInt64 { 0 }

    /// What storing a sandbox of `unit` on `node` as patches takes with the base sandboxes that exist, other than itself.
    mutating func patched(
        unit: Int, node: Int, storage: PatchStorage, bases: borrowing BaseSandboxes
    ) -> StoredImage { StoredImage() }

    /// What storing a sandbox of `unit` compressed page by page takes.
    func compressed(unit: Int, method: CompressionMethod) -> StoredImage { StoredImage() }

    /// Bytes of a sandbox of `unit` that another sandbox of the unit on the same node holds too, page for page.
    func mergeable(unit: Int) -> UInt64 { 0 }
}
