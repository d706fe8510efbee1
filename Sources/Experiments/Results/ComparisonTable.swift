import Simulator

/// The main numbers of several runs side by side: one column for each variant.
public struct ComparisonTable: Sendable {
    private let names: [String]
    private let rows: [Row]

    private struct Row {
        var label: String
        var cells: [String]
    }

    /// The table of these runs.
    public init(_ runs: [VariantRun]) {
        names = runs.map(\.name)
        let usesStates = runs.contains { $0.scenario.idleStates.count > 1 }
        rows = (ComparisonTable.lines + (usesStates ? ComparisonTable.linesOfStates : [])).map { line in
            let values = runs.map { line.value($0.record) }
            let decimals = line.isCount ? 0 : Decimal.decimals(for: values, most: 4)
            return Row(label: line.label, cells: values.map { Decimal.fixed($0, decimals: decimals) })
        }
    }

    private struct Line: Sendable {
        var label: String
        var isCount = false
        var value: @Sendable (RunRecord) -> Double?
    }

    private static func byApplication(_ share: Double, _ record: RunRecord) -> Double? {
        record.coldShare.byApplication.first { $0.share == share }.map { $0.value * 100 }
    }

    private static let lines: [Line] = [
        Line(label: "calls", isCount: true) { Double($0.invocations.arrived) },
        Line(label: "cold starts (% of calls)") { $0.coldShare.overall * 100 },
        Line(label: "  median application (%)") { byApplication(0.5, $0) },
        Line(label: "  75th-percentile application (%)") { byApplication(0.75, $0) },
        Line(label: "startup, mean (s)") { $0.startup.mean },
        Line(label: "startup p50 (s)") { $0.startup.p50 },
        Line(label: "startup p99 (s)") { $0.startup.p99 },
        Line(label: "end to end p99 (s)") { $0.endToEnd.p99 },
        Line(label: "slowdown, mean (ratio)") { $0.slowdown.mean },
        Line(label: "memory, mean (GiB)") { $0.memory.total.mean / 0x1p30 },
        Line(label: "memory, peak (GiB)") { Double($0.memory.total.peak) / 0x1p30 },
        Line(label: "wasted memory-time (GiB h)") { $0.wastedByteSeconds / 0x1p30 / 3_600 },
        Line(label: "evictions by policy", isCount: true) { Double($0.evictions.policy) },
        Line(label: "evictions for memory", isCount: true) { Double($0.evictions.reclaimed) },
        Line(label: "loads ahead of need", isCount: true) { Double($0.prewarms.loaded) },
        Line(label: "calls that waited", isCount: true) { Double($0.waiting.count) },
        Line(label: "calls timed out", isCount: true) { Double($0.invocations.timedOut) },
        Line(label: "calls refused", isCount: true) {
            Double($0.invocations.refusedFull + $0.invocations.refusedNeverFits)
        },
    ]

    /// Lines for scenarios with idle states besides warm.
    private static let linesOfStates: [Line] = [
        Line(label: "starts from idle states", isCount: true) { Double($0.starts.restored.reduce(0, +)) },
        metric("  startup of these, mean (s)", "restored_startup_mean_s"),
        metric("deduplicated sandboxes (%)", "dedup_share", scale: 100),
        metric("page memory saved (%)", "page_saving_share", scale: 100),
        metric("base pages read", "pages_read"),
        metric("CPU beside executions (core s)", "cpu_overhead_s"),
    ]

    private static func metric(_ label: String, _ name: String, scale: Double = 1) -> Line {
        let metric = Metric.all.first { $0.name == name }
        return Line(label: label) { record in (metric?.value(record).double).map { $0 * scale } }
    }

    /// What the numbers are worth, and the commands that show more than one draw.
    /// - Parameter overrides: what was set on the command line, as `NAME=VALUE`.
    public static func note(on experiment: Experiment, overrides: [String] = []) -> String {
        let store = ResultStore.standardPath(for: experiment.file)
        let isDrawn = experiment.workload.source?.isDrawn ?? true
        let said =
            isDrawn
            ? "One run of one draw is an anecdote: differences may be chance. To see which are not, run a sweep:"
            : "One run of one trace is an anecdote. To see what holds for its parts, run a sweep, N of its functions each:"
        let sample = isDrawn ? [] : ["replicates.sample.functions=N"]
        let settings = (overrides + sample).map { " --set \(ShellWord.quoted($0))" }.joined()
        return """
            \(said)
              pagefold sweep \(ShellWord.quoted(experiment.file)) --replicates 10\(settings)
              pagefold compare \(ShellWord.quoted(store))
            """
    }

    /// The table as aligned text, broken into blocks of at most `width` columns of characters.
    public func text(width: Int = 110) -> String { table { $0 }.text(width: width) }

    /// The table in Markdown.
    public var markdown: String {
        table { $0.hasPrefix("  ") ? "– " + $0.dropFirst(2) : $0 }.markdown
    }

    private func table(_ label: (String) -> String) -> TextTable {
        var table = TextTable([.words("")] + names.map { .numbers($0) })
        for row in rows { table.add([label(row.label)] + row.cells) }
        return table
    }
}
