import ArgumentParser
import Experiments
import Files
import Glibc
import Workload

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Fails when a sweep became worse than its baseline, beyond a tolerance and beyond chance.",
        discussion: """
            Examples:
              pagefold check gate.sqlite --baseline gate.baseline.yaml --update
              pagefold check gate.sqlite --baseline gate.baseline.yaml
              pagefold check gate.sqlite --baseline gate.baseline.yaml --junit gate.xml --markdown gate.md

            docs/check.md explains tolerances, the statistics and how to use it in pipelines.
            Exit status 1: something is worse than tolerated, or missing.
            """)

    @Argument(help: ArgumentHelp("The result store.", valueName: "store"))
    var store: String

    @Option(help: ArgumentHelp("The baseline to compare with.", valueName: "file"))
    var baseline: String

    @Flag(help: "Writes the baseline from the store; tolerances stay.")
    var update = false

    @Option(
        help: ArgumentHelp(
            "With --update: the metrics to watch. Default: those of the baseline, or of the experiment.",
            valueName: "a,b,..."))
    var metrics: String?

    @Option(
        help: ArgumentHelp("How much worse a metric may become; may be repeated.", valueName: "metric=1%"))
    var tolerance: [String] = []

    @Option(help: ArgumentHelp("The chance of a false alarm. Default: the baseline's.", valueName: "level"))
    var level: Double?

    @Option(help: ArgumentHelp("Writes JUnit XML into this file.", valueName: "file"))
    var junit: String?

    @Option(help: ArgumentHelp("Writes Markdown into this file; - prints it.", valueName: "file"))
    var markdown: String?

    @Flag(help: "Prints JSON instead of text.")
    var json = false

    func validate() throws {
        if metrics != nil && !update { throw ValidationError("--metrics needs --update.") }
        if json && markdown == "-" { throw ValidationError("--json and --markdown - exclude each other.") }
        if update && (junit != nil || markdown != nil || json) {
            throw ValidationError("--update checks nothing, so there is nothing to report.")
        }
        if let level, !(level > 0 && level < 0.5) {
            throw ValidationError("--level must be above 0 and below 0.5.")
        }
    }

    func run() throws {
        let store = try ResultStore(reading: store)
        let tolerances = try tolerance.map { try ToleranceOption($0) }
        if update { return try write(store, tolerances) }
        guard access(baseline, F_OK) == 0 else {
            throw InputError(
                file: baseline, "there is no baseline",
                remedy: "--update writes one from the store; \(InputError.remedyForMissing(baseline))")
        }
        var baseline = try Baseline(
            text: TextFile.read(baseline, limit: Baseline.sizeLimit), file: baseline)
        try baseline.apply(tolerances)
        let check = try Check(results(baseline.knownMetrics, in: store), against: baseline, level: level)
        if let junit { try save(check.junit, to: junit) }
        if let markdown, markdown != "-" { try save(check.markdown, to: markdown) }
        if markdown == "-" {
            Terminal.print(check.markdown, terminator: "")
        } else {
            Terminal.print(json ? check.json.text : check.text(width: Terminal.width), terminator: "")
        }
        if !check.passed { throw Failure.CheckFailed() }
    }

    private func results(_ names: [String], in store: ResultStore) throws -> SweepResults {
        let selection = try MetricSelection(names)
        return try selection.applied(to: store.results(metrics: selection.stored))
    }

    private func save(_ text: String, to path: String) throws {
        var file = try AtomicFile(path: path)
        try file.write(text)
        try file.commit()
    }

    private func write(_ store: ResultStore, _ tolerances: [ToleranceOption]) throws {
        var old: Baseline?
        if access(baseline, F_OK) == 0 {
            old = try Baseline(text: TextFile.read(baseline, limit: Baseline.sizeLimit), file: baseline)
        }
        let names: [String]
        if let metrics {
            names = try MetricSelection(list: metrics).names
        } else {
            names = try old?.knownMetrics ?? store.chosenMetrics().names
        }
        let new = try Baseline(
            results(names, in: store), replacing: old, standard: store.chosenTolerances(),
            tolerances: tolerances, level: level)
        let changes = BaselineChanges(from: old, to: new)
        if changes.isNothing { return Terminal.print("\(baseline) is as it should be.") }
        try save(new.fileText(), to: baseline)
        Terminal.print(changes.text(width: Terminal.width), terminator: "")
    }
}
