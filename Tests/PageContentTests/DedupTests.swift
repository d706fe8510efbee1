import EventKernel
import Testing

@testable import PageContent

@Suite struct DedupTests {
    /// Settings with patches by zstd, which any two pages have.
    private func settings(
        _ rules: [SamplingRule] = [.artifact], choice: BaseChoice = .mostShared, candidates: Int = 1,
        patch: PatchMethod = .zstd, compression: CompressionMethod? = nil
    ) -> DedupSettings {
        DedupSettings(
            samplers: rules.map { SamplerSettings($0) }, choice: choice, candidates: candidates, patch: patch,
            compression: compression)
    }

    private func outcome(
        _ target: PageSet, _ bases: [PageSet], _ settings: DedupSettings, threads: Int = 1
    ) -> DedupOutcome {
        Deduplicator(bases: bases, settings: settings, key: 1, threads: threads).deduplicate(target)
    }

    private func randomPages(_ count: Int, seed: UInt64) -> [[UInt8]] {
        var stream = RandomStream(seed: seed, purpose: .test)
        return (0..<count).map { _ in SamplePages.random(&stream) }
    }

    /// Pages as sandboxes have them, most of which have relatives in `pages`: some words differ, or all moved.
    private func relatives(of pages: [[UInt8]], seed: UInt64) -> [[UInt8]] {
        var stream = RandomStream(seed: seed, purpose: .test)
        return (0..<pages.count).map { _ in
            var page = pages[Int(stream.below(UInt64(pages.count)))]
            switch stream.below(6) {
            case 0: break
            case 1: page = SamplePages.any(&stream)
            case 2:
                let bytes = 8 * (1 + Int(stream.below(8)))
                page = [UInt8](repeating: 1, count: bytes) + page[..<(Page.size - bytes)]
            default:
                for _ in 0..<(1 + stream.below(60)) {
                    page[Int(stream.below(4096))] = UInt8(truncatingIfNeeded: stream.next())
                }
            }
            return page
        }
    }

    /// Two bases and a target that has relatives in both.
    private func sandboxes(seed: UInt64, pages: Int = 300) -> (bases: [PageSet], target: PageSet) {
        var stream = RandomStream(seed: seed, purpose: .test)
        let first = (0..<pages).map { _ in SamplePages.any(&stream) }
        let second = relatives(of: first, seed: seed + 1)
        return (
            [SamplePages.set(first), SamplePages.set(second, function: "g")],
            SamplePages.set(
                relatives(of: first, seed: seed + 2) + relatives(of: second, seed: seed + 3), function: "g",
                instance: 1)
        )
    }

    @Test func clonesSaveAlmostEverything() {
        let pages = randomPages(200, seed: 1)
        for rule in [SamplingRule.artifact, .paper, .spread, .fixed, .location] {
            let clone = outcome(
                SamplePages.set(pages, instance: 1), [SamplePages.set(pages)], settings([rule]))
            #expect(clone.saving > 0.99)
            #expect(clone.hitRate == 1)
            for (page, outcome) in clone.pages.enumerated() {
                guard case .patched(0, page, _) = outcome else {
                    Issue.record("page \(page) is not a patch against itself")
                    continue
                }
            }
        }
    }

    @Test func randomBytesSaveNothingAndCostTheirMetadata() {
        let base = SamplePages.set(randomPages(200, seed: 2))
        let target = SamplePages.set(randomPages(200, seed: 3), instance: 1)
        for rule in [SamplingRule.artifact, .paper, .spread, .fixed] {
            for compression in [nil, CompressionMethod.lz4, .zstd] {
                let result = outcome(target, [base], settings([rule], compression: compression))
                #expect(result.pages.allSatisfy { $0 == .kept })
                #expect(result.saving == -8.0 / 4096)
                #expect(result.stored == 200 * 4104)
            }
        }
        // A location promises a base page, but no patch against it is smaller than the page.
        #expect(outcome(target, [base], settings([.location])).saving == -8.0 / 4096)
    }

    @Test func pagesOfZerosAreNotedOnly() {
        let pages = Array(repeating: SamplePages.zero, count: 50)
        for bases in [[], [SamplePages.set(pages)], [SamplePages.set(randomPages(3, seed: 4))]] {
            for rule in [SamplingRule.artifact, .spread, .location] {
                let result = outcome(
                    SamplePages.set(pages, instance: 1), bases, settings([rule], compression: .zstd))
                #expect(result.pages.allSatisfy { $0 == .zero })
                #expect(result.stored == 50 * 8)
            }
        }
    }

    @Test func aSandboxWithoutPagesSavesNothing() {
        let result = outcome(SamplePages.set([]), [SamplePages.set([])], settings())
        #expect(result.pages.isEmpty && result.saving == 0 && result.hitRate == 0)
    }

    @Test func aPageThatMovedByABlockOrHasSomeOtherWordsBecomesASmallPatch() {
        let pages = randomPages(100, seed: 5)
        let base = SamplePages.set(pages)
        let moved = pages.map { [UInt8](repeating: 9, count: 16) + $0[..<4080] }
        let result = outcome(SamplePages.set(moved, instance: 1), [base], settings([.spread]))
        #expect(result.hitRate == 1)
        #expect(result.patchSizes.allSatisfy { $0 < 64 })
        var stream = RandomStream(seed: 6, purpose: .test)
        var last = 0.0
        for words in [1, 10, 40] {
            let rewritten = pages.map { page in
                var page = page
                for _ in 0..<words {
                    let start = Int(stream.below(512)) * 8
                    for byte in start..<(start + 8) { page[byte] = UInt8(truncatingIfNeeded: stream.next()) }
                }
                return page
            }
            let result = outcome(SamplePages.set(rewritten, instance: 1), [base], settings([.spread]))
            // With 40 words of 512 a chunk stays with a probability of 0.53; a page is missed when the five smallest of
            // base or target all changed, 2 · 0.47^5, less five standard errors of 100 pages.
            #expect(result.hitRate > (words == 40 ? 0.85 : 0.98))
            let mean = Double(result.patchSizes.reduce(0, +)) / Double(max(1, result.patchSizes.count))
            // At least the new bytes, at most these and a dozen more for each place.
            #expect(mean > Double(words) * 7)
            #expect(mean < Double(words) * 20 + 30)
            #expect(mean > last)
            last = mean
        }
    }

    @Test func aPageThatMovedByHalfABlockIsFoundAtAnyByteOnly() {
        let pages = randomPages(100, seed: 7)
        let moved = SamplePages.set(
            pages.map { [UInt8](repeating: 9, count: 8) + $0[..<4088] }, instance: 1)
        // In steps of 16 bytes no chunk is the same; the paper's rule chooses by content at any byte.
        #expect(outcome(moved, [SamplePages.set(pages)], settings([.spread])).hitRate == 0)
        let paper = outcome(moved, [SamplePages.set(pages)], settings([.paper]))
        #expect(paper.hitRate == 1)
        #expect(paper.patchSizes.allSatisfy { $0 < 64 })
        // A location does not mind either.
        #expect(
            outcome(moved, [SamplePages.set(pages)], settings([.location])).patchSizes == paper.patchSizes)
    }

    @Test func anyNumberOfThreadsGivesTheSame() {
        let (bases, target) = sandboxes(seed: 10, pages: 900)
        for settings in [
            settings(), settings([.spread, .location], candidates: 3, patch: .lz4, compression: .lz4),
            settings([.spread], choice: .firstMatch, candidates: 2, compression: .zstd),
        ] {
            let one = outcome(target, bases, settings)
            #expect(one.hitRate > 0.3)
            for threads in [2, 5] {
                #expect(outcome(target, bases, settings, threads: threads).pages == one.pages)
            }
        }
    }

    @Test func theSameFunctionsBaseWinsTies() {
        let pages = randomPages(50, seed: 11)
        let bases = ["f", "g", "h", "g"].map { SamplePages.set(pages, function: $0) }
        for (function, expected) in [("f", 0), ("g", 1), ("h", 2), ("other", 0)] {
            for choice in BaseChoice.allCases {
                let target = SamplePages.set(pages, function: function, instance: 1)
                let result = outcome(target, bases, settings([.spread], choice: choice))
                for (page, outcome) in result.pages.enumerated() {
                    guard case .patched(expected, page, _) = outcome else {
                        Issue.record("\(choice): page \(page) of \(function) has another base")
                        continue
                    }
                }
            }
        }
    }

    @Test func theFirstMatchGoesToTheBaseMostReferredTo() {
        let pages = randomPages(6, seed: 14)
        let bases = (0..<3).map { SyntheticSandboxes.set("other\($0)", 0, pages) }
        let target = SyntheticSandboxes.set("f", 1, pages)
        let deduplicator = Deduplicator(
            bases: bases, settings: DedupSettings(choice: .firstMatch, patch: .zstd), key: 3)
        #expect(deduplicator.deduplicate(target).usedBases == [0])
        #expect(deduplicator.deduplicate(target, references: [1, 3, 2]).usedBases == [1])
        // Ten for the own function's base outweigh four references, not six.
        let own = SyntheticSandboxes.set("other2", 1, pages)
        #expect(deduplicator.deduplicate(own, references: [4, 0, 0]).usedBases == [2])
        #expect(deduplicator.deduplicate(own, references: [6, 0, 0]).usedBases == [0])
    }

    @Test func moreToChooseFromIsNeverWorse() {
        for seed in [20, 30, 40] as [UInt64] {
            let (bases, target) = sandboxes(seed: seed)
            func stored(_ settings: DedupSettings) -> [Int] {
                outcome(target, bases, settings).pages.map(\.stored)
            }
            func neverWorse(_ more: [Int], _ less: [Int], _ what: String) {
                #expect(zip(more, less).allSatisfy { $0 <= $1 }, "\(what)")
            }
            let artifact = stored(settings([.artifact]))
            let spread = stored(settings([.spread]))
            neverWorse(stored(settings([.spread], candidates: 2)), spread, "two candidates")
            neverWorse(stored(settings([.spread], candidates: 9)), spread, "nine candidates")
            let both = stored(settings([.artifact, .spread]))
            neverWorse(both, artifact, "two samplers")
            neverWorse(both, spread, "two samplers")
            #expect(both == zip(artifact, spread).map { min($0, $1) })
            #expect(both.reduce(0, +) < min(artifact.reduce(0, +), spread.reduce(0, +)))
            for compression in CompressionMethod.allCases {
                neverWorse(stored(settings([.spread], compression: compression)), spread, "compression")
            }
        }
    }

    @Test func outcomesAddUp() {
        let (bases, target) = sandboxes(seed: 50)
        let result = outcome(target, bases, settings([.spread], compression: .lz4))
        var stored = 0
        var patches: [Int] = []
        var kinds: Set<String> = []
        for page in result.pages {
            switch page {
            case .zero:
                stored += 8
                kinds.insert("zero")
            case .kept:
                stored += 4104
                kinds.insert("kept")
            case .compressed(let size):
                #expect(size < Page.size)
                stored += size + 8
                kinds.insert("compressed")
            case .patched(let base, let number, let size):
                #expect(bases.indices.contains(base) && number < bases[base].count)
                #expect(size > 0 && size + 16 < 4104)
                stored += size + 16
                patches.append(size)
                kinds.insert("patched")
            }
        }
        #expect(kinds == ["kept", "compressed", "patched"] || kinds.count == 4)
        #expect(result.stored == stored)
        #expect(result.original == target.count * 4096)
        #expect(result.saving == 1 - Double(stored) / Double(target.count * 4096))
        #expect(result.patchSizes == patches)
        #expect(result.hitRate == Double(patches.count) / Double(target.count))
    }

    @Test func fingerprintsTakenBeforeGiveTheSame() {
        let (bases, target) = sandboxes(seed: 60)
        let settings = settings([.artifact, .spread])
        let samplers = settings.samplers.map { PageSampler($0, key: 1) }
        let deduplicator = Deduplicator(
            bases: bases, settings: settings, key: 1,
            fingerprints: samplers.map { sampler in bases.map { FingerprintTable(of: $0, sampler: sampler) }
            },
            threads: 1)
        let result = deduplicator.deduplicate(
            target, fingerprints: samplers.map { FingerprintTable(of: target, sampler: $0) })
        #expect(result.pages == outcome(target, bases, settings).pages)
        #expect(
            deduplicator.registryMemory
                == Deduplicator(bases: bases, settings: settings, key: 1).registryMemory)
    }
}
