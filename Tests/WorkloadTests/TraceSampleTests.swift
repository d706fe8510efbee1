import EventKernel
import Testing
import Workload

@Suite struct TraceSampleTests {
    /// Functions whose calls rise with their id, two to an application.
    static func graded(_ count: Int) -> Workload {
        var builder = MinuteCountsBuilder(functionCount: count, minutes: 4)
        for id in 0..<count {
            for minute in 0..<4 {
                builder.add(function: FunctionID(UInt32(id)), minute: minute, count: UInt32(id * id + minute))
            }
        }
        var work = workload(functions: count, calls: .minuteCounts(builder.finish()), horizon: .minutes(4))
        work.applications.removeLast(count / 2)
        for id in 0..<count {
            work.functions[id].application = ApplicationID(UInt32(id / 2))
            work.functions[id].name = "f\(id)"
        }
        return work
    }

    @Test func aSampleHasTheSizeAskedFor() throws {
        let work = Self.graded(200)
        for wanted in [1, 2, 7, 10, 99, 200] {
            let sample = try work.sample(.count(wanted), of: .functions, seed: 3)
            #expect(sample.functions.count == wanted)
            #expect(sample.firstFault() == nil)
        }
        #expect(try work.sample(.fraction(0.25), of: .functions, seed: 3).functions.count == 50)
        let applications = try work.sample(.count(30), of: .applications, seed: 3)
        #expect(applications.applications.count == 30)
        #expect(applications.functions.count == 60)
    }

    @Test func eachTenthOfPopularityGivesItsPart() throws {
        let work = Self.graded(200)
        for seed in 1...10 as ClosedRange<UInt64> {
            let sample = try work.sample(.count(40), of: .functions, seed: seed)
            var strata = [Int](repeating: 0, count: 10)
            for function in sample.functions { strata[(Int(function.name.dropFirst()) ?? 0) / 20] += 1 }
            #expect(strata == Array(repeating: 4, count: 10))
        }
    }

    @Test func functionsKeepTheirCallsAndHomes() throws {
        let work = Self.graded(60)
        let whole = work.callsByFunction()
        let sample = try work.sample(.count(13), of: .functions, seed: 5)
        for (calls, function) in zip(sample.callsByFunction(), sample.functions) {
            let id = Int(function.name.dropFirst()) ?? 0
            #expect(calls == whole[id])
            #expect(sample.applications[function.application.index].name == "app\(id / 2)")
        }
    }

    @Test func theSeedDecidesAndLargerSamplesHoldMostOfSmallerOnes() throws {
        let work = Self.graded(200)
        func names(_ count: Int, _ seed: UInt64) throws -> Set<String> {
            Set(try work.sample(.count(count), of: .functions, seed: seed).functions.map(\.name))
        }
        #expect(try names(40, 1) == names(40, 1))
        #expect(try names(40, 1) != names(40, 2))
        #expect(try names(20, 1).isSubset(of: names(40, 1)))
    }

    @Test func sizesOutsideTheTraceAreRefused() {
        let work = Self.graded(20)
        for size in [
            SampleSize.count(0), .count(21), .count(-1), .fraction(0), .fraction(1.1), .fraction(.nan),
        ] {
            #expect(inputError { try work.sample(size, of: .functions, seed: 1) }.contains("a sample cannot"))
        }
    }

    @Test func eventsAndPoissonStreamsCanBeSampledToo() throws {
        for work in TraceFileTests.samples() {
            let sample = try work.sample(.count(4), of: .functions, seed: 2)
            #expect(sample.functions.count == 4)
            #expect(sample.firstFault() == nil)
            #expect(sample.summary().calls <= work.summary().calls)
        }
    }

    @Test func scalingKeepsTheMean() throws {
        let work = Self.graded(60)
        let calls = work.summary().calls
        for factor in [0.01, 0.3, 1, 2.5, 10] {
            let scaled = try work.scalingRate(by: factor, seed: 4)
            // Each of the 240 cells is off by less than one call.
            #expect((scaled.summary().calls - calls * factor).magnitude < 100)
            #expect(scaled.firstFault() == nil)
        }
        #expect(counts(try work.scalingRate(by: 1, seed: 4)) == counts(work))
        #expect(
            counts(try work.scalingRate(by: 0.5, seed: 4)) != counts(try work.scalingRate(by: 0.5, seed: 5)))
    }

    @Test func scalingASingleCallIsFair() throws {
        var builder = MinuteCountsBuilder(functionCount: 1, minutes: 20_000)
        for minute in 0..<20_000 { builder.add(function: FunctionID(0), minute: minute, count: 1) }
        let work = workload(functions: 1, calls: .minuteCounts(builder.finish()), horizon: .minutes(20_000))
        // Five standard deviations of a binomial count.
        #expect((try work.scalingRate(by: 0.3, seed: 1).summary().calls - 6_000).magnitude < 325)
        #expect((try work.scalingRate(by: 1.3, seed: 1).summary().calls - 26_000).magnitude < 325)
    }

    @Test func scalingEventsKeepsOrderMinuteAndMean() throws {
        var stream = RandomStream(seed: 1, purpose: .test)
        let events = EventList(
            (0..<10_000).map { _ in
                EventList.Event(
                    time: SimTime(nanoseconds: stream.below(300_000_000_000)), duration: .seconds(1),
                    function: FunctionID(0))
            })
        let work = workload(functions: 1, calls: .events(events), horizon: .minutes(5))
        for factor in [0.2, 1, 2.5] {
            let scaled = try work.scalingRate(by: factor, seed: 1)
            #expect(scaled.firstFault() == nil)
            #expect((scaled.summary().calls - 10_000 * factor).magnitude <= 250)
        }
        #expect(eventList(try work.scalingRate(by: 1, seed: 1)) == eventList(work))
    }

    @Test func scalingBeyondWhatFitsIsRefused() {
        let work = Self.graded(60)
        for factor in [0, -1, .nan, .infinity, 1e7] {
            #expect(inputError { try work.scalingRate(by: factor, seed: 1) }.contains("cannot be scaled"))
        }
        var builder = MinuteCountsBuilder(functionCount: 1, minutes: 1)
        builder.add(function: FunctionID(0), minute: 0, count: 1_000_000_000)
        let large = workload(functions: 1, calls: .minuteCounts(builder.finish()), horizon: .minutes(1))
        #expect(inputError { try large.scalingRate(by: 5, seed: 1) }.contains("5000000000 times in minute 0"))
    }

    @Test func aWindowIsThePartMovedToTheStart() throws {
        let work = Self.graded(10)
        let window = try work.window(from: .minutes(1), length: .minutes(2))
        #expect(counts(window) == Array(counts(work)[1...2]))
        #expect(window.horizon == .minutes(2))
        #expect(window.firstFault() == nil)
        let events = TraceFileTests.samples()[1]
        let part = try events.window(from: .milliseconds(200), length: .milliseconds(500))
        let expected = eventList(events).map(\.time.seconds).filter { $0 >= 0.2 && $0 < 0.7 }
        #expect(eventList(part).map { ($0.time + .milliseconds(200)).seconds } == expected)
        #expect(part.firstFault() == nil)
    }

    @Test func windowsOutsideTheTraceOrMinutesAreRefused() {
        let work = Self.graded(10)
        #expect(
            inputError { try work.window(from: .minutes(3), length: .minutes(2)) }.contains(
                "not in the trace"))
        #expect(inputError { try work.window(from: .minutes(1), length: .zero) }.contains("not in the trace"))
        #expect(inputError { try work.window(from: .zero, length: .forever) }.contains("not in the trace"))
        #expect(
            inputError { try work.window(from: .seconds(30), length: .minutes(1)) }.contains("whole minutes"))
    }
}

@Suite struct TraceSummaryTests {
    @Test func theFiguresOfASmallTraceAreRight() throws {
        let files = AzureFiles(directory: try TemporaryDirectory())
        let text =
            AzureFiles.invocations + "o,b,h,http,0,0,0\n"
        var options = AzureFunctions2019Reader.Options()
        options.executionTime = .average
        let summary = try AzureFiles(directory: files.directory, options: options).read([text]).summary()
        #expect(summary.calls == 8)
        #expect((summary.functions, summary.calledFunctions) == (3, 2))
        #expect((summary.applications, summary.calledApplications) == (2, 1))
        #expect(summary.busiestMinute == (1, 5))
        #expect(summary.triggers.map(\.functions) == [2, 1, 0, 0, 0, 0, 0, 0])
        #expect(summary.triggers.map(\.calls) == [3, 5, 0, 0, 0, 0, 0, 0])
        #expect(summary.callsPerApplicationDay.max == 8 * 480)
        #expect(summary.callsPerFunctionDay.min == 3 * 480)
        // 3 calls of 10 ms and 5 of 20 ms in 180 s.
        #expect((summary.offeredLoad - 0.13 / 180).magnitude < 1e-12)
        #expect(summary.functionMemory.max == 300)
        #expect(summary.applicationMemory.p50 == 300)
    }

    @Test func callsEvenlySpreadInEachMinuteGiveTheVariation() {
        func variation(_ counts: [UInt32]) -> Quantiles {
            var builder = MinuteCountsBuilder(functionCount: 1, minutes: counts.count)
            for (minute, count) in counts.enumerated() {
                builder.add(function: FunctionID(0), minute: minute, count: count)
            }
            let horizon = SimDuration.minutes(UInt64(counts.count))
            return workload(functions: 1, calls: .minuteCounts(builder.finish()), horizon: horizon)
                .summary().interArrivalVariation
        }
        #expect(variation([3, 3, 3]).max < 1e-9)
        #expect(variation([1, 0, 1, 0, 1]).max == 0)
        #expect(variation([1, 0, 0]).count == 0)
        // Gaps of 30, 30, 60 and 60 s: mean 45, deviation 15.
        #expect((variation([2, 1, 1, 1]).max - 15.0 / 45).magnitude < 1e-12)
        // One value for each day.
        var days = [UInt32](repeating: 0, count: 2_880)
        (days[0], days[10], days[1_440], days[1_450]) = (1, 1, 1, 1)
        #expect(variation(days).count == 2)
    }

    @Test func quantilesAreTheSmallestNumbersThatThePartDoesNotExceed() {
        let quantiles = Quantiles((1...100).reversed().map(Double.init))
        #expect((quantiles.min, quantiles.p10, quantiles.p25, quantiles.p50) == (1, 10, 25, 50))
        #expect((quantiles.p75, quantiles.p90, quantiles.p99, quantiles.max) == (75, 90, 99, 100))
        #expect(quantiles.mean == 50.5)
        #expect(Quantiles([]).max == 0)
    }
}
