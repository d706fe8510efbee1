import PageContent
import Testing

@testable import PageContent
@testable import Simulator

/// Base pages chosen page by page, on records that can be worked out by hand.
@Suite struct ContentRecordsTests {
    private static let unit: UInt8 = 1

    private static func pages(_ pages: [[UInt32]]) -> SharedChunkRecords.Pages {
        var made = SharedChunkRecords.Pages()
        for page in pages { made.append(page) }
        return made
    }

    /// Two functions; a target of the second of five pages: two that share most with one base each, one without any,
    /// one of zeros, and one that both are equally good for.
    private static func profile(choice: BaseChoice = .mostShared) -> Profile {
        let settings = DedupSettings(choice: choice)
        let none = SharedChunkRecords.noPatch
        let zero = SharedChunkRecords.zeroPage
        let records = SharedChunkRecords(
            settings: settings, chunkCount: 6,
            bases: [pages([[0, 1, 2], [3]]), pages([[0, 1, 4], [5]])],
            targets: [
                SharedChunkRecords.Target(pages: pages([]), patches: []),
                SharedChunkRecords.Target(
                    pages: pages([[0, 1, 4], [0, 1, 2], [], [], [3, 5]]),
                    patches: [10, 2, 20, 5, none, none, zero, zero, 8, 4]),
            ])
        // Levels as recorded: no weighting is needed.
        let classes = [
            ClassRows(rows: [], zeroPages: 0, levelMeans: [], pairings: 1, isTied: false),
            ClassRows(
                rows: [
                    ClassRows.Row(levels: [.small, .tiny], count: 1, lz4: 2000, zstd: 1000),
                    ClassRows.Row(levels: [.middling, .small], count: 1, lz4: 2000, zstd: 1000),
                    ClassRows.Row(levels: [.small, .small], count: 1, lz4: 2000, zstd: 1000),
                    ClassRows.Row(levels: [.none, .none], count: 1, lz4: 2000, zstd: 1000),
                ], zeroPages: 1, levelMeans: Array(repeating: [30, 100, 600, 1500, 3000], count: 2),
                pairings: 1, isTied: false),
        ]
        return Profile(
            figures: [
                FunctionProfile(figures: "authenc", pages: 0, among: 2),
                FunctionProfile(figures: "vanilla", pages: 5, zeroPages: 1, among: 2),
            ], measures: [Profile.Measure(settings: settings, classes: classes)], records: [records])
    }

    private static func store(
        ties: BaseTies = .own, choice: BaseChoice = .mostShared, exactOnly: Bool = false,
        bases: [(unit: Int, node: Int)]
    ) throws -> StoredImage {
        var settings = ContentSettings(
            profile: profile(choice: choice), measure: DedupSettings(choice: choice))
        settings.fidelity = .exact
        settings.ties = ties
        settings.mapping = ["v": "vanilla", "a": "authenc"]
        var model = try ContentModel(settings, units: contentUnits([("v", 5), ("a", 5)]), seed: 1)
        var registry = model.makeBases(nodes: 2)
        for (sandbox, base) in bases.enumerated() {
            registry.add(sandbox: sandbox, unit: base.unit, node: base.node)
        }
        return model.patched(unit: 0, node: 0, storage: PatchStorage(isExactOnly: exactOnly), bases: registry)
    }

    /// The middle of what is recorded as `step`.
    private static func size(_ step: Int) -> Double { Double(step) * 16 - 7.5 }

    @Test func thePageThatSharesMostIsTakenAndTiesGoByTheRule() throws {
        let own = try Self.store(bases: [(1, 1), (0, 1)])
        // Page 1 shares more with the other function's, though the patch is larger.
        #expect(own.bytes == UInt64((Self.size(2) + Self.size(20) + Self.size(4) + 4096).rounded()))
        #expect(own.metadata == 3 * 16 + 8 + 8 && own.patchedPages == 3)
        let first = try Self.store(ties: .first, bases: [(1, 1), (0, 1)])
        #expect(first.bytes == UInt64((Self.size(2) + Self.size(20) + Self.size(8) + 4096).rounded()))
        let only = try Self.store(bases: [(1, 1)])
        #expect(only.bytes == UInt64((Self.size(10) + Self.size(20) + Self.size(8) + 4096).rounded()))
    }

    @Test func theReleasedRuleTakesTheFirstWithAnyMatch() throws {
        let image = try Self.store(choice: .firstMatch, bases: [(0, 1), (1, 0)])
        #expect(image.bytes == UInt64((Self.size(10) + Self.size(20) + Self.size(8) + 4096).rounded()))
        #expect(image.references.map(\.unit) == [1])
    }

    @Test func noPageIsEqualWhenAllPatchesAreLonger() throws {
        let image = try Self.store(exactOnly: true, bases: [(0, 1), (1, 0)])
        #expect(image.bytes == 4 * 4096 && image.patchedPages == 0)
    }

    @Test func pagesStandForTheClassesOfTheMeanSandbox() {
        var profile = Self.profile()
        // Over all pairs pages like the first are three times as frequent.
        profile.measures[0].classes[1].rows[0].count = 3
        let classes = PageClasses(profile, profile.measures[0], function: 1)
        let weights = PageWeights.weights(profile.records[0].targets[1].patches, functions: 2, as: classes)
        // Five pages a sandbox: of seven counted each is 5/7.
        for (weight, wanted) in zip(weights, [15.0 / 7, 5.0 / 7, 5.0 / 7, 0, 5.0 / 7]) {
            #expect(abs(weight - wanted) < 0.01)
        }
    }
}
