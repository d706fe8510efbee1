import ArgumentParser
import Experiments
import Simulator
import Workload

struct Simulate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Runs each variant of an experiment once and compares them.",
        discussion: """
            Examples:
              pagefold simulate experiments/quickstart.yaml
              pagefold simulate experiments/quickstart.yaml --seed 3 --output results/seed3
              pagefold simulate experiments/quickstart.yaml --set cluster.nodes.0.count=50 --json
              pagefold simulate experiments/quickstart.yaml --set 'policies.fixed.idle.keep-alive=20 min'
              pagefold simulate experiments/quickstart.yaml --print-scenario > resolved.yaml

            Presets of cold starts, for `start:` in the file: \
            \(StartPreset.allCases.map(\.rawValue).joined(separator: ", ")).
            """)

    @OptionGroup var input: ExperimentInput

    @Flag(help: "Prints the results as JSON instead of a table.")
    var json = false

    @Flag(help: "Prints the table in Markdown.")
    var markdown = false

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("Writes all results into this new directory.", valueName: "directory"))
    var output: String?

    @Flag(help: "Lets --output replace older results.")
    var force = false

    @Flag(help: "Checks the model's books after each event. Slow.")
    var check = false

    func validate() throws {
        if json && markdown { throw ValidationError("--json and --markdown exclude each other.") }
        if force && output == nil { throw ValidationError("--force needs --output.") }
    }

    func run() throws {
        var experiment = try input.read()
        let workload = try experiment.loadWorkload(strict: input.strict)
        if input.printScenario {
            Terminal.print(experiment.resolved, terminator: "")
            return
        }
        input.say(experiment.notices.map { "note: \($0)" })
        input.say(workload.provenance.warnings.map { "warning: \($0.message): \($0.count)" })

        Interrupt.watch()
        // Made first: a directory that cannot be written should not cost a run.
        if let output {
            let directory = try ResultDirectory(at: output, force: force)
            let writer = try results(of: experiment, on: workload)
            try writer.write(to: directory)
            report(writer)
        } else {
            report(try results(of: experiment, on: workload))
        }
    }

    private func results(of experiment: Experiment, on workload: Workload) throws -> ResultWriter {
        var runs: [VariantRun] = []
        for (index, variant) in experiment.variants.enumerated() {
            try Interrupt.check()
            let title = "\(index + 1)/\(experiment.variants.count) \(variant.name)"
            let bar = ProgressBar(title: title, isQuiet: input.quiet)
            var options = Simulation.Options()
            options.selfCheck = check
            options.progress = { time, calls in
                bar.reached(time.seconds / max(workload.horizon.seconds, 1e-9), calls: calls)
                return Interrupt.signal == nil
            }
            do {
                let run = try experiment.run(variant, on: workload, options: options)
                bar.finish(calls: run.record.invocations.arrived)
                runs.append(run)
            } catch is Simulation.Stopped {
                bar.finish(calls: nil)
                try Interrupt.check()
            }
        }
        try Interrupt.check()
        return ResultWriter(
            experiment: experiment, workload: workload, runs: runs,
            arguments: Array(CommandLine.arguments.dropFirst()))
    }

    private func report(_ results: ResultWriter) {
        if json { return Terminal.print(results.results.text, terminator: "") }
        let experiment = results.experiment
        let table = ComparisonTable(results.runs)
        Terminal.print(
            "\(experiment.name): \(results.workload.provenance.title). Seed of the runs: \(experiment.seed)\n"
        )
        Terminal.print(markdown ? table.markdown : table.text(width: Terminal.width))
        let costs = CostTable(results.runs)
        if !costs.isEmpty { Terminal.print(markdown ? costs.markdown : costs.text) }
        if let note = costs.note { Terminal.print(note) }
        let unknown = results.runs.first?.record.mechanism.unknownUnits ?? []
        if !unknown.isEmpty {
            let names = unknown.prefix(10).joined(separator: ", ")
            Terminal.print("content.mapping names what the workload does not have: \(names).")
        }
        Terminal.print("Settings of the base: \(experiment.settingsInBrief). --print-scenario prints all.")
        Terminal.print(ComparisonTable.note(on: experiment, overrides: input.settings))
    }
}
