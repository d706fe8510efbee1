import Foundation
import Testing

@Suite(.enabled(if: Command.exists, "skipped: no pagefold binary beside the tests; set PAGEFOLD_BINARY"))
struct SimulateCommandTests {
    @Test func aRunPrintsATableAndNothingElseOnStandardOutput() throws {
        try withDirectory { directory in
            let run = try Command.run(["simulate", "small.yaml", "--quiet"], in: directory)
            #expect(run.status == 0)
            #expect(run.errors.isEmpty)
            for words in ["fixed", "forever", "cold starts (%", "GiB", "anecdote", "reuse most-recent"] {
                #expect(run.output.contains(words), "\(words)")
            }
            let loud = try Command.run(["simulate", "small.yaml"], in: directory)
            #expect(loud.output == run.output)
            #expect(loud.errors.contains("1/2 fixed"))
        }
    }

    @Test func twoProcessesGiveTheSameBytes() throws {
        try withDirectory { directory in
            var outputs: [String] = []
            for name in ["a", "b"] {
                let run = try Command.run(
                    ["simulate", "small.yaml", "--seed", "9", "--json", "--check", "--output", name],
                    in: directory)
                #expect(run.status == 0, "\(run.errors)")
                outputs.append(run.output)
            }
            #expect(outputs[0] == outputs[1])
            #expect(try JSONSerialization.jsonObject(with: Data(outputs[0].utf8)) is [String: Any])
            let files = try names(in: "\(directory)/a")
            #expect(files.count == 7)
            for file in files where file != "manifest.json" {
                let a = FileManager.default.contents(atPath: "\(directory)/a/\(file)")
                #expect(a == FileManager.default.contents(atPath: "\(directory)/b/\(file)"), "\(file)")
            }
            let other = try Command.run(["simulate", "small.yaml", "--seed", "10", "--json"], in: directory)
            #expect(other.output != outputs[0])
        }
    }

    @Test func thePrintedScenarioRunsElsewhereToTheSameResults() throws {
        try withDirectory { directory in
            let printed = try Command.run(
                ["simulate", "small.yaml", "--print-scenario", "--seed", "4"], in: directory)
            try printed.output.write(toFile: "\(directory)/printed.yaml", atomically: true, encoding: .utf8)
            let first = try Command.run(["simulate", "small.yaml", "--json", "--seed", "4"], in: directory)
            let again = try Command.run(["simulate", "printed.yaml", "--json"], in: directory)
            #expect(again.status == 0)
            #expect(again.output == first.output)
        }
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func aSignalStopsARunAndLeavesNothing(signal: Int32) throws {
        try withDirectory { directory in
            let process = try Command.process(
                [
                    "simulate", "small.yaml", "--output", "out", "--set", "workload.poisson.rate=5000 /s",
                    "--set", "workload.poisson.horizon=300 days", "--set", "workload.poisson.memory=1 MiB",
                ], in: directory)
            try process.run()
            // The hidden directory of half-written results shows that the run has begun.
            while process.isRunning,
                try !names(in: directory).contains(where: { $0.hasPrefix(".pagefold-") })
            {
                usleep(2_000)
            }
            kill(process.processIdentifier, signal)
            let run = Command.outcome(of: process, in: directory)
            #expect(run.status == 128 + signal)
            #expect(run.output.isEmpty)
            #expect(run.errors.contains("interrupted; nothing was written"))
            #expect(try names(in: directory) == ["small.yaml"])
        }
    }

    @Test func olderResultsAreKeptUnlessForced() throws {
        try withDirectory { directory in
            let arguments = ["simulate", "small.yaml", "--quiet", "--output", "out"]
            #expect(try Command.run(arguments, in: directory).status == 0)
            let refused = try Command.run(arguments, in: directory)
            #expect(refused.status == 3)
            #expect(refused.errors.contains("not empty") && refused.errors.contains("--force"))
            #expect(try Command.run(arguments + ["--force"], in: directory).status == 0)
            #expect(try names(in: directory) == ["out", "small.yaml"])
            let nowhere = try Command.run(
                ["simulate", "small.yaml", "--output", "small.yaml/out"], in: directory)
            #expect(nowhere.status == 3)
            #expect(nowhere.errors.contains("Not a directory"))
            let deep = try Command.run(
                ["simulate", "small.yaml", "--quiet", "--output", "new/and/deep"], in: directory)
            #expect(deep.status == 0)
            #expect(try names(in: directory + "/new/and") == ["deep"])
        }
    }

    private static let shared: String? = {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let path = ProcessInfo.processInfo.environment["PAGEFOLD_SHARED"] ?? root.path + "/../shared"
        return FileManager.default.fileExists(atPath: path + "/data/azure2019/joint_100") ? path : nil
    }()

    @Test(.enabled(if: shared != nil, "skipped: no shared traces"), arguments: ["joint_100", "joint_250"])
    func threePoliciesAreComparedOnARealTrace(name: String) throws {
        let shared = try #require(Self.shared)
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("experiments/joint.yaml").path
        try withDirectory { directory in
            let outcome = try Command.run(
                [
                    "simulate", file, "--quiet", "--json", "--set",
                    "workload.azure2019.directory=\(shared)/data/azure2019/\(name)",
                ], in: directory)
            #expect(outcome.status == 0, "\(outcome.errors)")
            for variant in ["fixed", "hybrid", "greedy-dual"] {
                #expect(outcome.output.contains("\"variant\": \"\(variant)\""))
            }
        }
    }

    @Test func everyExperimentThatShipsCanBeRead() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("experiments")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
            $0.hasSuffix(".yaml") && !$0.hasSuffix(".baseline.yaml")
        }
        #expect(files.contains("quickstart.yaml") && files.contains("reference.yaml"))
        try withDirectory { directory in
            // The sample of a real trace does not ship.
            for file in files where file != "joint.yaml" {
                let path = folder.appendingPathComponent(file).path
                for command in [["simulate", path, "--print-scenario"], ["sweep", path, "--dry-run"]] {
                    let outcome = try Command.run(command, in: directory)
                    #expect(outcome.status == 0, "\(file): \(outcome.errors)")
                }
            }
        }
    }

    @Test func unusableInputHasStatusThree() throws {
        try withDirectory { directory in
            try Data([0x80, 0xFF, 0x00]).write(to: URL(fileURLWithPath: "\(directory)/binary.yaml"))
            try "name: 3".write(toFile: "\(directory)/short.yaml", atomically: true, encoding: .utf8)
            let cases: [([String], String)] = [
                (["missing.yaml"], "missing.yaml: cannot be opened: No such file or directory"),
                (["."], "directory"),
                (["binary.yaml"], "no UTF-8"), (["/dev/zero"], "too large"),
                (["short.yaml"], "'workload' is missing"),
                (["small.yaml", "--set", "sede=1"], "did you mean 'seed'?"),
                (["small.yaml", "--set", "workload={trace: none.pftrace}"], "none.pftrace"),
                (["small.yaml", "--set", "workload={azure2019: {directory: d}}"], "/d"),
                (["small.yaml", "--set", "measurement.warm-up=30 min"], "warm-up"),
            ]
            for (arguments, words) in cases {
                let run = try Command.run(["simulate"] + arguments, in: directory)
                #expect(run.status == 3, "\(arguments)")
                #expect(run.output.isEmpty)
                #expect(
                    run.errors.contains("pagefold: error: ") && run.errors.contains(words), "\(run.errors)")
            }
        }
    }

    @Test func warningsAreErrorsWhenAskedFor() throws {
        try withDirectory { directory in
            try """
            time,function,duration,colour
            0,f,0.1,red
            """.write(toFile: "\(directory)/calls.csv", atomically: true, encoding: .utf8)
            let arguments = ["simulate", "small.yaml", "--set", "workload={events: {file: calls.csv}}"]
            let run = try Command.run(arguments, in: directory)
            #expect(run.status == 0)
            #expect(run.errors.contains("warning: "))
            let strict = try Command.run(arguments + ["--strict"], in: directory)
            #expect(strict.status == 3)
            #expect(strict.output.isEmpty)
        }
    }
}
