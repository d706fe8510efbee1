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
        let export = StoreExport(try ResultStore(reading: store), format: format, withCosts: costs)
        guard let output else { return try export.write { Terminal.print($0, terminator: "", isData: true) } }
        var file = try AtomicFile(path: output)
        try export.write { try file.write($0) }
        try file.commit()
    }
}

extension StoreExport.Format: ExpressibleByArgument {}
