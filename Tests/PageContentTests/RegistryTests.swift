import EventKernel
import Testing

@testable import PageContent

@Suite struct RegistryTests {
    /// What a registry does, with a dictionary.
    private struct Reference {
        var pages: [UInt64: [UInt32]] = [:]
        var bases: [Range<UInt32>] = []

        init(_ tables: [FingerprintTable], cap: Int) {
            var number: UInt32 = 0
            for table in tables {
                bases.append(number..<(number + UInt32(table.count)))
                for page in 0..<table.count {
                    for hash in table.withFingerprint(of: page, { Array($0) })
                    where pages[hash, default: []].count < cap {
                        pages[hash, default: []].append(number)
                    }
                    number += 1
                }
            }
        }

        /// How many chunks each base page shares, in the order in which they are found.
        func shared(_ fingerprint: [UInt64]) -> [(page: UInt32, shared: Int)] {
            let found = fingerprint.flatMap { pages[$0] ?? [] }
            var order: [UInt32] = []
            for page in found where !order.contains(page) { order.append(page) }
            return order.map { page in (page, found.count { $0 == page }) }
        }

        func base(of page: UInt32) -> Int { bases.firstIndex { $0.contains(page) } ?? -1 }

        func mostShared(_ fingerprint: [UInt64], preferred: Int?, limit: Int) -> [BaseCandidate] {
            shared(fingerprint).sorted { a, b in
                if a.shared != b.shared { return a.shared > b.shared }
                let isFirst = base(of: a.page) == preferred
                if isFirst != (base(of: b.page) == preferred) { return isFirst }
                return a.page < b.page
            }.prefix(limit).map { BaseCandidate(page: $0.page, shared: $0.shared) }
        }

        func firstMatch(
            _ fingerprint: [UInt64], preferred: Int?, references: [Int], limit: Int
        ) -> [BaseCandidate] {
            var firsts: [(order: Int, score: Int, candidate: BaseCandidate)] = []
            for (order, match) in shared(fingerprint).enumerated() {
                let base = base(of: match.page)
                if firsts.contains(where: { self.base(of: $0.candidate.page) == base }) { continue }
                let score = 2 * references[base] + (base == preferred ? 10 : 0)
                firsts.append((order, score, BaseCandidate(page: match.page, shared: match.shared)))
            }
            return firsts.sorted { ($1.score, $0.order) < ($0.score, $1.order) }.prefix(limit).map(
                \.candidate)
        }
    }

    /// Tables of the fingerprints of some sandboxes, made of few different blocks so that they share many chunks.
    private func tables(
        _ stream: inout RandomStream, bases: Int, pages: UInt64, lines: UInt64, cardinality: Int = 5
    ) -> [FingerprintTable] {
        let sampler = PageSampler(SamplerSettings(.fixed, chunk: 32, cardinality: cardinality), key: 9)
        return (0..<bases).map { instance in
            let contents = (0..<stream.below(pages)).map { _ in
                (0..<128).flatMap { _ -> [UInt8] in
                    let line = stream.below(lines)
                    return [UInt8](repeating: 0, count: 30)
                        + [UInt8(truncatingIfNeeded: line), UInt8(truncatingIfNeeded: line >> 8)]
                }
            }
            return FingerprintTable(of: SamplePages.set(contents, instance: instance), sampler: sampler)
        }
    }

    private func found(_ registry: Registry, _ hash: UInt64) -> [UInt32] {
        var pages: [UInt32] = []
        registry.forEachPage(with: hash) { pages.append($0) }
        return pages
    }

    /// A fingerprint in the tables' terms, and hashes that no page has.
    private func hashes(_ table: FingerprintTable, _ page: Int) -> [UInt64] {
        table.withFingerprint(of: page) { Array($0) }
    }

    private func find(
        _ chooser: inout BaseChooser, _ fingerprint: [UInt64], limit: Int
    ) -> [BaseCandidate] {
        var best = [BaseCandidate(page: 12_345, shared: 99)]
        fingerprint.withUnsafeBufferPointer { chooser.find($0, limit: limit, into: &best) }
        return best
    }

    @Test func itHoldsThePagesOfEachChunkInTheirOrderUpToTheCap() {
        for seed in 0..<40 as Range<UInt64> {
            var stream = RandomStream(seed: seed, purpose: .test)
            let lines = [3, 40, 1_000, 60_000][Int(seed % 4)] as UInt64
            let tables = tables(
                &stream, bases: Int(stream.below(5)), pages: 120, lines: lines,
                cardinality: 1 + Int(stream.below(20)))
            for cap in [1, 2, 3, 32, .max] {
                let registry = Registry(bases: tables, postingsCap: cap)
                let reference = Reference(tables, cap: cap)
                #expect(registry.baseCount == tables.count)
                #expect(registry.pageCount == tables.reduce(0) { $0 + $1.count })
                for (hash, pages) in reference.pages { #expect(found(registry, hash) == pages) }
                for _ in 0..<200 { #expect(found(registry, stream.next()).isEmpty) }
                #expect(registry.longest == max(1, reference.pages.values.map(\.count).max() ?? 1))
            }
        }
    }

    @Test func chunksOfTheSameSlotAreKeptApartAlsoAroundTheTablesEnd() {
        // All hashes fall into the last slots or the first one and spill over the end of the table.
        for top in [UInt64.max << 32, 0, UInt64.max << 34] {
            let fingerprints = (0..<60).map { page in (0..<5).map { top | UInt64((page * 5 + $0) % 97 + 1) } }
            let table = FingerprintTable(fingerprints: fingerprints)
            let registry = Registry(bases: [table], postingsCap: 32)
            let reference = Reference([table], cap: 32)
            for (hash, pages) in reference.pages { #expect(found(registry, hash) == pages) }
            #expect(found(registry, top | 1_000_000).isEmpty)
        }
    }

    @Test func locateFindsBaseAndPageAlsoBehindEmptyBases() {
        for counts in [[1], [3, 0, 0, 2, 1], [0, 5], [0, 0, 1], [7, 7, 7]] {
            let tables = counts.map { FingerprintTable(fingerprints: Array(repeating: [1], count: $0)) }
            let registry = Registry(bases: tables, postingsCap: 4)
            var number: UInt32 = 0
            for (base, count) in counts.enumerated() {
                for page in 0..<count {
                    #expect(registry.locate(number) == (base, page))
                    number += 1
                }
            }
        }
    }

    @Test func fiveChunksAPageTakeLessThan200Bytes() {
        var stream = RandomStream(seed: 7, purpose: .test)
        // Every chunk in one page; in two; in very many. The middle one needs most lists.
        for different in [UInt64.max, 25_000, 100] {
            let fingerprints = (0..<10_000).map { _ in (0..<5).map { _ in mix64(stream.below(different)) } }
            let registry = Registry(bases: [FingerprintTable(fingerprints: fingerprints)], postingsCap: 32)
            #expect(registry.memory / registry.pageCount < 200)
            #expect(registry.memory / registry.pageCount >= 5 * 8)
        }
    }

    @Test func theBestBaseIsTheOneOfMostSharedChunksThenPreferredThenEarliest() {
        var ties = 0
        for seed in 100..<160 as Range<UInt64> {
            var stream = RandomStream(seed: seed, purpose: .test)
            let lines = [3, 40, 200][Int(seed % 3)] as UInt64
            let tables = tables(&stream, bases: 1 + Int(stream.below(4)), pages: 60, lines: lines)
            let cap = [1, 4, .max][Int(stream.below(3))]
            let registry = Registry(bases: tables, postingsCap: cap)
            let reference = Reference(tables, cap: cap)
            for preferred in [nil, 0, tables.count - 1] {
                var chooser = BaseChooser(registry: registry, choice: .mostShared, preferredBase: preferred)
                for target in self.tables(&stream, bases: 1, pages: 60, lines: lines + 2) {
                    for page in 0..<target.count {
                        let fingerprint = hashes(target, page)
                        for limit in [1, 2, 4, 1_000] {
                            let expected = reference.mostShared(
                                fingerprint, preferred: preferred, limit: limit)
                            #expect(find(&chooser, fingerprint, limit: limit) == expected)
                            if limit == 2, expected.count == 2, expected[0].shared == expected[1].shared {
                                ties += 1
                            }
                        }
                    }
                }
            }
        }
        #expect(ties > 100)
    }

    @Test func theFirstMatchIsTheFirstPageOfTheBaseWithTheHighestScore() {
        for seed in 200..<240 as Range<UInt64> {
            var stream = RandomStream(seed: seed, purpose: .test)
            let tables = tables(&stream, bases: 1 + Int(stream.below(5)), pages: 60, lines: 100)
            let registry = Registry(bases: tables, postingsCap: 32)
            let reference = Reference(tables, cap: 32)
            let references = tables.map { _ in Int(stream.below(9)) }
            for preferred in [nil, 0, tables.count - 1] {
                for counts in [references, []] {
                    var chooser = BaseChooser(
                        registry: registry, choice: .firstMatch, preferredBase: preferred, references: counts)
                    for target in self.tables(&stream, bases: 1, pages: 40, lines: 110) {
                        for page in 0..<target.count {
                            for limit in [1, 3] {
                                let expected = reference.firstMatch(
                                    hashes(target, page), preferred: preferred,
                                    references: counts.isEmpty ? tables.map { _ in 0 } : counts, limit: limit)
                                #expect(find(&chooser, hashes(target, page), limit: limit) == expected)
                            }
                        }
                    }
                }
            }
        }
    }

    @Test func aListOfCandidatesIsThatOfItsPages() {
        var stream = RandomStream(seed: 300, purpose: .test)
        let tables = tables(&stream, bases: 3, pages: 200, lines: 60)
        let target = FingerprintTable(
            fingerprints: (0..<50).map { hashes(tables[0], $0 % tables[0].count) } + [[], [1, 2, 3]])
        let registry = Registry(bases: tables, postingsCap: 32)
        let reference = Reference(tables, cap: 32)
        for candidates in [1, 3] {
            let settings = DedupSettings(candidates: candidates)
            for range in [0..<52, 10..<11, 50..<52, 20..<20] {
                let list = CandidateList(
                    for: range, of: target, in: registry, settings: settings, preferred: 1)
                var count = 0
                for (index, page) in range.enumerated() {
                    let expected = reference.mostShared(hashes(target, page), preferred: 1, limit: candidates)
                        .map { candidate in
                            let place = registry.locate(candidate.page)
                            return BasePage(base: place.base, page: place.page, shared: candidate.shared)
                        }
                    #expect(Array(list.candidates(of: index)) == expected)
                    count += expected.count
                }
                #expect(list.count == count)
            }
        }
    }
}

extension FingerprintTable {
    /// A table of given fingerprints of at most five hashes.
    init(fingerprints: [[UInt64]]) {
        self.init(settings: SamplerSettings(.spread), fingerprints: fingerprints)
    }
}
