import PageContent
import Testing

@Suite struct StorageCostsTests {
    let costs = StorageCosts()

    @Test func deduplicatedPagesCostTheirPatchAndSixteenBytes() {
        #expect(costs.patched(1) == 17)
        #expect(costs.patched(611) == 627)
        #expect(costs.whole == 4_104)
        #expect(costs.zero == 8)
    }

    @Test func packedPagesNeverCostMoreThanWholeOnes() {
        #expect(costs.packed(1_000) == 1_008)
        #expect(costs.packed(nil) == 4_104)
        #expect(costs.packed(4_200) == 4_104)
    }

    @Test(arguments: [
        // Size and what it takes with chains of 8, worked out by hand from the kernel's rules: 112-byte objects fill
        // 7 pages exactly, 256 of them; 2,048 fills a page twice; 3,632-byte objects are 9 in 8 pages.
        (0, 32), (24, 32), (25, 48), (100, 112), (2_040, 2_048), (3_624, 3_641), (3_625, 4_096),
        (4_088, 4_096),
        (4_096, 4_096),
    ])
    func zsmallocRoundsUpToItsClasses(_ size: Int, _ taken: Int) {
        #expect(Zsmalloc().bytes(for: size) == taken)
        #expect(costs.zswapped(size) == (size < 4_096 ? taken : 4_096) + 72)
    }

    @Test(arguments: [
        (4, 3_264), (5, 3_408), (6, 3_504), (7, 3_584), (8, 3_632), (9, 3_680), (10, 3_712), (12, 3_776),
        (16, 3_840),
    ])
    func zsmallocsHugeClassesBeginWhereTheKernelSays(_ chain: Int, _ watermark: Int) {
        // The table at the end of the kernel's Documentation/mm/zsmalloc.rst; sizes there include the handle.
        let zsmalloc = Zsmalloc(longestChain: chain)
        #expect(zsmalloc.bytes(for: watermark - 8) < Page.size)
        #expect(zsmalloc.bytes(for: watermark - 7) == Page.size)
    }

    @Test(arguments: [4, 5, 8, 16])
    func zsmallocNeverTakesLessThanTheObjectAndItsHandle(_ chain: Int) {
        let zsmalloc = Zsmalloc(longestChain: chain)
        for size in 0...4_088 {
            let taken = zsmalloc.bytes(for: size)
            #expect(taken >= size + 8 && taken <= Page.size)
        }
    }

    @Test func mergedPagesCostAnEntryForEachPageThatIsScanned() {
        // Ten pages: one of zeros, two equal, seven alone.
        #expect(costs.merged(scanned: 10, distinct: 8, shared: 1) == 8 * 4_096 + 10 * 64 + 64)
        #expect(costs.merged(scanned: 0, distinct: 0, shared: 0) == 0)
    }

    @Test func theSavingIsTheShareThatIsNotStored() {
        #expect(StorageCosts.saving(2_048, pages: 1) == 0.5)
        #expect(StorageCosts.saving(costs.whole, pages: 1) < 0)
        #expect(StorageCosts.saving(0, pages: 0) == 0)
    }
}
