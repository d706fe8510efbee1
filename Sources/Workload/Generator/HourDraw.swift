import EventKernel
import Files

/// Draws an hour of calls for a handful of given functions, as evaluations on a test bed do it: each function
/// takes over when some function of the Azure trace was called in some hour, with its rate multiplied.
///
/// The functions of the trace are those of an `AzureLikeGenerator`, which meets what is published about the
/// trace; a new seed draws a new population, new functions and new hours. Counts by minute are kept, and with
/// them how bursty a function is from minute to minute. What happens within a minute is not in the trace;
/// `arrangement` and `MinuteLayout` say what is assumed.
public struct HourDraw: Hashable, Sendable {
    /// A function that is called.
    public struct Role: Hashable, Sendable {
        /// Its name.
        public var name: String
        /// How long each call executes.
        public var executionTime: SimDuration
        /// Memory of one of its sandboxes.
        public var memory: Bytes

        /// A function that is called.
        public init(name: String, executionTime: SimDuration, memory: Bytes) {
            self.name = name
            self.executionTime = executionTime
            self.memory = memory
        }
    }

    /// How multiplied minute counts become calls.
    public enum Arrangement: Hashable, Sendable {
        /// They stay counts by minute, and the run's `MinuteLayout` places the calls.
        case minutes
        /// Calls come in groups of this size at the same time, each group anywhere in its minute: with the factor of
        /// the rates for a size, what a load generator does that repeats each call of the trace.
        case groups(of: Int)
        /// So many hours as the factor of the rates says are pressed into one: a minute of the trace takes 60 s
        /// over the factor, and its calls fall anywhere in that time.
        case compressed
    }

    /// The functions, in the order of the workload.
    public var roles: [Role]
    /// How often a function of the trace must be called in its hour to be taken, rates multiplied.
    public var callsPerFunction: ClosedRange<Double> = 10_700...18_000
    /// Which calls of all functions together are sought, rates multiplied; nil takes any. Of
    /// `HourDraw.attempts` sets of functions drawn, the first within 2 % is taken, else the nearest.
    public var totalCalls: Double? = 150_000
    /// What rates are multiplied by.
    public var rateFactor = 5
    /// Least variation of a function's calls from minute to minute (their deviation over their mean), to take bursty
    /// functions only; 0 takes all.
    public var leastVariation = 0.0
    /// How multiplied minute counts become calls.
    public var arrangement = Arrangement.minutes
    /// How many applications the trace has.
    public var applications = 2_000
    /// What everything is drawn from.
    public var seed: UInt64

    /// How many sets of functions are looked at for one whose calls add up to what is sought.
    public static let attempts = 500

    /// A draw for these functions, with the ranges that the requests of Medes' evaluation (EuroSys'22) have.
    public init(roles: [Role], seed: UInt64) {
        self.roles = roles
        self.seed = seed
    }

    /// Draws the workload.
    /// - Throws: `InputError` for a parameter out of range, or when the trace has too few such functions.
    public func workload() throws(InputError) -> Workload {
        try validate()
        let hours = try candidates()
        let chosen = try choose(from: hours)
        let applications = roles.map { Application(name: $0.name, memory: $0.memory) }
        let functions = roles.indices.map { index in
            Function(
                name: roles[index].name, application: ApplicationID(UInt32(index)),
                memory: roles[index].memory,
                executionTime: .constant(roles[index].executionTime), runtime: "python")
        }
        var workload = Workload(
            applications: applications, functions: functions, shapes: [],
            calls: calls(of: chosen.map { hours[$0] }), horizon: .hours(1),
            provenance: Provenance(title: title))
        workload.isMemoryByFunction = true
        return workload
    }

    private var title: String {
        let how =
            switch arrangement {
            case .minutes: ""
            case .groups(let size): ", in groups of \(size)"
            case .compressed: ", hours pressed together"
            }
        return "an hour of \(roles.count) functions called as functions of an Azure-like trace are, "
            + "\(callsPerFunction.lowerBound) to \(callsPerFunction.upperBound) calls each, "
            + "rates times \(rateFactor)\(how), seed \(seed)"
    }

    private func validate() throws(InputError) {
        func check(_ holds: Bool, _ problem: String, _ remedy: String) throws(InputError) {
            if !holds { throw InputError(problem, remedy: remedy) }
        }
        try check(!roles.isEmpty, "an hour is to be drawn for no function", "give at least one function")
        try check(
            (1...12).contains(rateFactor), "rates cannot be multiplied by \(rateFactor)", "give 1 to 12")
        try check(
            callsPerFunction.lowerBound >= 1 && callsPerFunction.upperBound <= 1e9,
            "functions with \(callsPerFunction) calls an hour cannot be drawn", "give 1 to 1,000,000,000")
        try check(leastVariation >= 0, "the least variation is \(leastVariation)", "give 0 or more")
        if let totalCalls { try check(totalCalls > 0, "\(totalCalls) calls are sought", "give more than 0") }
        if case .groups(let size) = arrangement {
            try check((1...100_000).contains(size), "groups of \(size) calls", "give 1 to 100,000")
        }
    }
}
