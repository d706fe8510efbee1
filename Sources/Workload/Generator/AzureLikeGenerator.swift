import EventKernel
import Files

/// Draws workloads like that of Azure Functions in July 2019, of any size.
///
/// What is published about the trace is met on the side of each property alone: calls per application and
/// day, CV of the inter-arrival times per application and day, execution time and memory, functions per
/// application, triggers. What ties the properties together is known only in parts, and is modelled as
/// traces/README.md says.
///
/// The same parameters give the same workload, bit for bit, on every machine.
public struct AzureLikeGenerator: Hashable, Sendable {
    /// How large a workload to draw.
    public enum Size: Hashable, Sendable {
        /// So many applications.
        case applications(Int)
        /// Whole applications until there are so many functions; the last one is cut to fit.
        case functions(Int)
    }

    /// Where calls per application and day come from.
    public enum Popularity: String, Hashable, Sendable {
        /// Mean of 14 days over all applications (ServerlessBench). 14 % are called less than once a day; a
        /// generated single day has no calls of theirs.
        case mean14Days
        /// Applications that were called on day 1 of the trace (femux). With 17,577 applications these are
        /// the exact values, 910,042,048 calls a day.
        case day1
    }

    /// How large a workload to draw.
    public var size: Size
    /// Where calls per application and day come from.
    public var popularity: Popularity
    /// How many days to generate; parts of days allowed, to the minute. A part is cut out of a whole day.
    public var days: Double
    /// Day of the week of the first minute, 0 for Monday to 6 for Sunday. Calls per day are drawn as means
    /// over the days generated, so the weekday shapes how they are shared out among days, not their sum.
    public var startWeekday: Int
    /// Hour of the day of the first minute, 0 to 23.
    public var startHour: Int
    /// What every application's calls are multiplied by.
    public var loadScale: Double
    /// Rank correlation between a function's calls and its execution time. The default is what 250 functions
    /// of the trace show (Spearman -0.33 over eth-easl/dirigent's sample of 250; -0.26 over one of 100).
    public var durationPopularityCorrelation: Double
    /// Deviation of the logarithm of a function's execution times (log-normal). The default is near the
    /// median over the same 250 functions, ln(p75/p25)/1.349 = 0.41.
    public var executionTimeSigma: Double
    /// Busy cores that no function should exceed on average, infinity for no bound. Drawn execution times
    /// that would exceed it are swapped with those of other functions, where some fit; the distribution
    /// stays.
    public var maximumFunctionLoad: Double
    /// What everything is drawn from.
    public var seed: UInt64

    /// A generator of a day from Monday 00:00, with the correlations of the trace.
    public init(
        size: Size, popularity: Popularity = .mean14Days, days: Double = 1, startWeekday: Int = 0,
        startHour: Int = 0, loadScale: Double = 1, durationPopularityCorrelation: Double = -0.33,
        executionTimeSigma: Double = 0.4, maximumFunctionLoad: Double = 200, seed: UInt64
    ) {
        self.size = size
        self.popularity = popularity
        self.days = days
        self.startWeekday = startWeekday
        self.startHour = startHour
        self.loadScale = loadScale
        self.durationPopularityCorrelation = durationPopularityCorrelation
        self.executionTimeSigma = executionTimeSigma
        self.maximumFunctionLoad = maximumFunctionLoad
        self.seed = seed
    }

    /// Draws the workload.
    /// - Throws: `InputError` for a parameter out of range.
    public func generate() throws(InputError) -> Workload {
        try validate()
        var applications = drawApplications()
        drawCalls(of: &applications)
        assignCombinations(to: &applications)
        assignBurstiness(to: &applications)
        assignTriggers(to: &applications)
        let counts = try countCalls(of: applications)
        return assemble(applications, counts)
    }

    /// Minutes of the horizon.
    var minutes: Int { Int((days * 1_440).rounded(), within: 0...366 * 1_440) }
    /// Whole days that are drawn; the horizon may end within the last.
    var drawnDays: Int { (minutes + 1_439) / 1_440 }

    private func validate() throws(InputError) {
        func check(_ holds: Bool, _ problem: String, _ remedy: String) throws(InputError) {
            if !holds { throw InputError(problem, remedy: remedy) }
        }
        switch size {
        case .applications(let count):
            try check(count >= 1, "\(count) applications cannot be generated", "ask for at least 1")
            try check(count <= 5_000_000, "\(count) applications are too many", "ask for at most 5,000,000")
        case .functions(let count):
            try check(count >= 1, "\(count) functions cannot be generated", "ask for at least 1")
            try check(count <= 10_000_000, "\(count) functions are too many", "ask for at most 10,000,000")
        }
        let minute = "ask for at least a minute (0.0007) and at most 366 days"
        try check(days > 0 && days <= 366 && minutes >= 1, "\(days) days cannot be generated", minute)
        try check(
            (0...6).contains(startWeekday), "there is no weekday \(startWeekday)", "0 is Monday, 6 Sunday")
        try check((0...23).contains(startHour), "there is no hour \(startHour)", "give 0 to 23")
        try check(loadScale > 0 && loadScale.isFinite, "load scale \(loadScale)", "give a number above 0")
        try check(
            durationPopularityCorrelation.magnitude <= 0.99,
            "rank correlation \(durationPopularityCorrelation)", "give a number from -0.99 to 0.99")
        try check(
            executionTimeSigma >= 0 && executionTimeSigma <= 3, "execution time sigma \(executionTimeSigma)",
            "give a number from 0 to 3")
        try check(
            maximumFunctionLoad > 0, "maximum load of a function \(maximumFunctionLoad)",
            "give busy cores above 0, or infinity")
    }
}
