import Foundation
import Testing

/// What was made to hurt, given to the real binary: it ends with 0, 2 or 3 and a sentence, never by a signal, and nothing
/// that a terminal obeys comes out of it.
@Suite(.enabled(if: Command.exists, "skipped: the pagefold binary is not built"))
struct HostileCommandTests {
    private static let experiment = """
        name: hostile
        workload: {poisson: {functions: 3, rate: 1 /s, horizon: 1 min, execution: 200 ms, memory: 100 MiB}}
        cluster: {nodes: [{count: 2, memory: 1 GiB, cores: 4}]}
        """

    private func withExperiment(_ more: String = "", _ body: (String) throws -> Void) throws {
        try withDirectory { directory in
            try (Self.experiment + "\n" + more).write(
                toFile: "\(directory)/hostile.yaml", atomically: true, encoding: .utf8)
            try body(directory)
        }
    }

    @Test(arguments: [
        ("workload.poisson.execution=300000 d", "workload.poisson.execution"),
        ("workload.poisson.execution={lognormal: {mu: 0, sigma: 12}}", "workload.poisson.execution"),
        ("workload.poisson.rate=1e-11 /s", "workload.poisson.rate"),
        ("start={cold: [{stage: boot, duration: {burr: {c: 1, k: 0.1, scale: 1 s}}}]}", "boot stage"),
        ("start={cold: [{stage: boot, duration: 36000 d, resource: r}]}", "146 years"),
        ("warm-start=40000 d", "restore stage"),
        ("contention={processor-sharing: {demand: 1e15}}", "demand"),
        ("cluster.nodes.0={count: 999999, memory: 5 TiB}", "cluster.nodes"),
        ("measurement.interval=100 ns", "measurement.interval"),
    ])
    func whatDoesNotFitIsASentence(setting: String, words: String) throws {
        try withExperiment { directory in
            let outcome = try Command.run(
                ["simulate", "hostile.yaml", "--quiet", "--set", setting], in: directory)
            #expect(outcome.status == 3, "\(outcome.errors)")
            #expect(outcome.errors.contains(words), "\(outcome.errors)")
            #expect(outcome.output.isEmpty)
        }
    }

    @Test func aBadPointOfASweepIsReportedAndTheOthersAreStored() throws {
        let sweep = """
            policies: {short: {idle: {keep-alive: 1 min}}, long: {idle: {keep-alive: 9 min}}}
            sweep: {grid: {workload.poisson.execution: [300000 d, 200 ms]}}
            """
        try withExperiment(sweep) { directory in
            let outcome = try Command.run(
                ["sweep", "hostile.yaml", "--store", "s.sqlite", "--quiet"], in: directory)
            #expect(outcome.status == 3)
            #expect(outcome.errors.contains("workload.poisson.execution can give more than a hundred years"))
            let export = try Command.run(["export", "s.sqlite"], in: directory)
            #expect(export.status == 0)
            #expect(export.output.split(separator: "\n").count == 3)
        }
    }

    private static let numbers = [
        "0", "-1", "2147483648", "4294967296", "9223372036854775808", "18446744073709551616", "nan", "inf",
        "",
    ]

    /// Options that take numbers, and the words before them; an `=` keeps a minus sign from being an option.
    private static let options = [
        "simulate hostile.yaml --quiet --seed", "sweep hostile.yaml --dry-run --workers",
        "sweep hostile.yaml --dry-run --replicates", "compare none.sqlite --level",
        "report none.sqlite --no-figures --level", "check none.sqlite --baseline none.yaml --level",
        "trace generate --output none.pftrace --functions 1 --days",
        "trace generate --output none.pftrace --functions",
        "trace generate --output none.pftrace --applications",
        "trace generate --output none.pftrace --functions 1 --load-scale",
        "trace generate --output none.pftrace --functions 1 --start-weekday",
        "trace generate --output none.pftrace --functions 1 --start-hour",
        "trace sample none.pftrace --output other.pftrace --count",
        "trace sample none.pftrace --output other.pftrace --fraction",
        "trace sample none.pftrace --output other.pftrace --scale-rate",
        "profile methods none --sample", "profile methods none --node-instances",
        "profile methods none --threads",
        "profile redundancy none --chunks", "profile redundancy none --measures",
        "profile build none --chunk",
        "profile build none --cardinality", "profile build none --postings-cap",
        "profile build none --pairings",
        "profile exact none --max-page-sharing", "profile check none.pfprofile none --subsets",
        "profile check none.pfprofile none --tolerance", "calibrate hash --rounds", "snapshot --pid",
        "snapshot --pid 2147483647 --instance", "snapshot --run --ready-after", "snapshot --run --timeout",
        "sweep task none --round 0 --task 0 --tasks",
        "sweep task none --round 0 --tasks 1 --task", "sweep task none --task 0 --tasks 1 --round",
        "sweep hostile.yaml --dry-run --slurm --array-size", "reproduce medes-eurosys22 --draws",
        "calibrate rdma --queue-pairs",
    ]

    @Test(arguments: options)
    func anOptionTakesNoNumberThatTraps(option: String) throws {
        let words = option.split(separator: " ").map(String.init)
        try withExperiment { directory in
            for number in Self.numbers {
                // What would be measured or drawn for long is not asked for.
                let isDraw = words[0] == "reproduce" || words[0] == "calibrate"
                if isDraw && !["0", "-1", "9223372036854775808", "nan", ""].contains(number) { continue }
                let arguments = words.dropLast() + ["\(words[words.count - 1])=\(number)"]
                let outcome = try Command.run(Array(arguments), in: directory)
                #expect(
                    [0, 2, 3].contains(outcome.status), "\(arguments): \(outcome.status) \(outcome.errors)")
            }
        }
    }

    private static let names = #"""
        policies:
          "\e[31mred\e[0m": {idle: {keep-alive: 1 min}}
          "bell\a and \u009B2J": {idle: {keep-alive: 2 min}}
          "\u202Eturned": {idle: {keep-alive: 3 min}}
          "<script>alert(1)</script>": {idle: {keep-alive: 4 min}}
        sweep: {grid: {cluster.nodes.0.memory: [1 GiB, 2 GiB]}}
        replicates: 2
        """#

    private func isTame(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { scalar in
            scalar == "\n" || scalar == "\t"
                || !(scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value) || scalar.value == 0x202E)
        }
    }

    @Test func namesDoNotReachTheTerminalRaw() throws {
        try withExperiment(Self.names) { directory in
            func run(_ line: String) throws -> Command.Outcome {
                try Command.run(line.split(separator: " ").map(String.init), in: directory)
            }
            let swept = try run("sweep hostile.yaml --store s.sqlite --quiet")
            #expect(swept.status == 0, "\(swept.errors)")
            for line in [
                "simulate hostile.yaml --quiet", "simulate hostile.yaml --quiet --json",
                "sweep hostile.yaml --dry-run",
                "sweep list s.sqlite", "sweep list s.sqlite --definition", "compare s.sqlite",
                "compare s.sqlite --json",
                "compare s.sqlite --markdown", "compare s.sqlite --reference nobody",
                "export s.sqlite --format jsonl",
                "check s.sqlite --baseline b.yaml --update", "check s.sqlite --baseline b.yaml --junit j.xml",
                "report s.sqlite --no-figures --output r.html",
            ] {
                let outcome = try run(line)
                #expect([0, 1, 2, 3].contains(outcome.status), "\(line): \(outcome.errors)")
                #expect(isTame(outcome.output) && isTame(outcome.errors), "\(line)")
            }
            for file in ["j.xml", "r.html", "b.yaml"] {
                let text = try String(contentsOfFile: "\(directory)/\(file)", encoding: .utf8)
                #expect(!text.contains("\u{1B}"), "\(file)")
                if file != "b.yaml" { #expect(!text.contains("<script>alert"), "\(file)") }
            }
            // Data keeps the names as they are, so that they can be found again.
            #expect(try run("export s.sqlite").output.contains("\u{1B}[31mred"))
        }
    }

    @Test func argumentsThatAreNoTextAreNamedAndOpenNothing() throws {
        try withExperiment { directory in
            // What a repaired name would open.
            try Self.experiment.write(
                toFile: "\(directory)/\u{FFFD}.yaml", atomically: true, encoding: .utf8)
            let script =
                "cp hostile.yaml $(printf '\\377.yaml'); exec \"$0\" simulate \"$(printf '\\377.yaml')\" --quiet"
            let outcome = try Command.run(["-c", script, Command.binary], in: directory, program: "/bin/sh")
            #expect(outcome.status == 3)
            #expect(outcome.errors.contains("'\\xFF.yaml' is not UTF-8 text"), "\(outcome.errors)")
            #expect(outcome.output.isEmpty)
        }
    }

    @Test func snapshotsWhoseNamesAreNoTextAreNamed() throws {
        try withExperiment { directory in
            let script =
                "mkdir d; : > $(printf 'd/\\377.txt'); : > $(printf 'd/a\\377.pfsnap'); exec \"$0\" profile exact d"
            let outcome = try Command.run(["-c", script, Command.binary], in: directory, program: "/bin/sh")
            #expect(outcome.status == 3)
            #expect(outcome.errors.contains("'a\\xFF.pfsnap' is not UTF-8 text"), "\(outcome.errors)")
        }
    }
}
