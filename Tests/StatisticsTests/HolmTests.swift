import Statistics
import Testing

/// Holm's adjustment.
@Suite struct HolmTests {
    @Test func aCaseWorkedByHand() {
        // 4 × 0.01, then 3 × 0.02, then 2 × 0.03, then 0.04, which may not fall below what came before.
        #expect(Holm.adjusted([0.04, 0.01, 0.03, 0.02]) == [0.06, 0.04, 0.06, 0.06])
        #expect(Holm.adjusted([0.5, 0.6]) == [1, 1])
        #expect(Holm.adjusted([0.01]) == [0.01])
        #expect(Holm.adjusted([]) == [])
    }

    @Test func aMissingTestIsNotCounted() {
        let adjusted = Holm.adjusted([0.01, .nan, 0.02])
        #expect(adjusted[0] == 0.02 && adjusted[1].isNaN && adjusted[2] == 0.02)
    }

    @Test func adjustmentKeepsTheOrderAndLowersNothing() {
        for seed in 0..<300 as Range<UInt64> {
            var draws = Draws(seed: seed)
            let p = draws.array(1 + Int(seed % 20)) { $0.unit() * $0.unit() }
            let adjusted = Holm.adjusted(p)
            for i in p.indices {
                // Never below p, never above Bonferroni's.
                #expect(adjusted[i] >= p[i] && adjusted[i] <= min(1, Double(p.count) * p[i]))
                for j in p.indices where p[i] <= p[j] { #expect(adjusted[i] <= adjusted[j]) }
            }
        }
    }

    @Test func theFamilyErrsNoMoreOftenThanStated() {
        // Ten policies equal to a reference, compared with it on five draws: the comparisons are dependent.
        let repetitions = 20_000
        var single = 0.0
        let family = share(of: repetitions, seed: 60) { draws in
            let reference = draws.array(5) { $0.normal() }
            let p = (0..<10).map { _ in Difference.paired(draws.array(5) { $0.normal() }, reference).p }
            single += Double(p.filter { $0 <= 0.05 }.count) / 10
            return Holm.adjusted(p).contains { $0 <= 0.05 }
        }
        let each = single / Double(repetitions)
        let independent = share(of: repetitions, seed: 61) { draws in
            let p = (0..<10).map { _ in
                Difference.paired(draws.array(5) { $0.normal() }, draws.array(5) { $0.normal() }).p
            }
            return Holm.adjusted(p).contains { $0 <= 0.05 }
        }
        print(
            "Holm, 10 null comparisons: family \(percent(family)), "
                + "independent \(percent(independent)), each \(percent(each))"
        )
        // Three standard errors above the level.
        #expect(family <= 0.05 + 3 * 0.00154)
        #expect(independent <= 0.05 + 3 * 0.00154)
        // Nearly as often as stated where the comparisons are independent: no power is given away.
        #expect(independent > 0.04)
        #expect((each - 0.05).magnitude < 0.003)
    }
}
