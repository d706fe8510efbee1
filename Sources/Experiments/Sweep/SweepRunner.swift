import Files
import Foundation
import Simulator
import Statistics
import Workload

/// Runs what a plan asks for and a store does not have yet.
///
/// Workers take runs in the order of the plan; the calling thread alone writes to the store. The store's
/// content depends on neither the number of workers nor the order in which they finish.
public struct SweepRunner {
    /// What is to be run.
    public let plan: SweepPlan
    /// How many runs at once.
    public var workers: Int
    /// What is to be known before the sweep ends; that of the experiment unless it is replaced.
    public var until: PrecisionTarget?
    /// Told how far the sweep is, several times a second; false stops it.
    public var observe: (SweepProgress) -> Bool = { _ in true }

    /// How a sweep ended.
    public struct Outcome: Sendable {
        /// How many runs were finished now.
        public var finished = 0
        /// How many were in the store before.
        public var found = 0
        /// How many are still to be run: the sweep was stopped, or they failed.
        public var missing = 0
        /// How many replicates each point has at most.
        public var replicates = 0
        /// Why runs failed, each reason once.
        public var failures: [InputError] = []
        /// Points and policies that are not known exactly enough after the most replicates allowed.
        public var unmet: [String] = []
        /// Time of processors that the finished runs took, in seconds.
        public var cpuSeconds = 0.0
    }

    /// A runner of this plan.
    public init(_ plan: SweepPlan, workers: Int) {
        self.plan = plan
        self.workers = max(workers, 1)
        until = plan.experiment.replicates.until
    }

    /// Runs everything that is missing in the store at `path`, which is made where there is none.
    /// - Throws: `InputError` when the store cannot be used, or no more can be written to it.
    public func run(intoStoreAt path: String) throws -> Outcome {
        try run(into: StoreWriter(path, for: plan))
    }

    func run(into writer: StoreWriter) throws -> Outcome {
        var outcome = Outcome()
        let settings = plan.experiment.replicates
        let first = settings.first(before: until)
        var counts = Array(repeating: 0, count: plan.points.count)
        var wanted = Array(repeating: first, count: plan.points.count)
        while wanted != counts {
            try run(cells(from: counts, to: wanted), into: writer, &outcome)
            counts = wanted
            outcome.replicates = counts.max() ?? 0
            guard let until, outcome.missing == 0 else { return outcome }
            wanted = try next(counts, until, atMost: max(settings.atMost, first), writer)
        }
        if let until { outcome.unmet = try unmet(counts, until, writer) }
        return outcome
    }

    /// Runs these cells and no others, as far as `writer` does not have them.
    func run(only cells: [SweepPlan.Cell], into writer: StoreWriter) throws -> Outcome {
        var outcome = Outcome()
        try run(cells, into: writer, &outcome)
        return outcome
    }

    /// The cells that take each point from one number of replicates to another.
    private func cells(from begun: [Int], to wanted: [Int]) -> [SweepPlan.Cell] {
        (0..<(wanted.max() ?? 0)).flatMap { replicate in
            plan.cells(
                replicates: replicate..<replicate + 1,
                ofPoints: wanted.indices.filter { begun[$0] <= replicate && replicate < wanted[$0] })
        }
    }

    private func next(
        _ counts: [Int], _ until: PrecisionTarget, atMost: Int, _ writer: StoreWriter
    ) throws -> [Int] {
        let estimates = try estimates(counts, until, writer)
        return counts.indices.map { point in
            let wanted = estimates[point].map { until.goal.nextCount($0, atMost: atMost) }
            return max(counts[point], wanted.max() ?? counts[point])
        }
    }

    private func estimates(
        _ counts: [Int], _ until: PrecisionTarget, _ writer: StoreWriter
    ) throws -> [[MeanEstimate]] {
        try writer.estimates(
            of: until.metric, level: until.goal.level, replicates: counts,
            reference: plan.policies.firstIndex(of: plan.experiment.reference) ?? 0)
    }

    private func unmet(_ counts: [Int], _ until: PrecisionTarget, _ writer: StoreWriter) throws -> [String] {
        let estimates = try estimates(counts, until, writer)
        return plan.points.indices.flatMap { point in
            plan.policies.indices.compactMap { policy in
                if until.goal.isMet(by: estimates[point][policy]) { return nil }
                let label = plan.points[point].label
                return label.isEmpty ? plan.policies[policy] : "\(plan.policies[policy]) at \(label)"
            }
        }
    }

    /// Runs the cells that the store does not have.
    private func run(_ cells: [SweepPlan.Cell], into writer: StoreWriter, _ outcome: inout Outcome) throws {
        let (jobs, found) = jobs(for: cells, writer)
        try writer.fill(found)
        outcome.found = writer.runCount - outcome.finished
        let queue = JobQueue(jobs, plan: plan)
        let threads = try queue.startWorkers(min(workers, jobs.count))
        var hasEnded = false
        func end() {
            if hasEnded { return }
            hasEnded = true
            queue.stop()
            for thread in threads { thread.join() }
        }
        defer { end() }
        var progress = SweepProgress(total: outcome.finished + outcome.found + jobs.count)
        while true {
            let state = queue.wait(seconds: 0.1)
            try outcome.take(state, into: writer)
            progress.update(done: outcome.finished + outcome.found, now: outcome.finished, state)
            if state.left == 0 { return }
            if !observe(progress) {
                end()
                let last = queue.wait(seconds: 0)
                try outcome.take(last, into: writer)
                outcome.missing += last.left
                return
            }
        }
    }

    /// What is to be run for `cells`, each run once, and the cells whose run is in the store.
    private func jobs(
        for cells: [SweepPlan.Cell], _ writer: StoreWriter
    ) -> (jobs: [SweepJob], found: [(cell: SweepPlan.Cell, digest: String)]) {
        var jobs: [SweepJob] = []
        var found: [(cell: SweepPlan.Cell, digest: String)] = []
        for job in plan.jobs(for: cells) {
            if writer.contains(job.digest) {
                found += job.cells.map { ($0, job.digest) }
            } else {
                jobs.append(job)
            }
        }
        return (jobs, found)
    }
}

extension SweepRunner.Outcome {
    /// Stores and counts what workers gave.
    fileprivate mutating func take(_ state: JobQueue.State, into writer: StoreWriter) throws {
        try writer.add(state.finished)
        finished += state.finished.count
        cpuSeconds += state.finished.reduce(0) { $0 + $1.cpuSeconds }
        missing += state.failures.count
        for failure in state.failures where !failures.contains(failure) { failures.append(failure) }
    }
}

/// How far a sweep is.
public struct SweepProgress: Sendable {
    /// Runs that are in the store.
    public private(set) var done = 0
    /// Of those, runs that were finished now.
    public private(set) var now = 0
    /// Runs in all, as far as is known.
    public let total: Int
    /// Calls simulated now.
    public private(set) var calls: UInt64 = 0
    /// What of the runs under way is done, added up.
    public private(set) var underWay = 0.0

    init(total: Int) { self.total = total }

    mutating func update(done: Int, now: Int, _ state: JobQueue.State) {
        self.done = done
        self.now = now
        calls = state.calls
        underWay = state.underWay
    }
}
