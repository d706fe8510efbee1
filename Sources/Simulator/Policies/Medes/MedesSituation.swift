/// What one decision of Medes is made from: the state of one function, and what is estimated of it.
///
/// The letters are those of the Medes paper (EuroSys'22, section 5). Times are in seconds, memory in bytes, rates in
/// calls a second.
public struct MedesSituation: Hashable, Sendable {
    /// Sandboxes that are warm, running ones and base sandboxes among them (W).
    public var warm: Double
    /// Of these, base sandboxes (B).
    public var bases: Double
    /// Deduplicated sandboxes (D).
    public var deduplicated: Double
    /// The rate that must be met (lambda_max).
    public var rate: Double
    /// A start on a warm sandbox (s_W).
    public var warmStart: Double
    /// A start on a deduplicated sandbox (s_D).
    public var restore: Double
    /// From when a sandbox has started until it can be used again: an execution and the reuse period.
    public var busy: Double
    /// Memory of a warm sandbox (m_W).
    public var warmMemory: Double
    /// Memory of a deduplicated sandbox (m_D).
    public var storedMemory: Double
    /// Memory that a restore takes besides, counted for each deduplicated sandbox (m_R).
    public var restoreMemory: Double
    /// Memory that the function may take (M0); used in the second problem.
    public var budget: Double
    /// How many times longer than a warm start starts may take on average (alpha); used in the first problem.
    public var alpha: Double
    /// Whether memory is available apart from the budget: used when the first problem has no solution.
    public var isMemoryFree: Bool

    /// A function of which nothing is known but these.
    public init(
        warm: Double = 0, bases: Double = 0, deduplicated: Double = 0, rate: Double = 0, warmStart: Double,
        restore: Double, busy: Double, warmMemory: Double, storedMemory: Double, restoreMemory: Double = 0,
        budget: Double = 0, alpha: Double = 2.5, isMemoryFree: Bool = true
    ) {
        self.warm = warm
        self.bases = bases
        self.deduplicated = deduplicated
        self.rate = rate
        self.warmStart = warmStart
        self.restore = restore
        self.busy = busy
        self.warmMemory = warmMemory
        self.storedMemory = storedMemory
        self.restoreMemory = restoreMemory
        self.budget = budget
        self.alpha = alpha
        self.isMemoryFree = isMemoryFree
    }

    /// How often one warm sandbox can be used: once in this time (R_W).
    public var warmPeriod: Double { warmStart + busy }
    /// The same of a deduplicated sandbox (R_D).
    public var restorePeriod: Double { restore + busy }
}

/// Which problem Medes solves.
public enum MedesProblem: String, Sendable, CaseIterable {
    /// P1: the least memory with which starts take less than alpha warm starts on average.
    case latency
    /// P2: the shortest starts within a budget of memory.
    case memory
}

/// What is to become of a warm sandbox.
public enum MedesVerdict: String, Hashable, Sendable, CaseIterable {
    /// It stays as it is.
    case keep
    /// It is deduplicated.
    case deduplicate
    /// It goes.
    case evict
}
