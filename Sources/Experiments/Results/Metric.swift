import EventKernel
import Simulator

/// One number that a run gives: a column of `results.csv`, a member of `results.json`.
public struct Metric: Sendable {
    /// Its name; it ends with the unit, where it has one.
    public let name: String
    /// What it is.
    public let meaning: String
    /// Which way is better.
    public let direction: Direction
    /// The value.
    public let value: @Sendable (RunRecord) -> JSONValue

    /// Which way a number is better.
    public enum Direction: String, Sendable {
        /// Less is better: cold starts, latency, memory.
        case lower
        /// More is better: calls completed, memory saved.
        case higher
        /// Neither: the number describes.
        case none
    }

    init(
        _ name: String, _ meaning: String, _ direction: Direction = .lower,
        _ value: @escaping @Sendable (RunRecord) -> JSONValue
    ) {
        self.name = name
        self.meaning = meaning
        self.direction = direction
        self.value = value
    }

    init(
        _ name: String, _ meaning: String, _ direction: Direction = .lower,
        number: @escaping @Sendable (RunRecord) -> Double
    ) {
        self.init(name, meaning, direction) { .number(number($0)) }
    }

    init(
        _ name: String, _ meaning: String, _ direction: Direction = .lower,
        count: @escaping @Sendable (RunRecord) -> UInt64
    ) {
        self.init(name, meaning, direction) { .whole(count($0)) }
    }
}

extension Metric {
    /// All metrics, in the order of the columns.
    public static let all: [Metric] =
        invocations + starts + coldShares
        + latency("startup", "from arrival to the beginning of execution", unit: "s") { $0.startup }
        + latency("end_to_end", "from arrival to the end of execution", unit: "s") { $0.endToEnd }
        + latency("slowdown", "end-to-end time over that of a warm start alone on its node", unit: "ratio") {
            $0.slowdown
        }
        + memory + sandboxes + waiting + mechanism

    private static let invocations: [Metric] = [
        Metric("measured_s", "the measured span", .none, number: { $0.measuredSeconds }),
        Metric("arrived", "calls that arrived", .none, count: { $0.invocations.arrived }),
        Metric("completed", "calls executed to their end", .higher, count: { $0.invocations.completed }),
        Metric(
            "refused_never_fits", "calls that no node can hold", count: { $0.invocations.refusedNeverFits }),
        Metric("refused_full", "calls refused for want of memory", count: { $0.invocations.refusedFull }),
        Metric("timed_out", "calls that waited in vain", count: { $0.invocations.timedOut }),
    ]

    private static let starts: [Metric] = [
        Metric("starts_warm", "starts on an idle warm sandbox", .higher, count: { $0.starts.warm }),
        Metric(
            "starts_partial", "starts on a sandbox still being started", .none, count: { $0.starts.partial }),
        Metric(
            "starts_waited", "starts after waiting, without a start of their own", .none,
            count: { $0.starts.waited }
        ),
        Metric("starts_cold", "starts by building a sandbox", count: { $0.starts.cold }),
        Metric(
            "starts_restored", "starts from further idle states", .none,
            count: { $0.starts.restored.reduce(0, +) }),
        Metric(
            "starts_on_prewarmed", "first starts on sandboxes loaded ahead of need", .none,
            count: { $0.starts.onPrewarmed }),
    ]

    private static let coldShares: [Metric] =
        [
            Metric("cold_share", "cold starts over completed calls") { record in
                record.invocations.completed == 0 ? .null : .number(record.coldShare.overall)
            }
        ]
        + [25, 50, 75, 90, 99].map { percent in
            Metric(
                "cold_share_app_p\(percent)",
                "an application's cold starts over its completed calls: \(quantile(percent)) over applications "
                    + "that completed one"
            ) { record in
                let share = Double(percent) / 100
                return record.coldShare.byApplication.first { $0.share == share }.map { .number($0.value) }
                    ?? .null
            }
        }

    /// `median`, `90th percentile`.
    private static func quantile(_ percent: Int) -> String {
        percent == 50 ? "median" : "\(percent)th percentile"
    }

    private static func latency(
        _ name: String, _ meaning: String, unit: String,
        _ summary: @escaping @Sendable (RunRecord) -> LatencySummary
    ) -> [Metric] {
        let values: [(part: String, meaning: String, value: @Sendable (LatencySummary) -> Double)] = [
            ("mean", "mean over calls", { $0.mean }), ("p50", "median over calls", { $0.p50 }),
            ("p90", "90th percentile over calls", { $0.p90 }),
            ("p99", "99th percentile over calls", { $0.p99 }),
            ("p99_9", "99.9th percentile over calls", { $0.p999 }),
            ("max", "the longest of all calls", { $0.max }),
        ]
        return values.map { part, words, value in
            Metric("\(name)_\(part)_\(unit)", "\(meaning): \(words)") { record in
                let summary = summary(record)
                return summary.count == 0 ? .null : .number(value(summary))
            }
        }
    }

    private static let memory: [Metric] =
        [
            Metric("memory_capacity_bytes", "memory of all nodes", .none, count: { $0.memory.capacity }),
            Metric("memory_mean_bytes", "memory held, time-weighted mean", number: { $0.memory.total.mean }),
            Metric("memory_peak_bytes", "memory held, most at any time", count: { $0.memory.total.peak }),
            Metric(
                "memory_p50_bytes", "memory held, median over the timeline", number: { $0.memory.total.p50 }),
            Metric(
                "memory_p90_bytes", "memory held, 90th percentile over the timeline",
                number: { $0.memory.total.p90 }),
            Metric(
                "memory_p99_bytes", "memory held, 99th percentile over the timeline",
                number: { $0.memory.total.p99 }),
        ]
        + MemoryPurpose.allCases.flatMap { purpose in
            [
                Metric("memory_\(purpose)_mean_bytes", "memory held as \(purpose), mean") { record in
                    .number(uses(of: purpose, record).reduce(0) { $0 + $1.mean })
                },
                Metric("memory_\(purpose)_peak_bytes", "memory held as \(purpose), most at any time") {
                    record in
                    .whole(uses(of: purpose, record).reduce(0) { $0 + $1.peak })
                },
            ] + memoryQuantiles(of: purpose)
        }
        + [
            Metric(
                "wasted_byte_s", "memory-time of sandboxes that wait for a request",
                number: { $0.wastedByteSeconds })
        ]

    private static func memoryQuantiles(of purpose: MemoryPurpose) -> [Metric] {
        let quantiles: [(percent: Int, path: KeyPath<MemorySummary, Double> & Sendable)] = [
            (50, \.p50), (90, \.p90), (99, \.p99),
        ]
        return quantiles.map { percent, path in
            Metric(
                "memory_\(purpose)_p\(percent)_bytes",
                "memory held as \(purpose), \(quantile(percent)) over the timeline"
            ) { record in
                .number(uses(of: purpose, record).reduce(0) { $0 + $1[keyPath: path] })
            }
        }
    }

    private static func uses(of purpose: MemoryPurpose, _ record: RunRecord) -> [MemorySummary] {
        record.memory.byPurpose.filter { $0.purpose == purpose }.map(\.use)
    }

    private static let sandboxes: [Metric] = [
        Metric("sandboxes_mean", "sandboxes that exist, time-weighted mean", number: { $0.sandboxes.mean }),
        Metric("sandboxes_peak", "sandboxes that exist, most at once", count: { $0.sandboxes.peak }),
        Metric(
            "evicted_by_policy", "sandboxes that the idle policy let go", .none,
            count: { $0.evictions.policy }),
        Metric(
            "evicted_for_memory", "sandboxes that the reclaimer let go", .none,
            count: { $0.evictions.reclaimed }),
        Metric("prewarms_loaded", "loads ahead of need", .none, count: { $0.prewarms.loaded }),
        Metric(
            "prewarms_unneeded", "loads dropped: a sandbox was there", .none, count: { $0.prewarms.unneeded }),
        Metric("prewarms_no_room", "loads dropped: no memory was free", .none, count: { $0.prewarms.noRoom }),
    ]

    private static let waiting: [Metric] = [
        Metric("waited", "calls that waited for a sandbox or for memory", count: { $0.waiting.count }),
        Metric(
            "waited_mean_s", "how long those that were served waited: mean", number: { $0.waiting.time.mean }),
        Metric(
            "waited_p99_s", "how long those that were served waited: 99th percentile over these calls",
            number: { $0.waiting.time.p99 }),
        Metric("waiting_peak", "calls that waited at once, most", count: { $0.waiting.peak }),
    ]
}
