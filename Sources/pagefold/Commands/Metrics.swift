import ArgumentParser
import Experiments

struct Metrics: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Lists the metrics of a run: name, meaning, which way is better.",
        discussion: """
            Examples:
              pagefold metrics
            """)

    func run() { Terminal.print(MetricListing.text, terminator: "") }
}
