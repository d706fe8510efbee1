import EventKernel
import Files

/// Which Medes is followed where the paper and the released code differ: sets what the single parameters leave open.
public enum MedesMode: String, Sendable, CaseIterable {
    /// The paper (EuroSys'22).
    case paper
    /// The released code (utnslab/Medes 2e28dec).
    case artifact
}

/// How the problems are solved.
public enum MedesSolver: String, Sendable, CaseIterable {
    /// As the linear problems that the paper states (`MedesEquations`).
    case linear
    /// By the closed forms of the released code (`MedesClosedForms`).
    case closedForms = "closed-forms"
}

/// When a sandbox becomes a base sandbox.
public enum MedesBaseRule: String, Sendable, CaseIterable {
    /// When D / B > T, and instead of the first deduplication (the paper).
    case ratio
    /// When D >= T B: so the first sandbox of each function that is asked about does (the code).
    case atLeast = "at-least"

    /// Whether one more of a function's sandboxes is to become a base sandbox, by how many there are.
    public func wantsBase(deduplicated: Int, bases: Int, threshold: Double, verdict: MedesVerdict) -> Bool {
        let allowed = threshold * Double(bases)
        switch self {
        case .atLeast: return Double(deduplicated) >= allowed
        case .ratio:
            if verdict == .evict { return false }
            return Double(deduplicated) > allowed || (bases == 0 && verdict == .deduplicate)
        }
    }
}

/// By which rates the memory budget is split among the functions.
public enum MedesBudgetSplit: String, Sendable, CaseIterable {
    /// By their mean rates (the paper).
    case mean
    /// By their highest rates (the code).
    case highest
}

/// Where the memory of deduplicated sandboxes is known from.
public enum MedesBenefit: String, Sendable, CaseIterable {
    /// What they held so far in this run; before there were any, as configured.
    case observed
    /// By a table of functions (the code's agent.ini).
    case configured
}

/// How the moving average of restore times begins.
public enum MedesAverageStart: String, Sendable, CaseIterable {
    /// With the first of them.
    case first
    /// With zero, so that the first few count for little (the code).
    case zero
}

/// The parameters of the Medes policy.
public struct MedesSettings: Hashable, Sendable {
    /// Which problem is solved.
    public var problem = MedesProblem.memory
    /// How it is solved.
    public var solver: MedesSolver
    /// When a sandbox becomes a base sandbox.
    public var baseRule: MedesBaseRule
    /// By which rates the memory budget is split.
    public var budgetSplit: MedesBudgetSplit
    /// Whether a sandbox that was deduplicated once, and would stay warm, is deduplicated again.
    public var goesBack: Bool
    /// Where the memory of deduplicated sandboxes is known from.
    public var benefit: MedesBenefit
    /// Whether base sandboxes that nothing refers to go after the keep-alive.
    public var basesGo: Bool
    /// How the moving average of restore times begins.
    public var averageStart: MedesAverageStart
    /// P1: how many times longer than a warm start starts may take on average.
    public var alpha = 2.5
    /// T: deduplicated sandboxes for each base sandbox.
    public var threshold = 40.0
    /// How long a sandbox is idle before it is decided about, and between two decisions.
    public var idlePeriod = SimDuration.minutes(1)
    /// How long a warm sandbox stays after its last use.
    public var keepAlive = SimDuration.minutes(10)
    /// How long a deduplicated sandbox stays after its last use.
    public var keepDedup = SimDuration.minutes(15)
    /// Part of the time until a sandbox can be used again, beside start and execution.
    public var reusePeriod = SimDuration.milliseconds(500)
    /// How long a restore takes, before there was any.
    public var defaultRestore = SimDuration.milliseconds(300)
    /// Weight of the latest restore in the moving average.
    public var weight = 0.1
    /// How many windows rates are taken over.
    public var windows = 10
    /// How long each is.
    public var window = SimDuration.minutes(1)
    /// P2: which part of the cluster's memory is the budget. P1: up to which part of a node memory counts as available.
    public var memoryShare = 0.95
    /// m_R: memory of a restore, counted for each deduplicated sandbox.
    public var restoreMemory = Bytes.zero
    /// The part of a sandbox's memory that deduplication is taken to save for functions not in the table. The default
    /// is the table's mean.
    public var defaultBenefit = 0.62

    /// The parameters of `mode`.
    public init(_ mode: MedesMode = .paper) {
        let isPaper = mode == .paper
        solver = isPaper ? .linear : .closedForms
        baseRule = isPaper ? .ratio : .atLeast
        budgetSplit = isPaper ? .mean : .highest
        goesBack = !isPaper
        benefit = isPaper ? .observed : .configured
        basesGo = isPaper
        averageStart = isPaper ? .first : .zero
    }

    /// Checks that the parameters can work.
    /// - Throws: `InputError` naming the parameter that cannot.
    public func validate() throws {
        func require(_ holds: Bool, _ problem: String, _ remedy: String) throws {
            if !holds { throw InputError("medes: \(problem)", remedy: remedy) }
        }
        try require(alpha > 1 && alpha.isFinite, "alpha is \(alpha)", "give a number above 1, such as 2.5")
        try require(
            threshold > 0 && threshold.isFinite, "threshold is \(threshold)",
            "give a number above 0, such as 40")
        try require(
            idlePeriod >= .milliseconds(1), "idle-period is \(idlePeriod.seconds) s",
            "give a time from 1 ms on, such as 60 s")
        try require(weight > 0 && weight <= 1, "ema-weight is \(weight)", "give a number above 0, up to 1")
        try require(
            (1...1_000).contains(windows), "windows is not a whole number from 1 to 1,000",
            "give one, such as 10")
        try require(
            window >= .milliseconds(1) && window <= .hours(24), "window is \(window.seconds) s",
            "give a time from 1 ms to 24 h")
        try require(
            memoryShare > 0 && memoryShare <= 1, "memory-share is \(memoryShare)",
            "give a part above 0, up to 1")
        try require(
            defaultBenefit > 0 && defaultBenefit <= 1, "default-benefit is \(defaultBenefit)",
            "give a part above 0, up to 1")
        try require(
            reusePeriod < .hours(24 * 365) && defaultRestore < .hours(24 * 365),
            "reuse-period or default-restore is endless", "give a time, such as 500 ms")
    }
}
