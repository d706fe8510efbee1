import Foundation
import GRDB
import Testing
import Workload

@testable import Experiments

/// A sweep on a cluster that is not there: `sbatch` and `squeue` are scripts, tasks run in this process.
struct ClusterFixture {
    /// A directory of its own.
    let directory: String
    /// The experiment.
    var text = smallSweep
    /// Overrides of the experiment.
    var overrides: [String] = []

    /// The store of the arrays.
    var store: String { "\(directory)/results/s.sqlite" }
    /// The directory beside it.
    let parts: PartsDirectory

    init(in directory: String) throws {
        self.directory = directory
        parts = try PartsDirectory(ofStore: "\(directory)/results/s.sqlite")
        try FileManager.default.createDirectory(atPath: "\(directory)/bin", withIntermediateDirectories: true)
        try command("sbatch", "echo 17")
        try command("squeue", "exit 0")
    }

    /// Makes a command of Slurm's that does this.
    func command(_ name: String, _ script: String) throws {
        let path = "\(directory)/bin/\(name)"
        try "#!/bin/sh\n\(script)\n".write(toFile: path, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }

    var input: Experiment.Input {
        get throws {
            Experiment.Input(
                text: text, file: "s.yaml", directory: "\(directory)/files", workingDirectory: directory,
                overrides: try overrides.map { try Override($0) })
        }
    }

    /// The sweep as `--slurm` has it.
    func submitting() throws -> ClusterSweep {
        var sweep = try ClusterSweep(
            SweepPlan(Experiment(input)), from: input, strict: false, store: store)
        sweep.slurm.searchPath = "\(directory)/bin"
        return sweep
    }

    /// The sweep as `collect` has it.
    func collecting() throws -> ClusterSweep {
        var sweep = try ClusterSweep(collecting: store)
        sweep.slurm.searchPath = "\(directory)/bin"
        return sweep
    }

    /// Settings of an array of so many tasks.
    static func settings(_ tasks: Int) -> ArraySettings {
        ArraySettings(size: ArraySettings.Size("\(tasks)"), program: "/bin/pagefold")
    }

    /// Submits an array of so many tasks.
    @discardableResult
    func submit(_ tasks: Int, force: Bool = false) throws -> String {
        try submitting().submit(Self.settings(tasks), force: force)
    }

    /// A task of a round.
    func task(_ task: Int, round: Int = 0) throws -> ArrayTask {
        let tasks = try ArrayRound(reading: round, in: parts).tasks
        return try ArrayTask(
            task, of: tasks, round: round, in: parts.path, workers: 2,
            environment: ["SLURM_ARRAY_JOB_ID": "17"])
    }

    /// All runs of a store as text.
    func export(_ path: String) throws -> String {
        var text = ""
        try StoreExport(try ResultStore(reading: path), format: .csv).write { text += $0 }
        return text
    }

    /// The same sweep without a cluster, as text.
    func local() throws -> String {
        let path = "\(directory)/local.sqlite"
        let plan = try SweepPlan(Experiment(input))
        _ = try SweepRunner(plan, workers: 1).run(intoStoreAt: path)
        return try export(path)
    }
}

/// Changes a part with SQL, its seal made good.
func change(part path: String, _ sql: String) throws {
    let queue = try DatabaseQueue()
    try StoreBytes.open(path, sealed: true).backup(to: queue)
    try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
    try StoreBytes.write(queue, to: path, sealed: true)
}
