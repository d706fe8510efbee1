import ArgumentParser

struct Sweep: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Runs an experiment at every point of its sweep, many times, into a result store.",
        usage: """
            pagefold sweep [run] <experiment.yaml> [<options>]
            pagefold sweep list | collect [<options>] <store>
            """,
        discussion: """
            Without the name of a subcommand, `run` is meant:

            \(helpOfRun)
            """,
        subcommands: [SweepRun.self, SweepList.self, SweepCollect.self, SweepTask.self],
        defaultSubcommand: SweepRun.self)

    /// What `pagefold sweep run --help` says, but for its first line and its usage.
    private static var helpOfRun: String {
        let help = SweepRun.helpMessage(columns: 80)
        let parts = help.split(separator: "\n\n").filter {
            !$0.hasPrefix("OVERVIEW: ") && !$0.hasPrefix("USAGE: ")
        }
        return parts.joined(separator: "\n\n")
    }
}
