import Files
import Workload

/// A sweep whose runs are made by job arrays, and the store that gathers them.
public struct ClusterSweep {
    /// The store, as the user named it.
    public let store: String
    private let plan: SweepPlan
    private let input: Experiment.Input
    private let strict: Bool
    private let directory: PartsDirectory
    private let rounds: [ArrayRound]
    /// What submits and knows the queue.
    var slurm = Slurm()

    /// The sweep of an experiment that is to be submitted.
    /// - Parameter input: what `plan` was read from; tasks read it again.
    /// - Throws: `InputError` when the number of runs depends on their results, or what lies beside the store
    ///   belongs to another experiment.
    public init(_ plan: SweepPlan, from input: Experiment.Input, strict: Bool, store: String) throws {
        self.store = store
        self.plan = plan
        self.input = input
        self.strict = strict
        directory = try PartsDirectory(ofStore: store)
        rounds = try directory.rounds().map { [directory] in try ArrayRound(reading: $0, in: directory) }
        try checkFixed()
        if let last = rounds.last, last.digest != plan.experiment.digest {
            throw InputError(
                file: directory.path,
                "the arrays there belong to another experiment, or it was changed since",
                remedy: "name another store with --store, or take back the change")
        }
    }

    /// The sweep whose arrays lie beside the store at a path.
    /// - Throws: `InputError` when there are none, or they cannot be read.
    public init(collecting store: String) throws {
        let directory = try PartsDirectory(ofStore: store)
        let rounds = try directory.rounds().map { try ArrayRound(reading: $0, in: directory) }
        guard let last = rounds.last else {
            throw InputError(
                file: directory.path, "no array of this sweep is there",
                remedy: "name the store as pagefold sweep --slurm did, such as results/sweep.sqlite")
        }
        self.store = store
        self.directory = directory
        self.rounds = rounds
        plan = try last.plan()
        input = last.input
        strict = last.strict
    }

    private func checkFixed() throws {
        guard let until = plan.experiment.replicates.until else { return }
        throw InputError(
            file: plan.experiment.file,
            "an array cannot go on until \(until.text): its tasks do not see each other's results",
            remedy: "fix the number of replicates: --set replicates=\(plan.experiment.replicates.count)")
    }

    /// How the last array was submitted; nil when there is none.
    public var lastSettings: ArraySettings? { rounds.last?.settings }

    /// Merges what the arrays have published into the store.
    /// - Parameter readOnly: whether the store stays as it is.
    /// - Throws: `InputError` when two files disagree on a run, or the store cannot be used.
    public func collect(readOnly: Bool) throws -> CollectionReport {
        let collection = try Collection(plan, store: store, parts: directory, readOnly: readOnly)
        if !readOnly { try collection.publish() }
        return CollectionReport(collection, store: store, rounds: rounds, queue: try queue())
    }

    /// Tasks of the arrays that wait or run; nil when that cannot be known.
    private func queue() throws -> Slurm.Queue? {
        try rounds.contains { $0.job == nil } ? nil : slurm.queue(rounds.compactMap(\.job))
    }

    /// What would be submitted: the script, and how many runs each task has.
    /// - Throws: `InputError` when the store or a part cannot be used.
    public func preview(_ settings: ArraySettings) throws -> String {
        let collection = try Collection(plan, store: store, parts: directory, readOnly: true)
        guard let round = next(collection, settings) else { return nothingMissing(collection) }
        let script = try SlurmScript(round).text
        return """
            \(plan.experiment.name): \(summary(round, of: collection))
            \(round.script):

            \(script)
            """
    }

    /// Submits what neither the store nor a part holds.
    /// - Parameter force: whether to do so while tasks of earlier arrays may still make it, and after an array
    ///   that made nothing.
    /// - Returns: what the user should know.
    /// - Throws: `InputError` when it cannot be submitted.
    public func submit(_ settings: ArraySettings, force: Bool) throws -> String {
        if !force { try checkQueue() }
        let collection = try Collection(plan, store: store, parts: directory, readOnly: rounds.isEmpty)
        guard let round = next(collection, settings) else {
            if !rounds.isEmpty { try collection.publish() }
            return nothingMissing(collection)
        }
        if !force { try checkProgress(collection) }
        if !rounds.isEmpty { try collection.publish() }
        let submission: Slurm.Submission
        do {
            try round.write()
            submission = try slurm.submit(round.script)
        } catch {
            round.remove()
            throw error
        }
        switch submission {
        case .unclear(let said): throw ClusterSweep.unknown(round, said)
        case .taken(let job):
            try round.note(job)
            let squeue = (["squeue"] + job.clusterOptions + ["-j", job.number]).joined(separator: " ")
            return """
                job \(job.number): \(summary(round, of: collection))
                to watch it:      \(squeue); what tasks say is in \(round.logs)
                for the results:  pagefold sweep collect \(ShellWord.quoted(store))

                """
        }
    }

    /// A round of which nobody knows whether Slurm has it: it stays, so that nothing is submitted twice.
    private static func unknown(_ round: ArrayRound, _ problem: String) -> InputError {
        InputError(
            file: round.directory, "\(problem); Slurm may have taken the array or not, so this round is kept",
            remedy:
                "look for its job with squeue --me: if it is there, write its number into job.txt in that "
                + "directory; if not, remove the directory")
    }

    private func checkQueue() throws {
        if let round = rounds.first(where: { $0.job == nil }) {
            throw ClusterSweep.unknown(round, "an earlier array has no job number")
        }
        guard let queue = try queue() else {
            throw InputError(
                "squeue does not say whether tasks of earlier arrays still run",
                remedy: "give the command on a login node, or add --force if they do not")
        }
        if queue.tasks == 0 { return }
        throw InputError(
            file: directory.path,
            "\(Words.count(queue.tasks, "task")) of earlier arrays wait or run (\(queue.text))",
            remedy:
                "wait for them, or end them with \(scancel)"
                + "; --force submits anyway, which costs time but harms nothing")
    }

    private var scancel: String {
        rounds.compactMap(\.job).map {
            (["scancel"] + $0.clusterOptions + [$0.number]).joined(separator: " ")
        }
        .joined(separator: "; ")
    }

    /// Runs that cannot be made would be submitted again for ever.
    private func checkProgress(_ collection: Collection) throws {
        guard let last = rounds.last else { return }
        let missing = Set(collection.missing.map { collection.jobs[$0].digest })
        if last.runs.contains(where: { !missing.contains($0) }) { return }
        throw InputError(
            file: last.logs, "the last array finished none of its \(Words.count(last.runs.count, "run"))",
            remedy: "see what its tasks say there; --force submits again")
    }

    private func next(_ collection: Collection, _ settings: ArraySettings) -> ArrayRound? {
        if collection.missing.isEmpty { return nil }
        let number = (rounds.last?.number ?? -1) + 1
        return ArrayRound(
            number: number, directory: directory.round(number), input: input, strict: strict,
            digest: plan.experiment.digest, settings: settings,
            tasks: settings.tasks(for: collection.missing.count),
            runs: collection.missing.map { collection.jobs[$0].digest })
    }

    private func summary(_ round: ArrayRound, of collection: Collection) -> String {
        let all = collection.jobs.count
        let some = round.runs.count == all ? Words.count(all, "run") : "\(round.runs.count) of \(all) runs"
        return "\(some) in \(Words.count(round.tasks, "task")), \(round.share.sizes)"
    }

    private func nothingMissing(_ collection: Collection) -> String {
        "\(store): all \(Words.count(collection.jobs.count, "run")) are there, nothing to submit\n"
    }
}
