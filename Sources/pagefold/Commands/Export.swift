import ArgumentParser
import Experiments
import Files
import Workload

struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Writes every run of a result store as CSV or JSON Lines.",
        discussion: """
            One row for each point, policy and replicate, in that order. Without --costs the text depends on \
            the experiment alone.

            Examples:
              pagefold export results/sweep.sqlite > runs.csv
              pagefold export results/sweep.sqlite --format jsonl --output runs.jsonl
            """)

    @Argument(help: ArgumentHelp("The result store.", valueName: "store"))
    var store: String

    @Option(help: "csv or jsonl.")
    var format = StoreExport.Format.csv

    @Option(name: .shortAndLong, help: ArgumentHelp("Writes to this file.", valueName: "file"))
    var output: String?

    @Flag(help: "Adds processor time and time of each run.")
    var costs = false

    func run() throws {
        let store = try ResultStore(reading: store)
        let runs = try store.results(metrics: [])
        if runs.replicates == 0 {
            throw InputError(
                file: store.path, "the store has no run, so there is nothing to export",
                remedy: "give the pagefold sweep command again")
        }
        do {
            try runs.refuseEmptyPlaces()
        } catch let error as InputError {
            Terminal.note("pagefold: warning: \(error)")
        }
        let export = StoreExport(store, format: format, withCosts: costs)
        guard let output else { return try export.write { Terminal.print($0, terminator: "", isData: true) } }
        var file = try AtomicFile(path: output)
        try export.write { try file.write($0) }
        try file.commit()
    }
}

extension StoreExport.Format: ExpressibleByArgument {}
