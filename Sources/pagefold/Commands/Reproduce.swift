import ArgumentParser
import Experiments
import Files
import Glibc
import Machine
import Simulator

/// Evaluations that can be run again.
enum ReproducedPaper: String, ExpressibleByArgument, CaseIterable {
    /// Saxena et al., Memory Deduplication for Serverless Computing with Medes.
    case medes = "medes-eurosys22"
}

struct Reproduce: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Runs a paper's evaluation again and compares, target by target.",
        discussion: """
            medes-eurosys22: 19 nodes, ten functions, Azure-like hours of about 150,000 requests; many draws \
            of the hour, since the paper's trace was not published. Each target is judged in two columns: with \
            the paper's own inputs, and with measured ones, the profiles under experiments/profiles. The report \
            is the result, whatever it says: the exit status is 0 also when something is not reproduced. See \
            docs/reproduction-medes.md.

            Examples:
              pagefold reproduce medes-eurosys22 --quick
              pagefold reproduce medes-eurosys22 --targets V9,V10 --draws 100
              pagefold reproduce medes-eurosys22 --output results/medes
              python3 plots/reproduction.py results/medes --output results/medes-figures
            """)

    @Argument(help: ArgumentHelp("The evaluation: medes-eurosys22.", valueName: "paper"))
    var paper: ReproducedPaper

    @Flag(help: "Few draws, done within a minute.")
    var quick = false

    @Option(help: ArgumentHelp("How many draws of the calls. Default: 30, with --quick 5.", valueName: "n"))
    var draws: Int?

    @Option(help: ArgumentHelp("The seed of the first draw; the next ones follow it.", valueName: "seed"))
    var seed: UInt64 = 1

    @Option(help: ArgumentHelp("How many runs at once. Default: the number of cores.", valueName: "n"))
    var workers: Int?

    @Option(
        help: ArgumentHelp(
            "The directory with off-import.pfprofile and off-requests.pfprofile. Default: experiments/profiles, "
                + "here or above the executable; without, nothing is measured.",
            valueName: "directory"))
    var profiles: String?

    @Option(help: ArgumentHelp("The targets. Default: all.", valueName: "V9,V10,..."))
    var targets: String?

    @Flag(help: "Prints the results as JSON instead of tables.")
    var json = false

    @Flag(help: "Prints the tables in Markdown.")
    var markdown = false

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "Writes the series behind the figures into this new directory.", valueName: "directory"))
    var output: String?

    @Flag(help: "Lets --output replace older results.")
    var force = false

    @Flag(name: .shortAndLong, help: "Prints nothing but results and errors.")
    var quiet = false

    func validate() throws {
        if let draws, !(1...100_000).contains(draws) {
            throw ValidationError("--draws must be from 1 to 100000.")
        }
        if let workers, !(1...1_024).contains(workers) {
            throw ValidationError("--workers must be from 1 to 1024.")
        }
        if json && markdown { throw ValidationError("--json and --markdown exclude each other.") }
        if force && output == nil { throw ValidationError("--force needs --output.") }
        if seed > UInt64.max - 100_000 { throw ValidationError("--seed is too large.") }
        if targets?.split(separator: ",").isEmpty == true {
            throw ValidationError("--targets names no target.")
        }
    }

    func run() throws {
        var settings = Reproduction.Settings()
        settings.draws = draws ?? (quick ? 5 : 30)
        settings.sensitivityDraws = quick ? 2 : 10
        settings.seed = seed
        settings.workers = workers ?? MachineShare.processors
        settings.targets = targets?.split(separator: ",").map { String($0) } ?? []
        _ = try settings.quantities()
        Interrupt.watch()
        // Made first: a directory that cannot be written should not cost the runs.
        if let output {
            let directory = try ResultDirectory(at: output, force: force)
            let results = try results(settings)
            try results.write(to: directory)
            report(results)
        } else {
            report(try results(settings))
        }
    }

    private func inputs() throws -> ReproductionInputs {
        if let profiles { return try ReproductionInputs(profilesIn: profiles) }
        if let directory = ReproductionInputs.profileDirectory() {
            return try ReproductionInputs(profilesIn: directory)
        }
        return try ReproductionInputs()
    }

    private func results(_ settings: Reproduction.Settings) throws -> ReproductionResults {
        let bar = ProgressBar(title: paper.rawValue, isQuiet: quiet)
        var reproduction = Reproduction(settings, scenarios: PaperScenarios(try inputs()))
        var calls: UInt64 = 0
        reproduction.observe = { done, total, now in
            calls = max(calls, now)
            bar.reached(
                Double(done) / Double(max(total, 1)), calls: calls, detail: "\(done) of \(total) runs, ")
            return Interrupt.signal == nil
        }
        do {
            let results = try reproduction.run()
            bar.finish(calls: calls)
            return results
        } catch is Simulation.Stopped {
            bar.finish(calls: nil)
            throw Failure.Interrupted(signal: Interrupt.signal ?? SIGINT)
        }
    }

    private func report(_ results: ReproductionResults) {
        let text =
            json ? results.json.text : markdown ? results.markdown : results.text(width: Terminal.width)
        Terminal.print(text, terminator: "")
    }
}
