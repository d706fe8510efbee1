import Files
import Workload

/// Metrics that were asked for by name: of runs, and derived from those of several runs.
public struct MetricSelection: Hashable, Sendable {
    /// The metrics, each once, in the order asked for.
    public let names: [String]

    /// What is compared when nobody asks for anything else.
    public static let standard = MetricSelection(
        trusted: [
            "cold_share", "startup_mean_s", "startup_p99_s", "end_to_end_p99_s", "memory_mean_bytes",
            "memory_saved", "wasted_byte_s",
        ])

    /// Every name that can be asked for.
    public static var possibleNames: [String] { Metric.all.map(\.name) + DerivedMetric.all.map(\.name) }

    private init(trusted names: [String]) { self.names = names }

    /// The metrics of these names; those that come twice count once.
    /// - Throws: `InputError` for a name that is not a metric's.
    public init(_ names: [String]) throws {
        let possible = MetricSelection.possibleNames
        var taken: Set<String> = []
        for name in names where !possible.contains(name) {
            let near = Suggestion.nearest(to: name, among: possible).map { "did you mean '\($0)'?" }
            throw InputError(
                "there is no metric '\(name.prefix(60))'", remedy: near ?? "pagefold metrics lists them")
        }
        self.names = names.filter { taken.insert($0).inserted }
    }

    /// The metrics that `list` names, with commas between.
    /// - Throws: `InputError` for an empty list and for a name that is not a metric's.
    public init(list: String) throws {
        let names = list.split(separator: ",").map { String($0.trimmed) }.filter { !$0.isEmpty }
        if names.isEmpty {
            throw InputError("no metric is named", remedy: "for example cold_share,memory_saved")
        }
        try self.init(names)
    }

    /// The metrics of runs that are needed to have all of these, each once.
    public var stored: [String] {
        var taken: Set<String> = []
        return names.map { name in DerivedMetric.all.first { $0.name == name }?.source ?? name }
            .filter { taken.insert($0).inserted }
    }

    /// The results with one table for each of these metrics, in this order.
    /// - Throws: `InputError` when `results` lack one of the metrics in `stored`.
    public func applied(to results: SweepResults) throws -> SweepResults {
        func table(_ name: String) throws -> MetricTable {
            if let table = results.tables.first(where: { $0.name == name }) { return table }
            throw InputError(
                "the results have no metric '\(name)'", remedy: "were they written by this version?")
        }
        var results = results
        let tables = try names.map { name in
            guard let derived = DerivedMetric.all.first(where: { $0.name == name }) else {
                return try table(name)
            }
            return derived.table(from: try table(derived.source), in: results)
        }
        results.tables = tables
        return results
    }
}
