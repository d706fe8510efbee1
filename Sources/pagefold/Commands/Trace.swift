import ArgumentParser

struct Trace: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Looks at traces, imports them, generates and samples them.",
        discussion: """
            Examples:
              pagefold trace info days1-3.pftrace
              pagefold trace import azurefunctions-dataset2019 --days 1..3 --output days1-3.pftrace
              pagefold trace generate --functions 2000 --output small.pftrace
              pagefold trace sample days1-3.pftrace --count 500 --output 500.pftrace
            """,
        subcommands: [TraceInfo.self, TraceImport.self, TraceGenerate.self, TraceSample.self])
}
