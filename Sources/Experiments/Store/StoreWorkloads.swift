import GRDB
import Workload

extension ResultStore {
    /// The workloads that runs met, in the order in which they came.
    public func workloads() throws -> [ReportWorkload] {
        try read { database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT title, applications, functions, horizon_s, inputs, warnings FROM workload
                    ORDER BY id
                    """)
            return try rows.map { row in
                let inputs = try entries(row[4]).map { (path: $0["path"] ?? "", digest: $0["digest"] ?? "") }
                let warnings = try entries(row[5]).map { "\($0["message"] ?? ""): \($0["count"] ?? "")" }
                return ReportWorkload(
                    title: row[0], applications: row[1], functions: row[2], horizonSeconds: row[3],
                    inputs: inputs, warnings: warnings)
            }
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
