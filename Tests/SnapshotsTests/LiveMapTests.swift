import EventKernel
import PageContent
import Testing

@testable import Snapshots

@Suite struct LiveMapTests {
    private func parse(_ text: String) -> [MemoryRegion]? { MemoryRegion.parse(Array(text.utf8)) }

    @Test func aLineOfAMapsFileIsTakenApart() throws {
        let regions = try #require(
            parse(
                """
                00400000-00401000 r-xp 00000000 08:01 1234                       /usr/bin/a b (deleted)
                7f0000000000-7f0000003000 rw-p 00000000 00:00 0
                7f0000003000-7f0000004000 ---s 00002000 00:1a 77                 /dev/shm/x\n
                """))
        #expect(regions.count == 3)
        #expect(regions[0].range == 0x400000..<0x401000)
        #expect(regions[0].name == "/usr/bin/a b (deleted)")
        #expect(regions[0].hasFile && !regions[0].isWritable && regions[0].isAccessible)
        #expect(regions[0].device == 8 << 32 | 1)
        #expect(regions[1].pages == 3 && !regions[1].hasFile && regions[1].isWritable)
        #expect(regions[1].name.isEmpty)
        #expect(regions[2].isShared && !regions[2].isAccessible && regions[2].fileOffset == 0x2000)
        #expect(regions[2].inode == 77)
    }

    @Test(arguments: [
        "x", "400000-401000", "401000-400000 r-xp 0 0:0 0", "400001-401000 r-xp 0 0:0 0",
        "400000-401000 r-x", "400000-401000 r-xp 0 0 0", "400000-401000 r-xp 0 0:0 ",
        "400000-401000 r-xp 1 0:0 0", "400000-401000 r-xp 0 123456789a:0 0",
        "11111111111111111-22222222222222222 r-xp 0 0:0 0", "400000-401000 r-xp 0 0:0 99999999999999999999",
        "400000-401000 r-xp 0 0:0 0\n3ff000-400000 r-xp 0 0:0 0",
        "400000-402000 r-xp 0 0:0 0\n401000-403000 r-xp 0 0:0 0", "\n", "-", " ",
        "400000-401000 rwxp 0 0:0 0x",
    ])
    func aLineThatIsNoneIsRefused(_ text: String) {
        #expect(parse(text) == nil)
    }

    @Test func damagedMapsNeverCrash() {
        let good = Array(
            "00400000-00401000 r-xp 00000000 08:01 1234   /usr/bin/a\n7f00000-7f03000 rw-p 0 0:0 0\n".utf8)
        for seed in 0..<20_000 as Range<UInt64> {
            var random = RandomStream(seed: seed, purpose: .test)
            var text = good
            for _ in 0...random.below(4) {
                let at = Int(random.below(UInt64(text.count)))
                if random.below(3) == 0 { text.remove(at: at) } else { text[at] = UInt8(random.below(256)) }
            }
            if let regions = MemoryRegion.parse(text) {
                #expect(regions.allSatisfy { !$0.range.isEmpty && $0.range.lowerBound % 4096 == 0 })
            }
        }
    }

    @Test func entriesOfThePageMapSayWhatAPageIs() {
        #expect(PageState(entry: 1 << 63 | 1 << 56) == .present)
        #expect(PageState(entry: 1 << 63 | 1 << 61) == [.present, .file])
        #expect(PageState(entry: 1 << 62) == .swapped)
        #expect(PageState(entry: 1 << 63) == [.present, .maybeZero])
        #expect(PageState(entry: 0) == [])
    }

    @Test func fileSystemsInMemoryAreToldFromDisks() {
        let text = """
            22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/root rw
            23 22 0:26 / /dev/shm rw - tmpfs tmpfs rw
            24 22 0:27 / /mnt rw master:3 shared:7 - hugetlbfs none rw
            25 22 nonsense
            26 22 0:99999999999999999999 / /x rw - tmpfs tmpfs rw
            27 22 0:28 / /y rw -
            """
        #expect(MemoryDevices.parse(Array(text.utf8)) == [26, 27])
    }

    private func naming(_ text: String, stacks: [Range<UInt64>] = []) throws -> LiveRegions {
        var objects = SharedObjects()
        return LiveRegions(
            try #require(parse(text)), devices: MemoryDevices(of: 0), stacks: stacks, objects: &objects)
    }

    @Test func placesHoldWhenAddressesMove() throws {
        let here = try naming(
            """
            10000-20000 rw-p 0 0:0 0 [heap]
            50000-60000 rw-p 0 0:0 0
            60000-68000 rw-p 0 0:0 0
            70000-71000 r-xp 0 8:1 5 /lib/a.so
            71000-72000 rw-p 1000 8:1 5 /lib/a.so
            72000-74000 rw-p 0 0:0 0
            90000-a0000 rw-p 0 0:0 0 [stack]
            """)
        let there = try naming(
            """
            110000-120000 rw-p 0 0:0 0 [heap]
            854000-868000 rw-p 0 0:0 0
            879000-87a000 r-xp 0 8:1 5 /lib/a.so
            87a000-87b000 rw-p 1000 8:1 5 /lib/a.so
            87b000-87d000 rw-p 0 0:0 0
            990000-9b0000 rw-p 0 0:0 0 [stack]
            """)
        #expect(here.place(0x13000, in: 0) == there.place(0x113000, in: 0))
        // Two adjoining regions are one block, counted from its end.
        #expect(here.place(0x67000, in: 2) == there.place(0x867000, in: 1))
        #expect(here.place(0x5f000, in: 1) == there.place(0x85f000, in: 1))
        #expect(here.place(0x71000, in: 4) == there.place(0x87a000, in: 3))
        #expect(here.place(0x73000, in: 5) == there.place(0x87c000, in: 4))
        #expect(here.place(0x9f000, in: 6) == there.place(0x9af000, in: 5))
        #expect(here.place(0x67000, in: 2).region != here.place(0x73000, in: 5).region)
    }

    @Test func aPageKnowsItsKind() throws {
        let naming = try naming(
            """
            10000-20000 rw-p 0 0:0 0 [heap]
            50000-60000 rw-p 0 0:0 0
            71000-72000 rw-p 1000 8:1 5 /lib/a.so
            80000-81000 rw-s 0 0:1 9 /dev/zero (deleted)
            90000-a0000 rw-p 0 0:0 0 [stack]
            """, stacks: [0x58000..<0x5a000])
        #expect(naming.kind(0x10000, in: 0) == .heap)
        #expect(naming.kind(0x57000, in: 1) == .anonymous)
        #expect(naming.kind(0x58000, in: 1) == .stack)
        #expect(naming.kind(0x71000, in: 2) == .fileCopy)
        #expect(naming.kind(0x80000, in: 3) == .shared)
        #expect(naming.kind(0x90000, in: 4) == .stack)
    }
}
