import ArgumentParser

struct Sweep: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Runs an experiment at every point of its sweep, many times, into a result store.",
        subcommands: [SweepRun.self, SweepList.self, SweepCollect.self, SweepTask.self],
        defaultSubcommand: SweepRun.self)
}
