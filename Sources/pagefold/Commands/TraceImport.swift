import ArgumentParser

struct TraceImport: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Reads a trace in another format and keeps it for quick loading.",
        discussion: """
            Formats: azure2019 (a directory of the Azure Functions 2019 release, or of samples with
            invocations.csv, durations.csv and memory.csv), azure2021 (one file), events (CSV with the
            columns time, function, duration, and more if known).

            Examples:
              pagefold trace import azurefunctions-dataset2019 --days 1..3 --output days1-3.pftrace
              pagefold trace import AzureFunctionsInvocationTraceForTwoWeeksJan2021.txt --output 2021.pftrace
            """)

    @Argument(help: "The trace: a file or a directory.")
    var input: String

    @OptionGroup var options: TraceInput
    @OptionGroup var output: TraceOutput

    func run() throws {
        try output.check()
        let workload = try options.open(input)
        workload.noteWarnings()
        try output.write(workload)
    }
}
