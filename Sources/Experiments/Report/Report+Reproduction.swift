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

    /// Every seed, those that follow each other as their ends: `1 to 20, 40`.
    static func runs(of seeds: [UInt64]) -> String {
        var runs: [(first: UInt64, last: UInt64)] = []
        for seed in seeds {
            if let last = runs.last, last.last < .max, last.last + 1 == seed {
                runs[runs.count - 1].last = seed
            } else {
                runs.append((seed, seed))
            }
        }
        return runs.map { run in
            switch run.last - run.first {
            case 0: "\(run.first)"
            case 1: "\(run.first), \(run.last)"
            default: "\(run.first) to \(run.last)"
            }
        }.joined(separator: ", ")
    }

    private var usualCommands: [String] {
        let base = fileName.dropLast(".yaml".count)
        return [
            "pagefold sweep \(fileName) --store \(base).sqlite", "pagefold compare \(base).sqlite",
            "pagefold report \(base).sqlite --output \(base).html",
        ]
    }

    private var seeds: String {
        "Seeds of the replicates, the same for all policies and points: \(Report.runs(of: results.seeds))."
    }
}
