/// What the pages of a sandbox take in memory, bookkeeping included, under each way of storing them. All in bytes.
///
/// The bookkeeping of deduplicated pages follows Medes; that of zswap and KSM follows Linux 6.18 on x86-64, whose
/// structures were counted field by field.
public struct StorageCosts: Sendable, Hashable {
    /// Kept with each patch: Medes' `DedupInfo`, four integers (patch length, machine, memory region, offset) as in
    /// its released code. The node of the map that holds it there is left out.
    public var patchEntry = 16
    /// Kept with each page that stays whole beside deduplicated or compressed ones: where it lies.
    public var wholeEntry = 8
    /// Kept for a page of zeros, which has no other storage.
    public var zeroEntry = 8
    /// Kept with each compressed page when they are packed one after another: where it lies.
    public var packedEntry = 8
    /// Kept by zswap with each page: `struct zswap_entry` (mm/zswap.c: 56), the slot of the xarray that finds it (8)
    /// and the handle of zsmalloc (8).
    public var zswapEntry = 72
    /// Kept by KSM for each page that it scans, merged or not: `struct ksm_rmap_item` (mm/ksm.c: 64).
    public var ksmScannedEntry = 64
    /// Kept by KSM for each page that two or more share: `struct ksm_stable_node` (mm/ksm.c: 64).
    public var ksmSharedEntry = 64
    /// Where zswap puts what it compressed.
    public var zsmalloc = Zsmalloc()

    /// The usual costs.
    public init() {}

    /// The usual costs, made once.
    public static let usual = StorageCosts()

    /// A page stored as a patch of `size` bytes against a base page that is somewhere else.
    public func patched(_ size: Int) -> Int { size + patchEntry }

    /// A page that stays whole.
    public var whole: Int { Page.size + wholeEntry }

    /// A page of zeros beside deduplicated or packed ones.
    public var zero: Int { zeroEntry }

    /// A page compressed to `size` bytes, packed; nil when it could not be made smaller, and stays whole.
    public func packed(_ size: Int?) -> Int { size.map { min($0 + packedEntry, whole) } ?? whole }

    /// A page that zswap compressed to `size` bytes. One that could not be made smaller (nil) is stored as it is, in a
    /// page of its own (since Linux 6.18; before, it was refused and went to the disk).
    public func zswapped(_ size: Int?) -> Int {
        (size.map { $0 < Page.size ? zsmalloc.bytes(for: $0) : Page.size } ?? Page.size) + zswapEntry
    }

    /// A page of zeros in zswap: a bit in the swap device's `zeromap` (since Linux 6.12), not counted here.
    public var zswappedZero: Int { 0 }

    /// Pages after KSM: `scanned` pages, of which `distinct` are left, pages of zeros not among them
    /// (`use_zero_pages`); `shared` of those stand for two or more.
    public func merged(scanned: Int, distinct: Int, shared: Int) -> Int {
        precondition(0 <= shared && shared <= distinct && distinct <= scanned, "more pages left than scanned")
        return distinct * Page.size + scanned * ksmScannedEntry + shared * ksmSharedEntry
    }

    /// The share of `pages` pages that is saved when they take `bytes`; negative when they take more than before, 0
    /// when there are none.
    public static func saving(_ bytes: Int, pages: Int) -> Double {
        pages == 0 ? 0 : 1 - Double(bytes) / Double(pages * Page.size)
    }
}
