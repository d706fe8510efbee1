import ArgumentParser
import Files
import PageContent

struct ProfileBuild: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build",
        abstract: "Makes a profile of snapshots: what their pages share, without any content.",
        discussion: """
            Each function needs two instances; five tell how much instances differ. The profile is measured under every
            combination of --sampler, --chunk and --cardinality.

            Examples:
              pagefold profile build captures/on --output on.pfprofile
              pagefold profile build captures/on --sampler artifact,spread --chunk 32,64,128 -o on.pfprofile
              pagefold profile build captures/on --records artifact --output on.pfprofile
            """)

    @OptionGroup var source: ProfileSource
    @OptionGroup var dedup: DedupOptions

    @Option(
        name: .shortAndLong, help: ArgumentHelp("The profile to write.", valueName: "FILE.pfprofile"))
    var output: String

    @Option(
        help: ArgumentHelp(
            "Keeps, page by page, which chunks are shared, for these rules (with 64 B, 5 a page).",
            valueName: "rules"))
    var records: String?

    @Flag(name: .shortAndLong, help: "Shows no progress.")
    var quiet = false

    func run() throws {
        let builder = try source.builder(measures: dedup.settings(), records: recordSettings())
        let progress = StepProgress(title: "profile", isQuiet: quiet)
        let profile = builder.build { progress.reached($0, of: $1) }
        progress.finish()
        try ProfileFile.write(profile, to: output)
        if !quiet { Terminal.note("wrote \(output)") }
    }

    private func recordSettings() throws -> [DedupSettings] {
        guard let records else { return [] }
        var options = dedup
        options.sampler = records
        options.chunk = "64"
        options.cardinality = "5"
        return try options.settings()
    }
}
