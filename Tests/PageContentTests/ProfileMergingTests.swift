import Testing

@testable import PageContent

@Suite struct ProfileMergingTests {
    private static func profile(
        seed: UInt64, capture: UInt64, measures: [DedupSettings] = [DedupSettings()]
    ) throws -> Profile {
        var sandboxes = SyntheticSandboxes(seed: seed)
        return try ProfileBuilder(
            instances: sandboxes.make(functions: 2, instances: 2, pages: 30),
            options: ProfileBuilder.Options(measures: measures, records: [DedupSettings()], pairings: 2),
            key: 3, capture: capture
        ).build()
    }

    @Test func measuresOfTheSameSnapshotsAreJoined() throws {
        let spread = DedupSettings(samplers: [SamplerSettings(.spread)])
        let first = try Self.profile(seed: 1, capture: 1)
        let second = try Self.profile(seed: 1, capture: 1, measures: [spread])
        let merged = try Profile.merged([first, second])
        #expect(merged.measures.map(\.settings) == [DedupSettings(), spread])
        #expect(merged.records == first.records)
        #expect(try Profile.merged([merged, first]) == merged)
    }

    @Test func acrossCapturesWhatFunctionsShareIsUnknown() throws {
        let first = try Self.profile(seed: 1, capture: 1)
        let second = try Self.profile(seed: 2, capture: 2).qualified(by: "other")
        let merged = try Profile.merged([first, second])
        #expect(merged.functions.map(\.name) == ["f0", "f0@other", "f1", "f1@other"])
        let measure = merged.measures[0]
        #expect(measure.pairs[0][2] == first.measures[0].pairs[0][1])
        #expect(measure.pairs[3][1] == second.measures[0].pairs[1][0])
        #expect(measure.pairs[0][1] == nil && measure.pairs[2][3] == nil)
        #expect(merged.functions[0].fileOverlap[1] == nil)
        #expect(
            try measure.classes[0].predict(bases: [0, 2]).saving
                == first.measures[0].classes[0].predict(bases: [0, 1]).saving)
        #expect(throws: Unmeasured(base: 1)) { try measure.classes[0].predict(bases: [0, 1]) }
        #expect(throws: Unmeasured(base: 1)) { try merged.records[0].patch(of: 0, function: 0, base: 1) }
        #expect(
            try merged.records[0].patch(of: 12, function: 2, base: 0)
                == first.records[0].patch(of: 12, function: 1, base: 0))
        // Chunks of different captures are different chunks.
        let chunks = merged.records[0].bases.map { Set($0.chunks) }
        #expect(chunks[0].isDisjoint(with: chunks[1]))
    }

    @Test func theSameFunctionTwiceIsAConflict() throws {
        let first = try Self.profile(seed: 1, capture: 1)
        let second = try Self.profile(seed: 2, capture: 2)
        #expect(throws: Profile.MergeConflict.function("f0")) { try Profile.merged([first, second]) }
    }

    @Test func contradictingMeasuresAreAConflict() throws {
        let first = try Self.profile(seed: 1, capture: 1)
        var second = first
        second.measures[0].pairs[0][0]?.saving += 0.1
        #expect(throws: Profile.MergeConflict.measure(DedupSettings().name)) {
            try Profile.merged([first, second])
        }
    }
}
