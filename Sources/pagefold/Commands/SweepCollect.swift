import ArgumentParser
import Experiments
import Glibc

struct SweepCollect: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "collect",
        abstract: "Gathers what the job arrays of a sweep have finished into its store.",
        discussion: """
            Says what is missing, and with --resubmit submits only that. The command may be given at any time, \
            and again: results that are there already change nothing.

            Exit status: 0 when no run is missing, 1 when some are.

            Examples:
              pagefold sweep collect results/sweep.sqlite
              pagefold sweep collect results/sweep.sqlite --resubmit
              pagefold sweep collect results/sweep.sqlite --resubmit --sbatch='--time=4:00:00'
            """)

    @Argument(help: ArgumentHelp("The result store, as pagefold sweep --slurm named it.", valueName: "store"))
    var store: String

    @Flag(help: "Submits an array of the missing runs, unless tasks that may still make them wait or run.")
    var resubmit = false

    @Flag(help: "Prints what is missing and what would be submitted; writes and submits nothing.")
    var dryRun = false

    @OptionGroup(title: "With --resubmit; as in the array before unless given") var array: ArrayOptions

    func validate() throws {
        if !resubmit, array.isGiven { throw ValidationError("\(array.names) need --resubmit.") }
    }

    func run() throws {
        let sweep = try ClusterSweep(collecting: store)
        let report = try sweep.collect(readOnly: dryRun)
        Terminal.print(report.text(width: Terminal.width), terminator: "")
        for error in report.skipped { Terminal.note("pagefold: not used: \(error)") }
        if report.isComplete { return }
        if resubmit { try resubmit(report, sweep) }
        Terminal.finish()
        Glibc.exit(Failure.Status.checkFailed.rawValue)
    }

    private func resubmit(_ report: CollectionReport, _ sweep: ClusterSweep) throws {
        let settings = try array.settings(after: sweep.lastSettings)
        if dryRun { return Terminal.print(try sweep.preview(settings), terminator: "", isData: true) }
        // Waiting is not a mistake: who gives the command in a loop gives it too early most of the time.
        if report.isWaiting && !array.force {
            return Terminal.note(
                "pagefold: nothing submitted: tasks are still in the queue (--force submits anyway)")
        }
        Terminal.print(try sweep.submit(settings, force: array.force), terminator: "")
    }
}
