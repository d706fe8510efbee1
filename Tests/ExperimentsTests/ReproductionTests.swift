import Simulator
import Statistics
import Testing

@testable import Experiments

@Suite struct ReproductionVerdictTests {
    private static func quantity(
        _ paper: PaperValue, kind: PaperQuantity.Kind = .main, neutral: Double? = 0
    ) -> PaperQuantity {
        PaperQuantity(
            target: "V0", name: "what", source: "here", unit: .percent, paper: paper, kind: kind,
            neutral: neutral, needs: []
        ) { _ in nil }
    }

    private static func verdict(_ values: [Double], _ quantity: PaperQuantity) -> ReproductionVerdict {
        ReproductionVerdict(MeanEstimate(values), of: quantity, in: .paperInputs)
    }

    @Test func aValueInTheIntervalIsInside() {
        // Mean -20, half-width 4.30 · 2 / √3 = 4.97.
        #expect(Self.verdict([-18, -20, -22], Self.quantity(.number(-22.2))) == .inside)
        #expect(Self.verdict([-18, -20, -22], Self.quantity(.number(-24.9))) == .inside)
        #expect(Self.verdict([-18, -20, -22], Self.quantity(.number(-25.1))) == .sameDirection)
    }

    @Test func aRangeIsInsideWhereItMeetsTheInterval() {
        #expect(Self.verdict([-10, -11, -12], Self.quantity(.range(-16.7, -11.4))) == .inside)
        #expect(Self.verdict([-40, -41, -42], Self.quantity(.range(-16.7, -11.4))) == .sameDirection)
        #expect(Self.verdict([0.2, 0.3, 0.4], Self.quantity(.atMost(1), neutral: nil)) == .inside)
        #expect(Self.verdict([2.2, 2.3, 2.4], Self.quantity(.atMost(1), neutral: nil)) == .notReproduced)
    }

    @Test func theDirectionMustBeBeyondChance() {
        #expect(Self.verdict([-1, 4, 2], Self.quantity(.number(36.5))) == .notReproduced)
        #expect(Self.verdict([3, 4, 5], Self.quantity(.number(36.5))) == .sameDirection)
        #expect(Self.verdict([-3, -4, -5], Self.quantity(.number(36.5))) == .notReproduced)
        #expect(Self.verdict([1.4, 1.5, 1.6], Self.quantity(.number(2.25), neutral: 1)) == .sameDirection)
        #expect(Self.verdict([3, 4, 5], Self.quantity(.number(36.5), neutral: nil)) == .notReproduced)
    }

    @Test func whatIsFittedOrContextIsNeverJudged() {
        #expect(Self.verdict([1, 2, 3], Self.quantity(.number(2), kind: .fitted)) == .fitted)
        #expect(Self.verdict([1, 2, 3], Self.quantity(.number(2), kind: .context)) == .context)
        var quantity = Self.quantity(.number(2))
        quantity.fittedIn = [.paperInputs]
        #expect(Self.verdict([1, 2, 3], quantity) == .fitted)
        #expect(ReproductionVerdict(MeanEstimate([1, 2, 3]), of: quantity, in: .measured) == .inside)
    }

    @Test func oneMoreDrawReachesFurtherThanTheMean() {
        // Mean -20, deviation 2: the mean is known to 4.97, one more draw to 4.30 · 2 · √(4/3) = 9.94.
        let estimate = MeanEstimate([-18, -20, -22])
        #expect(abs(estimate.halfWidthOfOneDraw - 9.937) < 0.001)
        #expect(Self.quantity(.number(-29.9)).couldBeOneDraw(of: estimate))
        #expect(!Self.quantity(.number(-30)).couldBeOneDraw(of: estimate))
        #expect(!Self.quantity(.number(-20)).couldBeOneDraw(of: MeanEstimate([-20])))
    }

    @Test func withoutRunsOrWithOneThereIsNoVerdict() {
        #expect(ReproductionVerdict(nil, of: Self.quantity(.number(2)), in: .measured) == .missing)
        #expect(Self.verdict([2], Self.quantity(.number(2))) == .tooFew)
    }
}

@Suite struct RankRatioTests {
    @Test func ranksAreDividedInOrderUpToTheShorterList() {
        // Ranks: 10/10, 10/10, 20/10, 40/20; the fifth of the baseline has no partner.
        let baseline = CountedTimes(values: [10, 20, 40, 90], counts: [2, 1, 1, 1])
        let other = CountedTimes(values: [10, 20], counts: [3, 1])
        let ratios = RankRatios(baseline, over: other)
        #expect(ratios.ranks == 4)
        #expect(ratios.least == 1)
        #expect(ratios.greatest == 2)
        #expect(ratios.slower == 0)
        #expect(ratios.faster == 2)
    }

    @Test func ranksAtWhichTheSecondIsSlowerAreCounted() {
        let baseline = CountedTimes(values: [100, 200], counts: [6, 2])
        let other = CountedTimes(values: [100, 400], counts: [7, 1])
        let ratios = RankRatios(baseline, over: other)
        #expect(ratios.least == 0.5)
        #expect(ratios.greatest == 2)
        #expect(ratios.slowerShare == 0.125)
    }

    @Test func functionsAddUp() {
        let a = CountedTimes(values: [100], counts: [3])
        let b = CountedTimes(values: [50], counts: [2])
        let none = CountedTimes(values: [], counts: [])
        let all = RankRatios([none, a, b], over: [a, b, a])
        #expect(all.ranks == 4)
        #expect(all.greatest == 2)
        #expect(all.least == 0.5)
        #expect(all.slowerShare == 0.5)
        #expect(RankRatios(none, over: a).greatest == 1)
    }
}

@Suite struct ReproductionTargetTests {
    @Test func everyTargetFromSixToEighteenIsThere() {
        #expect(PaperTargets.names == (6...18).map { "V\($0)" })
        for quantity in PaperTargets.all {
            #expect(!quantity.needs.isEmpty, "\(quantity.name) needs no run")
            #expect(!quantity.source.isEmpty)
            let bounds = quantity.paper.bounds
            #expect(bounds.low <= bounds.high)
        }
        #expect(Set(PaperTargets.all.map { $0.target + $0.name }).count == PaperTargets.all.count)
    }

    @Test func theMainTargetsAreThePapersOwnPercentages() throws {
        func paper(_ name: String) throws -> Double {
            try #require(PaperTargets.all.first { $0.name == name }).paper.bounds.low
        }
        // Section 7.2: 22, 37 and 40.67 % against fixed; 7.5: 9.4, 3, 36 and 38.2 %.
        #expect(abs(try paper("40G: Medes against fixed") + 22.2) < 0.05)
        #expect(abs(try paper("30G: Medes against fixed") + 37.2) < 0.05)
        #expect(abs(try paper("20G: Medes against fixed") + 40.67) < 0.01)
        #expect(abs(try paper("30G: Medes against adaptive") + 52.4) < 0.05)
        #expect(abs(try paper("keep-alive 20 min against 10") - 36.5) < 0.05)
        #expect(abs(try paper("Medes against keep-alive 10 min") + 38.2) < 0.05)
        #expect(abs(try paper("chunks of 128 B against 64") - 83) < 0.5)
    }

    @Test func quantitiesAreComputedFromTheirRuns() throws {
        let quantity = try #require(PaperTargets.all.first { $0.name == "gap to fixed, 20G less 40G" })
        // Medes against fixed: -20 % at 40G, -50 % at 20G.
        let value = quantity.value { variant in
            var observation = ReproductionObservation()
            let isFixed = variant.policy == .fixed(minutes: 10)
            observation.cold = variant.pool == .gigabytes40 ? (isFixed ? 100 : 80) : (isFixed ? 200 : 100)
            return observation
        }
        #expect(abs(try #require(value) + 30) < 1e-9)
        #expect(quantity.value { _ in nil } == nil)
    }

    @Test func theFiguresTotalsAreTheSumsOfTheirFunctions() {
        let totals = PaperSeries.coldStarts.map { row in row.counts.policies.map { $0.cold.reduce(0, +) } }
        #expect(totals == [[1_684, 2_838, 1_310], [2_137, 2_820, 1_343], [2_702, 3_384, 1_603]])
        #expect(
            PaperSeries.underLatencyTarget.policies.map { $0.cold.reduce(0, +) } == [1_315, 3_181, 1_450])
    }
}
