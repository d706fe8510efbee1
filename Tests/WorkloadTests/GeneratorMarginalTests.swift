import EventKernel
import Testing

@testable import Workload

@Suite struct GeneratorMarginalTests {
    @Test(arguments: [UInt64](1...10))
    func everyMarginalOfADayOfTenThousandApplicationsIsWithinThreeHundredths(seed: UInt64) throws {
        let generator = AzureLikeGenerator(size: .applications(10_000), seed: seed)
        expectClose(try generator.generate(), to: .azure2019)
    }

    @Test(arguments: [UInt64](1...3))
    func everyMarginalOfDayOneIsWithinThreeHundredths(seed: UInt64) throws {
        let generator = AzureLikeGenerator(size: .applications(10_000), popularity: .day1, seed: seed)
        expectClose(try generator.generate(), to: .azure2019Day1)
    }

    @Test(arguments: [UInt64](1...2))
    func everyMarginalOfThreeDaysIsWithinThreeHundredths(seed: UInt64) throws {
        let generator = AzureLikeGenerator(size: .applications(10_000), days: 3, startWeekday: 4, seed: seed)
        expectClose(try generator.generate(), to: .azure2019)
    }

    private func expectClose(_ workload: Workload, to trace: PublishedTrace) {
        let marginals = workload.marginals(against: trace)
        #expect(marginals.count == 6)
        for marginal in marginals {
            #expect(marginal.samples >= 7_000)
            #expect(marginal.distance <= 0.03, "\(marginal.name), \(workload.provenance.title)")
        }
    }

    @Test func aWrongWorkloadIsFarFromTheTrace() throws {
        // Every application called once a minute, by one function of 1 s and 100 MB.
        let application = Application(name: "a", memory: .mebibytes(100))
        let function = Function(
            name: "f", application: ApplicationID(0), trigger: .http, memory: .mebibytes(100),
            executionTime: .constant(.seconds(1)))
        var builder = MinuteCountsBuilder(functionCount: 1, minutes: 1_440)
        for minute in 0..<1_440 { builder.add(function: FunctionID(0), minute: minute, count: 1) }
        let workload = Workload(
            applications: [application], functions: [function], shapes: [],
            calls: .minuteCounts(builder.finish()), horizon: .hours(24), provenance: Provenance(title: "one"))
        let distances = workload.marginals(against: .azure2019).map(\.distance)
        #expect(distances.count == 6)
        #expect(distances.allSatisfy { $0 > 0.3 })
    }

    @Test func distancesAreThoseWorkedOutByHand() throws {
        // Uniform on 0, 1, 2, 3: P(X < 1) = 1/4 and so on.
        let curve = PublishedCurve([0, 0, 4, 1], grid: 1)
        #expect(KolmogorovSmirnov.distance(of: [0, 1, 2, 3], to: curve) == 0)
        #expect(KolmogorovSmirnov.distance(of: [0, 0, 2, 3], to: curve) == 0.25)
        #expect(KolmogorovSmirnov.distance(of: [3], to: curve) == 0.75)
        #expect(KolmogorovSmirnov.distance(of: [9], to: curve) == 1)
        #expect(KolmogorovSmirnov.distance(of: [], to: curve) == nil)
        #expect(KolmogorovSmirnov.totalVariation(of: [1, 1], to: [0.75, 0.25]) == 0.25)
    }

    @Test func theCVOfASeriesIsThatOfItsGaps() {
        func coefficient(_ calls: [(Int, Double)]) -> Double? {
            var moments = InterArrivalMoments()
            for (minute, count) in calls { moments.add(minute: minute, count: count) }
            return moments.coefficient
        }
        #expect(coefficient([]) == nil)
        #expect(coefficient([(3, 1)]) == nil)
        #expect(coefficient([(3, 1), (700, 1)]) == 0)
        #expect(coefficient([(0, 1), (5, 1), (10, 1), (15, 1)]) == 0)
        // Gaps of 20, 20, 20 s (three calls in the first minute, then one at the next), 60 s.
        let gaps = [20.0, 20, 20, 60]
        let mean = gaps.reduce(0, +) / 4
        let variance = gaps.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 4
        let value = coefficient([(0, 3), (1, 1), (2, 1)]) ?? -1
        let wanted = variance.squareRoot() / mean
        #expect((value - wanted).magnitude < 1e-12)
    }

    @Test func aCurvesQuantileAndProbabilityAreInverse() {
        for curve in [PublishedTables.interArrivalCurve, PublishedTables.executionCurve] {
            var stream = RandomStream(seed: 1, purpose: .test)
            for _ in 0..<1_000 {
                let u = stream.unit()
                #expect((curve.below(curve.quantile(u)) - u).magnitude < 1e-9)
            }
        }
    }
}
