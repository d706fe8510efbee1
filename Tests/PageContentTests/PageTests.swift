import PageContent
import Testing

@Suite struct PageTests {
    @Test func aPageIsZeroOnlyIfEveryByteIs() {
        var bytes = [UInt8](repeating: 0, count: Page.size)
        #expect(bytes.withUnsafeBytes { $0.baseAddress.map(Page.isZero) } == true)
        for position in [0, 1, 63, 64, 255, 256, 2048, 4095] {
            bytes[position] = 1
            #expect(bytes.withUnsafeBytes { $0.baseAddress.map(Page.isZero) } == false)
            bytes[position] = 0
        }
    }
}
