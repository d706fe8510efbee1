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
    /// End-to-end time over that on a warm sandbox, at 90 and 99 %.
    package var slowdown90 = 0.0, slowdown99 = 0.0
    /// End-to-end times of each function, by id; nil where they were not measured.
    package var endToEnd: [CountedTimes]?

    /// Means of cold starts and of starts of deduplicated sandboxes of each function in ms, by id; nil where they were
    /// not measured.
    package var coldMsByFunction: [Double]?, restoreMsByFunction: [Double]?

    /// Nothing observed.
    package init() {}

    /// What `record` says, of a run whose deduplicated sandboxes are in the idle state `deduplicated`.
    init(_ record: RunRecord, deduplicated: Int?) {
        requests = Double(record.starts.total)
        failed = Double(record.invocations.arrived - record.invocations.completed)
        cold = Double(record.starts.cold)
        coldByFunction = record.functions.map { Double($0.cold) }
        restored = Double(record.starts.restored.reduce(0, +))
        memoryMean = record.memory.total.mean / 1e9
        let points = record.timeline.map { Double($0.memory.reduce(0, +)) / 1e9 }.sorted()
        memoryQuantiles = [0.1, 0.25, 0.5, 0.75, 0.9].map { share in
            points.isEmpty ? 0 : points[min(Int(share * Double(points.count)), points.count - 1)]
        }
        sandboxes = record.sandboxes.mean
        slowdown90 = record.slowdown.p90
        slowdown99 = record.slowdown.p99
        guard let deduplicated, deduplicated < record.mechanism.states.count else { return }
        take(record.mechanism.states[deduplicated])
    }

    private mutating func take(_ state: StateRecord) {
        if sandboxes > 0 { deduplicatedShare = state.sandboxes.mean / sandboxes }
        if state.entered > 0 {
            savedMB = (Double(state.before) - Double(state.after)) / Double(state.entered) / 1e6
        }
        if state.startup.count > 0 { restoreMs = state.startup.mean * 1_000 }
        if state.patched > 0 { otherBaseShare = 1 - Double(state.patchedOnOwn) / Double(state.patched) }
    }
}
