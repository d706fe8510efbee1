import EventKernel
import Files
import Testing

@testable import Workload

@Suite struct GeneratorTests {
    @Test func theSameParametersGiveTheSameWorkloadOnEveryMachine() throws {
        let generator = AzureLikeGenerator(size: .applications(300), days: 1.25, seed: 7)
        let first = digest(try generator.generate())
        #expect(first == digest(try generator.generate()))
        // Recorded on x86-64 Linux; another value on any machine means that drawing changed.
        #expect(first == "ef4dd6db0ee54346")
    }

    @Test func anotherSeedGivesAnotherWorkload() throws {
        let digests = try (1...5).map {
            digest(try AzureLikeGenerator(size: .applications(50), seed: UInt64($0)).generate())
        }
        #expect(Set(digests).count == 5)
    }

    @Test(arguments: [UInt64](1...2))
    func dayOneHasTheTracesTotalAndItsLargestApplication(seed: UInt64) throws {
        let workload = try AzureLikeGenerator(
            size: .applications(17_577), popularity: .day1, seed: seed
        ).generate()
        let counts = try #require(minuteCounts(workload))
        #expect(counts.totalCalls == 910_042_048)
        #expect(workload.callsPerApplicationAndDay(counts).max() == 127_471_685)
        let load = zip(counts.callsByFunction(), workload.meanExecutionMilliseconds).map {
            Double($0) * $1 / 86_400_000
        }
        #expect(load.allSatisfy { $0 <= 200 })
        // The calls of 500 real functions (joint samples) execute 0.50 s on average.
        let mean = load.reduce(0, +) * 86_400 / Double(counts.totalCalls)
        #expect(mean > 0.25 && mean < 1)
        var hours = [Double](repeating: 0, count: 24)
        for minute in 0..<1_440 { hours[minute / 60] += Double(counts.calls(inMinute: minute)) }
        let afternoon = hours[11..<19].reduce(0, +)
        let night = hours[0..<8].reduce(0, +)
        #expect(afternoon > 1.1 * night)
    }

    @Test func popularitySpansEightOrdersOfMagnitude() throws {
        let workload = try AzureLikeGenerator(size: .applications(17_577), seed: 3).generate()
        let counts = try #require(minuteCounts(workload))
        let calls = workload.callsPerApplicationAndDay(counts)
        let most = try #require(calls.max())
        #expect(most > 9e7 && most < 1.3e8)
        #expect(calls.count { $0 == 1 } > 1_000)
        // An application called less than once a day is silent on a generated day, and that is no fault.
        #expect(calls.count { $0 == 0 } > 2_000)
        #expect(counts.functionCount == workload.functions.count)
    }

    @Test(arguments: [1, 2, 3, 10, 999, 1_000])
    func functionsAreAsManyAsAskedFor(count: Int) throws {
        let workload = try AzureLikeGenerator(size: .functions(count), seed: 5).generate()
        #expect(workload.functions.count == count)
        let owners = Set(workload.functions.map(\.application.index))
        #expect(owners.count == workload.applications.count)
    }

    @Test func loadScaleMultipliesTheCalls() throws {
        func total(_ scale: Double) throws -> Double {
            let generator = AzureLikeGenerator(size: .applications(2_000), loadScale: scale, seed: 2)
            return Double(try #require(minuteCounts(try generator.generate())).totalCalls)
        }
        let one = try total(1)
        let triple = try total(3) / one
        let tenth = try total(0.1) / one
        #expect(triple > 2.99 && triple < 3.01)
        #expect(tenth > 0.099 && tenth < 0.101)
    }

    @Test func daysGiveTheHorizon() throws {
        for (days, minutes) in [(0.01, 14), (0.5, 720), (1, 1_440), (1.5, 2_160), (3, 4_320)] {
            let workload = try AzureLikeGenerator(size: .applications(200), days: days, seed: 4).generate()
            #expect(workload.horizon == .minutes(UInt64(minutes)))
            #expect(minuteCounts(workload)?.minutes == minutes)
        }
    }

    @Test func aPartOfADayIsCutOutOfTheDay() throws {
        let whole = try #require(
            minuteCounts(try AzureLikeGenerator(size: .applications(500), seed: 9).generate()))
        let part = try #require(
            minuteCounts(try AzureLikeGenerator(size: .applications(500), days: 0.25, seed: 9).generate()))
        for minute in 0..<360 {
            #expect(Array(whole.cells(inMinute: minute)) == Array(part.cells(inMinute: minute)))
        }
    }

    @Test func weekendsAreQuieterThanWeekdays() throws {
        let workload = try AzureLikeGenerator(size: .applications(2_000), days: 7, seed: 6).generate()
        let counts = try #require(minuteCounts(workload))
        let totals = (0..<7).map { day in
            (day * 1_440..<(day + 1) * 1_440).reduce(0.0) { $0 + Double(counts.calls(inMinute: $1)) }
        }
        let weekday = totals[0..<5].reduce(0, +) / 5
        let weekend = totals[5..<7].reduce(0, +) / 2
        #expect(weekday > 1.03 * weekend)
    }

    @Test(arguments: [-0.33, 0, 0.5])
    func executionTimesHaveTheWantedRankCorrelationWithCalls(wanted: Double) throws {
        var generator = AzureLikeGenerator(size: .applications(1_000), seed: 1)
        generator.durationPopularityCorrelation = wanted
        generator.maximumFunctionLoad = .infinity
        var stream = RandomStream(seed: 1, purpose: .test)
        let totals = (0..<4_000).map { _ in stream.below(1 << 30) }
        let reached = spearman(totals.map { Double($0) }, generator.drawExecutionTimes(totals))
        #expect((reached - wanted).magnitude < 0.05)
    }

    @Test func mostTimersFireAtAnExactPeriodAndAtMostOnceAMinute() throws {
        let workload = try AzureLikeGenerator(size: .applications(2_000), seed: 8).generate()
        let counts = try #require(minuteCounts(workload))
        var times = [[Int]](repeating: [], count: workload.functions.count)
        for minute in 0..<1_440 {
            for cell in counts.cells(inMinute: minute) {
                times[cell.function.index] += Array(repeating: minute, count: Int(min(cell.count, 3)))
            }
        }
        let called = workload.functions.indices.filter {
            workload.functions[$0].trigger == .timer && times[$0].count > 2
        }
        let periodic = called.filter { function in
            Set(zip(times[function], times[function].dropFirst()).map { $1 - $0 }).count == 1
        }
        #expect(called.count > 200)
        #expect(Double(periodic.count) > 0.6 * Double(called.count))
        let seldom = called.filter { times[$0].count <= 1_440 }
        #expect(Double(seldom.count) >= 0.95 * Double(called.count))
    }

    @Test func parametersOutOfRangeAreRefusedInWords() {
        func refused(_ change: (inout AzureLikeGenerator) -> Void) {
            var generator = AzureLikeGenerator(size: .applications(10), seed: 1)
            change(&generator)
            #expect(throws: InputError.self) { try generator.generate() }
        }
        refused { $0.size = .applications(0) }
        refused { $0.size = .functions(-3) }
        refused { $0.days = 0 }
        refused { $0.days = .nan }
        refused { $0.days = 1e9 }
        refused { $0.startWeekday = 7 }
        refused { $0.startHour = 24 }
        refused { $0.loadScale = 0 }
        refused { $0.loadScale = 1e12 }
        refused { $0.loadScale = .infinity }
        refused { $0.durationPopularityCorrelation = -1 }
        refused { $0.durationPopularityCorrelation = .nan }
        refused { $0.executionTimeSigma = -1 }
        refused { $0.maximumFunctionLoad = .nan }
    }
}

func minuteCounts(_ workload: Workload) -> MinuteCounts? {
    if case .minuteCounts(let counts) = workload.calls { return counts }
    return nil
}

/// A digest of everything in a generated workload.
private func digest(_ workload: Workload) -> String {
    var digest = Digest()
    for application in workload.applications {
        digest.update(application.name)
        digest.update(application.memory.count)
    }
    for function in workload.functions {
        digest.update(function.name + function.runtime)
        digest.update(UInt64(function.trigger.rawValue))
        if case .shaped(_, let scale) = function.executionTime { digest.update(scale.bitPattern) }
    }
    if let counts = minuteCounts(workload) {
        for minute in 0..<counts.minutes {
            for cell in counts.cells(inMinute: minute) {
                digest.update(UInt64(minute) << 32 | UInt64(cell.function.raw))
                digest.update(UInt64(cell.count))
            }
        }
    }
    return digest.text
}

private func spearman(_ a: [Double], _ b: [Double]) -> Double {
    func ranks(_ values: [Double]) -> [Double] {
        var result = [Double](repeating: 0, count: values.count)
        for (rank, index) in values.indices.sorted(by: { values[$0] < values[$1] }).enumerated() {
            result[index] = Double(rank)
        }
        return result
    }
    let n = Double(a.count)
    let squares = zip(ranks(a), ranks(b)).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return 1 - 6 * squares / (n * (n * n - 1))
}
