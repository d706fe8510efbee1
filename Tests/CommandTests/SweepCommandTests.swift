import Foundation
import Testing

/// The sweep commands as their users run them.
@Suite(.enabled(if: Command.exists, "skipped: the pagefold binary is not built"))
struct SweepCommandTests {
    /// Many runs of some milliseconds each.
    private static let experiment = """
        name: swept
        workload:
          poisson: {functions: 100, rate: 30 /s, horizon: 30 min, execution: {exponential: {mean: 0.2 s}}}
        cluster:
          nodes: [{count: 3, memory: 8 GiB}]
        policies:
          short: {idle: {keep-alive: 1 min}}
          long: {idle: {keep-alive: 10 min}}
          forever: {idle: forever, reclaim: greedy-dual}
        sweep:
          grid: {cluster.nodes.0.memory: [4 GiB, 8 GiB]}
        replicates: 24
        """

    private func withSweep<Result>(_ body: (String) throws -> Result) throws -> Result {
        try withDirectory { directory in
            try Self.experiment.write(toFile: "\(directory)/swept.yaml", atomically: true, encoding: .utf8)
            return try body(directory)
        }
    }

    private func export(_ store: String, in directory: String) throws -> String {
        let outcome = try Command.run(["export", store], in: directory)
        #expect(outcome.status == 0, "\(outcome.errors)")
        return outcome.output
    }

    /// Enough replicates for a sweep that takes seconds, so that what is done to it comes before its end.
    private static let many = 60

    private func sweepToTheEnd(_ store: String, in directory: String, replicates: Int = 24, workers: Int = 2)
        throws
    {
        let outcome = try Command.run(
            [
                "sweep", "swept.yaml", "--store", store, "--quiet", "--replicates", "\(replicates)",
                "--workers", "\(workers)",
            ], in: directory)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("\(store): \(6 * replicates) runs"))
    }

    @Test func aSweepKilledAtRandomMomentsEndsAsIfItHadNotBeen() throws {
        try withSweep { directory in
            try sweepToTheEnd("whole.sqlite", in: directory, replicates: Self.many)
            let whole = try export("whole.sqlite", in: directory)
            #expect(whole.split(separator: "\n").count == 6 * Self.many + 1)

            var random: UInt64 = 20_261_121
            var killed = 0
            for _ in 0..<20 {
                random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                let process = try Command.process(
                    [
                        "sweep", "swept.yaml", "--store", "killed.sqlite", "--workers", "1", "--quiet",
                        "--replicates",
                        "\(Self.many)",
                    ],
                    in: directory)
                try process.run()
                Thread.sleep(forTimeInterval: 0.02 + Double(random >> 33) / Double(1 << 31) * 0.08)
                kill(process.processIdentifier, SIGKILL)
                if Command.outcome(of: process, in: directory).status == -SIGKILL { killed += 1 }
                // What is there can be read at any time, unless nothing was stored yet.
                let read = try Command.run(["export", "killed.sqlite"], in: directory)
                let isEmpty = ["there is no store", "the store is empty", "the store has no run"]
                    .contains { read.errors.contains($0) }
                #expect(read.status == (isEmpty ? 3 : 0), "\(read.errors)")
                #expect(
                    whole.split(separator: "\n").contains(read.output.split(separator: "\n").last ?? "")
                        || read.output.isEmpty)
            }
            #expect(killed >= 15, "the sweep is too short for this test")
            try sweepToTheEnd("killed.sqlite", in: directory, replicates: Self.many, workers: 1)
            #expect(try export("killed.sqlite", in: directory) == whole)
        }
    }

    @Test func aSweepStoppedByHandSaysWhatIsKeptAndGoesOn() throws {
        let arguments = ["sweep", "swept.yaml", "--workers", "1", "--replicates", "\(Self.many)"]
        let runs = 6 * Self.many
        try withSweep { directory in
            let process = try Command.process(arguments, in: directory)
            try process.run()
            let store = "\(directory)/results/swept.sqlite"
            // Wait for the first run to be stored.
            for _ in 0..<400 {
                let size = (try? FileManager.default.attributesOfItem(atPath: store)[.size] as? Int) ?? 0
                if size > 100_000 { break }
                Thread.sleep(forTimeInterval: 0.01)
            }
            process.interrupt()
            let outcome = Command.outcome(of: process, in: directory)
            #expect(outcome.status == 130)
            #expect(
                outcome.errors.contains(
                    "of \(runs) runs are in results/swept.sqlite; the same command goes on"))
            let rest = try Command.run(arguments, in: directory)
            #expect(rest.status == 0)
            #expect(rest.output.contains("\(runs) runs"))
            #expect(!rest.output.contains("\(runs) of them new"))
            #expect(try names(in: "\(directory)/results") == ["swept.sqlite"])
        }
    }

    @Test func twoSweepsOnOneStoreDoNotMix() throws {
        try withSweep { directory in
            let first = try Command.process(
                [
                    "sweep", "swept.yaml", "--store", "s.sqlite", "--workers", "1", "--replicates",
                    "\(Self.many)",
                ], in: directory)
            try first.run()
            var second: Command.Outcome?
            for _ in 0..<400 where second == nil {
                if FileManager.default.fileExists(atPath: "\(directory)/s.sqlite") {
                    Thread.sleep(forTimeInterval: 0.1)
                    second = try withDirectory { other in
                        try Command.run(
                            ["sweep", "\(directory)/swept.yaml", "--store", "\(directory)/s.sqlite"],
                            in: other)
                    }
                } else {
                    Thread.sleep(forTimeInterval: 0.005)
                }
            }
            #expect(second?.status == 3)
            #expect(second?.errors.contains("another sweep is writing to this store") == true)
            first.interrupt()
            _ = Command.outcome(of: first, in: directory)
            try sweepToTheEnd("s.sqlite", in: directory, replicates: Self.many)
        }
    }

    /// Runs `body` with a small file system of its own; not at all where none may be mounted.
    private func withFileSystem(kilobytes: Int, in directory: String, _ body: (String) throws -> Void) throws
    {
        let place = "\(directory)/small"
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        let options = ["-t", "tmpfs", "-o", "size=\(kilobytes)k", "none", place]
        let mounted = try Command.run(options, in: directory, program: "/bin/mount")
        guard mounted.status == 0 else { return print("skipped: no file system may be mounted here") }
        defer { _ = try? Command.run([place], in: directory, program: "/bin/umount") }
        try body(place)
    }

    @Test func aFullDiskKeepsWhatIsStored() throws {
        try withSweep { directory in
            try withFileSystem(kilobytes: 180, in: directory) { place in
                let full = try Command.run(
                    ["sweep", "swept.yaml", "--store", "\(place)/s.sqlite", "--quiet"], in: directory)
                #expect(full.status == 3)
                #expect(full.errors.contains("disk is full"))
                let kept = try Command.run(["export", "\(place)/s.sqlite"], in: directory)
                #expect(kept.status == 0, "\(kept.errors)")
                let runs = kept.output.split(separator: "\n").count - 1
                #expect(runs > 0 && runs < 144)
                let more = try Command.run(
                    ["-o", "remount,size=4m", place], in: directory, program: "/bin/mount")
                try #require(more.status == 0)
                let rest = try Command.run(
                    ["sweep", "swept.yaml", "--store", "\(place)/s.sqlite", "--quiet"], in: directory)
                #expect(rest.output.contains("144 runs, \(144 - runs) of them new"), "\(rest.output)")
            }
        }
    }

    @Test func aStoreThatCannotBeWrittenCanBeRead() throws {
        try withSweep { directory in
            try withFileSystem(kilobytes: 4_000, in: directory) { place in
                let store = "\(place)/s.sqlite"
                try sweepToTheEnd(store, in: directory)
                let locked = try Command.run(
                    ["-o", "remount,ro", place], in: directory, program: "/bin/mount")
                try #require(locked.status == 0)
                #expect(try export(store, in: directory).split(separator: "\n").count == 145)
                let again = try Command.run(
                    ["sweep", "swept.yaml", "--store", store, "--replicates", "25"], in: directory)
                #expect(again.status == 3)
                #expect(again.errors.contains("cannot write the store"))
            }
        }
    }

    @Test func wrongUseAndImpossibleSweepsAreClear() throws {
        try withSweep { directory in
            func run(_ arguments: String...) throws -> Command.Outcome {
                try Command.run(["sweep", "swept.yaml"] + arguments, in: directory)
            }
            #expect(try run("--workers", "0").status == 2)
            #expect(try run("--replicates", "-3").status == 2)
            let until = try run("--until", "cold_share")
            #expect(until.status == 3)
            #expect(until.errors.contains("METRIC±2%"))
            let grid = try run("--set", "sweep={grid: {idle.keep-alive: {from: 1 s, to: 999999 s, by: 1 s}}}")
            #expect(grid.status == 3)
            #expect(grid.errors.contains("more than 1,000,000 runs"))
            let plan = try run("--dry-run")
            #expect(plan.output.contains("2 points, 3 policies, 24 replicates: 144 places"))
            #expect(try names(in: directory) == ["small.yaml", "swept.yaml"])
        }
    }

    @Test func theOverviewShowsReplicatesAndGivesTheExperimentBack() throws {
        try withSweep { directory in
            try sweepToTheEnd("s.sqlite", in: directory)
            let list = try Command.run(["sweep", "list", "s.sqlite"], in: directory)
            #expect(list.output.contains("144 runs, 2 points, 3 policies, up to 24 replicates"))
            let definition = try Command.run(["sweep", "list", "s.sqlite", "--definition"], in: directory)
            try definition.output.write(toFile: "\(directory)/again.yaml", atomically: true, encoding: .utf8)
            let again = try Command.run(
                ["sweep", "again.yaml", "--store", "s.sqlite", "--quiet"], in: directory)
            #expect(again.output.contains("144 runs, 0 of them new"), "\(again.errors)")
        }
    }
}
