import ArgumentParser
import Experiments
import Files
import Glibc
import Machine
import Workload

struct SweepRun: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Runs what the store does not have yet (the default).",
        discussion: """
            Each replicate draws a workload of its own, which all policies and points meet. A sweep that was \
            stopped, by Ctrl-C or worse, goes on when the same command is given again: runs that are in the \
            store are not run twice.

            Examples:
              pagefold sweep experiments/sweep.yaml
              pagefold sweep experiments/sweep.yaml --replicates 40 --store results/forty.sqlite
              pagefold sweep experiments/sweep.yaml --until 'cold_share±2%'
              pagefold sweep experiments/sweep.yaml --slurm --sbatch='--time=1:00:00'
              pagefold compare results/sweep.sqlite
            """)

    @OptionGroup var input: ExperimentInput

    @Option(
        help: ArgumentHelp(
            "The result store. Default: results/ and the name of the experiment file.", valueName: "file"))
    var store: String?

    @Option(help: ArgumentHelp("How many runs at once. Default: the number of cores.", valueName: "n"))
    var workers: Int?

    @Option(help: ArgumentHelp("How many replicates, in place of the file's number.", valueName: "n"))
    var replicates: Int?

    @Option(
        help: ArgumentHelp(
            "Goes on until a metric's 95 % interval is this narrow everywhere: 'cold_share±2%' of the mean.",
            valueName: "metric±width"))
    var until: String?

    @Flag(help: "Prints what would run, and runs nothing.")
    var dryRun = false

    @Flag(help: "Submits the runs as a Slurm job array; pagefold sweep collect gathers the results.")
    var slurm = false

    @OptionGroup(title: "With --slurm") var array: ArrayOptions

    func validate() throws {
        if let workers, !(1...1_024).contains(workers) {
            throw ValidationError("--workers must be from 1 to 1024.")
        }
        if let replicates, !(1...1_000_000).contains(replicates) {
            throw ValidationError("--replicates must be from 1 to 1000000.")
        }
        if slurm, workers != nil {
            throw ValidationError(
                "--workers is for this machine; tasks get cores by --sbatch='--cpus-per-task=8'.")
        }
        if slurm, until != nil {
            throw ValidationError("--until needs to see results, which an array does not; give --replicates.")
        }
        if !slurm, array.isGiven { throw ValidationError("\(array.names) need --slurm.") }
    }

    func run() throws {
        let experiment = try readExperiment()
        if input.printScenario {
            return Terminal.print(
                try SweepPlan(experiment, strict: input.strict).experiment.resolved, terminator: "")
        }
        let plan = try SweepPlan(experiment, strict: input.strict)
        input.say(plan.warnings.map { "warning: \($0)" })
        let path = store ?? ResultStore.standardPath(for: input.experiment)
        if slurm { return try submit(plan, path) }
        if dryRun { return Terminal.print(plan.summary, terminator: "") }
        Interrupt.watch()
        if store == nil { mkdir("results", 0o777) }
        let outcome = try run(plan, into: path)
        try report(outcome, path)
    }

    private func readExperiment() throws -> Experiment {
        var experiment = try Experiment(source())
        if let until { experiment.goOn(until: try PrecisionTarget(until)) }
        return experiment
    }

    private func source() throws -> Experiment.Input {
        var input = input
        if let replicates { input.settings.append("replicates.count=\(replicates)") }
        return try input.source()
    }

    private func submit(_ plan: SweepPlan, _ path: String) throws {
        let sweep = try ClusterSweep(plan, from: source(), strict: input.strict, store: path)
        let settings = try array.settings(after: sweep.lastSettings)
        if dryRun { return Terminal.print(try sweep.preview(settings), terminator: "", isData: true) }
        Terminal.print(try sweep.submit(settings, force: array.force), terminator: "")
    }

    private func run(_ plan: SweepPlan, into path: String) throws -> SweepRunner.Outcome {
        let bar = ProgressBar(title: plan.experiment.name, isQuiet: input.quiet)
        var runner = SweepRunner(plan, workers: workers ?? MachineShare.processors)
        runner.observe = { progress in
            let total = Double(max(progress.total, 1))
            bar.reached(
                (Double(progress.done) + progress.underWay) / total, calls: progress.calls,
                before: Double(progress.done - progress.now) / total,
                detail: "\(progress.done) of \(progress.total) runs, ")
            return Interrupt.signal == nil
        }
        let outcome = try runner.run(intoStoreAt: path)
        bar.finish(calls: nil)
        return outcome
    }

    private func report(_ outcome: SweepRunner.Outcome, _ path: String) throws {
        let kept = outcome.finished + outcome.found
        if let signal = Interrupt.signal {
            throw Failure.Interrupted(
                signal: signal,
                "\(kept) of \(kept + outcome.missing) runs are in \(path); the same command goes on")
        }
        if !outcome.failures.isEmpty {
            input.say(["\(kept) runs are in \(path), \(outcome.missing) failed"])
            throw InputErrors(errors: outcome.failures)
        }
        if !outcome.unmet.isEmpty {
            let some = outcome.unmet.prefix(5).joined(separator: "; ")
            input.say([
                "after \(outcome.replicates) replicates still not known exactly enough: \(some)"
                    + (outcome.unmet.count > 5 ? " and \(outcome.unmet.count - 5) more" : "")
                    + " (raise replicates.at-most)"
            ])
        }
        Terminal.print(
            "\(path): \(kept) runs, \(outcome.finished) of them new, "
                + "\((outcome.cpuSeconds * 10).rounded() / 10) s of processor time")
        if let note = try ResultStore(reading: path).results(metrics: []).replication.note {
            input.say([note])
        }
    }
}
