import ArgumentParser

struct Trace: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Looks at traces, imports them, generates and samples them.",
        subcommands: [TraceImport.self, TraceGenerate.self])
}
