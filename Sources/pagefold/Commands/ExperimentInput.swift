import ArgumentParser
import Experiments
import Files
import Workload

/// The experiment of a command, and how it is read.
struct ExperimentInput: ParsableArguments {
    @Argument(help: ArgumentHelp("The experiment file.", valueName: "experiment.yaml"))
    var experiment: String

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("Replaces a setting of the file; may be repeated.", valueName: "path=value"))
    var settings: [String] = []

    @Option(help: ArgumentHelp("The seed; the same as --set seed=N.", valueName: "n"))
    var seed: UInt64?

    @Flag(help: "Makes every warning about a trace an error.")
    var strict = false

    @Flag(help: "Shows no progress and no notices.")
    var quiet = false

    @Flag(help: "Prints the complete experiment, every setting with its value, and runs nothing.")
    var printScenario = false

    /// Reads the file, with the options in place of what it says.
    /// - Throws: `InputError` or `InputErrors` for what cannot be understood.
    func read() throws -> Experiment { try Experiment(source()) }

    /// What the experiment is read from.
    /// - Throws: `InputError` for a file or an option that cannot be read.
    func source() throws -> Experiment.Input {
        var overrides = try settings.map { try Override($0) }
        if let seed { overrides.append(try Override("seed=\(seed)")) }
        return Experiment.Input(
            text: try TextFile.read(experiment, limit: Experiment.sizeLimit), file: experiment,
            directory: TextFile.directory(of: experiment), workingDirectory: TextFile.workingDirectory,
            overrides: overrides)
    }

    /// Tells the user something on standard error, unless that is not wanted.
    func say(_ notes: [String]) {
        if quiet { return }
        for note in notes { Terminal.note("pagefold: \(note)") }
    }
}
