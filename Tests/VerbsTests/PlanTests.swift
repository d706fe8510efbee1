import Testing

@testable import Verbs

/// Plans of transfers, patterns and the choice of an address: what needs no device.
@Suite struct PlanTests {
    @Test func pagesThatFollowEachOtherBecomeOnePieceOnlyWhenMerging() {
        let pages = [(0, 3), (0, 4), (0, 5), (1, 6), (0, 6), (0, 8), (0, 7)].map {
            BasePage(base: $0, page: $1)
        }
        let single = TransferPlan.pages(pages, merging: false)
        #expect(single.pieces.map(\.length) == Array(repeating: 4096, count: 7))
        let merged = TransferPlan.pages(pages, merging: true)
        #expect(merged.pieces.map(\.length) == [12288, 4096, 4096, 4096, 4096])
        #expect(merged.pieces[0].offset == 3 * 4096)
        #expect(merged.bytes == single.bytes)
    }

    @Test func aMergedPieceEndsAtTheLongest() {
        let pages = (0..<10).map { BasePage(base: 0, page: $0) }
        let plan = TransferPlan.pages(pages, merging: true, longest: 3 * 4096)
        #expect(plan.pieces.map { $0.length / 4096 } == [3, 3, 3, 1])
    }

    @Test func aSpreadPlanStaysInItsRegionAndReachesMostOfIt() {
        let plan = TransferPlan.spread(size: 64, count: 4096, bytes: 64 * 256 + 63)
        #expect(plan.pieces.allSatisfy { $0.offset % 64 == 0 && $0.offset + 64 <= 64 * 256 + 63 })
        #expect(Set(plan.pieces.map(\.offset)).count == 256)
    }

    @Test func aPieceThatLeavesItsRegionIsRefused() throws {
        let regions = [RemoteRegion(address: 1 << 20, key: 1, bytes: 8192, seed: 1, isWritable: false)]
        try TransferPlan([Piece(offset: 4096, length: 4096)]).check(against: regions)
        for piece in [
            Piece(offset: 4097, length: 4096), Piece(offset: -1, length: 8), Piece(offset: 0, length: 0),
            Piece(region: 1, offset: 0, length: 8), Piece(offset: .max, length: 8),
            Piece(offset: 0, length: .max),
        ] {
            #expect(throws: VerbsError.self) { try TransferPlan([piece]).check(against: regions) }
        }
    }

    @Test func everyByteThatDiffersFromThePatternIsFound() {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 256, alignment: 8)
        defer { memory.deallocate() }
        Pattern.fill(memory, seed: 5)
        let whole = UnsafeRawBufferPointer(memory)
        for start in [0, 1, 7, 8, 100] {
            #expect(Pattern.mismatch(.init(rebasing: whole[start...]), seed: 5, offset: start) == nil)
        }
        #expect(Pattern.mismatch(whole, seed: 6, offset: 0) != nil)
        #expect(Pattern.mismatch(.init(rebasing: whole[8...]), seed: 5, offset: 0) != nil)
        for place in 0..<256 {
            memory[place] ^= 1
            #expect(Pattern.mismatch(whole, seed: 5, offset: 0) == place)
            memory[place] ^= 1
        }
    }

    @Test func anAddressOfRoCEVersion2OverIPv4IsPreferred() {
        let local = PortAddress(high: 0xfe80_0000_0000_0000, low: 0x1234)
        let ipv4 = PortAddress(high: 0, low: 0xffff_0a09_0001)
        let entries = [
            AddressEntry(index: 0, address: local, type: "IB/RoCE v1", interface: "eth0"),
            AddressEntry(index: 1, address: local, type: "RoCE v2", interface: "eth0"),
            AddressEntry(index: 2, address: ipv4, type: "IB/RoCE v1", interface: "eth0"),
            AddressEntry(index: 3, address: ipv4, type: "RoCE v2", interface: "eth0"),
        ]
        #expect(DeviceChoice.address(among: entries, named: nil)?.index == 3)
        #expect(DeviceChoice.address(among: Array(entries[..<3]), named: nil)?.index == 1)
        #expect(DeviceChoice.address(among: entries, named: 0)?.index == 0)
        #expect(DeviceChoice.address(among: entries, named: 9) == nil)
        #expect("\(ipv4)" == "10.9.0.1")
        #expect("\(local)" == "fe80:0000:0000:0000:0000:0000:0000:1234")
        #expect(PortAddress(bytes: ipv4.bytes) == ipv4)
    }

    @Test func aMachineWithoutDevicesIsToldSoAndNothingElseSuffers() {
        guard let obstacle = DeviceList.obstacle() else {
            return print("skipped: what a machine without RDMA devices is told, as this one has some")
        }
        #expect(obstacle.reason == .unavailable)
        #expect(!obstacle.remedy.isEmpty)
        #expect(throws: VerbsError.self) { try MemoryServer(port: 0, token: .random()) }
        #expect(throws: VerbsError.self) { try MemorySession(loopback: [RegionRequest(bytes: 4096)]) }
    }

    @Test func memoryIsMappedInWholePagesAndTooManyHugePagesNameTheRemedy() throws {
        #expect(try MappedMemory(count: 5000, pages: .small).count == 8192)
        let error = #expect(throws: VerbsError.self) { try MappedMemory(count: 1 << 45, pages: .huge) }
        #expect(error?.remedy.contains("nr_hugepages") == true)
        #expect(throws: VerbsError.self) { try MappedMemory(count: 0, pages: .small) }
    }
}
