import Foundation
import Testing

/// A one-node Slurm for one test.
private struct OneNode {
    private static let script = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("scripts/slurm-one-node").path

    /// Why there can be none here; nil when there can.
    static let obstacle: String? = {
        guard let check = try? shell("'\(script)' check", [:]) else { return "no shell" }
        return check.status == 0 ? nil : check.text
    }()

    let environment: [String: String]

    /// Starts a cluster, hands it to `body`, and ends it however that goes.
    static func run(_ body: (OneNode) throws -> Void) throws {
        try withDirectory { directory in
            let start = try shell("'\(script)' start '\(directory)/slurm'", [:])
            try #require(start.status == 0, "\(start.text)")
            defer { _ = try? shell("'\(script)' stop '\(directory)/slurm'", [:]) }
            try body(OneNode(environment: ["SLURM_CONF": "\(directory)/slurm/slurm.conf"]))
        }
    }

    /// Runs a line of the shell to its end.
    private static func shell(
        _ line: String, _ environment: [String: String]
    ) throws -> (status: Int32, text: String) {
        try withDirectory { directory in
            // Into files, not pipes: daemons keep what they inherit, and a pipe would never end.
            let process = try Command.process(
                ["-c", "exec 2>&1; \(line)"], in: directory, program: "/bin/bash")
            process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
            try process.run()
            let outcome = Command.outcome(of: process, in: directory)
            return (outcome.status, outcome.output)
        }
    }

    /// Runs a line of the shell on the cluster.
    func shell(_ line: String) throws -> (status: Int32, text: String) {
        try OneNode.shell(line, environment)
    }

    /// Runs a line that must succeed.
    @discardableResult
    func succeed(_ line: String) throws -> String {
        let outcome = try shell(line)
        try #require(outcome.status == 0, "\(line): \(outcome.text)")
        return outcome.text
    }

    /// Waits until a line of the shell succeeds, for as long as the queue gets on: how long that takes is the
    /// machine's affair. A queue that stays the same three thousand times, and a condition that is not met though
    /// the queue is empty, are failures.
    func wait(for line: String) throws {
        var seen = ""
        var same = 0
        while try shell(line).status != 0 {
            // The time that a task has run is among it, so that one that runs is never the same.
            let queue = try succeed("squeue -h -r -o '%i %T %M %r'")
            same = queue == seen ? same + 1 : 0
            seen = queue
            let isOver = queue.isEmpty && same > 10
            try #require(!isOver && same < 3_000, "\(line) does not come true; the queue: \(queue)")
            usleep(100_000)
        }
    }
}

@Suite(
    .enabled(if: Command.exists, "skipped: no pagefold binary beside the tests; set PAGEFOLD_BINARY"),
    .serialized,
    .enabled(if: OneNode.obstacle == nil, "skipped, no Slurm: \(OneNode.obstacle ?? "")"))
struct SlurmTests {
    private static let experiment = """
        name: array
        workload:
          poisson: {functions: 100, rate: 100 /s, horizon: 1 h, execution: {exponential: {mean: 0.2 s}}}
        cluster:
          nodes: [{count: 3, memory: 8 GiB}]
        start: huawei
        policies:
          fixed: {idle: {keep-alive: 1 min}}
          forever: {idle: forever, reclaim: greedy-dual}
        sweep: {grid: {cluster.nodes.0.memory: [2 GiB, 8 GiB]}}
        replicates: 8
        """

    @Test func anArrayWithAKilledARequeuedAndADuplicateTaskGivesTheBytesOfALocalSweep() throws {
        try OneNode.run { node in
            try withDirectory { directory in
                try Self.experiment.write(
                    toFile: "\(directory)/array.yaml", atomically: true, encoding: .utf8)
                let pagefold = "cd '\(directory)' && '\(Command.binary)'"
                let parts = "\(directory)/results/array.parts"
                let submitted = try node.succeed("\(pagefold) sweep array.yaml --slurm --array-size 4")
                let job = try #require(submitted.split(separator: ":").first?.split(separator: " ").last)
                #expect(submitted.contains("32 runs in 4 tasks, 8 runs in each task"))

                // One task is killed after its first run, one is requeued, one runs a second time beside itself.
                try node.wait(for: "ls '\(parts)'/round-0/task-1.*.part >/dev/null 2>&1")
                try node.succeed("pkill -9 -f '\(parts) --[r]ound 0 --task 1 '")
                try node.succeed("scontrol requeue \(job)_2")
                let duplicate = try node.shell(
                    "\(pagefold) sweep task '\(parts)' --round 0 --task 3 --tasks 4")
                #expect(duplicate.status == 0, "\(duplicate.text)")
                // Slurm lets a requeued task wait for two minutes, unless it is told otherwise.
                try node.wait(
                    for: "scontrol update JobId=\(job)_2 StartTime=now 2>/dev/null || [ -z \"$(squeue -h)\" ]"
                )
                try node.wait(for: "[ -z \"$(squeue -h)\" ]")

                let partly = try node.shell("\(pagefold) sweep collect results/array.sqlite")
                #expect(partly.status == 1, "\(partly.text)")
                #expect(partly.text.contains("left to task 1 of job \(job)"), "\(partly.text)")
                #expect(partly.text.contains("no task is in the queue"))
                #expect(
                    try names(in: "\(parts)/round-0").contains {
                        $0.hasPrefix("task-2.job-\(job).restart-1.")
                    })

                let again = try node.shell("\(pagefold) sweep collect results/array.sqlite --resubmit")
                #expect(again.status == 1 && again.text.contains("of 32 runs in"), "\(again.text)")
                let missing = try String(contentsOfFile: "\(parts)/round-1/runs.txt", encoding: .utf8)
                #expect((1...7).contains(missing.split(separator: "\n").count))
                try node.wait(for: "[ -z \"$(squeue -h)\" ]")
                let whole = try node.shell("\(pagefold) sweep collect results/array.sqlite")
                #expect(whole.status == 0 && whole.text.contains("32 of 32 runs"), "\(whole.text)")

                try node.succeed("\(pagefold) sweep array.yaml --store local.sqlite --quiet")
                let exports = try ["results/array.sqlite", "local.sqlite"].map {
                    try node.succeed("\(pagefold) export \($0)")
                }
                #expect(exports[0] == exports[1])
                #expect(exports[0].split(separator: "\n").count == 33)
            }
        }
    }

    @Test func whatSlurmRefusesIsSaidWithTheRemedy() throws {
        try OneNode.run { node in
            try withDirectory { directory in
                let pagefold = "cd '\(directory)' && '\(Command.binary)'"
                let refused = try node.shell(
                    "\(pagefold) sweep small.yaml --slurm --replicates 2000 --array-size 2000")
                #expect(refused.status == 3)
                #expect(refused.text.contains("Invalid job array specification"), "\(refused.text)")
                #expect(refused.text.contains("--array-size"))
                #expect(!FileManager.default.fileExists(atPath: "\(directory)/results/small.parts"))
            }
        }
    }
}
