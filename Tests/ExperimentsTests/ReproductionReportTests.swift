import Files
import Foundation
import Simulator
import Testing

@testable import Experiments

/// Runs that nobody made: Medes has 20 % fewer cold starts than fixed in draw 1, 24 % in draw 2 and so on.
private func results(draws: Int, targets: [String]) throws -> ReproductionResults {
    var settings = Reproduction.Settings()
    settings.draws = draws
    settings.targets = targets
    let quantities = try settings.quantities()
    var runs: [ReproductionJob: ReproductionObservation] = [:]
    for variant in PaperTargets.variants(of: quantities, in: .paperInputs) {
        for draw in 0..<draws {
            var observation = ReproductionObservation()
            observation.cold = 1_000
            if case .medes = variant.policy { observation.cold = 800 - 40 * Double(draw) }
            if case .fixed(20) = variant.policy { observation.cold = 900 + Double(draw) }
            let job = ReproductionJob(
                draw: draw, variant: variant, column: .paperInputs,
                assumptions: settings.assumptions)
            runs[job] = observation
        }
    }
    return ReproductionResults(
        settings: settings, quantities: quantities, runs: runs, sensitivityDraws: 0)
}

@Suite struct ReproductionReportTests {
    @Test func theTableShowsBothColumnsWithTheirVerdicts() throws {
        let text = try results(draws: 3, targets: ["V10"]).text(width: 140)
        let expected = """
            target  what                             kind       paper    paper-inputs  verdict         measured  verdict
            V10     cold starts, keep-alive 10 min   context    2,931       1,000 ± 0  not judged             -  not run
                    keep-alive 5 min against 10      main     +10.3 %     0.0 ± 0.0 %  not reproduced         -  not run
                    keep-alive 15 min against 10     main      +2.9 %     0.0 ± 0.0 %  not reproduced         -  not run
                    keep-alive 20 min against 10     main     +36.5 %    -9.9 ± 0.2 %  not reproduced         -  not run
                    Medes against keep-alive 10 min  main     -38.2 %  -24.0 ± 9.9 %   same direction *       -  not run
            """
        let rows = expected.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
        let lines = text.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
        for row in rows { #expect(lines.contains(row), "\(row)") }
    }

    @Test func theDocumentHasEveryQuantityWithItsSource() throws {
        let text = try results(draws: 2, targets: ["V9", "V10"]).json.compactText
        let document = try #require(
            try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        let quantities = try #require(document["quantities"] as? [[String: Any]])
        #expect(quantities.count == PaperTargets.coldStarts.count + PaperTargets.keepAlive.count)
        let last = try #require(quantities.last)
        #expect(last["source"] as? String == "figure 12; 7.5")
        let column = try #require(last["paper-inputs"] as? [String: Any])
        #expect(column["draws"] as? Int == 2)
        #expect(abs(try #require(column["mean"] as? Double) + 22) < 1e-9)
        #expect((last["measured"] as? [String: Any])?["verdict"] as? String == "not run")
    }

    @Test func anUnknownTargetIsRefused() {
        #expect(throws: InputError.self) { try results(draws: 2, targets: ["V99"]) }
    }

    @Test func everyFigureHasItsSeries() throws {
        let names = FigureSeries.all.map(\.name)
        #expect(Set(names).count == names.count)
        for figure in ["7a", "8", "9a", "9b", "10a", "12", "13", "14", "15", "16a", "16b"] {
            #expect(names.contains("figure-\(figure)"))
        }
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent(
            "pagefold-reproduction-\(getpid())")
        defer { try? FileManager.default.removeItem(at: directory) }
        try results(draws: 2, targets: ["V10"]).write(to: ResultDirectory(at: directory.path, force: false))
        let text = try String(
            contentsOf: directory.appendingPathComponent("figure-12.csv"), encoding: .utf8)
        let lines = text.split(separator: "\n")
        #expect(lines[0] == "quantity,series,place,column,paper,mean,low,high,draws")
        #expect(lines.contains("cold starts,rep3,KA-10,paper-inputs,2931.0,1000.0,1000.0,1000.0,2"))
        #expect(lines.contains("cold starts,rep3,KA-10,measured,2931.0,,,,0"))
    }
}

@Suite struct ReproductionRunTests {
    private static func reproduction(_ target: String) throws -> Reproduction {
        var settings = Reproduction.Settings()
        settings.draws = 2
        settings.sensitivityDraws = 0
        settings.targets = [target]
        return Reproduction(settings, scenarios: PaperScenarios(try ReproductionInputs()))
    }

    @Test func theNumberOfWorkersChangesNothingAndTheSeedDoes() throws {
        var reproduction = try Self.reproduction("V10")
        let one = try reproduction.run().json.text
        reproduction.settings.workers = 2
        #expect(try reproduction.run().json.text == one)
        reproduction.settings.seed = 9
        #expect(try reproduction.run().json.text != one)
    }

    @Test func aRunCanBeStopped() throws {
        var reproduction = try Self.reproduction("V10")
        reproduction.observe = { _, _, _ in false }
        #expect(throws: Simulation.Stopped.self) { try reproduction.run() }
    }

    @Test func withoutProfilesNothingIsMeasured() throws {
        let rows = try Self.reproduction("V7").run().rows
        #expect(!rows.isEmpty)
        for row in rows {
            #expect(row.cells[0].verdict == .fitted)
            #expect(row.cells[1].verdict == .missing)
        }
    }

    @Test func singleStartsAreTheSumOfWhatTheirStagesCost() throws {
        // The costs' dedup start is 76 ms + 27.4 us for each patched page; nothing else is under way.
        let scenarios = PaperScenarios(try ReproductionInputs())
        let job = ReproductionJob(
            draw: 0, variant: ReproductionVariant(.probe(pausesRestores: true)), column: .paperInputs,
            assumptions: ReproductionAssumptions())
        let run = try #require(
            try ReproductionRunner(scenarios: scenarios, seed: 1, workers: 1).run([job])[job])
        let starts = try #require(run.restoreMsByFunction)
        for (function, start) in zip(PaperFunction.all, starts) {
            let patched = function.savedMB * 1_048_576 / (4_096 - 611)
            #expect(abs(start - (76 + 0.0274 * patched)) < 1, "\(function.name): \(start) ms")
        }
        let cold = try #require(run.coldMsByFunction)
        for (function, start) in zip(PaperFunction.all, cold) {
            #expect(abs(start - function.coldMs) < 0.001)
        }
    }

    @Test func everyVariantOfThePapersInputsHasAScenario() throws {
        let scenarios = PaperScenarios(try ReproductionInputs())
        for variant in PaperTargets.variants(of: PaperTargets.all, in: .paperInputs) {
            let scenario = try scenarios.scenario(
                for: variant, column: .paperInputs, under: ReproductionAssumptions())
            #expect(scenario != nil, "\(variant.name)")
            #expect(scenario?.name == variant.name)
        }
    }

    @Test func placementAndEvictionAreTheSameForAllPolicies() throws {
        let scenarios = PaperScenarios(try ReproductionInputs())
        for mode in MedesMode.allCases {
            let policies: [ReproductionVariant.Policy] = [
                .fixed(minutes: 10), .adaptive, .medes(MedesKnobs()),
            ]
            let made = try policies.map { policy in
                let variant = ReproductionVariant(policy, mode: mode)
                let scenario = try scenarios.scenario(
                    for: variant, column: .paperInputs, under: ReproductionAssumptions())
                return try #require(scenario).policies
            }
            #expect(Set(made.map(\.placement)).count == 1)
            #expect(Set(made.map(\.reclaim)).count == 1)
        }
    }
}
