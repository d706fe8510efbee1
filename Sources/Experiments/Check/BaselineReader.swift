import Files
import Statistics
import Workload

extension Baseline {
    /// Most bytes that a baseline file may have.
    public static let sizeLimit = YAMLReader.sizeLimit

    /// Reads a baseline.
    /// - Throws: `InputError` or `InputErrors`, with file and line, for what is not as `fileText()` writes it.
    public init(text: String, file: String) throws {
        let tree = try YAMLReader.read(text, file: file)
        guard tree["pagefold-baseline"] != nil else {
            throw InputError(
                file: file, "this is not a baseline", remedy: "pagefold check --update writes one")
        }
        let faults = Faults(file: file)
        let draft = BaselineDraft.record.read(tree, over: BaselineDraft(), faults)
        try faults.throwIfAny()
        let reader = PointReader(metrics: draft.metrics, seeds: draft.seeds, faults: faults)
        let points = draft.points.map { reader.points($0) } ?? []
        try faults.throwIfAny()
        self.init(
            experiment: draft.experiment, version: draft.version, level: draft.level, metrics: draft.metrics,
            seeds: draft.seeds, points: points)
    }
}

/// What stands at the top of a baseline file.
private struct BaselineDraft {
    var format = 0
    var experiment = ""
    var version = ""
    var level = Baseline.standardLevel
    var metrics: [Baseline.Metric] = []
    var seeds: [UInt64] = []
    var points: ConfigNode?

    static var record: Record<BaselineDraft> {
        Record(
            "a baseline",
            [
                Field(
                    "pagefold-baseline", \.format,
                    .whole(1...1_000_000).limited(to: "\(Baseline.format): another version wrote this file") {
                        $0 == Baseline.format
                    }, required: true),
                Field("experiment", \.experiment, .text, required: true),
                Field("version", \.version, .text, required: true),
                Field(
                    "level", \.level, .number.limited(to: "above 0 and below 0.5") { $0 > 0 && $0 < 0.5 },
                    required: true),
                Field("metrics", \.metrics, metricsKind, required: true),
                Field("seeds", \.seeds, seedsKind, required: true),
                Field("points", required: true) { node, draft, _ in
                    draft.points = node
                } write: {
                    $0.points
                },
            ])
    }

    private static var seedsKind: Kind<[UInt64]> {
        Kind<UInt64>.seed.list(blank: 0).limited(to: "one or more, each once") {
            !$0.isEmpty && Set($0).count == $0.count
        }
    }

    private static var metricsKind: Kind<[Baseline.Metric]> {
        Kind("tolerances by metric") { node, base, faults in
            guard let entries = node.entries, !entries.isEmpty else {
                faults.expected("tolerances by metric", node, remedy: "for example cold_share: 1 %")
                return base
            }
            return entries.map { entry in
                let tolerance = Tolerance.kind(metric: entry.key).read(entry.value, .standard, faults)
                return Baseline.Metric(name: entry.key, tolerance: tolerance)
            }
        } write: { metrics in
            .mapping(metrics.map { ($0.name, Tolerance.kind(metric: $0.name).write($0.tolerance)) })
        }
    }
}

/// Reads the points of a baseline file, once its metrics and seeds are known.
private struct PointReader {
    let metrics: [Baseline.Metric]
    let seeds: [UInt64]
    let faults: Faults

    func points(_ node: ConfigNode) -> [Baseline.Point] {
        guard case .list(let nodes) = node.content, !nodes.isEmpty else {
            faults.expected("a list of points", node)
            return []
        }
        var seen: Set<SweepPoint> = []
        return nodes.map { node in
            let point = record.read(
                node, over: Baseline.Point(settings: SweepPoint([]), policies: []), faults)
            if !seen.insert(point.settings.inOrder).inserted {
                faults.add(node, "this point is given twice", remedy: "remove one of them")
            }
            return point
        }
    }

    private var record: Record<Baseline.Point> {
        Record(
            "a point",
            [
                Field("settings", \.settings, settingsKind, required: true),
                Field("policies", \.policies, policiesKind, required: true),
            ])
    }

    private var settingsKind: Kind<SweepPoint> {
        Kind("settings") { node, base, faults in
            guard let entries = node.entries else {
                faults.expected("settings such as {seed: 1}, or {}", node)
                return base
            }
            return SweepPoint(
                entries.map { entry in
                    if entry.value.scalar == nil { faults.expected("a value", entry.value) }
                    return SweepPoint.Setting(path: entry.key, value: entry.value.scalar ?? "")
                })
        } write: { point in
            .mapping(point.settings.map { ($0.path, .text($0.value)) })
        }
    }

    private var policiesKind: Kind<[Baseline.Policy]> {
        Kind("policies by name") { node, base, faults in
            guard let entries = node.entries, !entries.isEmpty else {
                faults.expected("policies by name", node)
                return base
            }
            return entries.map { entry in
                let lines = lines(of: entry.value)
                return Baseline.Policy(
                    name: entry.key, values: lines.map(\.values), amounts: lines.map(\.amounts))
            }
        } write: { _ in
            ConfigNode(.null)
        }
    }

    private func lines(of node: ConfigNode) -> [Line] {
        var lines = [Line](repeating: Line(), count: metrics.count)
        guard let entries = node.entries else {
            faults.expected("values by metric", node)
            return lines
        }
        for entry in entries {
            if let metric = metrics.firstIndex(where: { $0.name == entry.key }) {
                lines[metric] = line(entry.value)
            } else {
                faults.add(
                    entry.origin, "'\(entry.key.prefix(60))' is none of the metrics at the top",
                    remedy: Suggestion.remedy(for: entry.key, among: metrics.map(\.name)))
            }
        }
        return lines
    }

    /// The values of a line. Its mean and interval are for readers; they must be those of the values.
    private func line(_ node: ConfigNode) -> Line {
        let before = faults.errors.count
        let line = Line.record.read(node, over: Line(), faults)
        if faults.errors.count > before { return Line() }
        let remedy = "pagefold check --update writes the file anew"
        for (numbers, word) in [(line.values, "values"), (line.amounts, "amounts")]
        where numbers.count != seeds.count && (word == "values" || !numbers.isEmpty) {
            faults.add(node, "there are \(numbers.count) \(word) for \(seeds.count) seeds", remedy: remedy)
            return Line()
        }
        let summary = Baseline.summary(line.values, amounts: line.amounts)
        if !isNear(line.mean, summary.mean, 1e-9) || !isNear(line.halfWidth, summary.halfWidth, 1e-3) {
            faults.add(node, "mean and half-width are not those of the values", remedy: remedy)
        }
        if line.interval.count != summary.interval.count
            || !zip(line.interval, summary.interval).allSatisfy({ isNear($0, $1, 1e-3) })
        {
            faults.add(node, "the interval is not that of the values", remedy: remedy)
        }
        return line
    }

    private func isNear(_ given: Double?, _ computed: Double, _ tolerance: Double) -> Bool {
        guard let given else { return !computed.isFinite }
        return (given - computed).magnitude <= tolerance * max(given.magnitude, computed.magnitude)
    }

    private struct Line {
        var mean: Double?
        var halfWidth: Double?
        var interval: [Double] = []
        var values: [Double] = []
        var amounts: [Double] = []

        static var record: Record<Line> {
            Record(
                "values",
                [
                    Field("mean", \.mean, Kind<Double>.number.optional(blank: 0)),
                    Field("half-width", \.halfWidth, Kind<Double>.number.optional(blank: 0)),
                    Field("interval", \.interval, Kind<Double>.number.list(blank: .nan)),
                    Field("values", \.values, valueKind.list(blank: .nan), required: true),
                    Field("of", \.amounts, amountKind.list(blank: .nan)),
                ])
        }

        /// What a value is a share of: nothing is a share of less than nothing.
        private static var amountKind: Kind<Double> {
            valueKind.limited(to: "0 or more, or null") { $0.isNaN || $0 >= 0 }
        }

        private static var valueKind: Kind<Double> {
            Kind("a number, or null") { node, base, faults in
                node.content == .null ? .nan : Kind<Double>.number.read(node, base, faults)
            } write: {
                $0.isFinite ? Kind<Double>.number.write($0) : ConfigNode(.null)
            }
        }
    }
}

extension SweepPoint {
    /// The point with its settings in the order of their paths: equal for equal settings.
    var inOrder: SweepPoint { SweepPoint(settings.sorted { $0.path < $1.path }) }
}
