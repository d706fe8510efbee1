import ArgumentParser
import Experiments

struct SweepList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Shows what is in a result store: points, policies, replicates.",
        discussion: """
            Examples:
              pagefold sweep list results/sweep.sqlite
              pagefold sweep list results/sweep.sqlite --definition > again.yaml
            """)

    @Argument(help: ArgumentHelp("The result store.", valueName: "store"))
    var store: String

    @Flag(help: "Prints the complete experiment, which pagefold sweep reads.")
    var definition = false

    func run() throws {
        let store = try ResultStore(reading: store)
        if definition { return Terminal.print(store.definition, terminator: "", isData: true) }
        Terminal.print(try StoreOverview(store).text(of: store, width: Terminal.width), terminator: "")
    }
}
