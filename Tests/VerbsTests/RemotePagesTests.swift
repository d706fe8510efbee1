import Testing

@testable import Verbs

extension DeviceTests {
    @Test(arguments: [false, true]) func pagesOfTheCallersBasesComeBackInTheOrderAskedFor(merging: Bool)
        throws
    {
        let counts = [64, 1, 300]
        let images = counts.enumerated().map { base, count in
            let image = UnsafeMutableRawBufferPointer.allocate(byteCount: count * 4096, alignment: 4096)
            Pattern.fill(image, seed: UInt64(base + 7))
            return image
        }
        let remote = try RemotePages(
            loopback: images.map { UnsafeRawBufferPointer($0) }, most: 1200, depth: 32)
        // The serving side has copies: what becomes of the originals is nothing to it.
        for image in images { image.deallocate() }
        var pages = (0..<300).map { BasePage(base: 2, page: $0) }
        pages += (0..<64).reversed().map { BasePage(base: 0, page: $0) }
        pages += (0..<800).map { BasePage(base: $0 % 5 == 0 ? 1 : 0, page: $0 % 5 == 0 ? 0 : $0 % 64) }
        for list in [pages, [], Array(pages.reversed()), [BasePage(base: 1, page: 0)]] {
            try remote.read(list, merging: merging)
            for (slot, page) in list.enumerated() {
                let bytes = UnsafeRawBufferPointer(rebasing: remote.buffer[slot * 4096..<(slot + 1) * 4096])
                let damage = Pattern.mismatch(bytes, seed: UInt64(page.base + 7), offset: page.page * 4096)
                #expect(damage == nil, "slot \(slot)")
            }
        }
        for wrong in [BasePage(base: 3, page: 0), BasePage(base: 1, page: 1), BasePage(base: 0, page: -1)] {
            let error = #expect(throws: VerbsError.self) { try remote.read([wrong], merging: merging) }
            #expect(error?.reason == .request)
        }
        #expect(throws: VerbsError.self) {
            try remote.read(Array(repeating: BasePage(base: 0, page: 0), count: 1201), merging: merging)
        }
        // A list that cannot be read does no harm to the next.
        try remote.read(pages, merging: merging)
        #expect(remote.facts.name.isEmpty == false)
    }

    @Test func piecesGoOverTheConnectionOfTheirRegionInBatches() throws {
        let session = try MemorySession(loopback: [
            RegionRequest(bytes: 1 << 20), RegionRequest(bytes: 1 << 20),
        ])
        let connections = try Connections(session, settings: ConnectionSettings(depth: 8), most: 2)
        try connections.add(2)
        let transfer = try Transfer(connections, landingBytes: 1 << 20)
        let pages = (0..<500).map { BasePage(base: $0 / 3 % 2, page: $0 * 7 % 256) }
        let plan = TransferPlan.pages(pages, merging: false)
        let posting = Posting(depth: 16, batch: 8, signalEvery: 4, goesByRegion: true)
        #expect(try transfer.rate(plan, posting: posting).operations == 500)
        try transfer.verify(plan)
    }
}
