import EventKernel
import Testing

@testable import PageContent

@Suite struct AnalysisRedundancyTests {
    private func measured(
        _ target: [[UInt8]], _ base: [[UInt8]], sizes: [Int] = Redundancy.sizes, threads: Int = 2
    ) -> Redundancy {
        Redundancy(
            of: AnalysisPages.set(target, instance: 1), against: AnalysisPages.set(base),
            sizes: sizes, measures: Set(RedundancyMeasure.allCases), threads: threads)
    }

    @Test func ofFourPagesWithKnownOverlapsEachMeasureCountsWhatItShould() throws {
        var stream = RandomStream(seed: 1, purpose: .test)
        let base = AnalysisPages.random(2, &stream)
        // The same page; one shifted by 8 bytes; one whose second half is new; zeros, which the base lacks.
        let shifted = AnalysisPages.random(&stream)[..<8] + base[0][..<4_088]
        let half = base[1][..<2_048] + AnalysisPages.random(&stream)[2_048...]
        let target = [base[0], Array(shifted), Array(half), AnalysisPages.zero]
        let found = measured(target, base)
        let bytes = { (size: Int, measure: RedundancyMeasure) in
            found.chunks.first { $0.size == size }?.bytes(measure)
        }
        #expect(found.privateBytes == 4 * 4_096)
        for size in [64, 128, 256, 512, 1_024, 2_048] {
            #expect(bytes(size, .aligned) == 4_096 + 2_048)
            #expect(bytes(size, .nonZero) == 4_096 + 2_048)
            #expect(bytes(size, .sliding) == 4_096 + 4_088 + 2_048)
            #expect(bytes(size, .medes) == 4_096 + 2_048)
        }
        #expect(bytes(4_096, .aligned) == 4_096)
        #expect(bytes(4_096, .sliding) == 4_096)
        #expect(bytes(4_096, .medes) == nil)
        let smallest = try #require(found.chunks.first)
        #expect(smallest.zeroBytes == 4_096)
        #expect(found.share(.aligned, smallest) == 0.375)
        #expect(found.share(.nonZero, smallest) == 0.5)
    }

    @Test func medesEstimateCountsHowFarTheBestOfSeveralEqualSamplesGoesOn() {
        var stream = RandomStream(seed: 2, purpose: .test)
        var (base, target) = (AnalysisPages.random(&stream), AnalysisPages.random(&stream))
        let head = AnalysisPages.random(&stream)[..<64]
        let tail = AnalysisPages.random(&stream)[..<64]
        // Two samples of the base begin alike; their second halves agree with the target's for 10 and 33 bytes.
        for (block, alike) in [(3, 10), (7, 33)] {
            base.replaceSubrange(block * 128..<block * 128 + 64, with: head)
            base.replaceSubrange(block * 128 + 64..<block * 128 + 64 + alike, with: tail[..<alike])
            base[block * 128 + 64 + alike] = ~tail[alike]
        }
        target.replaceSubrange(640..<704, with: head)
        target.replaceSubrange(704..<768, with: tail)
        #expect(measured([target], [base], sizes: [64]).chunks[0].estimatedBytes == 64 + 33)
    }

    @Test func zerosCountOnlyWhereTheBaseHasThem() throws {
        var stream = RandomStream(seed: 3, purpose: .test)
        let random = AnalysisPages.random(&stream)
        let without = measured([AnalysisPages.zero, random], [random], sizes: [64])
        #expect(without.share(.aligned, without.chunks[0]) == 0.5)
        let with = measured([AnalysisPages.zero, random], [AnalysisPages.zero], sizes: [64])
        #expect(with.share(.aligned, with.chunks[0]) == 0.5)
        #expect(with.share(.nonZero, with.chunks[0]) == 0)
    }

    @Test(arguments: 1...6) func slidingWindowsCoverWhatTheNaiveSearchFinds(seed: UInt64) {
        var stream = RandomStream(seed: seed, purpose: .test, entity: 4)
        let pieces = AnalysisPages.pieces(&stream)
        let base = AnalysisPages.patchwork(3, pieces: pieces, &stream)
        let target = AnalysisPages.patchwork(3, pieces: pieces, &stream)
        let found = measured(target, base, sizes: [64, 128, 512, 2_048])
        for chunk in found.chunks {
            #expect(chunk.coveredBytes == Naive.covered(target, base, chunk.size), "\(chunk.size) bytes")
        }
        #expect((found.chunks[0].coveredBytes ?? 0) > 0)
    }

    @Test(arguments: 1...6) func alignedChunksAndMedesEstimateAgreeWithTheNaiveWays(seed: UInt64) {
        var stream = RandomStream(seed: seed, purpose: .test, entity: 5)
        let pieces = AnalysisPages.pieces(&stream)
        let base = AnalysisPages.patchwork(4, pieces: pieces, &stream) + [AnalysisPages.zero]
        let target = AnalysisPages.patchwork(4, pieces: pieces, &stream) + [base[1], AnalysisPages.zero]
        for chunk in measured(target, base).chunks {
            #expect(chunk.bytes(.aligned) == Naive.aligned(target, base, chunk.size, zeros: true))
            #expect(chunk.bytes(.nonZero) == Naive.aligned(target, base, chunk.size, zeros: false))
            if chunk.size <= 2_048 {
                #expect(chunk.bytes(.medes) == Naive.medes(target, base, chunk.size))
            }
        }
    }

    @Test func theCountsAreTheSameForAnyNumberOfThreads() {
        var stream = RandomStream(seed: 6, purpose: .test)
        let pieces = AnalysisPages.pieces(&stream)
        // Enough windows that tables are filled by several threads.
        let base = AnalysisPages.patchwork(300, pieces: pieces, &stream)
        let target = AnalysisPages.patchwork(260, pieces: pieces, &stream)
        let one = measured(target, base, sizes: [64, 256, 4_096], threads: 1)
        for threads in [2, 5] {
            #expect(measured(target, base, sizes: [64, 256, 4_096], threads: threads).chunks == one.chunks)
        }
    }

    @Test func cleanPagesOfFilesCountWhenTheBaseHasThemResident() throws {
        var stream = RandomStream(seed: 7, purpose: .test)
        let files = { (offsets: [UInt64]) in offsets.map { FilePage(file: 9, offset: $0) } }
        let target = AnalysisPages.set(
            AnalysisPages.random(2, &stream), instance: 1, filePages: files([1, 2, 5]))
        let base = AnalysisPages.set(AnalysisPages.random(2, &stream), filePages: files([0, 2, 3, 5, 6]))
        let found = Redundancy(of: target, against: base, sizes: [64], measures: [.aligned], threads: 1)
        #expect(found.sharedFileBytes == 2 * 4_096)
        #expect(found.shareOfAll(.aligned, found.chunks[0]) == 2.0 / 5.0)
        #expect(found.share(.aligned, found.chunks[0]) == 0)
        #expect(found.share(.sliding, found.chunks[0]) == nil)
    }

    @Test func ofNoPagesThereIsNoShare() {
        let found = measured([], [])
        #expect(found.chunks.count == Redundancy.sizes.count)
        for chunk in found.chunks {
            #expect(found.share(.aligned, chunk) == nil)
            #expect(found.shareOfAll(.sliding, chunk) == nil)
        }
    }
}

/// The measures as their definitions read, without any index.
private enum Naive {
    static func aligned(_ target: [[UInt8]], _ base: [[UInt8]], _ size: Int, zeros: Bool) -> Int {
        let chunks = Set(base.flatMap { pieces($0, size) })
        let none = [UInt8](repeating: 0, count: size)
        return target.flatMap { pieces($0, size) }
            .count { chunks.contains($0) && (zeros || $0 != none) } * size
    }

    static func covered(_ target: [[UInt8]], _ base: [[UInt8]], _ size: Int) -> Int {
        var windows: Set<[UInt8]> = []
        for page in base {
            for begin in stride(from: 0, through: Page.size - size, by: 8) {
                windows.insert(Array(page[begin..<begin + size]))
            }
        }
        return target.reduce(0) { sum, page in
            var isCovered = [Bool](repeating: false, count: Page.size)
            for begin in 0...(Page.size - size) where windows.contains(Array(page[begin..<begin + size])) {
                for byte in begin..<begin + size { isCovered[byte] = true }
            }
            return sum + isCovered.count { $0 }
        }
    }

    static func medes(_ target: [[UInt8]], _ base: [[UInt8]], _ size: Int) -> Int {
        let blocks = Set(base.flatMap { pieces($0, 2 * size) })
        return target.flatMap { pieces($0, 2 * size) }.reduce(0) { sum, block in
            let longest = blocks.map { zip($0, block).prefix { $0 == $1 }.count }.max() ?? 0
            return sum + (longest >= size ? longest : 0)
        }
    }

    private static func pieces(_ page: [UInt8], _ size: Int) -> [[UInt8]] {
        stride(from: 0, to: Page.size, by: size).map { Array(page[$0..<$0 + size]) }
    }
}
