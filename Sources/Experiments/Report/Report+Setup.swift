/// The part that says what was compared.
extension Report {
    var setup: [HTMLNode] {
        var parts: [HTMLNode] = [policies]
        if let table = policyTable { parts.append(table) }
        if let swept { parts.append(swept) }
        parts.append(.tag("h3", "Workload"))
        parts += input.workloads.isEmpty ? [.tag("p", "The store tells nothing of its workload.")] : []
        parts += input.workloads.prefix(Report.mostWorkloads).map(Report.description)
        let rest = input.workloads.count - Report.mostWorkloads
        if rest > 0 { parts.append(.tag("p", "And \(Report.count(rest, "further one", "further ones")).")) }
        parts += [.tag("h3", "Runs"), .tag("p", .text(runs))]
        if !input.warmUp.isEmpty { parts.append(.tag("p", .text(input.warmUp))) }
        return parts
    }

    private static let mostWorkloads = 1

    private var policies: HTMLNode {
        let names = results.policies.enumerated().map { policy, name in
            HTMLNode.tag(
                "li", .tag("strong", .text(name)),
                policy == results.reference && results.policies.count > 1
                    ? ": the reference, which the others are compared with" : "")
        }
        return .tag("ul", all: names)
    }

    /// In what the policies differ.
    private var policyTable: HTMLNode? {
        let settings = DefinitionSettings(input.definition).differences(between: results.policies)
        if settings.isEmpty { return nil }
        return .table(
            ["In what the policies differ; “–” where a policy has no such setting"],
            head: ["Setting"] + results.policies.map { .text($0) }, labels: 1,
            rows: settings.map { setting in
                [.tag("code", .text(setting.path))] + setting.values.map { .text($0 ?? "–") }
            })
    }

    /// The swept settings with their values.
    private var swept: HTMLNode? {
        guard let first = results.points.first, !first.settings.isEmpty else { return nil }
        let rows = first.settings.indices.map { place -> [HTMLNode] in
            var seen: Set<String> = []
            let values = results.points.compactMap { point in
                place < point.settings.count ? point.settings[place].value : nil
            }.filter { seen.insert($0).inserted }
            let shown = values.prefix(16).joined(separator: ", ")
            let rest = values.count > 16 ? ", … (\(values.count) values)" : ""
            return [.tag("code", .text(first.settings[place].path)), .text(shown + rest)]
        }
        let caption = "Swept settings: \(Report.count(results.points.count, "point", "points"))"
        return .table([.text(caption)], head: ["Setting", "Values"], labels: 1, rows: rows)
    }

    private static func description(of workload: ReportWorkload) -> HTMLNode {
        let hours = Decimal.fixed(workload.horizonSeconds / 3_600, decimals: 1)
        let size =
            "\(count(workload.applications, "application", "applications")), "
            + "\(count(workload.functions, "function", "functions")), \(hours) h"
        var parts: [HTMLNode] = [.tag("p", .tag("strong", .text(workload.title)), ": \(size).")]
        if !workload.inputs.isEmpty {
            let files = workload.inputs.map { input in
                HTMLNode.tag(
                    "li", .tag("code", .text(input.path)), ", digest ", .tag("code", .text(input.digest)))
            }
            parts.append(.details("Files that were read: \(files.count)", [.tag("ul", all: files)]))
        }
        if !workload.warnings.isEmpty {
            parts.append(.tag("p", class: "warning", "What was mended or left out on reading:"))
            parts.append(.tag("ul", all: workload.warnings.map { .tag("li", .text($0)) }))
        }
        return .tag("div", all: parts)
    }

    private var runs: String {
        let warmUp = DefinitionSettings(input.definition).value(at: "measurement.warm-up")
        let measured =
            warmUp.map { "Measurement begins after a warm-up of \($0)." }
            ?? "Measurement begins with the first call unless the definition below says otherwise."
        if results.replicates == 1 {
            if let note = results.replication.note { return "\(note) \(measured)" }
            return "One run for each policy and point, so nothing is known of chance. \(measured)"
        }
        return
            "\(results.replicates) replicates for each policy and point. In a replicate all policies meet the same"
            + " draws, so differences are paired; replicates are independent of each other. \(measured)"
            + (results.replication.note.map { " " + $0 } ?? "")
    }
}
