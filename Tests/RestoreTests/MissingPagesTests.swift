import EventKernel
import Testing

@testable import Restore

/// Where pages are missing, against a table of single pages.
struct MissingPagesTests {
    private static let page: UInt64 = 4096

    @Test func pagesAreFoundAtTheirAddressesOnly() {
        let addresses: [UInt64] = [0x1000, 0x2000, 0x5000, 0x6000, 0x7000]
        let missing = MissingPages(addresses) { $0 != 3 }
        #expect(missing.page(at: 0x1000) == 0)
        #expect(missing.page(at: 0x2FFF) == 1)
        #expect(missing.page(at: 0x3000) == nil)
        #expect(missing.page(at: 0x5000) == 2)
        #expect(missing.page(at: 0x6000) == nil)
        #expect(missing.page(at: 0x7000) == 4)
        #expect(missing.page(at: 0x8000) == nil)
        #expect(missing.page(at: 0) == nil)
    }

    @Test func nothingIsMissingInNothing() {
        let missing = MissingPages([]) { _ in true }
        #expect(missing.last == nil)
        #expect(missing.page(at: 0x1000) == nil)
    }

    @Test func anyMovesAndRemovalsLeaveWhatATableOfPagesSays() {
        for seed in 0..<200 {
            var random = RandomStream(seed: UInt64(seed), purpose: .test, entity: 0)
            func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }
            let addresses = (0..<60).filter { _ in below(3) > 0 }.map { UInt64($0 + 1) * Self.page }
            var missing = MissingPages(addresses) { _ in true }
            var table = Dictionary(uniqueKeysWithValues: addresses.enumerated().map { ($1, $0) })
            for _ in 0..<30 {
                let start = UInt64(below(80)) * Self.page
                let end = start + UInt64(1 + below(12)) * Self.page
                switch below(3) {
                case 0:
                    missing.remove(start, end)
                    for address in stride(from: start, to: end, by: 4096) { table[address] = nil }
                case 1:
                    // Never onto itself: the kernel refuses that.
                    let target = UInt64(200 + below(40)) * Self.page
                    missing.move(start, end, to: target)
                    for offset in stride(from: 0, to: end - start, by: 4096) {
                        table[target + offset] = table[start + offset]
                        table[start + offset] = nil
                    }
                default:
                    guard let last = missing.last else { break }
                    #expect(last.address == table.keys.max() && table[last.address] == last.page)
                    missing.remove(last.address, last.address + 4096)
                    table[last.address] = nil
                }
                for number in 0..<260 {
                    let address = UInt64(number) * Self.page
                    #expect(missing.page(at: address) == table[address], "seed \(seed)")
                }
            }
        }
    }
}
