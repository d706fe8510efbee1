/// What memory buys, in words.
extension Report {
    /// Which policies are on the Pareto front of memory and cold starts.
    var tradeoff: HTMLNode? {
        let comparison = input.comparison
        guard
            let front = try? ParetoFront(
                results, "memory_mean_bytes", "cold_share", points: comparison.points, level: comparison.level
            )
        else { return nil }
        let best = front.entries.filter { $0.dominator == nil }
        if front.entries.isEmpty { return nil }
        if comparison.points.count == 1 {
            let names = Report.list(best.map { results.policies[$0.policy] })
            return .tag("p", "\(pair): no other policy is better in both than \(names) (the Pareto front).")
        }
        let counts = results.policies.indices.compactMap { policy -> String? in
            let places = best.count { $0.policy == policy }
            return places == 0
                ? nil : "\(results.policies[policy]) (\(Report.count(places, "point", "points")))"
        }
        return .tag("p", "\(pair): over all points the Pareto front holds \(Report.list(counts)).")
    }

    private var pair: String { "Mean memory against cold starts" }
}
