import Files
import Foundation
import Workload

/// One task of a job array: runs its share of a round's runs and publishes them in a file of its own.
///
/// The store it works on is in memory. It is published as a whole, by a rename, after the first finished run,
/// then every few seconds, and at the end: whenever the task is ended, what it published counts, and what it
/// did not publish is as if it had never run.
public struct ArrayTask {
    /// How many runs at once.
    public var workers: Int
    /// How many seconds lie between two publications at least.
    public var interval = 10.0
    /// Told how far the task is, several times a second; false stops it.
    public var observe: (SweepProgress) -> Bool = { _ in true }
    /// Told what the user should know.
    public var note: (String) -> Void = { _ in }

    private let round: ArrayRound
    private let task: Int
    private let environment: [String: String]

    /// How a task ended.
    public struct Outcome: Sendable {
        /// How many runs its share has.
        public var share = 0
        /// How many other attempts had published before.
        public var found = 0
        /// How many it finished and published.
        public var finished = 0
        /// The file; nil when there was nothing to publish.
        public var part: String?
        /// Why runs failed, each reason once.
        public var failures: [InputError] = []
        /// Runs of the share that are still missing.
        public var missing: Int { share - found - finished }
    }

    /// The task with a number, from 0, of a round that `tasks` tasks share.
    /// - Throws: `InputError` when there is no such task, or the round was made by another version.
    public init(
        _ task: Int, of tasks: Int, round: Int, in directory: String, workers: Int,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws {
        self.round = try ArrayRound(reading: round, in: try PartsDirectory(path: directory))
        guard tasks == self.round.tasks, (0..<tasks).contains(task) else {
            throw InputError(
                file: self.round.directory,
                "there is no task \(task) of \(tasks): the round has \(self.round.tasks), from 0")
        }
        self.task = task
        self.workers = workers
        self.environment = environment
    }

    /// Runs what is missing of the share.
    /// - Throws: `InputError` when the inputs have changed, or the last publication failed.
    public func run() throws -> Outcome {
        let plan = try round.plan()
        let share = try jobs(of: plan)
        var outcome = Outcome()
        outcome.share = share.count
        let published = try published(share, plan)
        let left = share.filter { !published.contains($0.digest) }
        outcome.found = share.count - left.count
        if left.isEmpty { return outcome }

        let writer = try StoreWriter(inMemoryFor: plan)
        let name = PartName(inRound: round.directory, task: task, environment: environment)
        var publisher = Publisher(writer: writer, path: name.path, interval: interval)
        var runner = SweepRunner(plan, workers: workers)
        runner.until = nil
        runner.observe = { progress in
            let goesOn = observe(progress)
            do {
                // Who is asked to stop may have little time: what is finished comes first.
                try publisher.publish(atOnce: !goesOn)
            } catch {
                note("not published yet, to be tried again: \(error)")
            }
            return goesOn
        }
        let result = try runner.run(only: left.flatMap(\.cells), into: writer)
        try publisher.publish(atOnce: true)
        outcome.finished = result.finished
        outcome.failures = result.failures
        outcome.part = result.finished > 0 ? name.path : nil
        return outcome
    }

    /// The share's runs.
    private func jobs(of plan: SweepPlan) throws -> [SweepJob] {
        var known: [String: SweepJob] = [:]
        for job in plan.jobs { known[job.digest] = job }
        return try round.runs[round.share.range(of: task)].map { digest in
            guard let job = known[digest] else {
                throw InputError(
                    file: "\(round.directory)/runs.txt",
                    "run \(digest.prefix(60)) is not one of the experiment's",
                    remedy:
                        "files that the workload is read from have changed since the sweep was submitted; "
                        + "put them back, or sweep into a new store")
            }
            return job
        }
    }

    /// What other attempts at this task have published.
    private func published(_ share: [SweepJob], _ plan: SweepPlan) throws -> Set<String> {
        var names: Set<String> = []
        var known: [String: SweepJob] = [:]
        for job in share { known[job.digest] = job }
        for part in try PartName.all(in: round.directory) where part.task == task {
            do {
                // Read as collecting reads it: what that leaves out must be made again.
                let part = try StorePart(reading: part.path, experiment: round.digest)
                names.formUnion(try part.runs(among: known, of: plan).map(\.digest))
            } catch let error as InputError {
                note("not used: \(error)")
            }
        }
        return names
    }
}

/// Publishes a growing store again and again.
private struct Publisher {
    let writer: StoreWriter
    let path: String
    let interval: Double
    private var count = 0
    private var next = -Double.infinity

    init(writer: StoreWriter, path: String, interval: Double) {
        self.writer = writer
        self.path = path
        self.interval = interval
    }

    /// Publishes when there is something new and it is time.
    mutating func publish(atOnce: Bool) throws {
        let begin = ProcessInfo.processInfo.systemUptime
        guard writer.runCount > count, atOnce || begin >= next else { return }
        // After a failure too: a full disk does not get better by trying all the time.
        next = begin + interval
        try writer.publish(partTo: path)
        count = writer.runCount
        let end = ProcessInfo.processInfo.systemUptime
        // Large parts are published less often, so that publishing stays below a twentieth of the time.
        next = end + max(interval, 20 * (end - begin))
    }
}
