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
                    try ResultStore.policies(database, file: path), try SweepPoint.all(database, file: path),
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

    /// The replicates of which any place has a run, in order: fewer than the sweep asks for while it is not finished,
    /// or where runs fail.
    public func replicates() throws -> [Int] {
        var found: [Int] = []
        try read { database in
            func look(_ column: String, _ rest: String) throws {
                let sql = "SELECT \(column) AS replicate FROM cell \(rest)"
                try StoreRow.forEach(in: "cell", of: path, database, sql: sql) { row in
                    found.append(try row.whole(0, in: StoreLimits.replicates))
                }
            }
            do {
                try look("DISTINCT replicate", "ORDER BY replicate")
            } catch let damage as InputError {
                // Which row it is shows in the order of the table.
                try look("replicate", "ORDER BY point, policy, replicate")
                throw damage
            }
        }
        let (places, overflow) = (points.count * policies.count).multipliedReportingOverflow(by: found.count)
        guard !overflow, places <= StoreLimits.places else {
            throw InputError(
                file: path,
                "the store would have \(points.count) points, \(policies.count) policies and \(found.count) "
                    + "replicates",
                remedy:
                    "up to \(Decimal.grouped(UInt64(StoreLimits.places))) places can be read; is it damaged?")
        }
        return found
    }

    /// Whether a run completed a call, as far as stores tell.
    private func hasCalls() throws -> Bool {
        guard metrics.contains("completed") else { return true }
        return try read { try Bool.fetchOne($0, sql: "SELECT coalesce(max(completed) > 0, 1) FROM run") }
            ?? true
    }

    private static func policies(_ database: Database, file: String) throws -> [String] {
        var names: [String] = []
        try StoreRow.forEach(in: "policy", of: file, database, sql: "SELECT id, name FROM policy ORDER BY id")
        {
            row in
            // They are numbered from 0 on, each once.
            _ = try row.whole(0, in: Int64(names.count)...Int64(names.count))
            names.append(try row.text(1, limit: StoreLimits.nameLength))
        }
        return names
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
                points: points.count, policies: policies.count, replicates: replicates.count)
        }
        let positions = Dictionary(
            uniqueKeysWithValues: replicates.enumerated().map { ($0.element, $0.offset) })
        let columns = wanted.map { ", run.\(StoreSchema.quoted($0))" }.joined()
        var seeds = [UInt64](repeating: 0, count: replicates.count)
        var runs = Array(repeating: Array(repeating: 0, count: policies.count), count: points.count)
        try read { database in
            let sql = """
                SELECT cell.point, cell.policy, cell.replicate, run.seed\(columns), run.id AS run
                FROM cell LEFT JOIN run ON run.id = cell.run
                ORDER BY cell.point, cell.policy, cell.replicate
                """
            try StoreRow.forEach(in: "cell", joined: ["run"], of: path, database, sql: sql) { row in
                let point = try row.place(0, among: points.count)
                let policy = try row.place(1, among: policies.count)
                // Every replicate of the table was found above.
                guard let replicate = positions[try row.whole(2, in: StoreLimits.replicates)] else { return }
                // A place whose run is not there.
                _ = try row.word(4 + tables.count)
                seeds[replicate] = UInt64(bitPattern: try row.word(3))
                runs[point][policy] += 1
                for index in tables.indices {
                    if let value = try row.number(4 + index) {
                        tables[index][point, policy, replicate] = value
                    }
                }
            }
        }
        let experiment = try? self.experiment
        // Runs that are held have one seed: then that of the workload tells replicates apart.
        if let experiment, experiment.hold == .runs {
            seeds = replicates.map(experiment.seed(ofReplicate:))
        }
        var results = SweepResults(
            experiment: name, question: question, policies: policies,
            reference: policies.firstIndex(of: reference) ?? 0, points: points, replicates: replicates.count,
            seeds: seeds, tables: tables)
        results.replication = try replication(isHeld: experiment?.hold == .workload)
        results.runs = runs
        results.hasCalls = try hasCalls()
        results.wanted = experiment.map { $0.replicates.first(before: $0.replicates.until) }
        return results
    }
}

extension SweepPoint {
    /// All points of a store, in order.
    static func all(_ database: Database, file: String) throws -> [SweepPoint] {
        let sql = """
            SELECT point.id, setting.key, setting.value
            FROM point LEFT JOIN json_each(point.settings) AS setting ORDER BY point.id, setting.id
            """
        var points: [SweepPoint] = []
        try StoreRow.forEach(in: "point", of: file, database, sql: sql) { row in
            // They are numbered from 0 on, each with a row for each of its settings.
            let last = Int64(points.count) - 1
            let id = try row.whole(0, in: max(last, 0)...last + 1)
            if id == points.count { points.append(SweepPoint([])) }
            if !row.isNull(1) {
                points[id].settings.append(Setting(path: try row.text(1), value: try row.text(2)))
            }
        }
        // A table has a column for each setting, whatever the point.
        let paths = points.first?.settings.map(\.path) ?? []
        for (id, point) in points.enumerated() where point.settings.map(\.path) != paths {
            throw StoreRow.damage("row \(id + 1) of 'point' has other settings than row 1", file: file)
        }
        return points
    }
}
