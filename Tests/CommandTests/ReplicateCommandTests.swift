import Foundation
import Testing

/// Seeds, replicates and what is missing, from end to end.
@Suite struct ReplicateCommandTests {
    private static let drawn = """
        name: drawn
        seed: 1
        workload: {generate: {functions: 20, days: 0.05, maximum-function-load: 1, seed: 1}}
        cluster: {nodes: [{count: 1, memory: 4 GiB}]}
        policies: {short: {idle: {keep-alive: 10 s}}, long: {idle: {keep-alive: 2 min}}}
        metrics: [cold_share, memory_saved]
        """

    private static let read = """
        name: read
        workload: {events: {file: calls.csv}}
        cluster: {nodes: [{count: 1, memory: 4 GiB}]}
        start: {cold: [{stage: create, duration: 1 s}]}
        policies: {short: {idle: {keep-alive: 10 s}}, long: {idle: {keep-alive: 2 min}}}
        """

    private func with(
        _ experiment: String, _ body: (String, (String...) throws -> Command.Outcome) throws -> Void
    )
        throws
    {
        try withDirectory { directory in
            try experiment.write(toFile: "\(directory)/e.yaml", atomically: true, encoding: .utf8)
            try "time,function,duration\n1,a,0.5\n30,b,0.5\n100,a,0.5\n900,a,0.5\n".write(
                toFile: "\(directory)/calls.csv", atomically: true, encoding: .utf8)
            try body(directory) { try Command.run($0, in: directory) }
        }
    }

    @Test func anotherSeedIsAnotherWorkloadAndTheReplicateOfTheSweep() throws {
        try with(Self.drawn) { directory, run in
            func arrived(_ more: [String]) throws -> Int {
                let text = try Command.run(["simulate", "e.yaml", "--json", "--quiet"] + more, in: directory)
                    .output
                let results = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
                let variants = results?["variants"] as? [[String: Any]]
                let metrics = variants?.first?["metrics"] as? [String: Any]
                return try #require(metrics?["arrived"] as? Int)
            }
            let counts = try (1...3).map { try arrived(["--seed", "\($0)"]) }
            #expect(Set(counts).count > 1)
            #expect(try arrived([]) == counts[0])
            #expect(try arrived(["--set", "seed=2"]) == counts[1])
            #expect(try arrived(["--seed", "2", "--set", "hold=workload"]) == counts[0])
            #expect(
                try run("sweep", "e.yaml", "--store", "s.sqlite", "--replicates", "3", "--quiet").status == 0)
            let rows = try run("export", "s.sqlite", "--format", "jsonl").output.split(separator: "\n")
            let swept = try rows.prefix(3).map { row in
                let run = try JSONSerialization.jsonObject(with: Data(row.utf8)) as? [String: Any]
                return (run?["metrics"] as? [String: Any])?["arrived"] as? Int
            }
            #expect(swept == counts)
        }
    }

    /// Calls of a Poisson stream are the workload's: held with it, and drawn anew when only the runs are held.
    @Test func callsOfAPoissonStreamAreTheWorkloads() throws {
        try withDirectory { directory in
            func arrived(_ hold: String) throws -> [Int] {
                let store = "\(hold).sqlite"
                let swept = try Command.run(
                    [
                        "sweep", "small.yaml", "--store", store, "--replicates", "3", "--quiet",
                        "--set", "hold=\(hold)",
                    ], in: directory)
                try #require(swept.status == 0, "\(swept.errors)")
                let rows = try Command.run(["export", store, "--format", "jsonl"], in: directory).output
                return try rows.split(separator: "\n").prefix(3).map { row in
                    let run = try JSONSerialization.jsonObject(with: Data(row.utf8)) as? [String: Any]
                    return try #require((run?["metrics"] as? [String: Any])?["arrived"] as? Int)
                }
            }
            let (held, drawn) = (try arrived("workload"), try arrived("runs"))
            #expect(Set(held).count == 1 && Set(drawn).count == 3, "\(held), \(drawn)")
        }
    }

    @Test func aSingleRunNamesTheSweepThatShowsMore() throws {
        try with(Self.drawn) { _, run in
            let output = try run("simulate", "e.yaml", "--quiet").output
            #expect(output.contains("pagefold sweep e.yaml --replicates 10\n"))
            #expect(output.contains("pagefold compare results/e.sqlite") && !output.contains("Vary the seed"))
        }
        try with(Self.read) { _, run in
            let output = try run("simulate", "e.yaml", "--quiet").output
            #expect(output.contains("replicates.sample.functions"))
        }
    }

    @Test func replicatesOfADeterministicTraceAreOneRun() throws {
        try with(Self.read) { _, run in
            let swept = try run("sweep", "e.yaml", "--store", "s.sqlite", "--replicates", "4")
            #expect(swept.status == 0 && swept.errors.contains("4 replicates are one run"))
            let text = try run("compare", "s.sqlite").output
            #expect(text.contains("4 replicates are one run") && text.contains("sample:"))
            #expect(!text.contains("±") && !text.contains("<0.001"))
            #expect(try run("compare", "s.sqlite", "--json").output.contains("\"replicates\": 1"))
            #expect(try run("report", "s.sqlite", "--no-figures").status == 0)
            #expect(try run("check", "s.sqlite", "--baseline", "b.yaml", "--update").status == 0)
            #expect(try run("check", "s.sqlite", "--baseline", "b.yaml").output.contains("identical"))
        }
    }

    @Test func whatIsMissingIsNotFound() throws {
        try with(Self.drawn) { directory, run in
            func sweep(_ store: String, _ replicates: Int) throws {
                let outcome = try run(
                    "sweep", "e.yaml", "--store", store, "--replicates", "\(replicates)", "--quiet")
                try #require(outcome.status == 0, "\(outcome.errors)")
            }
            try sweep("many.sqlite", 12)
            try sweep("few.sqlite", 3)
            #expect(try run("check", "many.sqlite", "--baseline", "gate.yaml", "--update").status == 0)
            let few = try run("check", "few.sqlite", "--baseline", "gate.yaml")
            #expect(few.status == 1 && few.output.contains("9 of 12 replicates"))
            #expect(try run("check", "many.sqlite", "--baseline", "gate.yaml").status == 0)
            let absent = try run("check", "many.sqlite", "--baseline", "gat.yaml")
            #expect(absent.status == 3 && absent.errors.contains("did you mean gate.yaml?"))
            #expect(absent.errors.contains("--update"))
            for command in [["compare", "many.sqlite"], ["report", "many.sqlite"]] {
                let level = try Command.run(command + ["--level", "95"], in: directory)
                #expect(level.status == 2 && level.errors.contains("did you mean 0.95?"))
                let reference = try Command.run(command + ["--reference", "shrt"], in: directory)
                #expect(reference.status == 3 && reference.errors.contains("did you mean 'short'?"))
            }
            let level = try run("check", "many.sqlite", "--baseline", "gate.yaml", "--level", "5")
            #expect(level.status == 2 && level.errors.contains("did you mean 0.05?"))
        }
    }
}
