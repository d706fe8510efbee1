import ArgumentParser
import Experiments
import Files
import Glibc
import Snapshots

/// The command line.
struct Pagefold: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pagefold",
        abstract: "Compares memory policies of serverless platforms: what they buy, and what they cost.",
        discussion: """
            Examples:
              pagefold simulate experiments/quickstart.yaml
              pagefold simulate experiments/quickstart.yaml --seed 3 --output results
              pagefold sweep experiments/sweep.yaml
              pagefold compare results/sweep.sqlite
              pagefold report results/sweep.sqlite
              pagefold trace info my.pftrace
              pagefold snapshot --pid 4711 --output function-0.pfsnap
              pagefold calibrate all --output costs.json
              pagefold policies

            Results go to standard output, all else to standard error.
            Exit status: 0 fine, 1 a check failed, 2 wrong use, 3 unusable input, 130 interrupted.
            """,
        version: pagefoldVersion,
        subcommands: [
            Simulate.self, Sweep.self, Compare.self, CheckCommand.self, Export.self, ReportCommand.self,
            Reproduce.self, Trace.self, ProfileCommand.self, SnapshotCommand.self, Calibrate.self,
            CalibrateIdle.self, CalibrateFunction.self, CalibrateUndo.self, Policies.self, Metrics.self,
        ]
    )
}

@main
enum Main {
    static func main() {
        Terminal.holdStandardDescriptors()
        // In a container this may be the first process, which the kernel treats otherwise than any other.
        FirstProcess.leave()
        Terminal.ignoreBrokenPipes()
        InputFiles.protect()
        do {
            try checkArguments()
            var command = try Pagefold.parseAsRoot()
            try command.run()
            Terminal.finish()
        } catch {
            Failure.exit(for: error)
        }
    }

    /// Arguments are texts from here on. Of one that is not UTF-8, such as the name of an old file, a text would name
    /// another file.
    private static func checkArguments() throws {
        for case let argument? in UnsafeBufferPointer(
            start: CommandLine.unsafeArgv, count: Int(CommandLine.argc))
        where String(validatingCString: argument) == nil {
            let bytes = UnsafeRawBufferPointer(start: argument, count: strlen(argument))
            throw InputError(
                "the argument '\(String.printable(bytes: bytes))' is not UTF-8 text",
                remedy: "rename the file, or link to it under another name")
        }
    }
}
