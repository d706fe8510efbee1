import ArgumentParser
import PageContent

struct ProfileInfo: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "info",
        abstract: "Describes profiles: what sandboxes hold, and what they share.",
        discussion: """
            Examples:
              pagefold profile info on.pfprofile
              pagefold profile info on.pfprofile --pairs
              pagefold profile info experiments/profiles/*.pfprofile --json
            """)

    @Argument(help: "Profiles.")
    var profiles: [String]

    @Flag(help: "Shows the page saving of each function against each base function.")
    var pairs = false

    @Flag(help: "Prints JSON.")
    var json = false

    func run() throws {
        let reports = try profiles.map { ProfileReport(try ProfileFile.read($0), path: $0) }
        if json {
            Terminal.print(ProfileReport.json(reports).text, terminator: "")
        } else {
            Terminal.print(
                reports.map { $0.text(width: Terminal.width, pairs: pairs) }.joined(separator: "\n"),
                terminator: "")
        }
    }
}
