import ArgumentParser
import Experiments
import Files
import Workload

struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Writes a sweep as one self-contained HTML page: question, set-up, tables, figures.",
        discussion: """
            Figures need Python with what plots/requirements.txt names; scripts/figures prepares it. Without \
            it the page has none, and says so.

            Examples:
              pagefold report results/sweep.sqlite
              pagefold report results/sweep.sqlite --metrics cold_share,memory_saved --output sweep.html
            """)

    @Argument(help: ArgumentHelp("The result store.", valueName: "store"))
    var store: String

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("The page. Default: the store's name with .html.", valueName: "file"))
    var output: String?

    @Option(
        help: ArgumentHelp("The metrics to show. Default: those of the experiment.", valueName: "a,b,..."))
    var metrics: String?

    @Option(help: ArgumentHelp("The policy that others are compared with.", valueName: "policy"))
    var reference: String?

    @OptionGroup var confidence: ConfidenceOption

    @Flag(help: "Draws no figures.")
    var noFigures = false

    func run() throws {
        let store = try ResultStore(reading: store)
        let selection = try metrics.map { try MetricSelection(list: $0) } ?? store.chosenMetrics()
        var results = try store.results(metrics: selection.stored)
        if let reference { try results.setReference(to: reference) }
        try results.refuseEmptyPlaces()
        var input = ReportInput(
            comparison: try Comparison(try selection.applied(to: results), level: confidence.level),
            definition: store.definition, version: store.version, workloads: try store.workloads(),
            warmUp: try WarmUpAdvice(store).text)
        draw(into: &input)
        let path = output ?? Self.page(for: self.store)
        var file = try AtomicFile(path: path)
        try file.write(Report(input).html)
        try file.commit()
        Terminal.print("\(path): \(input.figures.count) figures")
    }

    private func draw(into input: inout ReportInput) {
        if noFigures {
            input.figureProblem = "--no-figures was given"
            return
        }
        do {
            input.figures = try FigureDrawer().figures(of: store)
        } catch {
            input.figureProblem = "\(error)"
            Terminal.note("pagefold: the page has no figures: \(error)")
        }
    }

    /// The page of a store: the same name with another ending.
    private static func page(for store: String) -> String {
        store.hasSuffix(".sqlite") ? "\(store.dropLast(".sqlite".count)).html" : "\(store).html"
    }
}
