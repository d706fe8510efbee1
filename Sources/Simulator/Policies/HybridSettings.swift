import EventKernel
import Files
import Workload

/// Which implementation of the hybrid histogram policy is followed. Results depend on it.
public enum HybridVariant: String, Sendable, CaseIterable {
    /// The paper: samples are idle times; representative when the coefficient of variation of the bars'
    /// heights reaches the threshold; head and tail percentiles rounded outwards to bar edges; the unload
    /// time is counted from the end of the execution.
    case paper
    /// The DSLab FaaS simulator (`hybrid_histogram.rs`, `host.rs`): as the paper, but a call that overlaps
    /// another adds an idle time of zero, and a sandbox loaded ahead stays for the whole unload time (ARIMA:
    /// the whole keep-alive) from the end of its load on. A keep-alive, once set for a sandbox (`already_set`), is
    /// never set anew: uses do not prolong it, what is learned later does not change it, and a sandbox in use beyond
    /// its end goes when the use is over. Only when a load is ordered for later does the sandbox go before. There
    /// samples are taken per function when a call ends and fed to the application's histogram; here they are per
    /// sandbox unit and taken when a call arrives.
    case dslab
    /// The FaasCache simulator (`LambdaScheduler.py`, policy HIST): samples are times between arrivals, those
    /// beyond the range are ignored; representative when the variance over the mean of the bars' numbers is
    /// at most the threshold; the head is rounded down one more bar; a sandbox loaded ahead stays for the
    /// whole unload time from the begin of its load on; otherwise two hours. There the keep-alive runs from
    /// the last call's begin (`keepAliveFrom` here) and a load is carried out when the first call of any
    /// function comes before it is due; here when it is due.
    case faascache
}

/// The parameters of the hybrid histogram policy; the defaults are the paper's.
public struct HybridSettings: Hashable, Sendable {
    /// Which implementation is followed.
    public var variant = HybridVariant.paper
    /// Width of a bar.
    public var bin = SimDuration.minutes(1)
    /// What the bars cover; a whole number of bars.
    public var range = SimDuration.hours(4)
    /// Share of idle times (0 to 1) before the window.
    public var head = 0.05
    /// Share of idle times (0 to 1) up to its end.
    public var tail = 0.99
    /// The window is widened by this share of its bounds.
    public var margin = 0.1
    /// Threshold of the representativeness test.
    public var cvThreshold = 2.0
    /// Share of idle times beyond the range from which on ARIMA is used.
    public var oobThreshold = 0.5
    /// Half the width of ARIMA's window, as a share of its forecast.
    public var arimaMargin = 0.15
    /// With fewer samples nothing is predicted.
    public var minimumSamples = 1

    /// The paper's parameters.
    public init() {}

    /// How many bars there are.
    public var bins: Int { Int(range.nanoseconds / bin.nanoseconds) }

    /// Checks that the parameters can work.
    /// - Throws: `InputError` naming the parameter that cannot.
    public func validate() throws {
        func require(_ holds: Bool, _ problem: String, _ remedy: String) throws {
            if !holds { throw InputError("hybrid-histogram: \(problem)", remedy: remedy) }
        }
        try require(bin > .zero, "bin is zero", "give the width of a bar, such as 1 min")
        try require(
            range >= bin && range.nanoseconds % bin.nanoseconds == 0, "range is not a whole number of bins",
            "with bins of \(bin.seconds) s give a multiple of it")
        try require(
            range.nanoseconds / bin.nanoseconds <= 100_000, "there are more than 100,000 bins",
            "give wider bins or a shorter range")
        try require(
            head > 0 && head <= tail && tail <= 1, "head \(head) and tail \(tail) are not shares in order",
            "give 0 < head <= tail <= 1, such as 0.05 and 0.99")
        try require(margin >= 0 && margin < 1, "margin is \(margin)", "give a share from 0 to below 1")
        try require(
            arimaMargin > 0 && arimaMargin < 1, "arima-margin is \(arimaMargin)",
            "give a share between 0 and 1")
        try require(cvThreshold >= 0, "cv-threshold is \(cvThreshold)", "give a number that is not negative")
        try require(
            oobThreshold >= 0, "oob-threshold is \(oobThreshold)", "give a share from 0 on; above 1 for never"
        )
        try require(
            (0...1_000_000).contains(minimumSamples),
            "minimum-samples is not a whole number from 0 to 1,000,000",
            "give one, such as 1")
    }
}

extension HybridHistogram {
    static let entry = PolicyEntry<IdlePolicies>(
        "hybrid-histogram",
        "predicts the next call from past idle times, unloads until then (ATC'20 section 4)",
        parameters: [
            PolicyParameter(
                "variant", "which implementation is followed", standard: .text("paper"),
                words: HybridVariant.allCases.map(\.rawValue)),
            PolicyParameter("bin", "width of a histogram bar", standard: .duration(.minutes(1))),
            PolicyParameter("range", "what the histogram covers", standard: .duration(.hours(4))),
            PolicyParameter("head", "share of idle times before the window, 0 to 1", standard: .number(0.05)),
            PolicyParameter("tail", "share of idle times up to its end, 0 to 1", standard: .number(0.99)),
            PolicyParameter(
                "margin", "by which share of its bounds the window is widened", standard: .number(0.1)),
            PolicyParameter(
                "cv-threshold",
                "representative from this coefficient of variation of the bars on (faascache: up to this "
                    + "variance over mean)", standard: .number(2)),
            PolicyParameter(
                "oob-threshold", "share of idle times beyond the range from which on ARIMA is used",
                standard: .number(0.5)),
            PolicyParameter(
                "arima-margin", "half the width of ARIMA's window, of its forecast", standard: .number(0.15)),
            PolicyParameter(
                "minimum-samples", "with fewer idle times nothing is predicted", standard: .number(1)),
        ]
    ) { values, context in
        var settings = HybridSettings()
        guard let variant = HybridVariant(rawValue: values.text("variant")) else {
            throw InputError(
                "hybrid-histogram: there is no variant '\(values.text("variant"))'",
                remedy: "the variants are \(HybridVariant.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        settings.variant = variant
        settings.bin = values.duration("bin")
        settings.range = values.duration("range")
        settings.head = values.number("head")
        settings.tail = values.number("tail")
        settings.margin = values.number("margin")
        settings.cvThreshold = values.number("cv-threshold")
        settings.oobThreshold = values.number("oob-threshold")
        settings.arimaMargin = values.number("arima-margin")
        settings.minimumSamples = Int(exactly: values.number("minimum-samples")) ?? -1
        try settings.validate()
        let policy = HybridHistogram(units: context.units.count, settings: settings)
        return IdlePolicies(idle: policy, prewarm: policy)
    }
}
