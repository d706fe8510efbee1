import Files
import HardwareCosts
import PageContent
import Simulator
import Testing

@testable import Experiments

/// Profiles and costs in files: what an experiment takes of them, and that a run's name follows from what is
/// in them.
@Suite struct ContentReadingTests {
    private func name(_ plan: SweepPlan) -> String {
        let cell = plan.cells(replicates: 0..<1)[0]
        return plan.digest(cell, workload: plan.digest(plan.workload(cell)))
    }

    private func name(_ text: String) throws -> String { name(try SweepPlan(read(text))) }

    @Test func everySettingOfContentIsReadAndWrittenBack() throws {
        try withTemporaryDirectory { directory in
            let spread = DedupSettings(
                samplers: [SamplerSettings(.spread, chunk: 128, cardinality: 3)], choice: .firstMatch,
                postingsCap: 8)
            let profile = try ProfileFixtures.profile(measures: [spread], records: [spread])
            try ProfileFile.write(profile, to: "\(directory)/p.pfprofile")
            let text =
                smallExperiment + """

                    content:
                      profile: \(directory)/p.pfprofile
                      measure: {sampler: spread, chunk: 128, cardinality: 3, choice: first-match, postings-cap: 8}
                      fidelity: exact
                      ties: local
                      preference: most-referenced
                      mapping: {f1: beta, f0: alpha}
                      weights: {alpha: 2, beta: 0.5}
                      growth: proportional
                      tenants: 7
                      registry-bytes-per-page: 100
                    policies: {a: {}, b: {content: none}, c: {content: {tenants: 3, mapping: {}}}}
                    """
            let first = try read(text)
            let content = try #require(first.variants[0].scenario.content)
            var expected = ContentSettings(
                profile: profile, source: "\(directory)/p.pfprofile", measure: spread)
            expected.fidelity = .exact
            expected.ties = .local
            expected.preference = .mostReferenced
            expected.mapping = ["f0": "alpha", "f1": "beta"]
            expected.weights = ["alpha": 2, "beta": 0.5]
            expected.growth = .proportional
            expected.tenants = 7
            expected.registryBytesPerPage = 100
            #expect(content == expected)
            #expect(first.variants[1].scenario.content == nil)
            expected.tenants = 3
            expected.mapping = [:]
            #expect(first.variants[2].scenario.content == expected)

            #expect(first.resolved.contains("digest: \(profile.digest)"))
            let again = try read(first.resolved)
            #expect(again.variants.map(\.scenario) == first.variants.map(\.scenario))
            #expect(again.resolved == first.resolved)
        }
    }

    @Test func theProfileOfThePaperIsFoundByItsName() throws {
        let text = smallExperiment + "\ncontent: {profile: medes-published, weights: {torch: 1}}"
        let experiment = try read(text)
        let content = try #require(experiment.variants[0].scenario.content)
        #expect(content.profile == .medesPublished)
        #expect(experiment.resolved.contains("profile: medes-published"))
        #expect(try read(experiment.resolved).variants[0].scenario.content == content)
        #expect(errors(of: text.replacing("torch", with: "java")).first?.contains("family 'java'") == true)
    }

    @Test func everyMeasureReadsBackAsItWas() {
        let samplers: [[SamplerSettings]] = [
            [SamplerSettings(.artifact)], [SamplerSettings(.location)],
            [SamplerSettings(.paper(mask: 31, value: 3), chunk: 32, cardinality: 20)],
            [SamplerSettings(.paper), SamplerSettings(.location)],
            [SamplerSettings(.spread, chunk: 64), SamplerSettings(.fixed, chunk: 128, cardinality: 2)],
        ]
        let kind = Kind<DedupSettings>.dedupSettings
        let faults = Faults(file: "")
        for sampler in samplers {
            for patch in PatchMethod.allCases {
                let settings = DedupSettings(
                    samplers: sampler, choice: .firstMatch, candidates: 3, postingsCap: 5, patch: patch,
                    compression: patch == .lz4 ? .zstd : nil)
                #expect(kind.read(kind.write(settings), DedupSettings(), faults) == settings)
            }
        }
        #expect(faults.errors.isEmpty, "\(faults.errors)")
    }

    @Test(arguments: [
        ("measure: {sampler: spread}", ["not measured by 'spread 64 B x 5'", "it has 'artifact 64 B x 5'"]),
        ("measure: {sampler: [artifact, location]}", ["not measured by 'artifact 64 B x 5 + location'"]),
        ("measure: {sampler: artefact}", ["did you mean 'artifact'?"]),
        ("measure: {sampler: []}", ["1 to 8 samplers"]), ("measure: {chunk: 65}", ["a multiple of 16"]),
        ("measure: {cardinality: 21}", ["from 1 to 20"]),
        ("measure: {sampler: {paper: {mask: 1, value: 2}}}", ["bits that the mask lacks"]),
        ("measure: {patch: xdelta3}", ["no 'xdelta3'", "copy-insert"]),
        ("fidelity: exact", ["no records of shared chunks", "fidelity: classes"]),
        ("fidelity: class", ["did you mean 'classes'?"]),
        ("mapping: {f1: alpa}", ["no function 'alpa'", "did you mean 'alpha'?"]),
        ("mapping: [f1]", ["expected functions of the profile"]), ("weights: {alpha: -1}", ["0 or more"]),
        ("weights: {alpha: 0}", ["all weights are 0"]),
        ("weights: {betta: 1}", ["of the family 'betta'", "did you mean 'beta'?"]),
        ("tenants: -1", ["whole number from 0"]),
        ("registry-bytes-per-page: -1", ["from 0 to 1e6"]),
        ("digest: \"0123\"", ["has changed", "remove 'digest'"]),
    ])
    func whatTheProfileLacksIsAnError(text: String, says: [String]) throws {
        try withTemporaryDirectory { directory in
            try ProfileFile.write(try ProfileFixtures.profile(), to: "\(directory)/p.pfprofile")
            let content = "\ncontent:\n  profile: \(directory)/p.pfprofile\n  \(text)"
            let error = try #require(errors(of: smallExperiment + content).first)
            #expect(error.hasPrefix("test.yaml:9: ") || error.hasPrefix("test.yaml:8: "), "\(error)")
            for words in says { #expect(error.contains(words), "\(error)") }
        }
    }

    @Test func theNameOfARunFollowsFromTheProfileNotFromItsFile() throws {
        try withTemporaryDirectory { directory in
            func write(_ seed: UInt64, _ file: String) throws {
                try ProfileFile.write(try ProfileFixtures.profile(seed: seed), to: "\(directory)/\(file)")
            }
            func text(_ file: String) -> String {
                smallExperiment + "\ncontent: {profile: \(directory)/\(file)}"
            }
            try write(1, "a.pfprofile")
            try write(1, "b.pfprofile")
            let before = try name(text("a.pfprofile"))
            let printed = try read(text("a.pfprofile")).resolved
            #expect(try name(text("b.pfprofile")) == before)
            #expect(try name(smallExperiment) != before)
            #expect(try name(printed) == before)

            try write(2, "a.pfprofile")
            #expect(try name(text("a.pfprofile")) != before)
            let errors = errors(of: printed)
            #expect(errors.count == 1)
            #expect(errors.first?.contains("'\(directory)/a.pfprofile' has changed") == true)
        }
    }

    @Test func allPointsOfASweepMeetTheSameProfile() throws {
        try withTemporaryDirectory { directory in
            let path = "\(directory)/p.pfprofile"
            try ProfileFile.write(try ProfileFixtures.profile(), to: path)
            let sweep = "\nsweep: {grid: {content.tenants: [1, 2], idle.keep-alive: [1 min, 2 min]}}"
            let experiment = try read(smallExperiment + "\ncontent: {profile: \(path)}" + sweep)
            try ProfileFile.write(try ProfileFixtures.profile(seed: 2), to: path)
            let plan = try SweepPlan(experiment)
            #expect(plan.scenarios.count == 4)
            #expect(Set(plan.scenarios.map(\.digest)).count == 4)
            #expect(Set(plan.scenarios.compactMap { $0.variant.scenario.content?.profile.digest }).count == 1)
        }
    }
}

/// Costs of an experiment.
@Suite struct CostKeyTests {
    private static func file(_ name: String, pause: String) -> String {
        "hardware-costs: 1\nname: \(name)\ncosts:\n  restore-pause: {model: \(pause), origin: {published: here}}\n"
    }

    private func name(_ text: String) throws -> String {
        let plan = try SweepPlan(read(text))
        let cell = plan.cells(replicates: 0..<1)[0]
        return plan.digest(cell, workload: plan.digest(plan.workload(cell)))
    }

    @Test func costsComeFromNamesPathsAndTheFileItself() throws {
        try withTemporaryDirectory { directory in
            try Self.file("mine", pause: "9 ms").write(
                toFile: "\(directory)/mine.yaml", atomically: true, encoding: .utf8)
            let inline =
                "{hardware-costs: 1, name: here, costs: {fork: {model: 1 ms, origin: {published: x}}}}"
            let text = smallExperiment + "\ncosts: [\(directory)/mine.yaml, \(inline), medes-eurosys22]"
            let experiment = try read(text)
            let costs = experiment.variants[0].scenario.costs
            #expect(costs.sets.map(\.name) == ["mine", "here", "medes-eurosys22"])
            #expect(costs.find(.restorePause)?.cost.model == .constant(9_000_000))
            // What is printed needs no file.
            let printed = experiment.resolved
            let before = try name(text)
            try Self.file("mine", pause: "8 ms").write(
                toFile: "\(directory)/mine.yaml", atomically: true, encoding: .utf8)
            #expect(try read(printed).variants[0].scenario.costs == costs)
            #expect(try name(printed) == before)
            #expect(try name(text) != before)
        }
    }

    @Test func aFaultInACostsFileNamesBothFiles() throws {
        try withTemporaryDirectory { directory in
            try Self.file("mine", pause: "9").write(
                toFile: "\(directory)/mine.yaml", atomically: true, encoding: .utf8)
            let errors = errors(of: smallExperiment + "\ncosts: [\(directory)/mine.yaml]")
            #expect(errors.count == 1)
            #expect(
                errors.first?.hasPrefix("test.yaml:7: costs.0: \(directory)/mine.yaml:4: ") == true,
                "\(errors)")
            #expect(errors.first?.contains("has no unit") == true)
        }
    }

    @Test func factorsMultiplyCostsAndSayThatTheyAreAssumed() throws {
        let text =
            smallExperiment + """

                costs: {from: [medes-eurosys22], factors: {registry-lookup: 2, restore-pause: 1}}
                policies:
                  twice: {}
                  thrice: {costs: {factors: {registry-lookup: 3}}}
                  plain: {costs: {factors: {registry-lookup: 1}}}
                """
        let experiment = try read(text)
        let costs = experiment.variants.map(\.scenario.costs)
        let found = try costs.map { try #require($0.find(.registryLookup)) }
        #expect(found.map { $0.cost.model.value(at: 1) } == [160_000, 240_000, 80_000])
        #expect(found[0].cost.origin.word == "assumed" && found[2].cost.origin.word == "published")
        if case .assumed(_, let low, let high) = found[0].cost.origin { #expect((low, high) == (0.5, 1)) }
        #expect(costs[0].find(.restorePause)?.cost.origin.word == "published")
        #expect(try read(experiment.resolved).variants.map(\.scenario) == experiment.variants.map(\.scenario))
        let sweep = "\nsweep: {grid: {costs.factors.registry-lookup: [1, 2, 3]}}"
        let plan = try SweepPlan(
            read(smallExperiment + "\ncosts: {from: [medes-eurosys22]}" + sweep))
        #expect(plan.scenarios.count == 3)
    }

    @Test func aRunNeedsEveryCostThatItsStagesName() throws {
        let start = """

            costs: [medes-eurosys22]
            policies:
              odd:
                start:
                  cold:
                    - {stage: fingerprint, cost: fingerprint-artifact, of: pages}
                    - {stage: lookup, cost: registry-lookup, of: pages}
                    - {stage: checkpoint, cost: checkpoint, of: image}
            """
        var experiment = try read(smallExperiment + start)
        let workload = try experiment.loadWorkload()
        let error = #expect(throws: InputError.self) {
            _ = try experiment.run(experiment.variants[0], on: workload)
        }
        #expect(error?.line == 9)
        #expect(error?.problem.contains("'fingerprint-artifact', 'checkpoint'") == true)
        #expect(error?.problem.contains("variant 'odd'") == true)
    }
}
