import Files
import GRDB
import Workload

/// Runs that a task of an array has published: a sealed store in a file of its own.
///
/// Nothing in it is believed before it was checked: the seal, the sweep that it says it belongs to, and that
/// each run is one of the plan.
struct StorePart {
    /// The path.
    let path: String
    private let queue: DatabaseQueue

    /// Reads the part at `path` of the experiment with this digest.
    /// - Throws: `InputError` when it is damaged, or belongs to another experiment or version.
    init(reading path: String, experiment digest: String) throws {
        self.path = path
        let queue = try StoreBytes.open(path, sealed: true)
        self.queue = queue
        try StorePart.reading(path) {
            try queue.read { database in
                try StoreFile(path: path).check(database)
                let row = try Row.fetchOne(database, sql: "SELECT name, digest, version FROM sweep")
                guard let row, let name = String.fromDatabaseValue(row[0]),
                    let theirs = String.fromDatabaseValue(row[1]),
                    let version = String.fromDatabaseValue(row[2])
                else { throw InputError(file: path, "the part names no sweep") }
                if version != pagefoldVersion {
                    throw InputError(
                        file: path, "the part was made by Pagefold \(version), this is \(pagefoldVersion)")
                }
                if theirs != digest {
                    throw InputError(file: path, "the part belongs to another experiment ('\(name)')")
                }
            }
        }
    }

    /// Errors of SQLite are damage here.
    private static func reading<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as DatabaseError {
            throw InputError(file: path, "the part is damaged: \(error.message ?? "SQLite cannot read it")")
        }
    }

    /// Its runs that are among `jobs`, by name of the run.
    func runs(among jobs: [String: SweepJob], of plan: SweepPlan) throws -> [FinishedRun] {
        try StorePart.reading(path) {
            try queue.read { database in
                let workloads = try workloads(database)
                let series = try series(database)
                let columns = Metric.all.map { ", \(StoreSchema.quoted($0.name))" }.joined()
                let sql = """
                    SELECT id, digest, (SELECT digest FROM scenario WHERE id = run.scenario), workload, seed,
                        version, fingerprint, cpu_s, wall_s\(columns)
                    FROM run ORDER BY id
                    """
                var runs: [FinishedRun] = []
                let rows = try Row.fetchCursor(database, sql: sql)
                while let row = try rows.next() {
                    let values = Array(row.databaseValues)
                    guard let digest = String.fromDatabaseValue(values[1]), let job = jobs[digest] else {
                        continue
                    }
                    runs.append(try run(values, job, plan, workloads, series))
                }
                return runs
            }
        }
    }

    private func run(
        _ values: [DatabaseValue], _ job: SweepJob, _ plan: SweepPlan, _ workloads: [Int64: StoredWorkload],
        _ series: [Int64: [StoredSeries]]
    ) throws -> FinishedRun {
        let scenario = plan.scenarios[job.scenario]
        let seed = plan.seed(ofReplicate: job.cells[0].replicate)
        guard let id = Int64.fromDatabaseValue(values[0]),
            String.fromDatabaseValue(values[2]) == scenario.digest,
            let workload = Int64.fromDatabaseValue(values[3]).flatMap({ workloads[$0] }),
            workload.digest == job.workloadDigest,
            Int64.fromDatabaseValue(values[4]) == Int64(bitPattern: seed),
            String.fromDatabaseValue(values[5]) == pagefoldVersion,
            let fingerprint = String.fromDatabaseValue(values[6]),
            let cpu = Double.fromDatabaseValue(values[7]), let wall = Double.fromDatabaseValue(values[8])
        else { throw InputError(file: path, "the part is damaged: a run is not what its name says") }
        return FinishedRun(
            digest: job.digest, cells: job.cells, scenario: scenario, workload: workload, seed: seed,
            fingerprint: fingerprint, metrics: values[9...].map { Double.fromDatabaseValue($0) },
            cpuSeconds: cpu, wallSeconds: wall, series: series[id] ?? [])
    }

    private func workloads(_ database: Database) throws -> [Int64: StoredWorkload] {
        let sql = """
            SELECT id, digest, title, settings, applications, functions, horizon_s, inputs, warnings FROM workload
            """
        var workloads: [Int64: StoredWorkload] = [:]
        let rows = try Row.fetchCursor(database, sql: sql)
        while let row = try rows.next() {
            let values = Array(row.databaseValues)
            let texts = [1, 2, 3, 7, 8].compactMap { String.fromDatabaseValue(values[$0]) }
            guard let id = Int64.fromDatabaseValue(values[0]), texts.count == 5,
                let applications = Int.fromDatabaseValue(values[4]),
                let functions = Int.fromDatabaseValue(values[5]),
                let horizon = Double.fromDatabaseValue(values[6])
            else { throw InputError(file: path, "the part is damaged: a workload is incomplete") }
            workloads[id] = StoredWorkload(
                digest: texts[0], title: texts[1], settings: texts[2], applications: applications,
                functions: functions, horizonSeconds: horizon, inputs: texts[3], warnings: texts[4])
        }
        return workloads
    }

    private func series(_ database: Database) throws -> [Int64: [StoredSeries]] {
        var series: [Int64: [StoredSeries]] = [:]
        let sql = "SELECT run, name, columns, data FROM series ORDER BY run, name"
        let rows = try Row.fetchCursor(database, sql: sql)
        while let row = try rows.next() {
            let values = Array(row.databaseValues)
            guard let run = Int64.fromDatabaseValue(values[0]),
                let name = String.fromDatabaseValue(values[1]),
                let columns = String.fromDatabaseValue(values[2]),
                case .list(let titles) = try YAMLReader.read(columns, file: path).content,
                case .blob(let data) = values[3].storage, data.count.isMultiple(of: 8)
            else { throw InputError(file: path, "the part is damaged: a series is incomplete") }
            series[run, default: []].append(
                StoredSeries(
                    name: name, columns: titles.compactMap(\.scalar),
                    values: StoredSeries.numbers(in: data)))
        }
        return series
    }
}
