import Files
import GRDB
import Workload

/// A result store, read.
public struct ResultStore: Sendable {
    /// The path as the user gave it.
    public let path: String
    /// The experiment's name.
    public let name: String
    /// What the experiment asks; may be empty.
    public let question: String
    /// The complete experiment, as YAML that `pagefold sweep` reads.
    public let definition: String
    /// The version of Pagefold that made the runs.
    public let version: String
    /// The policy that others are compared with.
    public let reference: String
    /// The policies, in the order of the experiment file.
    public let policies: [String]
    /// The combinations of swept settings, in order.
    public let points: [SweepPoint]
    /// The metrics that each run has, in the order of the columns.
    public let metrics: [String]

    private let file: StoreFile
    private let queue: DatabaseQueue

    /// Opens the store at `path`.
    /// - Throws: `InputError` when there is no store that this version can read.
    public init(reading path: String) throws {
        let file = StoreFile(path: path)
        let queue = try file.reader()
        let (row, policies, points, columns) = try file.translating {
            try queue.read { database in
                (
                    try SweepRow(database, file: path),
                    try String.fetchAll(database, sql: "SELECT name FROM policy ORDER BY id"),
                    try SweepPoint.all(database),
                    try database.columns(in: "run").map(\.name)
                )
            }
        }
        self.path = path
        self.file = file
        self.queue = queue
        name = row.name
        question = row.description
        definition = row.definition
        version = row.version
        reference = row.reference
        self.policies = policies
        self.points = points
        metrics = columns.filter { !StoreSchema.runColumns.contains($0) }
    }

    /// Reads with SQL.
    func read<Result>(_ body: (Database) throws -> Result) throws -> Result {
        try file.translating { try queue.read(body) }
    }

    /// How many replicates each point and policy has at most.
    public func replicates() throws -> Int {
        try read { try Int.fetchOne($0, sql: "SELECT max(replicate) + 1 FROM cell") ?? 0 }
    }

    /// The values of some metrics in all runs.
    /// - Throws: `InputError` for a metric that the store does not have.
    public func results(metrics wanted: [String]) throws -> SweepResults {
        for name in wanted where !metrics.contains(name) {
            throw InputError(
                file: path, "the store has no metric '\(name.prefix(60))'",
                remedy: Suggestion.remedy(for: name, among: metrics))
        }
        let replicates = try replicates()
        var tables = wanted.map { name in
            let metric = Metric.all.first { $0.name == name }
            return MetricTable(
                name: name, meaning: metric?.meaning ?? name, direction: metric?.direction ?? .none,
                points: points.count, policies: policies.count, replicates: replicates)
        }
        let columns = wanted.map { ", run.\(StoreSchema.quoted($0))" }.joined()
        var seeds = [UInt64](repeating: 0, count: replicates)
        var runs = Array(repeating: Array(repeating: 0, count: policies.count), count: points.count)
        try read { database in
            let sql = """
                SELECT cell.point, cell.policy, cell.replicate, run.seed\(columns)
                FROM cell JOIN run ON run.id = cell.run
                """
            let rows = try Row.fetchCursor(database, sql: sql)
            while let row = try rows.next() {
                let (point, policy, replicate): (Int, Int, Int) = (row[0], row[1], row[2])
                guard points.indices.contains(point), policies.indices.contains(policy) else {
                    throw InputError(file: path, "the store is damaged: a run has no place")
                }
                seeds[replicate] = UInt64(bitPattern: row[3])
                runs[point][policy] += 1
                for index in tables.indices {
                    guard let value: Double = row[4 + index] else { continue }
                    guard value.isFinite else {
                        throw InputError(
                            file: path, "the store is damaged: \(wanted[index]) of a run is \(value)",
                            remedy: "run the sweep again into another store")
                    }
                    tables[index][point, policy, replicate] = value
                }
            }
        }
        let experiment = try? self.experiment
        // Runs that are held have one seed: then that of the workload tells replicates apart.
        if let experiment, experiment.hold == .runs {
            seeds = seeds.indices.map(experiment.seed(ofReplicate:))
        }
        var results = SweepResults(
            experiment: name, question: question, policies: policies,
            reference: policies.firstIndex(of: reference) ?? 0, points: points, replicates: replicates,
            seeds: seeds, tables: tables)
        results.replication = try replication(isHeld: experiment?.hold == .workload)
        results.runs = runs
        results.wanted = experiment.map { $0.replicates.first(before: $0.replicates.until) }
        return results
    }
}

extension SweepPoint {
    /// All points of a store, in order.
    static func all(_ database: Database) throws -> [SweepPoint] {
        let sql = """
            SELECT point.id, setting.key, setting.value
            FROM point LEFT JOIN json_each(point.settings) AS setting ORDER BY point.id, setting.id
            """
        var points: [SweepPoint] = []
        var last: Int64?
        let rows = try Row.fetchCursor(database, sql: sql)
        while let row = try rows.next() {
            let id: Int64 = row[0]
            if id != last { points.append(SweepPoint([])) }
            last = id
            if let path: String = row[1] {
                points[points.count - 1].settings.append(Setting(path: path, value: row[2]))
            }
        }
        return points
    }
}
