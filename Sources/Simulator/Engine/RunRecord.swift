import EventKernel

/// Everything one run observed. Times in seconds, memory in bytes, memory-time in byte seconds.
///
/// Counts of invocations concern calls that arrived at or after the end of the warm-up; memory is averaged from there
/// to the horizon. An invocation that is running at the horizon runs to its end and counts.
public struct RunRecord: Sendable {
    /// The seed of the run.
    public var seed: UInt64 = 0
    /// The measured span: horizon less warm-up, in seconds.
    public var measuredSeconds: Double = 0
    /// Calls and how they ended.
    public var invocations = InvocationCounts()
    /// Starts by kind.
    public var starts = StartCounts()
    /// Share of started invocations that were cold, overall and over applications.
    public var coldShare = ColdShare()
    /// From arrival to the beginning of execution, in seconds.
    public var startup = LatencySummary()
    /// From arrival to the end of execution, in seconds.
    public var endToEnd = LatencySummary()
    /// End-to-end time over that of the same call on a warm sandbox alone on its node (1 is best), in steps of 1/128.
    public var slowdown = LatencySummary()
    /// Memory held, by purpose.
    public var memory = MemoryUse()
    /// Memory-time of idle sandboxes (loads ahead of need included), in byte seconds.
    public var wastedByteSeconds: Double = 0
    /// Evictions by cause.
    public var evictions = EvictionCounts()
    /// Requests that waited.
    public var waiting = WaitingSummary()
    /// Sandboxes that exist: time-weighted mean, and most at once.
    public var sandboxes = MeanAndPeak()
    /// Loads ahead of need.
    public var prewarms = PrewarmCounts()
    /// What was done with pages, cores and the network.
    public var mechanism = MechanismRecord()
    /// One row for each function, by id.
    public var functions: [FunctionRow] = []
    /// One row for each application, by id.
    public var applications: [ApplicationRow] = []
    /// One row for each interval.
    public var timeline: [TimelineRow] = []
    /// A digest of every observable outcome: each invocation's start kind, start and end, each sandbox's creation and
    /// eviction. It does not depend on the order in which the engine came to them.
    public var fingerprint: UInt64 = 0
    /// Work done, for benchmarks: events handled, arrivals included.
    public var eventsHandled: UInt64 = 0
}

/// Calls and how they ended; the last four add up to the first.
public struct InvocationCounts: Hashable, Sendable {
    /// Calls that arrived.
    public var arrived: UInt64 = 0
    /// Calls that were executed to their end.
    public var completed: UInt64 = 0
    /// Calls of functions that no node can ever hold.
    public var refusedNeverFits: UInt64 = 0
    /// Calls refused because no memory could be had and waiting is not allowed.
    public var refusedFull: UInt64 = 0
    /// Calls that waited as long as they may, in vain.
    public var timedOut: UInt64 = 0
}

/// Starts by kind. They add up to the invocations completed.
public struct StartCounts: Hashable, Sendable {
    /// On an idle warm sandbox, or a free slot of a running one.
    public var warm: UInt64 = 0
    /// On a sandbox that was still being started for another request or ahead of need: only the rest of the start was
    /// waited for.
    public var partial: UInt64 = 0
    /// After waiting for a busy sandbox or for memory, without a start of their own.
    public var waited: UInt64 = 0
    /// By building a sandbox.
    public var cold: UInt64 = 0
    /// From other idle states, in the order of the scenario's states from the second on.
    public var restored: [UInt64] = []
    /// Of the warm and partial starts, those on a sandbox that was loaded ahead of need and not used before.
    public var onPrewarmed: UInt64 = 0

    /// All starts.
    public var total: UInt64 { warm + partial + waited + cold + restored.reduce(0, +) }
}

/// Share of started invocations that were cold (0 to 1).
public struct ColdShare: Hashable, Sendable {
    /// Over all invocations.
    public var overall: Double = 0
    /// Quantiles over the applications that were called: 25, 50, 75, 90, 99 %.
    public var byApplication: [QuantileRow] = []
}

/// One quantile of something.
public struct QuantileRow: Hashable, Sendable {
    /// The share below, 0 to 1.
    public var share: Double
    /// The value.
    public var value: Double

    /// One quantile of something.
    public init(share: Double, value: Double) {
        self.share = share
        self.value = value
    }
}

/// A distribution in brief. Quantiles are those of a `LogHistogram` (0.8 % wide), mean and maximum exact.
public struct LatencySummary: Hashable, Sendable {
    /// How many values.
    public var count: UInt64 = 0
    /// Their mean.
    public var mean: Double = 0
    /// The quantiles at 50, 90, 99 and 99.9 %.
    public var p50 = 0.0, p90 = 0.0, p99 = 0.0, p999 = 0.0
    /// The largest.
    public var max: Double = 0
}

/// Memory held, in bytes.
public struct MemoryUse: Hashable, Sendable {
    /// Everything held, all purposes together.
    public var total = MemorySummary()
    /// By purpose, in the order of `MemoryPurpose.allCases`.
    public var byPurpose: [PurposeUse] = []
    /// What the nodes have.
    public var capacity: UInt64 = 0

    /// Memory of one purpose.
    public struct PurposeUse: Hashable, Sendable {
        /// The purpose.
        public var purpose: MemoryPurpose
        /// Where the memory is.
        public var tier: MemoryTier
        /// How much of it.
        public var use: MemorySummary
    }
}

/// An amount of memory over time, in bytes.
public struct MemorySummary: Hashable, Sendable {
    /// Time-weighted mean, exact.
    public var mean: Double = 0
    /// Most at any time: exact for the total, over the points of the timeline for a single purpose.
    public var peak: UInt64 = 0
    /// Quantiles at 50, 90 and 99 % over the points of the timeline.
    public var p50 = 0.0, p90 = 0.0, p99 = 0.0
}

/// Evictions by cause.
public struct EvictionCounts: Hashable, Sendable {
    /// The idle policy let it go.
    public var policy: UInt64 = 0
    /// Memory was needed for another sandbox.
    public var reclaimed: UInt64 = 0
    /// All evictions.
    public var total: UInt64 { policy + reclaimed }
}

/// Requests that waited for a busy sandbox or for memory.
public struct WaitingSummary: Hashable, Sendable {
    /// How many waited.
    public var count: UInt64 = 0
    /// How long those that were served waited, in seconds.
    public var time = LatencySummary()
    /// Most at once.
    public var peak: UInt64 = 0
}

/// A number over time.
public struct MeanAndPeak: Hashable, Sendable {
    /// Time-weighted mean.
    public var mean: Double = 0
    /// Most at once.
    public var peak: UInt64 = 0
}

/// Loads ahead of need.
public struct PrewarmCounts: Hashable, Sendable {
    /// Loads begun.
    public var loaded: UInt64 = 0
    /// Orders dropped because an idle sandbox was there already.
    public var unneeded: UInt64 = 0
    /// Orders dropped because no memory was free.
    public var noRoom: UInt64 = 0
}

/// One function's part in a run.
public struct FunctionRow: Hashable, Sendable {
    /// Its calls that arrived.
    public var invocations: UInt64 = 0
    /// Its cold starts.
    public var cold: UInt64 = 0
    /// Its calls that were refused or timed out.
    public var failed: UInt64 = 0
    /// Sum of its startup times in seconds.
    public var startupSeconds: Double = 0
    /// The function of the content's profile whose pages its sandboxes have; nil without content.
    public var behavesAs: ProfileFunction?
    /// Its end-to-end times by rising value, when the scenario wants them (`MeasurementSettings.byFunction`).
    public var endToEnd: [ValueCount]?
}

/// One application's part in a run.
public struct ApplicationRow: Hashable, Sendable {
    /// Its calls that arrived.
    public var invocations: UInt64 = 0
    /// Its cold starts.
    public var cold: UInt64 = 0
    /// Its calls that were refused or timed out.
    public var failed: UInt64 = 0
    /// Memory-time of its idle sandboxes in byte seconds.
    public var wastedByteSeconds: Double = 0

    /// Its cold share; nil when nothing of it was started.
    public var coldShare: Double? {
        invocations > failed ? Double(cold) / Double(invocations - failed) : nil
    }
}

/// The state at a point of the timeline, and what happened since the point before.
public struct TimelineRow: Hashable, Sendable {
    /// When, in seconds since the start of the run.
    public var time: Double
    /// Memory held in bytes, by purpose in the order of `MemoryPurpose.allCases`.
    public var memory: [UInt64]
    /// Sandboxes that exist, idle ones among them, and requests waiting.
    public var sandboxes: UInt64, idle: UInt64, waiting: UInt64
    /// Calls that arrived, cold starts, evictions since the point before.
    public var arrived: UInt64, cold: UInt64, evicted: UInt64
}
