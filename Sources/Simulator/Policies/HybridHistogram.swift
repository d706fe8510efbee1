import EventKernel

/// The hybrid histogram policy ("Serverless in the Wild", ATC'20, section 4): from a unit's past idle times
/// it predicts when the next call comes, unloads the sandbox until shortly before, and keeps it until shortly
/// after.
///
/// On each arrival the unit's idle time enters its histogram. When an execution ends, one of three regimes
/// gives a time without a sandbox (`preWarm`) and a time with one (`keepAlive`):
/// - half or more of the idle times lie beyond the range: an ARIMA model of the latest 100 forecasts the next
///   one;
/// - the histogram is representative (it has few and high bars): from its head to its tail percentile, with a
///   margin;
/// - neither: a fixed keep-alive as long as the range, nothing unloaded.
///
/// When `preWarm` is zero the sandbox stays for `keepAlive` from the end of its execution. Otherwise it goes
/// at once, a load is ordered `preWarm` after the end, and what is loaded stays for `keepAlive` from the
/// begin of its load.
///
/// Deviations. The production variant (daily histograms of two weeks, loads 90 s early) is left out. Idle
/// times are kept for ARIMA from a unit's first one beyond the range on, 100 at most, and the model is
/// `Arima`, not auto-ARIMA. An arrival while an execution of the unit runs has no idle time and leaves no
/// sample (`dslab`: a sample of zero). Public implementations differ from the paper and from each other;
/// `HybridVariant` says in what.
public final class HybridHistogram: IdlePolicy, PrewarmPolicy {
    struct Plan: BitwiseCopyable {
        /// Nanoseconds without a sandbox after an execution.
        var preWarm: UInt64 = 0
        /// Nanoseconds with one after that.
        var keepAlive: UInt64 = 0
        /// Whether samples came since the plan was made.
        var isStale = true
        var lastArrival = UInt64.max
    }

    private let settings: HybridSettings
    private var histograms: IdleTimeHistograms
    private var recent: RecentValues
    private var plans: Slab<Plan>
    /// When the keep-alives of sandboxes end, by their places (variant `dslab`).
    private var ends: [KeepAliveEnd] = []

    /// When the keep-alive of one sandbox ends: set once, whatever it is used for after that.
    struct KeepAliveEnd: BitwiseCopyable {
        /// The sandbox's serial number; places are used again.
        var serial = UInt64.max
        var end = SimTime.zero
    }

    /// Nothing learned yet.
    public init(units: Int, settings: HybridSettings = HybridSettings()) {
        self.settings = settings
        histograms = IdleTimeHistograms(
            units: units, bins: settings.bins, width: settings.bin, head: settings.head, tail: settings.tail,
            rank: settings.variant == .faascache ? .exceeding : .reaching)
        recent = RecentValues(series: units, length: Arima.longestSeries)
        plans = Slab(repeating: Plan(), count: units)
    }

    /// Yes: it learns from them.
    public var observesArrivals: Bool { true }

    /// Adds the unit's idle time to its histogram.
    public func arrived(at unit: UnitView, now: SimTime, idleTime: SimDuration?) {
        let index = unit.id.index
        let last = plans[index].lastArrival
        plans[index].lastArrival = now.nanoseconds
        let sample: SimDuration?
        switch settings.variant {
        case .paper: sample = idleTime
        case .dslab: sample = idleTime ?? (last == .max ? nil : .zero)
        case .faascache: sample = last == .max ? nil : SimDuration(nanoseconds: now.nanoseconds - last)
        }
        guard let sample else { return }
        plans[index].isStale = true
        let isInRange = histograms.add(sample, to: index)
        if settings.variant != .faascache, !isInRange || recent.holds(index) {
            recent.append(sample.seconds, to: index)
        }
    }

    /// Evicts at once when a load is ordered for later, otherwise after the keep-alive.
    public func nextStep(of sandbox: SandboxView, unit: UnitView, now: SimTime) -> IdleStep {
        let plan = plan(of: unit.id.index)
        let keepAlive = SimDuration(nanoseconds: plan.keepAlive)
        if sandbox.uses > 0, plan.preWarm > 0 { return .evict(after: .zero) }
        if settings.variant == .dslab { return .evict(after: rest(of: sandbox, keepAlive, now: now)) }
        if sandbox.uses > 0 { return .evict(after: keepAlive) }
        let unload = sandbox.createdAt + keepAlive
        return .evict(after: unload > now ? unload - now : .zero)
    }

    /// Orders a load when the sandbox is unloaded until then.
    public func order(after end: SimTime, for unit: UnitView) -> PrewarmOrder? {
        let preWarm = plan(of: unit.id.index).preWarm
        return preWarm > 0 ? PrewarmOrder(at: end + SimDuration(nanoseconds: preWarm)) : nil
    }

    /// What is left of the keep-alive that was settled when `sandbox` was first left idle; `keepAlive` if that is now.
    private func rest(of sandbox: SandboxView, _ keepAlive: SimDuration, now: SimTime) -> SimDuration {
        let place = sandbox.id.index
        if place >= ends.count {
            ends.append(contentsOf: repeatElement(KeepAliveEnd(), count: place + 1 - ends.count))
        }
        if ends[place].serial != sandbox.serial {
            ends[place] = KeepAliveEnd(serial: sandbox.serial, end: now + keepAlive)
        }
        return ends[place].end > now ? ends[place].end - now : .zero
    }

    private func plan(of unit: Int) -> Plan {
        if plans[unit].isStale {
            let (preWarm, keepAlive) = makePlan(of: unit)
            plans[unit].preWarm = preWarm
            plans[unit].keepAlive = keepAlive
            plans[unit].isStale = false
        }
        return plans[unit]
    }

    private func makePlan(of unit: Int) -> (preWarm: UInt64, keepAlive: UInt64) {
        if settings.variant == .faascache { return faascachePlan(of: unit) }
        let fallback = (UInt64(0), settings.range.nanoseconds)
        let inRange = histograms.count(of: unit)
        let beyond = histograms.outOfRange(of: unit)
        let all = inRange + beyond
        if all == 0 || all < settings.minimumSamples { return fallback }
        if Double(beyond) / Double(all) >= settings.oobThreshold {
            guard let next = Arima.forecast(recent.list(unit)) else { return fallback }
            return (
                nanoseconds(next * 1e9 * (1 - settings.arimaMargin)),
                nanoseconds(next * 1e9 * 2 * settings.arimaMargin)
            )
        }
        if histograms.coefficientOfVariation(of: unit) < settings.cvThreshold { return fallback }
        let (preWarm, unload) = window(from: histograms.head(of: unit), to: histograms.tail(of: unit) + 1)
        return (preWarm, settings.variant == .dslab ? unload : unload - preWarm)
    }

    /// FaasCache's simulator steps one bar down from the head and one up from the tail, and falls back to two
    /// hours.
    private func faascachePlan(of unit: Int) -> (preWarm: UInt64, keepAlive: UInt64) {
        guard
            histograms.count(of: unit) >= max(settings.minimumSamples, 2),
            histograms.varianceToMean(of: unit) <= settings.cvThreshold
        else { return (0, SimDuration.hours(2).nanoseconds) }
        let tail = min(histograms.tail(of: unit) + 1, settings.bins)
        let (preWarm, unload) = window(from: max(histograms.head(of: unit) - 1, 0), to: tail)
        return (preWarm, unload)
    }

    /// From the lower edge of one bar, less the margin, to the lower edge of another, plus the margin.
    private func window(from head: Int, to tail: Int) -> (UInt64, UInt64) {
        let bin = Double(settings.bin.nanoseconds)
        return (
            nanoseconds(Double(head) * bin * (1 - settings.margin)),
            nanoseconds(Double(tail) * bin * (1 + settings.margin))
        )
    }

    /// Whole nanoseconds, as long as time goes on at most.
    private func nanoseconds(_ value: Double) -> UInt64 {
        SimDuration(cutting: value.rounded()).nanoseconds
    }
}
