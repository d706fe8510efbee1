import EventKernel
import PageContent

/// What is in the sandboxes' pages: a profile, and how the workload's units relate to its functions.
public struct ContentSettings: Hashable, Sendable {
    /// What functions' pages share.
    public var profile: Profile
    /// Where the profile came from, as experiment files spell it.
    public var source: String
    /// Which of the profile's measures says what patches take: how base pages are found.
    public var measure: DedupSettings
    /// How base pages are chosen.
    public var fidelity: ContentFidelity = .classes
    /// Which of equally good base pages is taken.
    public var ties: BaseTies = .own
    /// Which of a function's base sandboxes is taken.
    public var preference: BasePreference = .localThenFirst
    /// Which profile function each unit behaves as, by the unit's name; others are drawn.
    public var mapping: [String: String] = [:]
    /// How often a drawn unit is one of each family, by family name (`FunctionFamily`); families not named get the
    /// weight 1 when this is empty, and 0 otherwise.
    public var weights: [String: Double] = [:]
    /// What becomes of a unit whose memory is not that of its profile function.
    public var growth: ContentGrowth = .unmatched
    /// How many tenants the applications belong to, by chance; 0: each application is a tenant of its own.
    public var tenants: Int = 0
    /// What the controller's registry keeps for each page of a base sandbox, in bytes.
    public var registryBytesPerPage: Double = 320

    /// Content by `profile` as measured under `measure`.
    public init(profile: Profile, source: String = "", measure: DedupSettings = DedupSettings()) {
        self.profile = profile
        self.source = source
        self.measure = measure
    }
}

/// How base pages are chosen.
public enum ContentFidelity: String, Hashable, Sendable, CaseIterable {
    /// By counted classes of pages: fast.
    case classes
    /// Page by page over the registry, from the profile's records of shared chunks.
    case exact
}

/// Which of equally good base pages is taken.
public enum BaseTies: String, Hashable, Sendable, CaseIterable {
    /// The own unit's base sandbox, then one on the same node, then the first.
    case own
    /// One on the same node, then the own unit's, then the first.
    case local
    /// The base sandbox that was registered first.
    case first
}

/// Which of several base sandboxes of one unit is taken.
public enum BasePreference: String, Hashable, Sendable, CaseIterable {
    /// One on the same node, else the first that was registered.
    case localThenFirst = "local-then-first"
    /// The one with the highest 2 · references + 10 · local (Medes' released code), of equals the first.
    case mostReferenced = "most-referenced"
}

/// What becomes of a unit whose memory is not that of its profile function.
public enum ContentGrowth: String, Hashable, Sendable, CaseIterable {
    /// Memory beyond the profile's is pages that match nothing; below it, pages of all classes are fewer.
    case unmatched
    /// Pages of all classes are more, or fewer.
    case proportional
    /// The profile's pages are all there is to store; memory beyond is shared with the page cache and given up.
    case uncounted
}
