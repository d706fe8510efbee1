import EventKernel
import Files
import Foundation
import GRDB
import Statistics
import Workload

/// The one writer of a store. Every call of `add` is a transaction: runs are in the store whole or not at all.
final class StoreWriter {
    let file: StoreFile
    let queue: DatabaseQueue
    private let lock: StoreLock?
    let policyCount: Int
    let pointCount: Int
    /// Ids of runs that are in the store, by name.
    private var runs: [String: Int64] = [:]
    private var scenarios: [String: Int64] = [:]
    private var workloads: [String: Int64] = [:]

    /// Opens the store at `path` for the runs of `plan`, or makes it.
    /// - Throws: `InputError` when it belongs to another experiment, was made by another version, is in use,
    ///   or cannot be written.
    convenience init(_ path: String, for plan: SweepPlan) throws {
        let lock = try StoreLock(path)
        let file = StoreFile(path: path)
        try self.init(file, queue: file.writer(), lock: lock, plan: plan)
    }

    /// A store in memory; `publish` writes it to a file.
    convenience init(inMemoryFor plan: SweepPlan) throws {
        let file = StoreFile(path: "memory")
        let queue = try DatabaseQueue()
        try StoreSchema.migrator.migrate(queue)
        try queue.write { try StoreSchema.addMetrics($0) }
        try self.init(file, queue: queue, lock: nil, plan: plan)
    }

    init(_ file: StoreFile, queue: DatabaseQueue, lock: StoreLock?, plan: SweepPlan) throws {
        self.file = file
        self.queue = queue
        self.lock = lock
        policyCount = plan.policies.count
        pointCount = plan.points.count
        try file.translating {
            try queue.write { database in
                try SweepRow(plan).write(database, file: file.path)
                try writePlaces(plan, database)
            }
            try queue.read { try readNames($0) }
        }
    }

    private func writePlaces(_ plan: SweepPlan, _ database: Database) throws {
        for (id, name) in plan.policies.enumerated() {
            try database.execute(sql: "INSERT OR IGNORE INTO policy VALUES (?, ?)", arguments: [id, name])
        }
        let insert = try database.cachedStatement(sql: "INSERT OR IGNORE INTO point VALUES (?, ?)")
        for (id, point) in plan.points.enumerated() {
            let settings = JSONValue.object(point.settings.map { ($0.path, .string($0.value)) })
            try insert.execute(arguments: [id, settings.compactText])
        }
    }

    private func readNames(_ database: Database) throws {
        func names(_ table: String) throws -> [String: Int64] {
            var names: [String: Int64] = [:]
            let sql = "SELECT digest, id FROM \(table)"
            try StoreRow.forEach(in: table, of: file.path, database, sql: sql) { row in
                names[try row.text(0)] = try row.word(1)
            }
            return names
        }
        runs = try names("run")
        scenarios = try names("scenario")
        workloads = try names("workload")
    }

    /// Whether a run of this name is in the store.
    func contains(_ digest: String) -> Bool { runs[digest] != nil }

    /// How many runs are in the store.
    var runCount: Int { runs.count }

    /// Adds finished runs, all or none.
    /// - Throws: `InputError` when the disk is full or the store cannot be written.
    func add(_ finished: [FinishedRun]) throws {
        if finished.isEmpty { return }
        // Names that a failed transaction gave must not be kept.
        let before = (runs, scenarios, workloads)
        do {
            try file.translating {
                try queue.write { database in
                    for run in finished { try add(run, database) }
                }
            }
        } catch {
            (runs, scenarios, workloads) = before
            throw error
        }
    }

    /// Fills places with runs that are in the store, where they are not filled so.
    func fill(_ places: [(cell: SweepPlan.Cell, digest: String)]) throws {
        try file.translating {
            let filled = try queue.read { try filledPlaces($0) }
            let missing = places.filter { filled[$0.cell] != runs[$0.digest] }
            if missing.isEmpty { return }
            try queue.write { database in
                for place in missing {
                    if let run = runs[place.digest] { try fill(place.cell, with: run, database) }
                }
            }
        }
    }

    private func filledPlaces(_ database: Database) throws -> [SweepPlan.Cell: Int64] {
        let sql = "SELECT point, policy, replicate, run FROM cell"
        var places: [SweepPlan.Cell: Int64] = [:]
        try StoreRow.forEach(in: "cell", of: file.path, database, sql: sql) { row in
            let cell = SweepPlan.Cell(
                point: try row.place(0, among: pointCount), policy: try row.place(1, among: policyCount),
                replicate: try row.whole(2, in: StoreLimits.replicates))
            places[cell] = try row.word(3)
        }
        return places
    }

    private func add(_ run: FinishedRun, _ database: Database) throws {
        let id = try runs[run.digest] ?? insert(run, database)
        runs[run.digest] = id
        for cell in run.cells { try fill(cell, with: id, database) }
    }

    private func fill(_ cell: SweepPlan.Cell, with run: Int64, _ database: Database) throws {
        try database.cachedStatement(sql: "INSERT OR REPLACE INTO cell VALUES (?, ?, ?, ?)")
            .execute(arguments: [cell.point, cell.policy, cell.replicate, run])
    }

    private func insert(_ run: FinishedRun, _ database: Database) throws -> Int64 {
        let scenario = try scenarioID(run.scenario, database)
        let workload = try workloadID(run.workload, database)
        var values: [(any DatabaseValueConvertible)?] = [
            run.digest, scenario, workload, Int64(bitPattern: run.seed), pagefoldVersion, run.fingerprint,
            run.cpuSeconds, run.wallSeconds,
        ]
        values += run.metrics.map { $0.map { $0 as any DatabaseValueConvertible } }
        try database.cachedStatement(sql: StoreWriter.insertRun).execute(
            arguments: StatementArguments(values))
        let id = database.lastInsertedRowID
        for series in run.series {
            let columns = JSONValue.array(series.columns.map { .string($0) }).compactText
            try database.execute(
                sql: "INSERT INTO series VALUES (?, ?, ?, ?)",
                arguments: [id, series.name, columns, series.data])
        }
        return id
    }

    private static let insertRun: String = {
        let columns =
            ["digest", "scenario", "workload", "seed", "version", "fingerprint", "cpu_s", "wall_s"]
            + Metric.all.map(\.name)
        let marks = Array(repeating: "?", count: columns.count).joined(separator: ", ")
        return
            "INSERT INTO run (\(columns.map(StoreSchema.quoted).joined(separator: ", "))) VALUES (\(marks))"
    }()

    private func scenarioID(_ scenario: SweepPlan.PlannedScenario, _ database: Database) throws -> Int64 {
        if let id = scenarios[scenario.digest] { return id }
        try database.execute(
            sql: "INSERT INTO scenario (digest, settings) VALUES (?, ?)",
            arguments: [scenario.digest, JSONValue(scenario.settings).compactText])
        scenarios[scenario.digest] = database.lastInsertedRowID
        return database.lastInsertedRowID
    }

    private func workloadID(_ workload: StoredWorkload, _ database: Database) throws -> Int64 {
        if let id = workloads[workload.digest] { return id }
        try database.execute(
            sql: """
                INSERT INTO workload (digest, title, settings, applications, functions, horizon_s, inputs, warnings)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                workload.digest, workload.title, workload.settings, workload.applications,
                workload.functions, workload.horizonSeconds, workload.inputs, workload.warnings,
            ])
        workloads[workload.digest] = database.lastInsertedRowID
        return database.lastInsertedRowID
    }
}
