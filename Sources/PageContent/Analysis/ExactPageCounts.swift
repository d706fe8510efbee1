/// Equal pages among sandboxes, counted as KSM counts them (Documentation/admin-guide/mm/ksm.rst), in the state
/// that it comes to when nothing changes any more.
public struct ExactPageCounts: Sendable, Hashable {
    /// Pages of the sandboxes that KSM may merge: all but memory shared between processes.
    public var pages = 0
    /// Pages of zeros, which it maps to the kernel's own with `use_zero_pages` (`ksm_zero_pages`).
    public var zeroPages = 0
    /// Pages in use after merging (`pages_shared`); beyond 256 users it keeps another copy.
    public var shared = 0
    /// Pages that became free by that (`pages_sharing`).
    public var sharing = 0
    /// Pages whose content is nowhere else (`pages_unshared`).
    public var unshared = 0
    /// For each sandbox, how many of its pages are merged ones (`ksm_merging_pages` of its process).
    public var merging: [Int] = []
    /// For each sandbox, how many of its pages are zeros.
    public var zeros: [Int] = []

    /// The most users of one copy by default (`max_page_sharing`).
    public static let mostUsers = 256

    /// Counts equal pages of `sets`, with at most `mostUsers` users a copy.
    public init(of sets: [PageSet], mostUsers: Int = ExactPageCounts.mostUsers, threads: Int) {
        precondition(mostUsers >= 2, "a page is shared by two at least")
        var identities = PageIdentity.number(sets, threads: threads)
        for (index, set) in sets.enumerated() {
            let mergeable = set.kinds.indices.filter { set.kinds[$0] != .shared }
            pages += mergeable.count
            identities[index].numbers = mergeable.map { identities[index].numbers[$0] }
        }
        let users = PageIdentity.counts(identities)
        for count in users where count > 0 {
            if count == 1 {
                unshared += 1
            } else {
                let copies = (Int(count) + mostUsers - 1) / mostUsers
                shared += copies
                sharing += Int(count) - copies
            }
        }
        for identity in identities {
            zeros.append(identity.numbers.count { $0 == PageIdentity.zero })
            merging.append(identity.numbers.count { $0 != PageIdentity.zero && users[Int($0)] > 1 })
        }
        zeroPages = zeros.reduce(0, +)
    }
}
