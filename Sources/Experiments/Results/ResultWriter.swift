import EventKernel
import Files
import Simulator
import Workload

/// Writes what the variants of an experiment gave.
///
/// All files but `manifest.json` are a function of (experiment, workload, version): the cost of the runs and
/// the arguments stand in the manifest alone.
public struct ResultWriter {
    /// The experiment, with the workload loaded.
    public var experiment: Experiment
    /// The workload.
    public var workload: Workload
    /// The runs, in the order of the variants.
    public var runs: [VariantRun]
    /// The command's arguments.
    public var arguments: [String]

    /// A writer of these results.
    public init(experiment: Experiment, workload: Workload, runs: [VariantRun], arguments: [String]) {
        self.experiment = experiment
        self.workload = workload
        self.runs = runs
        self.arguments = arguments
    }

    /// Writes all files and gives the directory its name.
    /// - Throws: `InputError` when something cannot be written.
    public func write(to directory: consuming ResultDirectory) throws {
        try directory.write("experiment.yaml", experiment.resolved)
        try directory.write("results.json", results.text)
        try directory.write("results.csv", resultsCSV)
        try writeFunctions(directory)
        try writeApplications(directory)
        try writeTimeline(directory)
        try directory.finish(manifest: manifest)
    }

    /// What the runs gave, without the big tables.
    public var results: JSONValue {
        .object([
            ("pagefold", .string(pagefoldVersion)), ("experiment", .string(experiment.name)),
            ("seed", .whole(experiment.seed)), ("workload", .string(workload.provenance.title)),
            ("variants", .array(runs.map(ResultWriter.results))),
        ])
    }

    private static func results(of run: VariantRun) -> JSONValue {
        let states = zip(run.scenario.idleStates.dropFirst(), run.record.starts.restored)
        return .object(
            [
                ("variant", .string(run.name)), ("fingerprint", .string(run.fingerprint)),
                ("metrics", .object(Metric.all.map { ($0.name, $0.value(run.record)) })),
                ("starts_by_idle_state", .object(states.map { ($0.name, .whole($1)) })),
            ] + run.mechanismMembers)
    }

    /// Where the results come from, and what they cost.
    public var manifest: [(String, JSONValue)] {
        let provenance = workload.provenance
        let tree = experiment.resolvedNode
        return [
            ("pagefold", .string(pagefoldVersion)), ("experiment", .string(experiment.name)),
            ("description", .string(experiment.description)), ("seed", .whole(experiment.seed)),
            ("arguments", .array(arguments.map { .string($0) })),
            (
                "workload",
                .object([
                    ("title", .string(provenance.title)),
                    ("applications", .whole(UInt64(workload.applications.count))),
                    ("functions", .whole(UInt64(workload.functions.count))),
                    ("horizon_s", .number(workload.horizon.seconds)),
                    ("settings", tree["workload"].map { JSONValue($0) } ?? .null),
                    ("inputs", .array(provenance.inputs.map(\.json))),
                    ("warnings", .array(provenance.warnings.map(\.json))),
                ])
            ),
            ("variants", .array(runs.map(entry))),
        ]
    }

    private func entry(_ run: VariantRun) -> JSONValue {
        let record = experiment.schema.scenario
        return .object([
            ("variant", .string(run.name)), ("fingerprint", .string(run.fingerprint)),
            ("scenario", JSONValue(record.write(run.scenario))),
            (
                "cost",
                .object([
                    ("cpu_s", .number(run.cpuSeconds)), ("wall_s", .number(run.wallSeconds)),
                    ("events", .whole(run.record.eventsHandled)),
                ])
            ),
        ])
    }

    private var resultsCSV: String {
        var text = CSVRow.line(["variant", "seed"] + Metric.all.map(\.name) + ["fingerprint"])
        for run in runs {
            var row = CSVRow()
            row.add(run.name)
            row.add(experiment.seed)
            for metric in Metric.all { row.add(metric.value(run.record)) }
            row.add(run.fingerprint)
            text += row.line()
        }
        return text
    }

    private func writeFunctions(_ directory: borrowing ResultDirectory) throws {
        var file = try directory.file("functions.csv")
        file.write(
            CSVRow.line([
                "variant", "application", "function", "arrived", "cold", "failed", "startup_sum_s",
                "behaves_as",
            ]))
        for run in runs {
            for (function, row) in zip(workload.functions, run.record.functions) {
                var line = CSVRow()
                line.add(run.name)
                line.add(workload.applications[function.application.index].name)
                line.add(function.name)
                line.add(row.invocations)
                line.add(row.cold)
                line.add(row.failed)
                line.add(row.startupSeconds)
                line.add(row.behavesAs?.name ?? "")
                file.write(line.line())
            }
        }
        try file.close()
    }

    private func writeApplications(_ directory: borrowing ResultDirectory) throws {
        var file = try directory.file("applications.csv")
        file.write(
            CSVRow.line([
                "variant", "application", "arrived", "cold", "failed", "cold_share", "wasted_byte_s",
            ]))
        for run in runs {
            for (application, row) in zip(workload.applications, run.record.applications) {
                var line = CSVRow()
                line.add(run.name)
                line.add(application.name)
                line.add(row.invocations)
                line.add(row.cold)
                line.add(row.failed)
                line.add(row.coldShare)
                line.add(row.wastedByteSeconds)
                file.write(line.line())
            }
        }
        try file.close()
    }

    private func writeTimeline(_ directory: borrowing ResultDirectory) throws {
        var file = try directory.file("timeline.csv")
        let purposes = MemoryPurpose.allCases.map { "\($0)_bytes" }
        file.write(
            CSVRow.line(
                ["variant", "time_s"] + purposes + [
                    "sandboxes", "idle", "waiting", "arrived", "cold", "evicted",
                ]))
        for run in runs {
            for row in run.record.timeline {
                var line = CSVRow()
                line.add(run.name)
                line.add(row.time)
                for amount in row.memory { line.add(amount) }
                for count in [row.sandboxes, row.idle, row.waiting, row.arrived, row.cold, row.evicted] {
                    line.add(count)
                }
                file.write(line.line())
            }
        }
        try file.close()
    }
}
