import ArgumentParser
import Experiments
import Workload

struct TraceInfo: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "info",
        abstract: "Describes traces: how many functions, how often called, how long, how large.",
        discussion: """
            With --against, tells how far the trace is from a published one: Kolmogorov-Smirnov distances of
            its marginals, 0 for the same to 1 (azure2019, or azure2019Day1 for one day's calls).

            Examples:
              pagefold trace info days1-3.pftrace
              pagefold trace info joint_100 joint_250 --json
              pagefold trace info small.pftrace --against azure2019
            """)

    @Argument(help: "Traces: files or directories.")
    var traces: [String]

    @Option(help: ArgumentHelp("A published trace to compare with.", valueName: "name"))
    var against: PublishedTrace?

    @Flag(help: "Prints JSON.")
    var json = false

    @OptionGroup var options: TraceInput

    func run() throws {
        var reports: [TraceReport] = []
        for path in traces {
            let workload = try options.open(path)
            workload.noteWarnings()
            reports.append(TraceReport(workload, path: path, against: against))
        }
        if json {
            Terminal.print(JSONValue.array(reports.map(\.json)).text, terminator: "")
        } else {
            Terminal.print(reports.map(\.text).joined(separator: "\n"), terminator: "")
        }
    }
}

extension PublishedTrace: ExpressibleByArgument {}
