import EventKernel
import Simulator

/// What the targets need of one run.
package struct ReproductionObservation: Sendable {
    /// Requests that were executed.
    package var requests = 0.0
    /// Requests that were refused, or waited in vain.
    package var failed = 0.0
    /// Cold starts.
    package var cold = 0.0
    /// Cold starts of each function, by id.
    package var coldByFunction: [Double] = []
    /// Starts from other idle states.
    package var restored = 0.0
    /// Memory held in GB (10^9 bytes): time-weighted mean, and over the points of the timeline the quantiles at 10, 25,
    /// 50, 75 and 90 %.
    package var memoryMean = 0.0, memoryQuantiles = [Double](repeating: 0, count: 5)
    /// Sandboxes that exist, mean over time.
    package var sandboxes = 0.0
    /// Of these, the share that is deduplicated, 0 to 1; nil where nothing is.
    package var deduplicatedShare: Double?
    /// Memory that a deduplicated sandbox gives up on average, in MB (10^6 bytes).
    package var savedMB: Double?
    /// From a request's arrival to its execution on a sandbox that was deduplicated: mean in ms.
    package var restoreMs: Double?
    /// Of the pages that became patches, the share whose base page is another function's, 0 to 1.
    package var otherBaseShare: Double?
    /// End-to-end time over the execution time, at 99 %.
    package var slowdown99 = 0.0
    /// End-to-end times of each function, by id; nil where they were not kept.
    package var endToEnd: [CountedTimes]?
    /// A cold start and a start of a deduplicated sandbox of each function in ms, by id; nil but for the probe.
    package var coldMsByFunction: [Double]?, restoreMsByFunction: [Double]?
    /// Sandboxes evicted because memory was short.
    package var reclaimed = 0.0
    /// Dedup operations begun with a new image, and those refused for lack of memory or base sandboxes; base sandboxes,
    /// mean over time.
    package var dedups = 0.0, refused = 0.0, bases = 0.0
    /// From the beginning of a dedup operation to its end, mean in s.
    package var dedupSeconds = 0.0

    /// Nothing observed.
    package init() {}

    /// What `record` says of a run of `functions`, whose deduplicated sandboxes are in the idle state `deduplicated`.
    /// End-to-end times have `rest` less than the run's, and are kept when they are `wanted`.
    init(
        _ record: RunRecord, of functions: [PaperFunction], deduplicated: Int?, rest: SimDuration,
        keepsTimes: Bool
    ) {
        requests = Double(record.starts.total)
        failed = Double(record.invocations.arrived - record.invocations.completed)
        cold = Double(record.starts.cold)
        coldByFunction = record.functions.map { Double($0.cold) }
        restored = Double(record.starts.restored.reduce(0, +))
        reclaimed = Double(record.evictions.reclaimed)
        memoryMean = record.memory.total.mean / 1e9
        let points = record.timeline.map { Double($0.memory.reduce(0, +)) / 1e9 }.sorted()
        memoryQuantiles = [0.1, 0.25, 0.5, 0.75, 0.9].map { share in
            points.isEmpty ? 0 : points[min(Int(share * Double(points.count)), points.count - 1)]
        }
        sandboxes = record.sandboxes.mean
        let times = record.functions.map { row in
            CountedTimes(
                values: (row.endToEnd ?? []).map { $0.value - min($0.value, rest.nanoseconds) },
                counts: (row.endToEnd ?? []).map(\.count))
        }
        slowdown99 = Self.slowdown(times, functions, at: 0.99)
        if keepsTimes { endToEnd = times }
        guard let deduplicated, deduplicated < record.mechanism.states.count else { return }
        take(record.mechanism.states[deduplicated])
        bases = record.mechanism.states.prefix(deduplicated).dropFirst().reduce(0) { $0 + $1.sandboxes.mean }
    }

    /// The slowdown that a share of the requests stays below: end-to-end times over execution times.
    private static func slowdown(
        _ times: [CountedTimes], _ functions: [PaperFunction], at share: Double
    ) -> Double {
        var all: [(ratio: Double, count: UInt64)] = []
        for (function, one) in zip(functions, times) {
            let execution = Double(function.executionMs) * 1e6
            for (value, count) in zip(one.values, one.counts) {
                all.append((Double(value) / execution, count))
            }
        }
        all.sort { $0.ratio < $1.ratio }
        let total = all.reduce(0) { $0 + $1.count }
        var seen: UInt64 = 0
        for point in all {
            seen += point.count
            if Double(seen) >= share * Double(total) { return point.ratio }
        }
        return 0
    }

    private mutating func take(_ state: StateRecord) {
        if sandboxes > 0 { deduplicatedShare = state.sandboxes.mean / sandboxes }
        if state.entered > 0 {
            savedMB = (Double(state.before) - Double(state.after)) / Double(state.entered) / 1e6
        }
        if state.startup.count > 0 { restoreMs = state.startup.mean * 1_000 }
        if state.patched > 0 { otherBaseShare = 1 - Double(state.patchedOnOwn) / Double(state.patched) }
        (dedups, refused) = (Double(state.entered), Double(state.refused))
        dedupSeconds = state.entry.mean
    }
}
