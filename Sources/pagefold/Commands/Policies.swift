import ArgumentParser
import Experiments
import Simulator

struct Policies: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Lists the policies that experiment files can name, with their parameters and defaults.",
        discussion: """
            Examples:
              pagefold policies
              pagefold policies --json
              pagefold policies --markdown > policies.md
            """)

    @Flag(help: "Prints JSON.")
    var json = false

    @Flag(help: "Prints Markdown.")
    var markdown = false

    func validate() throws {
        if json && markdown { throw ValidationError("--json and --markdown exclude each other.") }
    }

    func run() {
        let listing = PolicyListing(.standard)
        Terminal.print(json ? listing.json.text : markdown ? listing.markdown : listing.text, terminator: "")
    }
}
