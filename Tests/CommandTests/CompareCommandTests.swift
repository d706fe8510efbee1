import Foundation
import Testing

/// Comparing, checking, reporting: the commands that read a store.
@Suite(.enabled(if: Command.exists, "skipped: the pagefold binary is not built"))
struct CompareCommandTests {
    private static let experiment = """
        name: small-sweep
        description: Does <keeping> longer pay?
        workload:
          poisson: {functions: 20, rate: 10 /s, horizon: 20 min, execution: {exponential: {mean: 0.2 s}}}
        cluster: {nodes: [{count: 1, memory: 4 GiB}]}
        measurement: {warm-up: 5 min}
        policies: {short: {idle: {keep-alive: 10 s}}, long: {idle: {keep-alive: 2 min}}}
        sweep: {grid: {cluster.nodes.0.memory: [16 GiB, 32 GiB]}}
        replicates: 8
        metrics: {cold_share: {tolerance: 1 %}, memory_saved: {tolerance: 0.01}}
        """

    /// A directory with a store, `s.sqlite`.
    private func withStore<Result>(_ body: (String) throws -> Result) throws -> Result {
        try withDirectory { directory in
            try Self.experiment.write(toFile: "\(directory)/e.yaml", atomically: true, encoding: .utf8)
            let outcome = try Command.run(
                ["sweep", "e.yaml", "--store", "s.sqlite", "--quiet"], in: directory)
            try #require(outcome.status == 0, "\(outcome.errors)")
            return try body(directory)
        }
    }

    @Test func policiesAreComparedInEveryForm() throws {
        try withStore { directory in
            func compare(_ arguments: String...) throws -> Command.Outcome {
                try Command.run(["compare", "s.sqlite"] + arguments, in: directory)
            }
            let text = try compare()
            #expect(text.status == 0)
            #expect(text.output.contains("cold_share") && text.output.contains("memory_saved"))
            #expect(text.output.contains("±") && text.output.contains("*"))
            #expect(try compare("--markdown").output.contains("|---"))
            let csv = try compare("--csv").output.split(separator: "\n")
            #expect(csv.count == 1 + 2 * 2 * 2)
            let json = try compare("--json").output
            #expect((try JSONSerialization.jsonObject(with: Data(json.utf8))) is [String: Any])
            #expect(try compare("--point", "memory=32 GiB").output.contains("32 GiB"))
            #expect(try compare("--pareto", "cold_share,memory_mean_bytes").status == 0)
            #expect(try compare("--metrics", "cold_shore").errors.contains("did you mean 'cold_share'?"))
            #expect(try compare("--reference", "middle").status == 3)
            #expect(try compare("--json", "--csv").status == 2)
            #expect(try compare("--level", "1.5").status != 0)
        }
    }

    @Test func theCheckPassesOnTheSameFailsOnTheWorseAndSaysSoToMachines() throws {
        try withStore { directory in
            func check(_ store: String, _ arguments: String...) throws -> Command.Outcome {
                try Command.run(["check", store, "--baseline", "b.yaml"] + arguments, in: directory)
            }
            #expect(try check("s.sqlite").status == 3, "there is no baseline yet")
            let update = try check("s.sqlite", "--update")
            #expect(update.status == 0, "\(update.errors)")
            let baseline = try String(contentsOfFile: "\(directory)/b.yaml", encoding: .utf8)
            #expect(baseline.contains("cold_share: 1 %"))
            #expect(try check("s.sqlite").output.contains("8 identical"))

            let worse = try Command.run(
                [
                    "sweep", "e.yaml", "--store", "w.sqlite", "--quiet", "--set",
                    "policies.long.idle.keep-alive=12 s",
                ], in: directory)
            #expect(worse.status == 0)
            let failed = try check("w.sqlite", "--junit", "w.xml", "--markdown", "w.md")
            #expect(failed.status == 1)
            #expect(failed.output.contains("FAILED") && failed.output.contains("cold_share"))
            let xml = try String(contentsOfFile: "\(directory)/w.xml", encoding: .utf8)
            #expect(xml.contains("<testsuite") && xml.contains("<failure"))
            #expect(try String(contentsOfFile: "\(directory)/w.md", encoding: .utf8).contains("|---"))
            let json = try check("w.sqlite", "--json")
            #expect(json.status == 1)
            #expect((try JSONSerialization.jsonObject(with: Data(json.output.utf8))) is [String: Any])
            #expect(
                try check("w.sqlite", "--tolerance", "cold_share=1", "--tolerance", "memory_saved=9")
                    .status == 0)

            #expect(try check("w.sqlite", "--update").status == 0)
            #expect(
                try String(contentsOfFile: "\(directory)/b.yaml", encoding: .utf8).contains("cold_share: 1 %")
            )
            #expect(try check("w.sqlite").status == 0)
            #expect(try check("s.sqlite", "--level", "2").status == 2)
        }
    }

    @Test func theReportIsOnePageThatSaysWhyItHasNoFigures() throws {
        try withStore { directory in
            let report = try Command.run(
                ["report", "s.sqlite", "--output", "page.html", "--no-figures"], in: directory)
            #expect(report.status == 0, "\(report.errors)")
            let page = try String(contentsOfFile: "\(directory)/page.html", encoding: .utf8)
            #expect(page.hasPrefix("<!DOCTYPE html>"))
            #expect(page.contains("Does &lt;keeping&gt; longer pay?"))
            #expect(page.contains("--no-figures"))
            #expect(page.contains("MSER-5"))
            #expect(try names(in: directory) == ["e.yaml", "page.html", "s.sqlite", "small.yaml"])
        }
    }

    @Test func theExportGoesToAFileOrToStandardOutput() throws {
        try withStore { directory in
            let csv = try Command.run(["export", "s.sqlite"], in: directory).output
            #expect(csv.split(separator: "\n").count == 33)
            #expect(csv.hasPrefix("point,cluster.nodes.0.memory,policy,replicate,seed,run,"))
            #expect(!csv.contains(",cpu_s,wall_s"))
            let costs = try Command.run(["export", "s.sqlite", "--costs"], in: directory).output
            #expect(costs.split(separator: "\n")[0].hasSuffix(",cpu_s,wall_s"))
            let file = try Command.run(["export", "s.sqlite", "--output", "runs.csv"], in: directory)
            #expect(file.status == 0 && file.output.isEmpty)
            #expect(try String(contentsOfFile: "\(directory)/runs.csv", encoding: .utf8) == csv)
            let lost = try Command.run(["export", "s.sqlite", "--output", "no/such/runs.csv"], in: directory)
            #expect(lost.status == 3)
        }
    }

    @Test func metricsAreListedWithTheirMeaning() throws {
        try withDirectory { directory in
            let list = try Command.run(["metrics"], in: directory).output
            #expect(list.contains("cold_share") && list.contains("memory_saved"))
        }
    }
}
