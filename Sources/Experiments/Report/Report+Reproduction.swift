/// The part that says how to run it again.
extension Report {
    var reproduction: [HTMLNode] {
        let commands = input.commands.isEmpty ? usualCommands : input.commands
        return [
            .tag(
                "p",
                """
                Save the definition below as \(fileName), beside the files that the workload names, and run these \
                commands with Pagefold \(input.version). The same version gives the same numbers on every machine, \
                whatever the number of workers.
                """),
            .tag("pre", .tag("code", .text(commands.joined(separator: "\n")))),
            .tag("p", .text(seeds)),
            .details(
                "All settings: the definition of the sweep",
                [.tag("pre", .tag("code", .text(input.definition)))]),
        ]
    }

    /// The experiment's name as the name of a file, with nothing that a shell would take for something else.
    private var fileName: String {
        let kept = results.experiment.unicodeScalars.map { scalar in
            scalar.isASCII
                && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || scalar == "-")
                ? Character(scalar) : "-"
        }
        let name = String(kept.prefix(60)).drop { $0 == "-" }
        return (name.isEmpty ? "experiment" : String(name)) + ".yaml"
    }

    private var usualCommands: [String] {
        let base = fileName.dropLast(".yaml".count)
        return [
            "pagefold sweep \(fileName) --store \(base).sqlite", "pagefold compare \(base).sqlite",
            "pagefold report \(base).sqlite --output \(base).html",
        ]
    }

    private var seeds: String {
        let shown = results.seeds.prefix(20).map(String.init).joined(separator: ", ")
        let rest = results.seeds.count > 20 ? ", … (\(results.seeds.count) seeds)" : ""
        return "Seeds of the replicates, the same for all policies and points: \(shown)\(rest)."
    }
}
