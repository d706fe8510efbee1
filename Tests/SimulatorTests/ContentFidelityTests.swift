import EventKernel
import PageContent
import Testing

@testable import Simulator

/// The two ways to choose base pages against each other, and what is remembered against what is worked out anew.
@Suite struct ContentFidelityTests {
    /// Two units of each function, base sandboxes of a random set of them on a few nodes.
    private struct Case {
        var units: [(name: String, pages: UInt64)] = []
        var mapping: [String: String] = [:]

        init(_ profile: Profile) {
            for function in profile.functions {
                for copy in ["a", "b"] {
                    let name = "\(function.name)-\(copy)"
                    units.append((name, UInt64(function.pages.mean)))
                    mapping[name] = function.name
                }
            }
        }
    }

    private static func fill(
        _ bases: inout BaseSandboxes, units: Int, nodes: UInt64, _ draws: inout RandomStream
    ) {
        let share = draws.unit() * draws.unit()
        for unit in 0..<units where draws.unit() < share {
            bases.add(sandbox: unit, unit: unit, node: Int(draws.below(nodes)))
            bases.reference(unit, by: Int(draws.below(20)))
        }
    }

    /// A run's saving, over all of its sandboxes, is the same within one percentage point; that of one sandbox within two,
    /// and within a quarter on average. Small functions with many base sandboxes of others differ most: class rows of
    /// fewer than three pages were joined to others, so nobody can tell these pages apart.
    @Test(arguments: ["off-requests", "on-requests"], ["artifact", "spread"])
    func bothFidelitiesGiveTheSameSaving(name: String, rule: String) throws {
        let profile = try shippedProfile(name)
        let settings = DedupSettings(samplers: [SamplerSettings(rule == "spread" ? .spread : .artifact)])
        let run = Case(profile)
        var content = ContentSettings(profile: profile, measure: settings)
        content.mapping = run.mapping
        let table = contentUnits(run.units)
        var classes = try ContentModel(content, units: table, seed: 1)
        content.fidelity = .exact
        var exact = try ContentModel(content, units: table, seed: 1)
        var errors = RunningMoments()
        for seed in 0..<40 as Range<UInt64> {
            var draws = RandomStream(seed: seed, purpose: .test)
            var bases = classes.makeBases(nodes: 4)
            Self.fill(&bases, units: run.units.count, nodes: 4, &draws)
            var mean = 0.0
            var (fastBytes, slowBytes, pages) = (UInt64(0), UInt64(0), UInt64(0))
            for unit in run.units.indices {
                let node = Int(draws.below(4))
                let fast = classes.patched(unit: unit, node: node, storage: PatchStorage(), bases: bases)
                let slow = exact.patched(unit: unit, node: node, storage: PatchStorage(), bases: bases)
                let error = fast.saving - slow.saving
                #expect(abs(error) <= 0.02, "\(run.units[unit].name), seed \(seed): \(error)")
                errors.add(abs(error))
                mean += error / Double(run.units.count)
                fastBytes += fast.bytes + fast.metadata
                slowBytes += slow.bytes + slow.metadata
                pages += fast.pages
            }
            let overall = (Double(slowBytes) - Double(fastBytes)) / Double(pages * 4096)
            #expect(abs(mean) <= 0.01 && abs(overall) <= 0.01, "seed \(seed): \(mean) and \(overall)")
        }
        #expect(errors.mean <= 0.0025)
    }

    /// One way of storing after another, with all that decides what is remembered.
    @Test(arguments: ContentFidelity.allCases, BaseTies.allCases)
    func whatIsRememberedIsWhatIsWorkedOut(fidelity: ContentFidelity, ties: BaseTies) throws {
        let profile = try shippedProfile("zygote-requests")
        let run = Case(profile)
        var content = ContentSettings(profile: profile)
        content.mapping = run.mapping
        content.fidelity = fidelity
        content.ties = ties
        content.preference = .mostReferenced
        let table = contentUnits(run.units)
        var remembering = try ContentModel(content, units: table, seed: 1)
        var forgetful = try ContentModel(content, units: table, seed: 1)
        forgetful.remembersAnswers = false
        var draws = RandomStream(seed: 9, purpose: .test)
        for _ in 0..<3 {
            var bases = remembering.makeBases(nodes: 3)
            Self.fill(&bases, units: run.units.count, nodes: 3, &draws)
            for _ in 0..<40 {
                let unit = Int(draws.below(UInt64(run.units.count)))
                let node = Int(draws.below(3))
                let storage = PatchStorage(
                    bases: BaseScope.allCases[Int(draws.below(3))],
                    compression: [nil, .lz4, .zstd][Int(draws.below(3))], isExactOnly: draws.below(4) == 0)
                let a = remembering.patched(unit: unit, node: node, storage: storage, bases: bases)
                let b = forgetful.patched(unit: unit, node: node, storage: storage, bases: bases)
                #expect(a == b)
            }
        }
    }

    /// With one base function or several, the sums are those of `ClassRows.predict`.
    @Test func classesAreWhatTheProfilePredicts() throws {
        let profile = try shippedProfile("on-requests")
        let run = Case(profile)
        var content = ContentSettings(profile: profile)
        content.mapping = run.mapping
        content.growth = .uncounted
        content.ties = .first
        var model = try ContentModel(content, units: contentUnits(run.units), seed: 1)
        let measure = try #require(profile.measures.first)
        for seed in 0..<20 as Range<UInt64> {
            var draws = RandomStream(seed: seed, purpose: .test)
            var bases = model.makeBases(nodes: 2)
            var used: [Int] = []
            // Base sandboxes of the first unit of functions, and a target that is another function's.
            let target = Int(draws.below(UInt64(profile.functions.count)))
            for function in profile.functions.indices where function != target && draws.below(3) == 0 {
                bases.add(sandbox: function, unit: function * 2, node: 0)
                used.append(function)
            }
            let method = [nil, CompressionMethod.lz4, .zstd][Int(draws.below(3))]
            let image = model.patched(
                unit: target * 2, node: 1, storage: PatchStorage(compression: method), bases: bases)
            let prediction = try measure.classes[target].predict(bases: used, compression: method)
            let expected = prediction.stored / prediction.pages * Double(image.pages)
            let stored = Double(image.bytes + image.metadata)
            #expect(abs(stored - expected) <= 2 + 1e-6 * expected)
            for reference in image.references {
                let pages = prediction.patched[Int(reference.unit) / 2]
                #expect(abs(Double(reference.pages) - pages) <= 1 + 1e-3 * pages)
            }
        }
    }
}
