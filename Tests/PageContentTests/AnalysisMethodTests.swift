import EventKernel
import Files
import Testing

@testable import PageContent

@Suite struct AnalysisMethodTests {
    /// Instances of one function, the first given first.
    private func groups(_ instances: [[[UInt8]]], files: [[FilePage]] = []) throws -> InstanceGroups {
        try InstanceGroups(
            instances.enumerated().map {
                AnalysisPages.set(
                    $1, instance: $0, filePages: files.indices.contains($0) ? files[$0] : [])
            })
    }

    private func stored(
        _ method: any SavingMethod, _ groups: InstanceGroups, nodeInstances: Int? = nil, threads: Int = 2
    ) throws -> StoredPages {
        let round = MethodRound(
            try groups.rounds(.one)[0], of: groups, nodeInstances: nodeInstances, threads: threads)
        return try #require(method.store(round)[0])
    }

    private func standard(_ name: String) throws -> any SavingMethod {
        try #require(StandardMethods.all(sample: 20).first { $0.name == name })
    }

    @Test func onlyPagesOfZerosAreLeftOut() throws {
        var stream = RandomStream(seed: 1, purpose: .test)
        let random = AnalysisPages.random(3, &stream)
        let result = try stored(ZeroPagesMethod(), groups([random, [AnalysisPages.zero] + random]))
        #expect(result.storedBytes == Double(8 + 3 * (4_096 + 8)))
        #expect(result.pages == 4)
        #expect(result.hits == nil)
    }

    @Test func equalPagesAreStoredOnceInEachScope() throws {
        var stream = RandomStream(seed: 2, purpose: .test)
        let (a, b, c, d) = (
            AnalysisPages.random(&stream), AnalysisPages.random(&stream), AnalysisPages.random(&stream),
            AnalysisPages.random(&stream)
        )
        let zero = AnalysisPages.zero
        let f = [
            AnalysisPages.set([a, b, zero], instance: 0),
            AnalysisPages.set([a, a, c, c, d, zero], instance: 1),
            AnalysisPages.set([a, d], instance: 2),
        ]
        let g = [
            AnalysisPages.set([c], function: "g", instance: 0),
            AnalysisPages.set([b, d], function: "g", instance: 1),
        ]
        let groups = try InstanceGroups(f + g)
        let (page, entry) = (4_096.0, 64.0)
        func bytes(_ scope: ExactPagesMethod.Scope, nodeInstances: Int? = nil) throws -> [Double] {
            let round = MethodRound(
                try groups.rounds(.one)[0], of: groups, nodeInstances: nodeInstances, threads: 2)
            return ExactPagesMethod(scope).store(round).map { $0?.storedBytes ?? .nan }
        }
        // The targets have 6 and 2 pages; an entry for each page, and one for each content with several users.
        #expect(try bytes(.sandbox) == [3 * page + 8 * entry, 2 * page + 2 * entry])
        #expect(try bytes(.own) == [2 * page + 8 * entry, 2 * page + 2 * entry])
        #expect(try bytes(.union) == [page + 8 * entry, page + 3 * entry])
        // Users of all sandboxes: a 4, b 2, c 3, d 3.
        let cluster = try bytes(.cluster)
        let ofF = (page + entry) * (4.0 / 4 + 1.0 / 2 + 2.0 / 3 + 2.0 / 3) + 11 * entry
        #expect(abs(cluster[0] - ofF) < 1e-6)
        #expect(abs(cluster.reduce(0, +) - (4 * page + 4 * entry + 14 * entry)) < 1e-6)
        // With one instance of each function there are a, b, 0 and c.
        #expect(try bytes(.node, nodeInstances: 1) == [2 * page + 3 * entry, page + entry])
        #expect(try bytes(.node) == cluster)
    }

    @Test func aMethodThatFindsAllPagesInTheBaseHits() throws {
        var stream = RandomStream(seed: 3, purpose: .test)
        let pages = AnalysisPages.random(30, &stream)
        let clones = try groups([pages, pages])
        for name in ["medes-artifact", "medes-paper", "spread", "location", "location+spread", "best"] {
            let result = try stored(standard(name), clones)
            #expect(result.hitRate == 1, "\(name)")
            #expect((result.saving ?? 0) > 0.99, "\(name)")
        }
        #expect(try #require(stored(standard("exact-own"), clones).saving) == 1 - 128.0 / 4_096)
    }

    @Test func randomBytesSaveNothing() throws {
        var stream = RandomStream(seed: 4, purpose: .test)
        let strangers = try groups([AnalysisPages.random(30, &stream), AnalysisPages.random(30, &stream)])
        for method in StandardMethods.all(sample: 20)
        where !["exact-node", "exact-cluster"].contains(method.name) {
            let saving = try #require(stored(method, strangers).saving)
            #expect(saving <= 0 && saving > -0.03, "\(method.name)")
        }
    }

    @Test func cleanPagesOfFilesCostNothingWhereTheBaseHasThemToo() throws {
        var stream = RandomStream(seed: 5, purpose: .test)
        let files = { (offsets: [UInt64]) in offsets.map { FilePage(file: 3, offset: $0) } }
        let pages = AnalysisPages.random(2, &stream)
        let both = try groups([pages, pages], files: [files([0, 1, 2]), files([1, 2, 7, 9])])
        let result = try stored(ZeroPagesMethod(), both)
        #expect(result.filePages == 4)
        #expect(result.storedFileBytes == 2 * 4_096)
        #expect(result.savingOfAll == 1 - Double(2 * 4_104 + 2 * 4_096) / Double(6 * 4_096))
        // Three file pages have one user, two have two.
        let node = try stored(ExactPagesMethod(.node), both)
        #expect(node.storedFileBytes == 5 * 4_096)
    }

    @Test func theBestPatchIsNoLargerThanAnyThatASamplerLedTo() throws {
        var stream = RandomStream(seed: 6, purpose: .test)
        let pieces = AnalysisPages.pieces(&stream)
        let two = try groups([
            AnalysisPages.patchwork(40, pieces: pieces, &stream),
            AnalysisPages.patchwork(20, pieces: pieces, &stream),
        ])
        let best = try stored(BestPatchMethod(sample: 20), two)
        for name in ["medes-artifact", "medes-paper", "artifact", "spread"] {
            #expect(try stored(standard(name), two).storedBytes >= best.storedBytes, "\(name)")
        }
    }

    @Test func everyMethodGivesTheSameForAnyNumberOfThreads() throws {
        var stream = RandomStream(seed: 7, purpose: .test)
        let pieces = AnalysisPages.pieces(&stream)
        let three = try groups((0..<3).map { _ in AnalysisPages.patchwork(90, pieces: pieces, &stream) })
        for method in StandardMethods.all(sample: 10) {
            let one = try stored(method, three, threads: 1)
            for threads in [2, 5] {
                #expect(try stored(method, three, threads: threads) == one, "\(method.name)")
            }
        }
    }

    @Test func theBestPatchIsDrawnFromASampleThatTheSeedDecides() throws {
        var stream = RandomStream(seed: 8, purpose: .test)
        let pieces = AnalysisPages.pieces(&stream)
        let two = try groups((0..<2).map { _ in AnalysisPages.patchwork(60, pieces: pieces, &stream) })
        func bytes(_ seed: UInt64) throws -> Double {
            let round = MethodRound(try two.rounds(.one)[0], of: two, seed: seed, threads: 2)
            return try #require(BestPatchMethod(sample: 8).store(round)[0]).storedBytes
        }
        #expect(try bytes(1) == bytes(1))
        #expect(try Set((1...5).map { try bytes($0) }).count > 1)
    }
}

@Suite struct AnalysisPairingTests {
    private func sets(_ counts: [String: Int]) -> [PageSet] {
        counts.sorted { $0.key > $1.key }.flatMap { name, count in
            (0..<count).reversed().map {
                AnalysisPages.set([AnalysisPages.zero], function: name, instance: 10 + $0)
            }
        }
    }

    @Test func instancesAreGroupedAndPairedInOrder() throws {
        let groups = try InstanceGroups(sets(["b": 3, "a": 2]))
        #expect(groups.functions == ["a", "b"])
        #expect(groups.fewest == 2)
        func pairs(_ pairing: Pairing, _ function: Int) throws -> [[Int]] {
            try groups.rounds(pairing).compactMap { round in
                round.pairs[function].map { [$0.base.label.instance, $0.target.label.instance] }
            }
        }
        #expect(try pairs(.one, 1) == [[10, 11]])
        #expect(try pairs(.rotation, 1) == [[10, 11], [11, 12], [12, 10]])
        #expect(try pairs(.rotation, 0) == [[10, 11], [11, 10]])
        #expect(try Set(pairs(.all, 1)).count == 6)
        #expect(try pairs(.all, 0) == [[10, 11], [11, 10]])
    }

    @Test func aFunctionWithOneInstanceAndTheSameInstanceTwiceAreErrors() throws {
        let single = try InstanceGroups(sets(["a": 1, "b": 2]))
        #expect(throws: InputError.self) { try single.rounds(.one) }
        #expect(throws: InputError.self) { try InstanceGroups(sets(["a": 2]) + sets(["a": 1])) }
        #expect(throws: InputError.self) { try InstanceGroups([]) }
    }

    @Test func meansAreOverFunctionsAndSpreadOverRounds() throws {
        var stream = RandomStream(seed: 9, purpose: .test)
        let page = AnalysisPages.random(&stream)
        func set(_ function: String, _ instance: Int, zeros: Int) -> PageSet {
            AnalysisPages.set(
                Array(repeating: AnalysisPages.zero, count: zeros) + Array(repeating: page, count: 4 - zeros),
                function: function, instance: instance)
        }
        let groups = try InstanceGroups([
            set("a", 0, zeros: 0), set("a", 1, zeros: 2), set("b", 0, zeros: 4), set("b", 1, zeros: 4),
        ])
        var told: [String] = []
        let comparison = MethodComparison(
            [ZeroPagesMethod()], on: try groups.rounds(.rotation), of: groups, threads: 1
        ) { done, count, name in told.append("\(done)/\(count) \(name)") }
        #expect(told == ["0/2 zero", "1/2 zero"])
        let (half, none, all) = (
            1 - (2 * 8 + 2 * 4_104) / 16_384.0, 1 - 4 * 4_104 / 16_384.0, 1 - 8 / 4_096.0
        )
        let row = comparison.rows[0]
        #expect(abs(row.estimate(.saving, function: 0).mean - (half + none) / 2) < 1e-12)
        #expect(row.means[.saving] == [(half + all) / 2, (none + all) / 2])
        #expect(row.estimate(.hitRate).count == 0)
    }
}

@Suite struct AnalysisExactCountTests {
    @Test func equalPagesAreCountedAsTheKernelWould() {
        var stream = RandomStream(seed: 10, purpose: .test)
        let (a, b, c) = (
            AnalysisPages.random(&stream), AnalysisPages.random(&stream), AnalysisPages.random(&stream)
        )
        let sets = [
            AnalysisPages.set([a, a, b, AnalysisPages.zero]),
            AnalysisPages.set([a, c, AnalysisPages.zero], instance: 1),
            AnalysisPages.set([a, a, b], instance: 2),
        ]
        let counts = ExactPageCounts(of: sets, threads: 2)
        #expect(counts.pages == 10)
        #expect(counts.zeroPages == 2)
        #expect([counts.shared, counts.sharing, counts.unshared] == [2, 5, 1])
        #expect(counts.merging == [3, 1, 3])
        #expect(counts.zeros == [1, 1, 0])
        // Five users of a, two a copy: three copies.
        let few = ExactPageCounts(of: sets, mostUsers: 2, threads: 1)
        #expect([few.shared, few.sharing, few.unshared] == [4, 3, 1])
    }
}
