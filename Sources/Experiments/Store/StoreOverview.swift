import GRDB

/// What is in a store, place by place.
public struct StoreOverview: Sendable {
    /// Runs in the store, each once.
    public var runs: Int
    /// Replicates that are there, by point and policy.
    public var replicates: [[Int]]
    /// Processor time of all runs, in seconds.
    public var cpuSeconds: Double
    /// Whether the warm-up was long enough.
    public var warmUp: WarmUpAdvice
    /// The titles of the workloads met, in the order of their first run.
    public var workloads: [String]

    /// What is in `store`.
    public init(_ store: ResultStore) throws {
        warmUp = try WarmUpAdvice(store)
        var counts = Array(
            repeating: Array(repeating: 0, count: store.policies.count), count: store.points.count)
        (runs, cpuSeconds, workloads) = try store.read { database in
            let cells = """
                SELECT cell.point, cell.policy, cell.replicate, run.id AS run
                FROM cell LEFT JOIN run ON run.id = cell.run ORDER BY cell.point, cell.policy, cell.replicate
                """
            try StoreRow.forEach(in: "cell", joined: ["run"], of: store.path, database, sql: cells) { row in
                let point = try row.place(0, among: store.points.count)
                let policy = try row.place(1, among: store.policies.count)
                _ = try row.whole(2, in: StoreLimits.replicates)
                _ = try row.word(3)
                counts[point][policy] += 1
            }
            var (runs, seconds) = (0, 0.0)
            let all = "SELECT cpu_s, seed FROM run ORDER BY id"
            try StoreRow.forEach(in: "run", of: store.path, database, sql: all) { row in
                runs += 1
                seconds += try row.number(0) ?? 0
                _ = try row.word(1)
            }
            var titles: [String] = []
            let workloads = "SELECT title FROM workload ORDER BY id"
            try StoreRow.forEach(in: "workload", of: store.path, database, sql: workloads) { row in
                titles.append(try row.text(0))
            }
            return (runs, seconds, titles)
        }
        replicates = counts
    }
}

extension StoreOverview {
    /// The overview as lines of text.
    public func text(of store: ResultStore, width: Int) -> String {
        let most = replicates.flatMap { $0 }.max() ?? 0
        var text = "\(store.name) (\(store.path), Pagefold \(store.version))\n"
        if !store.question.isEmpty { text += "\(store.question)\n" }
        text += "\(Decimal.grouped(UInt64(runs))) runs, \(store.points.count) points, "
        text += "\(store.policies.count) policies, up to \(most) replicates; "
        text += "\(Decimal.fixed(cpuSeconds, decimals: 1)) s of processor time\n"
        if let first = workloads.first {
            text += workloads.count == 1 ? "workload: " : "\(workloads.count) workloads, such as: "
            text += "\(first)\n"
        }
        let settings = store.points.first?.settings.map(\.path) ?? []
        var table = TextTable(
            [.numbers("point")] + settings.map { .words($0) } + store.policies.map { .numbers($0) },
            labels: 1 + settings.count)
        for (index, point) in store.points.enumerated() {
            table.add(["\(index)"] + point.settings.map(\.value) + replicates[index].map { "\($0)" })
        }
        if !warmUp.entries.isEmpty { text += warmUp.text + "\n" }
        return text + "Replicates by point and policy:\n" + table.text(width: width)
    }
}
