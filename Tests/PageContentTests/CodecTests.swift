import EventKernel
import Glibc
import PageContent
import Testing

/// What holds for every codec.
@Suite struct CodecTests {
    static let long = getenv("PAGEFOLD_LONG") != nil
    static let regions: [UInt64] = [0x7F12_3400_0000, 0x5555_5600_0000, 0x0000_0090_0000]

    @Test(arguments: PatchMethod.allCases)
    func aPatchMakesThePageItWasMadeFrom(_ method: PatchMethod) throws {
        let codec = method.makeCodec()
        for seed in 0..<(CodecTests.long ? 20_000 : 600) as Range<UInt64> {
            var pages = CodecPages(seed)
            let base = seed % 3 == 0 ? pages.random() : pages.heap(CodecTests.regions)
            var page = base
            for _ in 0..<pages.below(5) { page = pages.edited(page) }
            // Every codec can write any page in half as much again.
            let patch = try #require(codec.patch(page, base: base, limit: 6_144))
            #expect(codec.page(patch, base: base) == page, "seed \(seed)")
        }
    }

    @Test(arguments: PatchMethod.allCases)
    func aPatchFitsExactlyOrNotAtAll(_ method: PatchMethod) throws {
        let codec = method.makeCodec()
        for seed in 0..<100 as Range<UInt64> {
            var pages = CodecPages(seed)
            let base = pages.heap(CodecTests.regions)
            let page = pages.edited(pages.edited(base))
            let patch = try #require(codec.patch(page, base: base, limit: 6_144))
            if method == .copyInsert { #expect(codec.patch(page, base: base, limit: patch.count) == patch) }
            for limit in [0, 1, patch.count / 2, patch.count - 1] where limit < patch.count {
                let smaller = codec.patch(page, base: base, limit: limit)
                if let smaller { #expect(codec.page(smaller, base: base) == page) }
                if method == .copyInsert { #expect(smaller == nil) }
            }
        }
    }

    @Test(arguments: PatchMethod.allCases)
    func aPageThatHasNothingOfTheBaseDoesNotFitIntoAPage(_ method: PatchMethod) {
        let codec = method.makeCodec()
        var pages = CodecPages(1)
        for _ in 0..<50 { #expect(codec.patch(pages.random(), base: pages.random()) == nil) }
    }

    @Test(arguments: PatchMethod.allCases)
    func aPatchDoesNotDependOnWhatTheCodecDidBefore(_ method: PatchMethod) {
        let used = method.makeCodec()
        for seed in 0..<200 as Range<UInt64> {
            var pages = CodecPages(seed)
            let base = pages.heap(CodecTests.regions)
            let page = pages.edited(base)
            #expect(
                used.patch(page, base: base) == method.makeCodec().patch(page, base: base), "seed \(seed)")
        }
    }

    @Test(arguments: PatchMethod.allCases)
    func damagedPatchesDoNoHarm(_ method: PatchMethod) throws {
        let codec = method.makeCodec()
        let rounds = CodecTests.long ? 1_000_000 : 5_000
        var pages = CodecPages(7)
        let base = pages.heap(CodecTests.regions)
        var patches: [[UInt8]] = []
        for _ in 0..<40 {
            patches.append(
                try #require(codec.patch(pages.edited(pages.edited(base)), base: base, limit: 6_144)))
        }
        var refused = 0
        for _ in 0..<rounds {
            var patch = patches[pages.below(patches.count)]
            for _ in 0...pages.below(4) where !patch.isEmpty {
                switch pages.below(5) {
                case 0: patch[pages.below(patch.count)] = UInt8(pages.below(256))
                case 1: patch[pages.below(patch.count)] ^= 1 << UInt8(pages.below(8))
                case 2: patch.removeLast(1 + pages.below(patch.count))
                case 3: patch.insert(UInt8(pages.below(256)), at: pages.below(patch.count + 1))
                default: patch.remove(at: pages.below(patch.count))
                }
            }
            // The helper looks at what lies around the page.
            if codec.page(patch, base: base) == nil { refused += 1 }
        }
        #expect(refused > rounds / 20)
    }

    @Test(arguments: PatchMethod.allCases)
    func bytesWithoutSenseDoNoHarm(_ method: PatchMethod) {
        let codec = method.makeCodec()
        var pages = CodecPages(8)
        let base = pages.random()
        for _ in 0..<(CodecTests.long ? 200_000 : 2_000) {
            var patch = (0..<pages.below(200)).map { _ in UInt8(pages.below(256)) }
            // Past the header, so that the steps are reached.
            if method == .copyInsert, !patch.isEmpty { patch[0] = 0x10 | UInt8(pages.below(8)) }
            _ = codec.page(patch, base: base)
        }
        #expect(codec.page([], base: base) == nil)
    }

    @Test(arguments: PatchMethod.allCases)
    func aPatchWithBytesBehindItIsDamaged(_ method: PatchMethod) throws {
        let codec = method.makeCodec()
        var pages = CodecPages(9)
        let base = pages.heap(CodecTests.regions)
        for _ in 0..<50 {
            let patch = try #require(codec.patch(pages.random(), base: base, limit: 6_144))
            #expect(codec.page(patch + [0xA5], base: base) == nil)
        }
    }

    @Test(arguments: CompressionMethod.allCases)
    func aCompressedPageComesBack(_ method: CompressionMethod) throws {
        let compressor = method.makeCompressor()
        for seed in 0..<200 as Range<UInt64> {
            var pages = CodecPages(seed)
            let page = seed % 5 == 0 ? pages.random() : pages.edited(pages.heap(CodecTests.regions))
            var output = [UInt8](repeating: 0, count: 6_144)
            let size = output.withUnsafeMutableBytes { output in
                page.withUnsafeBytes { compressor.compress($0.baseAddress!, into: output) }
            }
            let bytes = Array(output[..<(try #require(size))])
            var back = [UInt8](repeating: 0, count: Page.size)
            func decompress(_ bytes: [UInt8]) -> Bool {
                back.withUnsafeMutableBytes { back in
                    bytes.withUnsafeBytes { compressor.decompress($0, into: back.baseAddress!) }
                }
            }
            #expect(decompress(bytes) && back == page)
            #expect(!decompress(Array(bytes.dropLast())))
            #expect(!decompress([]))
        }
    }
}
