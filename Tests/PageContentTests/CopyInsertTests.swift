import EventKernel
import PageContent
import Testing

/// How small the own codec's patches are: beside xdelta3 3.1.1 at level 1 on the same shapes of edit, measured on
/// pages of random bytes.
@Suite struct CopyInsertTests {
    let codec = CopyInsertCodec()

    func size(_ page: [UInt8], _ base: [UInt8]) throws -> Int {
        let patch = try #require(codec.patch(page, base: base))
        #expect(codec.page(patch, base: base) == page)
        return patch.count
    }

    @Test(arguments: [
        (1, 34), (2, 47), (4, 75), (8, 132), (16, 249), (32, 465), (64, 931), (128, 1_732), (256, 2_845),
    ])
    func rewrittenWordsTakeNoMoreThanXdelta3(_ words: Int, _ xdelta3: Int) throws {
        for seed in 0..<40 as Range<UInt64> {
            var pages = CodecPages(seed)
            let base = pages.random()
            let size = try size(pages.rewriting(words, of: base), base)
            // Nothing can code a random word in less than eight bytes.
            #expect(size >= words * 8)
            #expect(size <= xdelta3)
        }
    }

    @Test func anIdenticalPageTakesOneByte() throws {
        var pages = CodecPages(1)
        let base = pages.random()
        #expect(try size(base, base) == 1)
    }

    @Test func aPageOfZerosTakesAFewBytes() throws {
        var pages = CodecPages(2)
        let zeros = [UInt8](repeating: 0, count: Page.size)
        #expect(try size(zeros, pages.random()) <= 8)
        #expect(try size(zeros, pages.heap(CodecTests.regions)) <= 8)
    }

    @Test(arguments: [1, 2, 3, 4, 5, 7, 8, 12, 16, 64, 100, 2_048, 4_000])
    func aShiftedPageTakesWhatIsNew(_ places: Int) throws {
        for seed in 0..<20 as Range<UInt64> {
            var pages = CodecPages(seed)
            let base = pages.random()
            let new = (0..<places).map { _ in UInt8(pages.below(256)) }
            // xdelta3 takes 29 bytes for a shift by 8.
            let most = 8 * ((places + 7) / 8) + 20
            #expect(try size(new + base.dropLast(places), base) <= most)
            #expect(try size(base.dropFirst(places) + new, base) <= most)
        }
    }

    @Test(arguments: [8, 64, 1_000, 2_048])
    func aRotatedPageTakesLittle(_ places: Int) throws {
        for seed in 0..<20 as Range<UInt64> {
            var pages = CodecPages(seed)
            let base = pages.random()
            // xdelta3 takes 23 bytes for a rotation by 64.
            #expect(try size(Array(base[places...] + base[..<places]), base) <= 23)
        }
    }

    @Test func pointersThatMovedTogetherTakeLittle() throws {
        for seed in 0..<40 as Range<UInt64> {
            var pages = CodecPages(seed)
            let base = pages.heap(CodecTests.regions)
            let difference = pages.stream.next() & 0xFFF_FFFF << 12
            let page = pages.relocated(base, by: difference)
            // A relocation for each upper half of a pointer.
            #expect(try size(page, base) <= 32)
        }
    }

    @Test func aWrongVersionIsRefused() throws {
        var pages = CodecPages(3)
        let base = pages.random()
        var patch = try #require(codec.patch(base, base: base))
        patch[0] ^= 0x30
        #expect(codec.page(patch, base: base) == nil)
    }

    @Test func theFormatStaysAsItIs() throws {
        // Word 0 kept, 1 zero, 2 the sum of 2^32 and 1, 3 the same difference again, 4 to 6 copied from 8 to 10.
        let pages = CodecPages(4)
        let base = (0..<512).map { UInt64($0 + 1) << 20 }
        var words = base
        words[1] = 0
        words[2] = base[2] + 0xABC0_0000_0001
        words[3] = base[3] + 0xABC0_0000_0001
        words.replaceSubrange(4..<7, with: base[8..<11])
        let patch: [UInt8] = [
            0x10, 0 << 3 | 1, 23 << 3, 1, 0, 0x30, 0, 0xC0, 0xAB, 2 << 3, 29 << 3, 8, 1 << 2,
        ]
        #expect(codec.page(patch, base: pages.bytes(of: base)) == pages.bytes(of: words))
        #expect(codec.patch(pages.bytes(of: words), base: pages.bytes(of: base)) == patch)
    }
}
