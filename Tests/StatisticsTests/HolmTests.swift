import Statistics
import Testing

@Suite struct HolmTests {
    @Test func aCaseWorkedByHand() {
        // 4 × 0.01, 3 × 0.02, then 2 × 0.03 which may not fall below 0.06, then 0.04 likewise.
        let adjusted = Holm.adjusted([0.04, 0.01, 0.03, 0.02])
        #expect(adjusted == [0.06, 0.04, 0.06, 0.06])
    }
}
