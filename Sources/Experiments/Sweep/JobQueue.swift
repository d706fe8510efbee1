import EventKernel
import Files
import Foundation
import Simulator
import Synchronization
import Workload

/// The runs of a sweep between the workers that make them and the thread that stores them.
final class JobQueue: @unchecked Sendable {
    // Everything mutable is touched with `condition` locked.
    private let condition = NSCondition()
    private let jobs: [SweepJob]
    private let plan: SweepPlan
    private var next = 0
    private var isStopped = false
    private var left: Int
    private var finished: [FinishedRun] = []
    private var failures: [InputError] = []
    private var jobsLeft: [WorkloadPool.Key: Int] = [:]
    private var calls: UInt64 = 0
    private var gauges: [Gauge] = []

    /// What happened since the last look.
    struct State {
        var finished: [FinishedRun]
        /// Why runs failed, one for each.
        var failures: [InputError]
        /// Calls of all runs so far.
        var calls: UInt64
        /// What of the runs under way is done, added up.
        var underWay: Double
        /// How many runs were neither finished nor failed.
        var left: Int
    }

    /// How far a worker's run is, for all to see.
    private final class Gauge: Sendable {
        let perMille = Atomic<Int>(0)
        let calls = Atomic<UInt64>(0)
    }

    /// A queue of these runs.
    init(_ jobs: [SweepJob], plan: SweepPlan) {
        self.jobs = jobs
        self.plan = plan
        left = jobs.count
        for job in jobs { jobsLeft[job.workload, default: 0] += 1 }
    }

    /// Starts up to `count` threads that make runs until none is left.
    /// - Throws: `InputError` when not even one can be started.
    func startWorkers(_ count: Int) throws(InputError) -> [WorkerThread] {
        try WorkerThread.start(count) {
            let gauge = Gauge()
            self.condition.withLock { self.gauges.append(gauge) }
            self.work(gauge)
        }
    }

    /// No further run begins, and those under way end soon, unfinished.
    func stop() { condition.withLock { isStopped = true } }

    /// Waits for a run to be finished, for at most so long, and takes what was finished.
    func wait(seconds: Double) -> State {
        condition.withLock {
            if finished.isEmpty && failures.isEmpty && left > 0 && seconds > 0 {
                _ = condition.wait(until: Date(timeIntervalSinceNow: seconds))
            }
            defer {
                finished = []
                failures = []
            }
            return State(
                finished: finished, failures: failures,
                calls: calls + gauges.reduce(0) { $0 + $1.calls.load(ordering: .relaxed) },
                underWay: gauges.reduce(0) { $0 + Double($1.perMille.load(ordering: .relaxed)) / 1_000 },
                left: left)
        }
    }

    private var mustStop: Bool { condition.withLock { isStopped } }

    private func work(_ gauge: Gauge) {
        while let job = take() {
            do {
                let run = try make(job, gauge)
                end(job, gauge) { finished.append(run) }
            } catch is Simulation.Stopped {
                return
            } catch {
                let failure = failure(error, job)
                end(job, gauge) { failures.append(failure) }
            }
        }
    }

    /// Why a run failed, with the point at which it did: it is the same for all policies and replicates, or nearly so.
    private func failure(_ error: any Error, _ job: SweepJob) -> InputError {
        var failure = error as? InputError ?? InputError("\(error)")
        let point = plan.points[job.cells[0].point].label
        if !point.isEmpty { failure.problem = "at \(point): \(failure.problem)" }
        return failure
    }

    private func take() -> SweepJob? {
        condition.withLock {
            guard !isStopped, next < jobs.count else { return nil }
            next += 1
            return jobs[next - 1]
        }
    }

    private func end(_ job: SweepJob, _ gauge: Gauge, _ note: () -> Void) {
        condition.withLock {
            note()
            left -= 1
            calls += gauge.calls.exchange(0, ordering: .relaxed)
            gauge.perMille.store(0, ordering: .relaxed)
            let rest = (jobsLeft[job.workload] ?? 1) - 1
            jobsLeft[job.workload] = rest
            if rest == 0 { plan.pool.release(job.workload) }
            condition.signal()
        }
    }

    private func make(_ job: SweepJob, _ gauge: Gauge) throws -> FinishedRun {
        let workload = try plan.pool.workload(job.workload)
        let scenario = plan.scenarios[job.scenario]
        let seed = plan.seed(ofReplicate: job.cells[0].replicate)
        let horizon = max(workload.horizon.seconds, 1e-9)
        var options = Simulation.Options()
        options.progress = { time, calls in
            gauge.perMille.store(Int(min(time.seconds / horizon, 1) * 1_000), ordering: .relaxed)
            gauge.calls.store(calls, ordering: .relaxed)
            return !self.mustStop
        }
        let run = try plan.experiment.run(scenario.variant, on: workload, seed: seed, options: options)
        gauge.calls.store(run.record.invocations.arrived, ordering: .relaxed)
        return FinishedRun(
            digest: job.digest, cells: job.cells, scenario: scenario,
            workload: stored(workload, job), seed: seed, fingerprint: run.fingerprint,
            metrics: Metric.all.map { $0.value(run.record).double }, cpuSeconds: run.cpuSeconds,
            wallSeconds: run.wallSeconds,
            series: job.cells[0].replicate == 0 ? StoredSeries.all(of: run.record) : [])
    }

    private func stored(_ workload: Workload, _ job: SweepJob) -> StoredWorkload {
        StoredWorkload(
            digest: job.workloadDigest, title: workload.provenance.title,
            settings: JSONValue(plan.pool.settings(job.workload)).compactText,
            applications: workload.applications.count,
            functions: workload.functions.count, horizonSeconds: workload.horizon.seconds,
            inputs: JSONValue.array(workload.provenance.inputs.map(\.json)).compactText,
            warnings: JSONValue.array(workload.provenance.warnings.map(\.json)).compactText)
    }
}
