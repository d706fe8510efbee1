import EventKernel
import PageContent
import Testing

@testable import Simulator

/// What storing a sandbox takes, worked out by hand (see `contentProfile`).
@Suite struct ContentStoringTests {
    /// Units of 100 pages, two of vanilla and one of each other function.
    private static let units: [(name: String, pages: UInt64)] = [
        ("v1", 100), ("v2", 100), ("a", 100), ("l", 100),
    ]
    private static let mapping = ["v1": "vanilla", "v2": "vanilla", "a": "authenc", "l": "linalg"]

    private static func model(
        pages: UInt64 = 100, _ change: (inout ContentSettings) -> Void = { _ in }
    ) throws -> ContentModel {
        var settings = ContentSettings(profile: contentProfile())
        settings.mapping = mapping
        change(&settings)
        return try ContentModel(settings, units: contentUnits(units.map { ($0.name, pages) }), seed: 1)
    }

    /// What becomes of a sandbox of `v1` on node 0 with base sandboxes of these units, registered in this order.
    private static func store(
        _ model: consuming ContentModel, bases: [(unit: Int, node: Int)],
        storage: PatchStorage = PatchStorage()
    ) -> StoredImage {
        var registry = model.makeBases(nodes: 4)
        for (sandbox, base) in bases.enumerated() {
            registry.add(sandbox: sandbox, unit: base.unit, node: base.node)
        }
        return model.patched(unit: 0, node: 0, storage: storage, bases: registry)
    }

    private static func units(_ image: StoredImage) -> [[UInt32]] {
        image.references.map { [$0.unit, $0.pages] }.sorted { $0[0] < $1[0] }
    }

    @Test func withoutABaseSandboxAllPagesButZerosStayWhole() throws {
        let image = Self.store(try Self.model(), bases: [])
        #expect(image.bytes == 90 * 4096 && image.metadata == 100 * 8)
        #expect(image.pages == 100 && image.patchedPages == 0 && image.references.isEmpty)
    }

    @Test func patchesAgainstTheOwnUnit() throws {
        let image = Self.store(try Self.model(), bases: [(0, 1)])
        #expect(image.bytes == 40 * 10 + 20 * 600 + 30 * 4096)
        #expect(image.metadata == 60 * 16 + 30 * 8 + 10 * 8)
        #expect(image.patchedPages == 60)
        #expect(Self.units(image) == [[0, 60]])
        #expect(image.references[0].node == 1 && image.references[0].sandbox == 0)
    }

    @Test func anotherUnitOfTheFunctionCountsAsTheNearestOfTheFamily() throws {
        let image = Self.store(try Self.model(), bases: [(1, 1)])
        #expect(image.bytes == 40 * 100 + 20 * 600 + 30 * 4096)
        #expect(Self.units(image) == [[1, 60]])
        // Of a family with one function the best other one counts: for linalg that is authenc.
        #expect(try Self.model().nearest == [2, 0, 0])
    }

    @Test func ofTwoThatStandForTheSamePagesOneIsTaken() throws {
        // Both count as authenc: the one on the node, else the first.
        #expect(Self.units(Self.store(try Self.model(), bases: [(1, 1), (2, 2)])) == [[1, 60]])
        #expect(Self.units(Self.store(try Self.model(), bases: [(1, 1), (2, 0)])) == [[2, 60]])
    }

    @Test func theRuleForTiesDecidesWhoseEquallyGoodPagesAreTaken() throws {
        // 40 pages are best in the own unit's, 20 are as good in linalg's.
        let bases: [(unit: Int, node: Int)] = [(3, 0), (0, 1)]
        let shared: [BaseTies: [[UInt32]]] = [
            .own: [[0, 60]], .local: [[0, 40], [3, 20]], .first: [[0, 40], [3, 20]],
        ]
        for ties in BaseTies.allCases {
            let image = Self.store(try Self.model { $0.ties = ties }, bases: bases)
            #expect(Self.units(image) == shared[ties], "\(ties)")
            #expect(image.bytes == 40 * 10 + 20 * 600 + 30 * 4096)
        }
        // Registered first, but on another node than the own one, which is local.
        let other: [(unit: Int, node: Int)] = [(3, 1), (0, 0)]
        #expect(Self.units(Self.store(try Self.model { $0.ties = .local }, bases: other)) == [[0, 60]])
        #expect(
            Self.units(Self.store(try Self.model { $0.ties = .first }, bases: other)) == [[0, 40], [3, 20]])
    }

    @Test func theReleasedRuleTakesTheBestScoreWhateverThePatch() throws {
        let measure = DedupSettings(choice: .firstMatch)
        let model = try Self.model {
            $0.profile = contentProfile(settings: measure)
            $0.measure = measure
        }
        // authenc's is on the node: 10 points; the own one has none.
        let image = Self.store(model, bases: [(0, 1), (2, 0)])
        #expect(image.bytes == 40 * 100 + 20 * 600 + 30 * 4096)
        #expect(Self.units(image) == [[2, 60]])
    }

    @Test func aScopeLeavesOthersOut() throws {
        let bases: [(unit: Int, node: Int)] = [(2, 0), (3, 0)]
        let unit = Self.store(try Self.model(), bases: bases, storage: PatchStorage(bases: .unit))
        #expect(unit.patchedPages == 0)
        // Each application is a tenant of its own.
        let tenant = Self.store(try Self.model(), bases: bases, storage: PatchStorage(bases: .tenant))
        #expect(tenant.patchedPages == 0)
        let one = Self.store(
            try Self.model { $0.tenants = 1 }, bases: bases, storage: PatchStorage(bases: .tenant))
        #expect(one.patchedPages == 60)
    }

    @Test func pagesWithoutAPatchAreCompressed() throws {
        let zstd = Self.store(try Self.model(), bases: [(0, 1)], storage: PatchStorage(compression: .zstd))
        #expect(zstd.bytes == 40 * 10 + 20 * 600 + 30 * 1000)
        #expect(zstd.metadata == 60 * 16 + 30 * 8 + 10 * 8)
        #expect(zstd.compressedPages == 30 && zstd.patchedPages == 60)
        let alone = try Self.model().compressed(unit: 0, method: .lz4)
        #expect(alone.bytes == 90 * 2000 && alone.metadata == 100 * 8 && alone.compressedPages == 90)
    }

    @Test func equalPagesAloneAreLeftOut() throws {
        var profile = contentProfile()
        // Of 40 patches of at most 32 bytes 30 are of equal pages.
        profile.measures[0].pairs[2][2]?.histogram[0].count = 30
        profile.measures[0].pairs[2][2]?.histogram[1].count = 10
        let image = Self.store(
            try Self.model { $0.profile = profile }, bases: [(0, 1)], storage: PatchStorage(isExactOnly: true)
        )
        #expect(image.bytes == 60 * 4096 && image.metadata == 30 * 16 + 60 * 8 + 10 * 8)
        #expect(image.patchedPages == 30)
        #expect(try Self.model { $0.profile = profile }.mergeable(unit: 0) == (30 + 10) * 4096)
    }

    @Test func aUnitOfAnotherSizeGrowsAsSettingsSay() throws {
        func bytes(_ pages: UInt64, _ growth: ContentGrowth) throws -> [UInt64] {
            let image = Self.store(try Self.model(pages: pages) { $0.growth = growth }, bases: [(0, 1)])
            return [image.pages, image.bytes, image.metadata, image.patchedPages]
        }
        let plain: [UInt64] = [100, 135_280, 1_280, 60]
        #expect(try bytes(200, .unmatched) == [200, 135_280 + 100 * 4096, 1_280 + 800, 60])
        #expect(try bytes(200, .proportional) == [200, 2 * 135_280, 2 * 1_280, 120])
        #expect(try bytes(200, .uncounted) == plain)
        for growth in ContentGrowth.allCases {
            #expect(try bytes(100, growth) == plain)
            #expect(try bytes(50, growth) == [50, 135_280 / 2, 1_280 / 2, 30])
            #expect(try bytes(0, growth) == [0, 0, 0, 0])
        }
        let grown = try Self.model(pages: 200)
        #expect(grown.mergeable(unit: 0) == 50 * 4096)
        // Pages beyond the profile's compress like its own on average.
        #expect(grown.compressed(unit: 0, method: .zstd).bytes == 190 * 1000)
    }

    @Test func aBaseFunctionThatWasNeverMeasuredIsLeftOut() throws {
        var profile = contentProfile()
        profile.measures[0].pairs[2][0] = nil
        let model = try Self.model { $0.profile = profile }
        #expect(model.nearest[2] == 1, "another unit's count as the best of those that were measured")
        let image = Self.store(model, bases: [(2, 0)])
        #expect(image.patchedPages == 0 && image.bytes == 90 * 4096)
    }

    /// Every page is a patch, compressed, whole or zero, and each takes what its kind takes.
    @Test(arguments: ["on-requests", "off-import"])
    func nothingIsLostOnTheWay(name: String) throws {
        let profile = try shippedProfile(name)
        for seed in 0..<60 as Range<UInt64> {
            var draws = RandomStream(seed: seed, purpose: .test)
            var settings = ContentSettings(profile: profile)
            settings.growth = ContentGrowth.allCases[Int(draws.below(3))]
            let units = (0..<30).map { (name: "u\($0)", pages: draws.below(60_000)) }
            var model = try ContentModel(settings, units: contentUnits(units), seed: seed)
            var bases = model.makeBases(nodes: 5)
            for unit in 0..<30 where draws.below(2) == 0 {
                bases.add(sandbox: unit, unit: unit, node: Int(draws.below(5)))
            }
            for (unit, entry) in units.enumerated() {
                let storage = PatchStorage(compression: draws.below(2) == 0 ? nil : .zstd)
                let image = model.patched(unit: unit, node: 1, storage: storage, bases: bases)
                #expect(image.pages == model.pages(of: unit) && image.pages <= entry.pages)
                #expect(image.patchedPages == image.references.reduce(0) { $0 + UInt64($1.pages) })
                #expect(image.patchedPages + image.compressedPages <= image.pages + 20)
                // Between 8 and 16 bytes of bookkeeping a page; patches round their own way.
                let metadata = image.pages * 8 + image.patchedPages * 8
                #expect(abs(Int(image.metadata) - Int(metadata)) <= 8 * 15)
                #expect(image.bytes + image.metadata <= image.pages * 4104 + 1)
                #expect(Set(image.references.map(\.sandbox)).count == image.references.count)
                if settings.growth != .uncounted { #expect(image.pages == entry.pages) }
            }
        }
    }
}
