import EventKernel

/// A trace in figures.
public struct TraceSummary: Hashable, Sendable {
    /// Where the trace comes from.
    public var title: String
    /// The span it covers.
    public var horizon: SimDuration
    /// How many functions and applications there are, and how many of them are called at all.
    public var functions, calledFunctions, applications, calledApplications: Int
    /// All calls; of a Poisson stream, their mean.
    public var calls: Double
    /// Calls a day of each function, and of each application, those never called left out.
    public var callsPerFunctionDay, callsPerApplicationDay: Quantiles
    /// Memory of each application and function in MiB.
    public var applicationMemory, functionMemory: Quantiles
    /// Mean execution time of each function in seconds; where calls bring their own, of the functions called.
    public var meanExecution: Quantiles
    /// Coefficient of variation of the times between calls, for each application and day with two calls or
    /// more. Calls counted by minute are spread evenly from the minute's start, as ServerlessBench does for
    /// its `CVs.csv` (Yu et al., SoCC'20); that hides variation within minutes.
    public var interArrivalVariation: Quantiles
    /// What calls functions: by trigger, in the order of `Trigger.allCases`.
    public var triggers: [TriggerShare]
    /// The minute with most calls, and how many; of a Poisson stream, any minute and the mean.
    public var busiestMinute: (minute: Int, calls: Double) {
        get { (busiest, busiestCalls) }
        set { (busiest, busiestCalls) = newValue }
    }
    /// Cores that the calls' execution keeps busy on average: calls times mean execution over the horizon.
    public var offeredLoad: Double

    private var busiest: Int
    private var busiestCalls: Double

    /// How many functions have a trigger, and how many calls they get.
    public struct TriggerShare: Hashable, Sendable {
        /// The trigger.
        public var trigger: Trigger
        /// Functions that have it.
        public var functions: Int
        /// Calls of these functions.
        public var calls: Double
    }

    init(_ workload: Workload) {
        let calls = workload.callsByFunction()
        var byApplication = [Double](repeating: 0, count: workload.applications.count)
        for (index, function) in workload.functions.enumerated() {
            byApplication[function.application.index] += calls[index]
        }
        let days = workload.horizon.seconds / 86_400
        title = workload.provenance.title
        horizon = workload.horizon
        functions = workload.functions.count
        applications = workload.applications.count
        calledFunctions = calls.count { $0 > 0 }
        calledApplications = byApplication.count { $0 > 0 }
        self.calls = calls.reduce(0, +)
        callsPerFunctionDay = Quantiles(calls.filter { $0 > 0 }.map { $0 / days })
        callsPerApplicationDay = Quantiles(byApplication.filter { $0 > 0 }.map { $0 / days })
        applicationMemory = Quantiles(workload.applications.map(\.memory.mebibytes))
        functionMemory = Quantiles(workload.functions.map(\.memory.mebibytes))
        let means = workload.meanExecutions()
        meanExecution = Quantiles(means.compactMap { $0 })
        offeredLoad = zip(calls, means).reduce(0) { $0 + $1.0 * ($1.1 ?? 0) } / workload.horizon.seconds
        triggers = Trigger.allCases.map { trigger in
            let indices = workload.functions.indices.filter { workload.functions[$0].trigger == trigger }
            return TriggerShare(
                trigger: trigger, functions: indices.count, calls: indices.reduce(0) { $0 + calls[$1] })
        }
        var variation = InterArrivalVariation(workload)
        interArrivalVariation = Quantiles(variation.values(of: workload))
        (busiest, busiestCalls) = workload.busiestMinute()
    }
}

/// The smallest, largest and mean of some numbers, and values that given parts of them do not exceed.
public struct Quantiles: Hashable, Sendable {
    /// How many numbers there are; with none, all else is 0.
    public var count: Int
    /// The mean.
    public var mean: Double
    /// The values that 0, 10, 25, 50, 75, 90, 95, 99 and 100 per cent do not exceed.
    public var min, p10, p25, p50, p75, p90, p95, p99, max: Double

    /// The quantiles of some numbers (the smallest number that the part does not exceed).
    public init(_ numbers: [Double]) {
        let sorted = numbers.sorted()
        func quantile(_ part: Double) -> Double {
            if sorted.isEmpty { return 0 }
            return sorted[
                Int((part * Double(sorted.count)).rounded(.up) - 1, within: 0...sorted.count - 1)]
        }
        count = sorted.count
        mean = sorted.isEmpty ? 0 : sorted.reduce(0, +) / Double(sorted.count)
        (min, max) = (quantile(0), quantile(1))
        (p10, p25, p50, p75) = (quantile(0.1), quantile(0.25), quantile(0.5), quantile(0.75))
        (p90, p95, p99) = (quantile(0.9), quantile(0.95), quantile(0.99))
    }
}

extension Workload {
    /// The trace in figures.
    public func summary() -> TraceSummary { TraceSummary(self) }

    /// Each function's mean execution time in seconds, by id; nil where calls bring their own and there are
    /// none.
    public func meanExecutions() -> [Double?] {
        var sums = [Double](repeating: 0, count: functions.count)
        var calls = [Double](repeating: 0, count: functions.count)
        if case .events(let events) = self.calls {
            for index in 0..<events.count {
                sums[events[index].function.index] += events[index].duration.seconds
                calls[events[index].function.index] += 1
            }
        }
        let shapeMeans = shapes.map { QuantileTable($0).mean }
        return functions.indices.map { index in
            switch functions[index].executionTime {
            case .perCall: return calls[index] > 0 ? sums[index] / calls[index] : nil
            case .constant(let duration): return duration.seconds
            case .shaped(let shape, let scale): return shapeMeans[Int(shape)] * scale
            case .percentiles(let points): return points.mean / 1_000
            }
        }
    }

    /// The first of the minutes with most calls, and their number.
    fileprivate func busiestMinute() -> (Int, Double) {
        var calls: [UInt64] = []
        switch self.calls {
        case .minuteCounts(let counts):
            calls = (0..<counts.minutes).map { counts.calls(inMinute: $0) }
        case .events(let events):
            calls = [UInt64](repeating: 0, count: Int(horizon.nanoseconds / 60_000_000_000) + 1)
            for index in 0..<events.count { calls[Int(events[index].time.nanoseconds / 60_000_000_000)] += 1 }
        case .poisson(let poisson):
            return (0, poisson.rate * 60)
        }
        guard let most = calls.max(), let minute = calls.firstIndex(of: most) else { return (0, 0) }
        return (minute, Double(most))
    }
}
