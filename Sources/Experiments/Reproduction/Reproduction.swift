import Files
import Simulator
import Statistics
import Workload

/// The evaluation of Medes (EuroSys'22) run again: many draws of calls, every variant on each, target by target.
package struct Reproduction {
    /// What is to be run.
    package struct Settings: Sendable {
        /// How many draws of calls.
        package var draws = 30
        /// Draw k is drawn from `seed + k`.
        package var seed: UInt64 = 1
        /// How many runs at once.
        package var workers = 1
        /// The targets; empty for all.
        package var targets: [String] = []
        /// How many draws the sweep over unknowns has; 0 leaves it out.
        package var sensitivityDraws = 10
        /// What is assumed where the paper says nothing.
        package var assumptions = ReproductionAssumptions()

        /// The documented defaults: 30 draws, all targets.
        package init() {}

        /// The quantities of the targets asked for.
        /// - Throws: `InputError` for a target that does not exist.
        package func quantities() throws -> [PaperQuantity] {
            for target in targets where !PaperTargets.names.contains(target) {
                throw InputError(
                    "there is no target '\(target)'",
                    remedy: "the targets are \(PaperTargets.names.joined(separator: ", "))")
            }
            return PaperTargets.all.filter { targets.isEmpty || targets.contains($0.target) }
        }
    }

    /// What is to be run.
    package var settings: Settings
    /// Makes the scenarios.
    package var scenarios: any ReproductionScenarios
    /// Told how far the work is, several times a second: runs done, runs in all, calls; false stops it.
    package var observe: (Int, Int, UInt64) -> Bool = { _, _, _ in true }

    /// A reproduction with scenarios from `scenarios`.
    package init(_ settings: Settings, scenarios: any ReproductionScenarios) {
        self.settings = settings
        self.scenarios = scenarios
    }

    /// Makes all runs.
    /// - Throws: `InputError` for what cannot be run; `Simulation.Stopped` when `observe` said so.
    package func run() throws -> ReproductionResults {
        let quantities = try settings.quantities()
        var jobs: [ReproductionJob] = []
        for draw in 0..<settings.draws {
            for column in ReproductionColumn.allCases {
                for variant in PaperTargets.variants(of: quantities, in: column) {
                    jobs.append(
                        ReproductionJob(
                            draw: draw, variant: variant, column: column, assumptions: settings.assumptions))
                }
            }
        }
        let swept = settings.targets.isEmpty || settings.targets.contains("V9")
        let sensitivityDraws = swept ? min(settings.sensitivityDraws, settings.draws) : 0
        jobs += SensitivityTable.jobs(draws: sensitivityDraws)
        var runner = ReproductionRunner(scenarios: scenarios, seed: settings.seed, workers: settings.workers)
        runner.observe = observe
        let runs = try runner.run(jobs)
        return ReproductionResults(
            settings: settings, quantities: quantities, runs: runs, sensitivityDraws: sensitivityDraws)
    }
}

/// The runs of a reproduction, and what they say of each quantity.
package struct ReproductionResults: Sendable {
    /// What was run.
    package var settings: Reproduction.Settings
    /// One row for each quantity.
    package var rows: [Row]
    /// The main numbers under other assumptions; nil where none were tried.
    package var sensitivity: SensitivityTable?
    let runs: [ReproductionJob: ReproductionObservation]

    /// One quantity with what the runs say of it.
    package struct Row: Sendable {
        /// The quantity.
        package var quantity: PaperQuantity
        /// By column, in the order of `ReproductionColumn.allCases`.
        package var cells: [Cell]
    }

    /// One quantity in one column.
    package struct Cell: Sendable {
        /// The mean over draws; nil where there are no runs.
        package var estimate: MeanEstimate?
        /// What is to be said of it.
        package var verdict: ReproductionVerdict
    }

    init(
        settings: Reproduction.Settings, quantities: [PaperQuantity],
        runs: [ReproductionJob: ReproductionObservation], sensitivityDraws: Int
    ) {
        self.settings = settings
        self.runs = runs
        rows = quantities.map { quantity in
            let cells = ReproductionColumn.allCases.map { column in
                let values = Self.values(of: quantity.value, column, settings, runs)
                let estimate = values.isEmpty ? nil : MeanEstimate(values)
                return Cell(
                    estimate: estimate, verdict: ReproductionVerdict(estimate, of: quantity, in: column))
            }
            return Row(quantity: quantity, cells: cells)
        }
        if sensitivityDraws > 0 { sensitivity = SensitivityTable(draws: sensitivityDraws, runs) }
    }

    /// A value in each draw that has it, in one column.
    func values(
        of value: (PaperQuantity.Runs) -> Double?, _ column: ReproductionColumn
    ) -> [Double] { Self.values(of: value, column, settings, runs) }

    private static func values(
        of value: (PaperQuantity.Runs) -> Double?, _ column: ReproductionColumn,
        _ settings: Reproduction.Settings, _ runs: [ReproductionJob: ReproductionObservation]
    ) -> [Double] {
        (0..<settings.draws).compactMap { draw in
            value { variant in
                runs[
                    ReproductionJob(
                        draw: draw, variant: variant, column: column, assumptions: settings.assumptions)]
            }
        }
    }
}
