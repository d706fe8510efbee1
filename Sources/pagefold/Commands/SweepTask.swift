import ArgumentParser
import Experiments
import Files
import Workload

/// What a task of a job array runs; the batch script calls it.
struct SweepTask: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "task", abstract: "Runs the share of one task of a job array.", shouldDisplay: false)

    @Argument(help: ArgumentHelp("The directory of the sweep's arrays.", valueName: "directory"))
    var directory: String

    @Option(help: ArgumentHelp("The round.", valueName: "n"))
    var round: Int

    @Option(help: ArgumentHelp("The task, from 0.", valueName: "n"))
    var task: Int

    @Option(help: ArgumentHelp("How many tasks the round has.", valueName: "n"))
    var tasks: Int

    @Option(help: ArgumentHelp("How many runs at once.", valueName: "n"))
    var workers = 1

    @Option(help: ArgumentHelp("Seconds between two publications at least.", valueName: "s"))
    var publishEvery = 10.0

    func validate() throws {
        guard (1...1_024).contains(workers) else {
            throw ValidationError("--workers must be from 1 to 1024.")
        }
        guard (0...86_400).contains(publishEvery) else {
            throw ValidationError("--publish-every must be from 0 to 86400 seconds.")
        }
    }

    func run() throws {
        Interrupt.watch()
        var runner = try ArrayTask(task, of: tasks, round: round, in: directory, workers: workers)
        runner.interval = publishEvery
        let bar = ProgressBar(title: "task \(task) of round \(round)", isQuiet: false)
        runner.note = { Terminal.note("pagefold: \($0)") }
        runner.observe = { progress in
            bar.reached(Double(progress.done) / Double(max(progress.total, 1)), calls: progress.calls)
            return Interrupt.signal == nil
        }
        let outcome = try runner.run()
        bar.finish(calls: nil)
        let kept = "\(outcome.finished) of \(outcome.share) runs, \(outcome.found) were there before"
        if let part = outcome.part { Terminal.print("\(part): \(kept)") } else { Terminal.print(kept) }
        if let signal = Interrupt.signal, outcome.missing > 0 {
            throw Failure.Interrupted(signal: signal, "what was finished is published")
        }
        if !outcome.failures.isEmpty { throw InputErrors(errors: outcome.failures) }
    }
}
