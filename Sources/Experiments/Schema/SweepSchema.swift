import Files
import Workload

extension Kind where Value == SweepDesign {
    /// The `sweep` of an experiment file. What it describes is kept as it was written, so nothing is written
    /// from it.
    static var sweepDesign: Kind {
        let ways = ["grid", "list", "latin-hypercube", "random"]
        let expected = "one of \(ways.joined(separator: ", "))"
        return Kind(expected) { node, base, faults in
            guard let entries = node.entries, entries.count == 1, let entry = entries.first else {
                faults.expected(expected, node, remedy: "write grid: {SETTING: [VALUE, VALUE]}")
                return base
            }
            switch entry.key {
            case "grid": return .grid(SweepReader.axes(entry.value, needsSteps: true, faults))
            case "list": return .list(SweepReader.points(entry.value, faults))
            case "latin-hypercube":
                return .sampled(SweepReader.sampling(.latinHypercube, entry.value, faults))
            case "random": return .sampled(SweepReader.sampling(.random, entry.value, faults))
            default:
                faults.add(
                    entry.origin, "there is no kind of sweep '\(entry.key.prefix(60))'",
                    remedy: Suggestion.remedy(for: entry.key, among: ways))
                return base
            }
        } write: { _ in
            ConfigNode(.null)
        }
    }
}

/// Reads the parts of a sweep.
private enum SweepReader {
    /// Settings that tell runs apart in other ways than a sweep does.
    private static let excluded = [
        "sweep", "replicates", "metrics", "name", "description", "reference", "hold",
    ]

    static func path(_ entry: ConfigNode.Entry, _ faults: Faults) -> SettingPath? {
        do throws(SettingPath.Misfit) {
            let path = try SettingPath(entry.key)
            if path.names == ["seed"] {
                faults.add(
                    entry.origin, "'seed' cannot be swept",
                    remedy: "write replicates: 20; each replicate draws anew")
                return nil
            }
            if excluded.contains(path.names[0]) || path.text == "policies" {
                faults.add(entry.origin, "'\(path.names[0])' is not a setting of a scenario")
                return nil
            }
            return path
        } catch {
            faults.add(entry.origin, "'\(entry.key.prefix(200))': \(error.problem)", remedy: error.remedy)
            return nil
        }
    }

    /// `SETTING: [VALUE ...]` or `SETTING: {from: ..., to: ...}`.
    static func axes(_ node: ConfigNode, needsSteps: Bool, _ faults: Faults) -> [SweepAxis] {
        guard let entries = node.entries, !entries.isEmpty else {
            faults.expected("settings with their values", node, remedy: "write SETTING: [VALUE, VALUE]")
            return []
        }
        return entries.compactMap { entry in
            guard let path = path(entry, faults) else { return nil }
            switch entry.value.content {
            case .list(let values) where !values.isEmpty:
                if let twice = firstRepeated(values) {
                    faults.add(twice, "\(twice.description) is given twice", remedy: "remove one of them")
                }
                return SweepAxis(path: path, values: .listed(values), origin: entry.origin)
            case .mapping:
                guard let range = AxisRange(entry.value, needsSteps: needsSteps, faults) else { return nil }
                return SweepAxis(path: path, values: .range(range), origin: entry.origin)
            default:
                faults.expected("a list of values or a range", entry.value, remedy: "write [VALUE, VALUE]")
                return nil
            }
        }
    }

    private static func firstRepeated(_ values: [ConfigNode]) -> ConfigNode? {
        var seen: Set<ConfigNode> = []
        return values.first { !seen.insert($0).inserted }
    }

    /// `- {SETTING: VALUE, SETTING: VALUE}`: every entry names the same settings.
    static func points(_ node: ConfigNode, _ faults: Faults) -> [[SweepAssignment]] {
        guard case .list(let nodes) = node.content, !nodes.isEmpty else {
            faults.expected("a list", node, remedy: "write - {SETTING: VALUE, SETTING: VALUE}")
            return []
        }
        let names = nodes.first?.entries?.map(\.key) ?? []
        return nodes.map { point in
            guard let entries = point.entries, !entries.isEmpty else {
                faults.expected("settings with a value each", point)
                return []
            }
            guard Set(entries.map(\.key)) == Set(names) else {
                faults.add(
                    point, "it names other settings than the first of the list",
                    remedy: "give each of \(names.joined(separator: ", "))")
                return []
            }
            return names.compactMap { name in
                guard let entry = entries.first(where: { $0.key == name }), let path = path(entry, faults)
                else { return nil }
                return SweepAssignment(path: path, value: entry.value, origin: entry.origin)
            }
        }
    }

    /// `{samples: 50, seed: 1, settings: {...}}`.
    static func sampling(
        _ method: SweepSampling.Method, _ node: ConfigNode, _ faults: Faults
    ) -> SweepSampling {
        let axes = Kind<[SweepAxis]>("settings with their ranges") { node, _, faults in
            self.axes(node, needsSteps: false, faults)
        } write: { _ in
            ConfigNode(.null)
        }
        let record = Record(
            "a sampled sweep",
            [
                Field("samples", \SweepSampling.samples, .whole(1...1_000_000), required: true),
                Field("seed", \SweepSampling.seed, .seed),
                Field("settings", \SweepSampling.axes, axes, required: true),
            ])
        return record.read(node, over: SweepSampling(method: method), faults)
    }
}
