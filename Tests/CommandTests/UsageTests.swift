import Foundation
import Testing

@Suite(.enabled(if: Command.exists, "skipped: no pagefold binary beside the tests; set PAGEFOLD_BINARY"))
struct UsageTests {
    /// A command as the program itself describes it.
    private struct Described: Decodable {
        var commandName: String
        var shouldDisplay: Bool?
        var subcommands: [Described]?

        /// The words of this command and of all below it that are shown to users.
        func all(below words: [String] = []) -> [[String]] {
            let shown = (subcommands ?? []).filter { $0.shouldDisplay ?? true && $0.commandName != "help" }
            return [words] + shown.flatMap { $0.all(below: words + [$0.commandName]) }
        }
    }

    /// Every command of the program.
    private func commands() throws -> [[String]] {
        struct Tool: Decodable { var command: Described }
        return try withDirectory { directory in
            let run = try Command.run(["--experimental-dump-help"], in: directory)
            return try JSONDecoder().decode(Tool.self, from: Data(run.output.utf8)).command.all()
        }
    }

    @Test func helpOfEveryCommandHasExamplesOfIt() throws {
        let commands = try commands()
        for some in [
            [], ["simulate"], ["sweep", "run"], ["profile", "redundancy"], ["calibrate"], ["metrics"],
        ] {
            #expect(commands.contains(some), "\(some) is not among \(commands)")
        }
        try withDirectory { directory in
            for command in commands {
                let run = try Command.run(command + ["--help"], in: directory)
                #expect(run.status == 0 && run.errors.isEmpty, "\(command)")
                let examples = run.output.components(separatedBy: "Examples:\n").dropFirst().first ?? ""
                let called = command == ["sweep", "run"] ? ["sweep"] : command
                let line = (["  pagefold"] + called).joined(separator: " ")
                #expect(examples.contains(line), "\(command) shows no example of itself")
            }
        }
    }

    @Test func helpOfSimulateListsThePresetsThatAFileCanName() throws {
        try withDirectory { directory in
            let text = try Command.run(["simulate", "--help"], in: directory).output
            let list = text.split(separator: "`start:` in the file:").last?.split(separator: ".").first ?? ""
            let presets = list.split { $0 == "," || $0.isWhitespace }
            #expect(presets.contains("docker") && presets.count >= 5, "\(text)")
            for preset in presets {
                let run = try Command.run(
                    ["simulate", "small.yaml", "--set", "start=\(preset)", "--print-scenario"], in: directory)
                #expect(run.status == 0, "\(preset): \(run.errors)")
            }
        }
    }

    @Test func helpOfSweepShowsTheOptionsOfItsDefaultAndTheOtherSubcommands() throws {
        try withDirectory { directory in
            let text = try Command.run(["sweep", "--help"], in: directory).output
            for word in [
                "--replicates <n>", "--store <file>", "--set <path=value>", "<experiment.yaml>", "--until",
                "--slurm", "SUBCOMMANDS:", "list ", "collect ",
            ] {
                #expect(text.contains(word), "\(word)")
            }
            #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(text)")
        }
    }

    @Test(arguments: [
        ["fly"], ["simulate"], ["simulate", "a", "b"], ["simulate", "small.yaml", "--sede", "1"],
        ["simulate", "small.yaml", "--seed", "x"], ["simulate", "small.yaml", "--json", "--markdown"],
        ["simulate", "small.yaml", "--force"], ["policies", "--json", "--markdown"],
        ["trace", "generate", "-o", "x"],
        ["trace", "import", "d", "--days", "9..1", "-o", "x"], ["trace", "sample", "t", "-o", "x"],
    ])
    func wrongUseHasStatusTwo(arguments: [String]) throws {
        try withDirectory { directory in
            let run = try Command.run(arguments, in: directory)
            #expect(run.status == 2)
            #expect(run.output.isEmpty)
            #expect(run.errors.hasPrefix("pagefold: error: "))
            #expect(run.errors.contains("Usage: "))
        }
    }

    @Test func theVersionIsPrinted() throws {
        try withDirectory { directory in
            let run = try Command.run(["--version"], in: directory)
            #expect(run.status == 0)
            #expect(run.output.split(separator: ".").count == 3)
        }
    }

    @Test func policiesAreListedInThreeForms() throws {
        try withDirectory { directory in
            for form in [[], ["--json"], ["--markdown"]] {
                let run = try Command.run(["policies"] + form, in: directory)
                #expect(run.status == 0)
                for words in ["fixed", "keep-alive", "10 min", "least-loaded", "greedy-dual"] {
                    #expect(run.output.contains(words), "\(words)")
                }
                if form == ["--json"] {
                    #expect(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) is [String: Any])
                }
            }
        }
    }

    @Test func aPipeThatIsClosedEarlyEndsTheCommandQuietly() throws {
        try withDirectory { directory in
            let process = try Command.process(["policies"], in: directory)
            let pipe = Pipe()
            process.standardOutput = pipe
            try pipe.fileHandleForReading.close()
            try process.run()
            let run = Command.outcome(of: process, in: directory)
            #expect(run.status == 128 + SIGPIPE)
            #expect(run.errors.isEmpty)
        }
    }

    @Test func aFullDiskIsAnError() throws {
        try withDirectory { directory in
            let process = try Command.process(["policies"], in: directory)
            process.standardOutput = FileHandle(forWritingAtPath: "/dev/full")
            try process.run()
            let run = Command.outcome(of: process, in: directory)
            #expect(run.status == 3)
            #expect(run.errors.contains("No space left"))
        }
    }
}
