import Files
import GRDB
import Workload

extension ResultStore {
    /// Where results of an experiment file go unless told otherwise: `results/NAME.sqlite`.
    public static func standardPath(for experiment: String) -> String {
        let name = experiment.split(separator: "/").last.map(String.init) ?? "sweep"
        let stem = name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
        return "results/\(stem.isEmpty ? "sweep" : stem).sqlite"
    }

    /// What differs between the replicates that are here.
    func replication(isHeld: Bool) throws -> Replication {
        let sql = """
            SELECT count(*), count(DISTINCT run.workload), count(DISTINCT run.fingerprint)
            FROM cell JOIN run ON run.id = cell.run GROUP BY cell.point, cell.policy HAVING count(*) > 1
            """
        let places = try read { try Row.fetchAll($0, sql: sql) }.map { row -> [Int] in
            [row[0], row[1], row[2]]
        }
        guard !places.isEmpty else { return .drawn }
        // Workloads that are samples of a trace have a seed of their own even where each takes the whole trace.
        if !isHeld, places.allSatisfy({ $0[2] == 1 }) {
            return .oneRun(count: places.map { $0[0] }.max() ?? 0)
        }
        return places.allSatisfy { $0[1] == 1 } ? .sameWorkload(isHeld: isHeld) : .drawn
    }
}

extension SweepResults {
    /// Refuses places that have no run at all, and runs that completed no call.
    /// - Parameter chosen: the points that matter; nil for all.
    /// - Throws: `InputError` that names them.
    public func refuseEmptyPlaces(points chosen: [Int]? = nil) throws {
        try refuse("has no run", points: chosen) { $0 == 0 }
        if !hasCalls {
            throw InputError(
                "no run of the sweep completed a call, so there is nothing to compare",
                remedy:
                    "`pagefold export` has what became of the calls: refused_never_fits, refused_full, timed_out"
            )
        }
    }

    /// Refuses results of a sweep that is not finished.
    /// - Throws: `InputError` that names what is missing.
    public func refuseUnfinished() throws {
        try refuseEmptyPlaces()
        guard let wanted else { return }
        try refuse("has not all of its \(wanted) replicates", points: nil) { $0 < wanted }
    }

    private func refuse(_ problem: String, points chosen: [Int]?, _ isLacking: (Int) -> Bool) throws {
        let places = (chosen ?? Array(points.indices)).filter(runs.indices.contains).flatMap { point in
            policies.indices.filter { isLacking(runs[point][$0]) }.map { (point, $0) }
        }
        guard let (point, policy) = places.first else { return }
        let name = points[point].settings.isEmpty ? "" : " at \(points[point].label)"
        let more = places.count > 1 ? ", and so in \(places.count - 1) other places" : ""
        throw InputError(
            "the sweep is not finished: \(policies[policy])\(name) \(problem)\(more)",
            remedy: "give the pagefold sweep command again: it goes on, or says why runs fail")
    }
}
