import EventKernel
import Files
import Glibc
import Testing

@testable import PageContent

@Suite struct SamplerTests {
    static let chunks = [32, 48, 64, 128, 496, 1024]
    static let cardinalities = [1, 2, 5, 10, 20]

    /// The hash of a chunk in a buffer of its own, by the function that a rule hashes with.
    private struct Alone {
        let size: Int
        private let rolling: RollingHash?
        private let plain: ChunkHash

        init(_ rule: SamplingRule, key: UInt64, chunk: Int) {
            size = chunk
            rolling = rule == .spread ? RollingHash(key: key, chunk: chunk) : nil
            plain = ChunkHash(key: key, chunk: chunk)
        }

        func callAsFunction(_ bytes: some Collection<UInt8>) -> UInt64 {
            // The rolling hash is that of a page's first chunk; what lies behind it does not matter.
            let page = Array(bytes) + SamplePages.zero.dropFirst(size)
            return page.withUnsafeBytes { bytes in
                let address = bytes.baseAddress.unsafelyUnwrapped
                return rolling?.withSums(of: address) { sums in
                    sums.extend(to: size / 16)
                    return sums.chunk(at: 0)
                } ?? plain(address)
            }
        }
    }

    /// Calls `body` with settings of `rule` and pages, many times.
    private func forEachCase(
        _ rule: SamplingRule, seed: UInt64, _ body: (PageSampler, Alone, [UInt8]) -> Void
    ) {
        var stream = RandomStream(seed: seed, purpose: .test)
        for chunk in SamplerTests.chunks {
            for cardinality in SamplerTests.cardinalities {
                let key = stream.next()
                let settings = SamplerSettings(rule, chunk: chunk, cardinality: cardinality)
                for _ in 0..<20 {
                    body(
                        PageSampler(settings, key: key), Alone(rule, key: key, chunk: chunk),
                        SamplePages.any(&stream))
                }
            }
        }
    }

    /// The windows of a chunk's size in steps of `step`, with their hashes taken alone, those of zeros left out.
    private func windows(
        _ page: [UInt8], _ alone: Alone, step: Int = 16
    ) -> [(bytes: ArraySlice<UInt8>, hash: UInt64)] {
        stride(from: 0, through: Page.size - alone.size, by: step).compactMap { start in
            let bytes = page[start..<(start + alone.size)]
            if bytes.allSatisfy({ $0 == 0 }) { return nil }
            return (bytes, alone(bytes))
        }
    }

    private func distinct(_ hashes: [UInt64]) -> [UInt64] {
        var kept: [UInt64] = []
        for hash in hashes where !kept.contains(hash) { kept.append(hash) }
        return kept
    }

    @Test func aChunksRollingHashInThePageIsThatOfTheChunkAlone() {
        var stream = RandomStream(seed: 1, purpose: .test)
        for chunk in SamplerTests.chunks {
            let key = stream.next()
            let (hash, alone) = (RollingHash(key: key, chunk: chunk), Alone(.spread, key: key, chunk: chunk))
            for _ in 0..<30 {
                let page = SamplePages.any(&stream)
                page.withUnsafeBytes { bytes in
                    hash.withSums(of: bytes.baseAddress.unsafelyUnwrapped) { sums in
                        sums.extend(to: RollingHash.blocksOfPage)
                        for first in 0...(256 - hash.blocks) {
                            let chunk = page[(first * 16)..<((first + hash.blocks) * 16)]
                            #expect(sums.chunk(at: first) == alone(chunk))
                            #expect((sums.chunk(at: first) == 0) == chunk.allSatisfy { $0 == 0 })
                        }
                    }
                }
            }
        }
    }

    @Test func aChunksHashIsXXH3UnderTheKeyAndZerosHaveZero() {
        var stream = RandomStream(seed: 7, purpose: .test)
        for chunk in SamplerTests.chunks {
            let key = stream.next()
            let alone = Alone(.artifact, key: key, chunk: chunk)
            #expect(alone(SamplePages.zero.prefix(chunk)) == 0)
            let seed = mix64(key &+ 0x9E37_79B9_7F4A_7C15)
            func xxh3(_ bytes: some Collection<UInt8>) -> UInt64 {
                Array(bytes).withUnsafeBytes {
                    ContentHash.of($0.baseAddress.unsafelyUnwrapped, count: chunk, seed: seed)
                }
            }
            let bytes = SamplePages.random(&stream).prefix(chunk)
            #expect(alone(bytes) == xxh3(bytes) &- xxh3(SamplePages.zero.prefix(chunk)))
        }
    }

    @Test(arguments: [SamplingRule.artifact, .spread])
    func everyBitOfAChunkChangesItsHash(rule: SamplingRule) {
        var stream = RandomStream(seed: 2, purpose: .test)
        for chunk in SamplerTests.chunks {
            let alone = Alone(rule, key: stream.next(), chunk: chunk)
            var bytes = [UInt8](SamplePages.random(&stream)[..<chunk])
            var seen: Set<UInt64> = [alone(bytes)]
            for bit in 0..<(chunk * 8) {
                bytes[bit / 8] ^= 1 << (bit % 8)
                seen.insert(alone(bytes))
                bytes[bit / 8] ^= 1 << (bit % 8)
            }
            #expect(seen.count == chunk * 8 + 1)
        }
    }

    @Test(arguments: [SamplingRule.artifact, .spread])
    func blocksInAnotherOrderHaveAnotherHash(rule: SamplingRule) {
        var stream = RandomStream(seed: 3, purpose: .test)
        let alone = Alone(rule, key: stream.next(), chunk: 64)
        let blocks = (0..<4).map { _ in (0..<16).map { _ in UInt8(truncatingIfNeeded: stream.next()) } }
        var seen: Set<UInt64> = []
        for a in 0..<4 {
            for b in 0..<4 where b != a {
                for c in 0..<4 where c != a && c != b {
                    seen.insert(alone([a, b, c, 6 - a - b - c].flatMap { blocks[$0] }))
                }
            }
        }
        #expect(seen.count == 24)
    }

    @Test func theArtifactsRuleTakesTheFirstChunksWithAClearBit() {
        forEachCase(.artifact, seed: 4) { sampler, hash, page in
            let taken = windows(page, hash).map(\.hash).filter { $0 - 1 < UInt64(1) << 63 }
            var expected = distinct(taken.prefix(sampler.settings.cardinality).map(mix64))
            if taken.isEmpty, page.contains(where: { $0 != 0 }) { expected = [PageSampler.nullHash] }
            #expect(sampler.sample(page) == expected)
        }
    }

    @Test func theArtifactsRuleLooksAtTwiceAsManyChunksAsItTakes() {
        var stream = RandomStream(seed: 5, purpose: .test)
        for cardinality in [5, 20] {
            let pages = 4_000
            var looked = 0
            for _ in 0..<pages {
                let key = stream.next()
                let sampler = PageSampler(SamplerSettings(.artifact, cardinality: cardinality), key: key)
                let page = SamplePages.words { _ in stream.next() }
                let all = windows(page, Alone(.artifact, key: key, chunk: 64)).map { mix64($0.hash) }
                looked += (all.firstIndex(of: sampler.sample(page).last ?? 0) ?? 0) + 1
            }
            // The number has the variance K·(1 - p)/p² = 2K; five standard errors.
            let mean = Double(looked) / Double(pages)
            let margin = 5 * (2 * Double(cardinality) / Double(pages)).squareRoot()
            #expect(abs(mean - 2 * Double(cardinality)) < margin)
        }
    }

    @Test func aPageWithoutAChunkToTakeIsNoPageOfZeros() {
        // One block is not zero: all chunks with it have set bits under some keys.
        var page = SamplePages.zero
        page[4095] = 1
        var stream = RandomStream(seed: 6, purpose: .test)
        var nulls = 0
        for _ in 0..<200 {
            let sampler = PageSampler(SamplerSettings(.artifact, chunk: 32), key: stream.next())
            let fingerprint = sampler.sample(page)
            #expect(fingerprint.count == 1)
            if fingerprint == [PageSampler.nullHash] { nulls += 1 }
            #expect(sampler.sample(SamplePages.zero).isEmpty)
        }
        // A single chunk holds the byte: a coin's toss.
        #expect((60...140).contains(nulls))
    }

    @Test func thePapersRuleTakesTheFirstChunksThatEndInThePattern() {
        let patterns: [SamplingRule] = [
            .paper, .paper(mask: 0x001F, value: 0), .paper(mask: 0xFFFF, value: 0), .paper(mask: 0, value: 0),
            .paper(mask: 0x0F0F, value: 0x1203), .paper(mask: 0x8000, value: 0xFFFF),
        ]
        for (index, rule) in patterns.enumerated() {
            guard case .paper(let mask, let value) = rule else { continue }
            forEachCase(rule, seed: 10 + UInt64(index)) { sampler, hash, page in
                var taken: [UInt64] = []
                for window in windows(page, hash, step: 1) {
                    let last = Array(window.bytes.suffix(2))
                    let pattern = UInt16(last[0]) | UInt16(last[1]) << 8
                    if pattern & mask == value & mask { taken.append(mix64(window.hash)) }
                    if taken.count == sampler.settings.cardinality { break }
                }
                #expect(sampler.sample(page) == distinct(taken))
            }
        }
    }

    @Test func spreadTakesTheSmallestHashesOfAllChunks() {
        forEachCase(.spread, seed: 20) { sampler, hash, page in
            let smallest = Set(windows(page, hash).map { $0.hash - 1 }).sorted()
            #expect(sampler.sample(page) == smallest.prefix(sampler.settings.cardinality).map(mix64))
        }
    }

    @Test func spreadFindsFewDifferentChunksAmongManyEqualOnes() {
        var stream = RandomStream(seed: 21, purpose: .test)
        for different in 1...12 {
            let hash = Alone(.spread, key: 3, chunk: 32)
            let values = (0..<different).map { _ in stream.next() }
            // Runs of the same word, so that most chunks are equal.
            let page = SamplePages.words { values[$0 * different / 512] }
            let smallest = Set(windows(page, hash).map { $0.hash - 1 }).sorted()
            let sampler = PageSampler(SamplerSettings(.spread, chunk: 32, cardinality: 20), key: 3)
            #expect(sampler.sample(page) == smallest.prefix(20).map(mix64))
        }
    }

    @Test func spreadKnowsContentAgainThatMovedByABlock() {
        var stream = RandomStream(seed: 22, purpose: .test)
        let sampler = PageSampler(SamplerSettings(.spread), key: 4)
        var kept = 0
        for _ in 0..<200 {
            let page = SamplePages.random(&stream)
            let moved = [UInt8](repeating: 0xA5, count: 16) + page[..<(Page.size - 16)]
            kept += Set(sampler.sample(page)).intersection(sampler.sample(moved)).count
        }
        // Of 253 chunks one is lost and four are new: of the five smallest hardly any changes.
        #expect(kept > 940)
        #expect(kept < 1_000)
    }

    @Test func fixedTakesChunksAtEqualDistances() {
        forEachCase(.fixed, seed: 30) { sampler, hash, page in
            let cardinality = sampler.settings.cardinality
            let chunk = sampler.settings.chunk
            let taken = (0..<cardinality).compactMap { index -> UInt64? in
                let start = min(index * (4096 / cardinality), 4096 - chunk)
                let bytes = page[start..<(start + chunk)]
                return bytes.allSatisfy { $0 == 0 } ? nil : mix64(hash(bytes))
            }
            #expect(sampler.sample(page) == distinct(taken))
        }
    }

    @Test func aLocationIsRegionAndOffsetWhateverTheContent() {
        var stream = RandomStream(seed: 40, purpose: .test)
        let sampler = PageSampler(SamplerSettings(.location), key: 5)
        var seen: Set<UInt64> = []
        for region in 0..<20 as Range<UInt64> {
            for offset in 0..<50 as Range<UInt32> {
                let place = PagePlace(region: mix64(region), offset: offset)
                let hashes = sampler.sample(SamplePages.random(&stream), place: place)
                #expect(hashes.count == 1)
                #expect(hashes == sampler.sample(SamplePages.zero, place: place))
                seen.formUnion(hashes)
            }
        }
        #expect(seen.count == 1_000)
    }

    @Test func anotherKeyMakesOtherHashes() {
        var stream = RandomStream(seed: 50, purpose: .test)
        for rule in [SamplingRule.artifact, .paper, .spread, .fixed] {
            let settings = SamplerSettings(rule)
            for _ in 0..<50 {
                let page = SamplePages.random(&stream)
                let key = stream.next()
                let one = PageSampler(settings, key: key).sample(page)
                #expect(!one.isEmpty)
                #expect(one == PageSampler(settings, key: key).sample(page))
                #expect(Set(one).isDisjoint(with: PageSampler(settings, key: key ^ 1).sample(page)))
            }
        }
    }

    @Test func hashesOfAFingerprintAreDifferentAndAPageOfZerosHasNone() {
        var stream = RandomStream(seed: 60, purpose: .test)
        for rule in [SamplingRule.artifact, .paper, .paper(mask: 0xFF, value: 0), .spread, .fixed] {
            for chunk in SamplerTests.chunks {
                let sampler = PageSampler(
                    SamplerSettings(rule, chunk: chunk, cardinality: 20), key: stream.next())
                #expect(sampler.sample(SamplePages.zero).isEmpty)
                for _ in 0..<30 {
                    let hashes = sampler.sample(SamplePages.any(&stream))
                    #expect(Set(hashes).count == hashes.count)
                    #expect(hashes.count <= 20)
                }
            }
        }
    }

    @Test func nothingBeyondThePageIsRead() throws {
        let room = try #require(
            mmap(nil, 3 * Page.size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))
        try #require(room != MAP_FAILED)
        defer { munmap(room, 3 * Page.size) }
        let page = room + Page.size
        var stream = RandomStream(seed: 70, purpose: .test)
        // What lies around the page ends the process when it is read.
        try #require(mprotect(room, Page.size, PROT_NONE) == 0)
        try #require(mprotect(page + Page.size, Page.size, PROT_NONE) == 0)
        for round in 0..<200 {
            let content = round == 0 ? SamplePages.zero : SamplePages.any(&stream)
            page.copyMemory(from: content, byteCount: Page.size)
            for rule in [SamplingRule.artifact, .paper, .paper(mask: 0, value: 0), .spread, .fixed] {
                for chunk in SamplerTests.chunks {
                    let sampler = PageSampler(
                        SamplerSettings(rule, chunk: chunk, cardinality: 20), key: stream.next())
                    let set = PageSet(
                        label: InstanceLabel(function: "f", instance: 0),
                        memory: PageMemory(base: page, count: 1) {}, kinds: [.heap],
                        places: [PagePlace(region: 0, offset: 0)])
                    let table = FingerprintTable(of: set, sampler: sampler)
                    #expect(table.withFingerprint(of: 0) { Array($0) } == sampler.sample(content))
                }
            }
        }
    }

    @Test func aTableHoldsEachPagesFingerprintForAnyNumberOfThreads() {
        var stream = RandomStream(seed: 80, purpose: .test)
        let pages = (0..<2_500).map { _ in SamplePages.any(&stream) } + [SamplePages.zero]
        let set = SamplePages.set(pages)
        for rule in [SamplingRule.artifact, .paper, .spread, .fixed, .location] {
            let sampler = PageSampler(SamplerSettings(rule, cardinality: 7), key: 6)
            for threads in [1, 2, 5] {
                let table = FingerprintTable(of: set, sampler: sampler, threads: threads)
                #expect(table.count == pages.count)
                var hashes = 0
                for (page, content) in pages.enumerated() {
                    let expected = sampler.sample(content, place: set.places[page])
                    #expect(table.withFingerprint(of: page) { Array($0) } == expected)
                    hashes += expected.count
                }
                #expect(table.hashCount == hashes)
            }
        }
        let none = FingerprintTable(
            of: SamplePages.set([]), sampler: PageSampler(SamplerSettings(.spread), key: 1), threads: 3)
        #expect(none.count == 0 && none.hashCount == 0)
    }
}
