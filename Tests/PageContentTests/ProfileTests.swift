import EventKernel
import Testing

@testable import PageContent

@Suite struct ProfileTests {
    private static func options(
        threads: Int = 1, records: [DedupSettings] = [DedupSettings()]
    ) -> ProfileBuilder.Options {
        ProfileBuilder.Options(
            measures: [DedupSettings(), DedupSettings(samplers: [SamplerSettings(.spread)])],
            records: records, pairings: 3, threads: threads)
    }

    private static func builder(seed: UInt64, threads: Int = 1) throws -> ProfileBuilder {
        var sandboxes = SyntheticSandboxes(seed: seed)
        return try ProfileBuilder(
            instances: sandboxes.make(functions: 3, instances: 3, pages: 60),
            options: options(threads: threads),
            key: seed, capture: 9)
    }

    @Test func itIsTheSameForAnyNumberOfThreadsAndAnyOrderOfSnapshots() throws {
        var sandboxes = SyntheticSandboxes(seed: 1)
        let instances = sandboxes.make(functions: 3, instances: 3, pages: 60)
        let one = try ProfileBuilder(
            instances: instances, options: Self.options(), key: 5, capture: 9
        ).build()
        for threads in [2, 3, 8] {
            let other = try ProfileBuilder(
                instances: instances.reversed(), options: Self.options(threads: threads), key: 5, capture: 9
            ).build()
            #expect(one == other)
        }
    }

    @Test func itHoldsWhatAllSnapshotsAgreeOnAndMeansOverInstances() throws {
        let profile = try Self.builder(seed: 2).build()
        #expect(profile.labels == [ProfileLabel(name: "mode", value: "on")])
        #expect(profile.functions.map(\.name) == ["f0", "f1", "f2"])
        let function = profile.functions[0]
        #expect(function.labels == [ProfileLabel(name: "language", value: "python")])
        #expect(function.times.map(\.name) == ["import"])
        #expect(function.times[0].milliseconds == FunctionProfile.Spread(mean: 101, deviation: 1))
        #expect(function.pages == FunctionProfile.Spread(mean: 60, deviation: 0))
        #expect(function.zeroPages.mean == 1)
        #expect(function.kinds[Int(PageKind.anonymous.rawValue)].mean == 60)
        // Instance 1 has the pages 1 to 4 of the file, instance 0 has 0 to 3.
        #expect(function.fileOverlap == [0.75, 0.75, 0.75])
        // Random bytes cannot be compressed; a page of zeros is in no bin.
        #expect(function.zstd.last?.count == 59)
    }

    @Test func classRowsPredictWhatTheRegistryGives() throws {
        for seed in 1...4 as ClosedRange<UInt64> {
            let builder = try Self.builder(seed: seed)
            let profile = builder.build()
            for settings in profile.measures.map(\.settings) {
                let check = try builder.check(profile, settings: settings, count: 12, seed: seed)
                #expect(check.cases.count == 12)
                // Whole pages are either alike, edited in known ways or random: hardly anything is left to guess.
                #expect(check.meanAbsoluteError < 0.005, "\(settings.name): \(check.meanAbsoluteError)")
            }
        }
    }

    @Test func theOwnPairsSavingIsThatOfTheRegistryAlone() throws {
        var sandboxes = SyntheticSandboxes(seed: 3)
        let instances = sandboxes.make(functions: 2, instances: 2, pages: 40)
        let profile = try ProfileBuilder(
            instances: instances, options: ProfileBuilder.Options(pairings: 1), key: 5, capture: 1
        ).build()
        let base = instances[0].pages
        let target = instances[1].pages
        let direct = Deduplicator(bases: [base], settings: DedupSettings(), key: 5).deduplicate(target)
        let pair = try #require(profile.measures[0].pairs[0][0])
        #expect((pair.saving - direct.saving).magnitude < 1e-12)
        #expect((pair.hitRate - direct.hitRate).magnitude < 1e-12)
        let predicted = try profile.measures[0].classes[0].predict(bases: [0])
        #expect((predicted.hitRate - direct.hitRate).magnitude < 1e-12)
    }

    @Test func moreBasesNeverSaveLessInClassRows() throws {
        let profile = try Self.builder(seed: 4).build()
        for measure in profile.measures {
            for classes in measure.classes {
                let one = try classes.predict(bases: [1]).saving
                let two = try classes.predict(bases: [0, 1]).saving
                let all = try classes.predict(bases: [0, 1, 2]).saving
                #expect(one <= two && two <= all)
                #expect(try classes.predict(bases: [0, 1, 2], compression: .zstd).saving >= all)
            }
        }
    }

    @Test func aFunctionWithOneInstanceIsRefused() {
        var sandboxes = SyntheticSandboxes(seed: 5)
        let instances = sandboxes.make(functions: 1, instances: 1, pages: 12)
        #expect(throws: ProfileBuilder.TooFewInstances.self) {
            try ProfileBuilder(instances: instances, options: Self.options(), key: 1, capture: 1)
        }
    }
}
