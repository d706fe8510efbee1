import Foundation

@testable import Experiments

/// The input of a report with invented numbers: `policies` at points of one swept memory, or at one point.
func reportInput(
    name: String = "small", question: String = "Which policy needs least?",
    policies: [String] = ["fixed", "hybrid", "greedy"], memories: [String] = [], replicates: Int = 5,
    definition: String = "name: small\n", figures: [ReportFigure] = []
) throws -> ReportInput {
    let points =
        memories.isEmpty
        ? [SweepPoint([])]
        : memories.map { SweepPoint([.init(path: "cluster.nodes.0.memory", value: $0)]) }
    let metrics: [(String, Double)] = [
        ("cold_share", 0.05), ("memory_mean_bytes", 4e9), ("startup_p99_s", 2), ("arrived", 1e5),
    ]
    let tables = metrics.map { metric, size in
        let known = Metric.all.first { $0.name == metric }
        var table = MetricTable(
            name: metric, meaning: known?.meaning ?? "", direction: known?.direction ?? .lower,
            points: points.count, policies: policies.count, replicates: replicates)
        for point in points.indices {
            for policy in policies.indices {
                for replicate in 0..<replicates {
                    let draw = 1 + 0.05 * Double((replicate * 7) % 5)
                    let own = 1 + 0.004 * Double((replicate * 3 + policy * 5 + point) % 4)
                    let skill =
                        metric == "arrived" || metric == "startup_p99_s" ? 1 : 1 - 0.1 * Double(policy)
                    table[point, policy, replicate] = size * draw * own * skill / Double(point + 1)
                }
            }
        }
        return table
    }
    let results = SweepResults(
        experiment: name, question: question, policies: policies, reference: 0, points: points,
        replicates: replicates, seeds: (0..<replicates).map { UInt64($0 + 1) }, tables: tables)
    let workload = ReportWorkload(
        title: "Invented", applications: 10, functions: 20, horizonSeconds: 3_600,
        inputs: [("a.csv", "0123456789abcdef")], warnings: ["3 rows without a name were left out"])
    return ReportInput(
        comparison: try Comparison(results), definition: definition, version: "0.1.0", workloads: [workload],
        figures: figures)
}

/// A reader of HTML that is content only with what a report may be made of.
struct StrictHTML {
    /// The names and attributes of the elements, in order.
    var elements: [(name: String, attributes: [(String, String)])] = []
    /// What is wrong; nil for a well-formed page.
    var problem: String?

    init(_ page: String) {
        var open: [String] = []
        var rest = Substring(page)
        while problem == nil, let begin = rest.firstIndex(of: "<") {
            if rest[..<begin].contains(">") { problem = "a bare > before \(rest[begin...].prefix(40))" }
            guard let end = rest[begin...].firstIndex(of: ">") else {
                problem = "a tag without end"
                return
            }
            let tag = rest[rest.index(after: begin)..<end]
            rest = rest[rest.index(after: end)...]
            if tag == "!DOCTYPE html" { continue }
            if tag.hasPrefix("/") {
                if open.popLast() != String(tag.dropFirst()) {
                    problem = "</\(tag.dropFirst())> closes nothing"
                }
                continue
            }
            let element = StrictHTML.parsed(tag)
            guard let element else {
                problem = "<\(tag.prefix(60))> cannot be read"
                return
            }
            elements.append(element)
            if !["meta", "img", "br"].contains(element.name) { open.append(element.name) }
            if element.name == "style", let close = rest.range(of: "</style>") {
                rest = rest[close.lowerBound...]
            }
        }
        if problem == nil, !open.isEmpty { problem = "\(open) were not closed" }
    }

    private static func parsed(_ tag: Substring) -> (name: String, attributes: [(String, String)])? {
        let name = tag.prefix { $0.isLetter || $0.isNumber }
        var rest = tag.dropFirst(name.count)
        var attributes: [(String, String)] = []
        while !rest.isEmpty {
            guard rest.first == " ", let equals = rest.range(of: "=\"") else { return nil }
            let value = rest[equals.upperBound...]
            guard let quote = value.firstIndex(of: "\"") else { return nil }
            attributes.append((String(rest.dropFirst()[..<equals.lowerBound]), String(value[..<quote])))
            rest = value[value.index(after: quote)...]
        }
        return name.isEmpty ? nil : (String(name), attributes)
    }
}
