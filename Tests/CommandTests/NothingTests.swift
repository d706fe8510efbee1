import Foundation
import Testing

/// Runs in which nothing happened are not results.
@Suite struct NothingTests {
    @Test(arguments: ["cluster.nodes.0.memory=1 MiB", "workload.poisson.rate=1e-8 /s"])
    func runsWithoutACompletedCallCompareWithNothing(setting: String) throws {
        try withDirectory { directory in
            func run(_ arguments: String...) throws -> Command.Outcome {
                try Command.run(arguments, in: directory)
            }
            let swept = try run(
                "sweep", "small.yaml", "--store", "s.sqlite", "--replicates", "2", "--quiet", "--set", setting
            )
            #expect(swept.status == 0, "\(swept.errors)")
            for arguments in [
                ["compare", "s.sqlite"], ["compare", "s.sqlite", "--pareto", "cold_share,memory_mean_bytes"],
                ["report", "s.sqlite", "--no-figures"],
                ["check", "s.sqlite", "--baseline", "b.yaml", "--update"],
            ] {
                let outcome = try Command.run(arguments, in: directory)
                #expect(outcome.status == 3, "\(arguments)")
                #expect(outcome.errors.contains("no run of the sweep completed a call"), "\(outcome.errors)")
            }
            #expect(try !names(in: directory).contains("b.yaml"))
            let rows = try run("export", "s.sqlite", "--format", "jsonl").output
            #expect(rows.contains("\"cold_share\":null") && rows.contains("\"startup_p99_s\":null"))
        }
    }
}
