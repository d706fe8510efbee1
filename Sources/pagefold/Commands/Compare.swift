import ArgumentParser
import Experiments
import Files
import Workload

struct Compare: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Compares the policies of a sweep, paired over its replicates.",
        discussion: """
            Examples:
              pagefold compare results/sweep.sqlite
              pagefold compare results/sweep.sqlite --metrics cold_share,memory_saved --reference fixed
              pagefold compare results/sweep.sqlite --point 'memory=8 GiB'
              pagefold compare results/sweep.sqlite --pareto cold_share,memory_mean_bytes
              pagefold compare results/sweep.sqlite --csv > comparison.csv
            """)

    @Argument(help: ArgumentHelp("The result store.", valueName: "store"))
    var store: String

    @Option(
        help: ArgumentHelp("The metrics to show. Default: those of the experiment.", valueName: "a,b,..."))
    var metrics: String?

    @Option(help: ArgumentHelp("The policy that others are compared with.", valueName: "policy"))
    var reference: String?

    @Option(
        help: ArgumentHelp(
            "Shows one point in full: its number, or settings such as 'memory=8 GiB'; may be repeated.",
            valueName: "point"))
    var point: [String] = []

    @Option(help: ArgumentHelp("Shows the Pareto front of two metrics instead.", valueName: "x,y"))
    var pareto: String?

    @OptionGroup var confidence: ConfidenceOption

    @OptionGroup var format: ResultFormat

    func run() throws {
        let store = try ResultStore(reading: store)
        let selection = try selection(in: store)
        var results = try store.results(metrics: selection.stored)
        if let reference { try results.setReference(to: reference) }
        results = try selection.applied(to: results)
        let points = try results.points(selectedBy: point)
        try results.refuseEmptyPlaces(points: points)
        if pareto != nil {
            let front = try ParetoFront(
                results, selection.names[0], selection.names[1], points: points, level: confidence.level)
            format.print(
                text: front.text(width: Terminal.width), markdown: front.markdown, csv: front.csv,
                json: front.json)
        } else {
            var comparison = try Comparison(
                results, points: points, byPoint: point.isEmpty ? nil : true, level: confidence.level)
            comparison.warmUp = try WarmUpAdvice(store).warning
            format.print(
                text: comparison.text(width: Terminal.width), markdown: comparison.markdown,
                csv: comparison.csv, json: comparison.json)
        }
    }

    private func selection(in store: ResultStore) throws -> MetricSelection {
        if let pareto {
            let selection = try MetricSelection(list: pareto)
            guard selection.names.count == 2 else {
                throw InputError(
                    "--pareto takes two metrics", remedy: "for example cold_share,memory_mean_bytes")
            }
            return selection
        }
        if let metrics { return try MetricSelection(list: metrics) }
        return try store.chosenMetrics()
    }
}

/// How a result is printed.
struct ResultFormat: ParsableArguments {
    @Flag(help: "Prints JSON.")
    var json = false

    @Flag(help: "Prints CSV.")
    var csv = false

    @Flag(help: "Prints Markdown.")
    var markdown = false

    func validate() throws {
        if [json, csv, markdown].count(where: { $0 }) > 1 {
            throw ValidationError("--json, --csv and --markdown exclude each other.")
        }
    }

    /// Prints one of these.
    func print(
        text: @autoclosure () -> String, markdown: @autoclosure () -> String, csv: @autoclosure () -> String,
        json: @autoclosure () -> JSONValue
    ) {
        let result = self.json ? json().text : self.csv ? csv() : self.markdown ? markdown() : text()
        Terminal.print(result, terminator: "", isData: self.csv)
    }
}

/// The level of a comparison's intervals and verdicts.
struct ConfidenceOption: ParsableArguments {
    @Option(help: ArgumentHelp("The level of intervals and of significance.", valueName: "level"))
    var level = 0.95

    func validate() throws {
        do {
            try Confidence.check(level)
        } catch let error as InputError {
            throw ValidationError("--level: \(error)")
        }
    }
}
