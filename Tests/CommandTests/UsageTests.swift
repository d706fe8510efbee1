import Foundation
import Testing

@Suite(.enabled(if: Command.exists, "skipped: no pagefold binary beside the tests; set PAGEFOLD_BINARY"))
struct UsageTests {
    @Test(arguments: [
        [], ["simulate"], ["policies"], ["trace"], ["trace", "info"], ["trace", "import"],
        ["trace", "generate"],
        ["trace", "sample"],
    ])
    func helpHasExamples(command: [String]) throws {
        try withDirectory { directory in
            let run = try Command.run(command + ["--help"], in: directory)
            #expect(run.status == 0)
            #expect(run.output.contains("Examples:"))
            #expect(run.output.contains("pagefold \(command.first ?? "simulate")"))
            #expect(run.errors.isEmpty)
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
