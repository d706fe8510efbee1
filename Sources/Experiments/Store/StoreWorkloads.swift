import GRDB
import Workload

extension ResultStore {
    /// The workloads that runs met, in the order in which they came.
    public func workloads() throws -> [ReportWorkload] {
        try read { database in
            let sql =
                "SELECT title, applications, functions, horizon_s, inputs, warnings FROM workload ORDER BY id"
            let counts: ClosedRange<Int64> = 0...Int64(UInt32.max)
            var workloads: [ReportWorkload] = []
            try StoreRow.forEach(in: "workload", of: path, database, sql: sql) { row in
                let inputs = try entries(row.text(4)).map {
                    (path: $0["path"] ?? "", digest: $0["digest"] ?? "")
                }
                let warnings = try entries(row.text(5)).map {
                    "\($0["message"] ?? ""): \($0["count"] ?? "")"
                }
                workloads.append(
                    ReportWorkload(
                        title: try row.text(0), applications: try row.whole(1, in: counts),
                        functions: try row.whole(2, in: counts), horizonSeconds: try row.number(3) ?? 0,
                        inputs: inputs, warnings: warnings))
            }
            return workloads
        }
    }

    /// A JSON array of flat objects.
    private func entries(_ text: String) throws -> [[String: String]] {
        // JSON is YAML.
        guard case .list(let nodes) = try YAMLReader.read(text, file: path).content else { return [] }
        return nodes.map { node in
            Dictionary(
                (node.entries ?? []).map { ($0.key, $0.value.scalar ?? "") },
                uniquingKeysWith: { first, _ in first })
        }
    }
}
