import Foundation
import Testing

@Suite(.enabled(if: Command.exists, "skipped: no pagefold binary beside the tests; set PAGEFOLD_BINARY"))
struct TraceCommandTests {
    @Test func aGeneratedTraceCanBeDescribedSampledAndRun() throws {
        try withDirectory { directory in
            func run(_ arguments: [String]) throws -> Command.Outcome {
                let run = try Command.run(arguments, in: directory)
                #expect(run.status == 0, "\(arguments): \(run.errors)")
                return run
            }
            _ = try run(["trace", "generate", "--functions", "60", "--days", "0.1", "-o", "all.pftrace"])
            _ = try run(["trace", "generate", "--functions", "60", "--days", "0.1", "-o", "again.pftrace"])
            let all = FileManager.default.contents(atPath: "\(directory)/all.pftrace")
            #expect(all != nil && all == FileManager.default.contents(atPath: "\(directory)/again.pftrace"))

            let info = try run(["trace", "info", "all.pftrace", "--against", "azure2019"])
            for words in ["functions       60", "144 min", "called by", "distance"] {
                #expect(info.output.contains(words), "\(words)")
            }
            let json = try run(["trace", "info", "all.pftrace", "--json"])
            #expect(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) is [[String: Any]])

            _ = try run([
                "trace", "sample", "all.pftrace", "--count", "5", "--length", "1 h", "-o", "some.pftrace",
            ])
            #expect(try run(["trace", "info", "some.pftrace"]).output.contains("applications    5,"))

            let simulated = try run([
                "simulate", "small.yaml", "--set", "workload={trace: some.pftrace}", "--json",
            ])
            #expect(simulated.output.contains("sample of 5 applications"))
        }
    }

    @Test func aTraceGoesThroughTheFormatOfAzure2019() throws {
        try withDirectory { directory in
            func run(_ arguments: [String]) throws -> Command.Outcome {
                let run = try Command.run(arguments, in: directory)
                #expect(run.status == 0, "\(arguments): \(run.errors)")
                return run
            }
            _ = try run(["trace", "generate", "--applications", "30", "--days", "2", "-o", "days"])
            #expect(try names(in: "\(directory)/days").count == 6)
            _ = try run(["trace", "import", "days", "--days", "1..2", "-o", "both.pftrace"])
            _ = try run(["trace", "import", "days", "--days", "2", "-o", "second.pftrace"])
            #expect(try run(["trace", "info", "both.pftrace"]).output.contains("2 days"))
            #expect(try run(["trace", "info", "second.pftrace"]).output.contains("1 day\n"))
            let third = try Command.run(
                ["trace", "import", "days", "--days", "3", "-o", "third.pftrace"], in: directory)
            #expect(third.status == 3)
        }
    }

    @Test func tracesAreNotReplacedUnlessForced() throws {
        try withDirectory { directory in
            let arguments = ["trace", "generate", "--functions", "5", "--days", "0.01", "-o", "t.pftrace"]
            #expect(try Command.run(arguments, in: directory).status == 0)
            let refused = try Command.run(arguments, in: directory)
            #expect(refused.status == 3)
            #expect(refused.errors.contains("exists already"))
            #expect(try Command.run(arguments + ["--force"], in: directory).status == 0)
        }
    }

    @Test(arguments: ["missing.pftrace", "broken.pftrace", "empty.csv", "."])
    func aTraceThatCannotBeReadHasStatusThree(name: String) throws {
        try withDirectory { directory in
            try "no trace".write(toFile: "\(directory)/broken.pftrace", atomically: true, encoding: .utf8)
            try "".write(toFile: "\(directory)/empty.csv", atomically: true, encoding: .utf8)
            let run = try Command.run(["trace", "info", name], in: directory)
            #expect(run.status == 3)
            #expect(run.output.isEmpty)
            #expect(run.errors.hasPrefix("pagefold: error: "))
        }
    }
}
