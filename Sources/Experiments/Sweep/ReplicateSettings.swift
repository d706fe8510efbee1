import Statistics
import Workload

/// How often each point and policy runs, and what is drawn anew each time: the `replicates` of an
/// experiment file.
///
/// Replicate `r` adds `r` to the seed of the runs and to that of the workload's draw, but for what the
/// experiment holds. Every policy and point meets the same draws in the same replicate (common random numbers);
/// replicates draw independently.
struct ReplicateSettings: Sendable, Hashable {
    /// How many replicates; the first ones, where `until` asks for more.
    var count = 1
    /// What is to be known how exactly before the sweep ends; nil where `count` says it all.
    var until: PrecisionTarget?
    /// Most replicates that `until` may ask for.
    var atMost = 1_000

    /// Fewest replicates before the first look at `until`. An interval that decides when to stop needs a
    /// deviation to go by: from fewer observations it stops too early too often (docs/statistics.md).
    static let leastBeforeLooking = 10

    /// Replicates before the first look at `target`; all of them without one.
    func first(before target: PrecisionTarget?) -> Int {
        target == nil ? count : max(count, ReplicateSettings.leastBeforeLooking)
    }
    /// The part of the workload that each replicate draws, for workloads that are read.
    var sample = SampleSettings()

    /// A random part of a workload.
    struct SampleSettings: Sendable, Hashable {
        /// How many applications; nil for all.
        var applications: Int?
        /// How many functions; nil for all.
        var functions: Int?
        /// What the part of replicate 0 is drawn from; the experiment's seed where the file says nothing.
        var seed: UInt64 = 1

        /// Whether a part is asked for.
        var isAsked: Bool { applications != nil || functions != nil }

        /// The part of `workload` that a replicate draws; all of it when nothing is asked for.
        func draw(from workload: Workload, replicate: UInt64) throws -> Workload {
            let seed = seed &+ replicate
            if let applications {
                return try workload.sample(.count(applications), of: .applications, seed: seed)
            }
            if let functions { return try workload.sample(.count(functions), of: .functions, seed: seed) }
            return workload
        }
    }

    /// How it stands in a file: a number, or a mapping.
    static var kind: Kind<ReplicateSettings> {
        let many = Kind<Int>.whole(1...1_000_000)
        let target = Kind<PrecisionTarget>.precisionTarget
        let sample = Record(
            "sample",
            [
                Field("applications", \SampleSettings.applications, many.optional(blank: 1)),
                Field("functions", \SampleSettings.functions, many.optional(blank: 1)),
                Field("seed", \SampleSettings.seed, .seed),
            ])
        let record = Record(
            "replicates",
            [
                Field("count", \ReplicateSettings.count, many, required: true),
                Field("until", \ReplicateSettings.until, target.optional(blank: .anything)),
                Field("at-most", \ReplicateSettings.atMost, many),
                Field("sample", \ReplicateSettings.sample, sample.kind),
            ])
        return Kind("a number of replicates, or {count: 20, until: cold_share ±2 %}") { node, base, faults in
            guard node.entries != nil else {
                var settings = base
                settings.count = many.read(node, 1, faults)
                return settings
            }
            let settings = record.read(node, over: base, faults)
            if settings.sample.applications != nil && settings.sample.functions != nil {
                faults.add(
                    node["sample"] ?? node, "applications and functions exclude each other",
                    remedy: "remove one")
            }
            if settings.until != nil && settings.atMost < settings.first(before: settings.until) {
                faults.add(
                    node["at-most"] ?? node,
                    "the first look is after \(settings.first(before: settings.until)) replicates",
                    remedy: "raise it")
            }
            return settings
        } write: {
            record.write($0)
        }
    }
}
