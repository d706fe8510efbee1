import Files
import GRDB
import Workload

/// Every run of a store as text, in the order of the sweep.
///
/// Without costs the text is a function of the experiment alone: two sweeps of it, however often they were
/// interrupted, export the same bytes.
public struct StoreExport {
    /// How runs are written.
    public enum Format: String, CaseIterable, Sendable {
        /// Comma-separated values (RFC 4180) with a line of names.
        case csv
        /// One JSON object a line.
        case jsonl
    }

    private let store: ResultStore
    private let format: Format
    private let withCosts: Bool

    /// The export of a store.
    /// - Parameter withCosts: whether the processor time and the time of each run are in it.
    public init(_ store: ResultStore, format: Format, withCosts: Bool = false) {
        self.store = store
        self.format = format
        self.withCosts = withCosts
    }

    private static let names = [
        "point", "policy", "replicate", "seed", "run", "scenario", "workload", "version", "fingerprint",
    ]

    /// Writes all runs, in pieces of some size.
    public func write(_ write: (String) throws -> Void) throws {
        let costs = withCosts ? ["cpu_s", "wall_s"] : []
        let columns = store.metrics + costs
        let settings = store.points.first?.settings.map(\.path) ?? []
        var text = ""
        if format == .csv {
            let names = [Self.names[0]] + settings + Self.names[1...] + columns
            text = CSVRow.line(names)
        }
        let sql = """
            SELECT cell.point, cell.policy, cell.replicate, run.seed, run.digest, scenario.digest,
                workload.digest, run.version, run.fingerprint
                \(columns.map { ", run.\(StoreSchema.quoted($0))" }.joined())
            FROM cell LEFT JOIN run ON run.id = cell.run LEFT JOIN scenario ON scenario.id = run.scenario
                LEFT JOIN workload ON workload.id = run.workload
            ORDER BY cell.point, cell.policy, cell.replicate
            """
        let points = store.points.map { point in
            format == .csv
                ? point.settings.map { CSVRow.line([$0.value]).dropLast() + "," }.joined()
                : JSONValue.object(point.settings.map { ($0.path, .string($0.value)) }).compactText
        }
        let policies = store.policies.map {
            format == .csv ? String(CSVRow.line([$0]).dropLast()) : JSONValue.string($0).compactText
        }
        let keys = columns.enumerated().map { index, name in
            (index == 0 ? "" : ",") + JSONValue.string(name).compactText + ":"
        }
        try store.read { database in
            let others = ["run", "scenario", "workload"]
            try StoreRow.forEach(in: "cell", joined: others, of: store.path, database, sql: sql) { row in
                let run = try ExportedRun(
                    row, points: points.count, policies: policies.count, values: columns.count)
                switch format {
                case .csv: run.writeCSV(points[run.point], policies[run.policy], into: &text)
                case .jsonl: run.writeJSON(points[run.point], policies[run.policy], keys, into: &text)
                }
                if text.utf8.count > 1 << 16 {
                    try write(text)
                    text.removeAll(keepingCapacity: true)
                }
            }
        }
        try write(text)
    }
}

/// A run as it is exported.
private struct ExportedRun {
    let point: Int
    let policy: Int
    private let replicate: Int
    private let seed: UInt64
    private let texts: [String]
    private let values: [Double?]

    init(_ row: StoreRow, points: Int, policies: Int, values count: Int) throws(InputError) {
        point = try row.place(0, among: points)
        policy = try row.place(1, among: policies)
        replicate = try row.whole(2, in: StoreLimits.replicates)
        seed = UInt64(bitPattern: try row.word(3))
        var texts: [String] = []
        for column in 4..<9 { texts.append(try row.text(column, limit: StoreLimits.nameLength)) }
        var values: [Double?] = []
        for column in 0..<count { values.append(try row.number(9 + column)) }
        self.texts = texts
        self.values = values
    }

    func writeCSV(_ settings: String, _ policy: String, into text: inout String) {
        text += "\(point),\(settings)\(policy),\(replicate),\(seed)"
        for name in texts { text += "," + CSVRow.line([name]).dropLast() }
        for value in values {
            text += ","
            if let value { ExportedRun.write(value, into: &text) }
        }
        text += "\n"
    }

    func writeJSON(_ settings: String, _ policy: String, _ keys: [String], into text: inout String) {
        text += "{\"point\":\(point),\"settings\":\(settings),\"policy\":\(policy)"
        text += ",\"replicate\":\(replicate),\"seed\":\(seed)"
        for (name, value) in zip(["run", "scenario", "workload", "version", "fingerprint"], texts) {
            text += ",\"\(name)\":\(JSONValue.string(value).compactText)"
        }
        text += ",\"metrics\":{"
        for (key, value) in zip(keys, values) {
            text += key
            if let value { ExportedRun.write(value, into: &text) } else { text += "null" }
        }
        text += "}}\n"
    }

    /// The shortest text that reads back as the same number.
    private static func write(_ value: Double, into text: inout String) {
        if let whole = Int64(exactly: value), whole.magnitude < 1 << 53 {
            text += String(whole)
        } else {
            text += value.description
        }
    }
}
