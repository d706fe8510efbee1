import ArgumentParser
import Experiments
import Snapshots

/// How `pagefold snapshot --run` starts a command and knows that it is ready.
struct SnapshotRun: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Ready once a line of its output contains this text. Default: its first line.", valueName: "text")
    )
    var readyLine: String?

    @Option(help: ArgumentHelp("Ready after so many seconds.", valueName: "s"))
    var readyAfter: Double?

    @Flag(help: "Ready once it has used no processor time for half a second.")
    var readyIdle = false

    @Option(help: ArgumentHelp("Gives up after so many seconds.", valueName: "s"))
    var timeout: Double?

    @Flag(help: "Runs it with the same addresses each time.")
    var noRandomisation = false

    @Option(help: ArgumentHelp("Its standard input. Default: none.", valueName: "file"))
    var input: String?

    @Argument(
        parsing: .postTerminator, help: ArgumentHelp("The command and its arguments.", valueName: "command"))
    var command: [String] = []

    func validate(isRun: Bool) throws {
        let isUsed =
            readyLine != nil || readyAfter != nil || readyIdle || timeout != nil || noRandomisation
            || input != nil || !command.isEmpty
        if !isRun && isUsed {
            throw ValidationError(
                "a command, --ready-…, --timeout, --no-randomisation and --input need --run.")
        }
        guard isRun else { return }
        if command.isEmpty { throw ValidationError("--run needs a command after --.") }
        if [readyLine != nil, readyAfter != nil, readyIdle].count(where: { $0 }) > 1 {
            throw ValidationError("--ready-line, --ready-after and --ready-idle exclude each other.")
        }
        for seconds in [readyAfter, timeout].compactMap({ $0 }) where !(0...86_400).contains(seconds) {
            throw ValidationError("--ready-after and --timeout must be from 0 to 86400 seconds.")
        }
    }

    /// Starts the command.
    func begin() throws -> StartedCommand {
        var readiness = StartedCommand.Readiness.line(readyLine ?? "")
        if let readyAfter { readiness = .after(readyAfter) }
        if readyIdle { readiness = .idle(0.5) }
        let patience = timeout ?? max(60, (readyAfter ?? 0) * 2)
        return try StartedCommand(
            StartedCommand.Settings(
                arguments: command, readiness: readiness, timeout: patience,
                withoutRandomisation: noRandomisation, input: input))
    }
}
