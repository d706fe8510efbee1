import EventKernel
import Testing

import Workload

@Suite struct MinuteArrivalTests {
    static let minute: UInt64 = 60_000_000_000
    static let layouts: [MinuteLayout] = [.even, .uniform, .poisson, .burst(at: .seconds(7))]

    @Test(arguments: layouts) func arrivalsComeInOrderOfTimeThenFunction(layout: MinuteLayout) {
        for seed in 1...5 as ClosedRange<UInt64> {
            let (counts, _) = randomCounts(seed: seed, functions: 200, minutes: 5, adds: 800)
            let work = workload(functions: 200, calls: .minuteCounts(counts), horizon: .minutes(5))
            let arrivals = allArrivals(work, seed: seed, layout: layout)
            for (a, b) in zip(arrivals, arrivals.dropFirst()) {
                #expect((a.time, a.function) <= (b.time, b.function))
            }
        }
    }

    @Test(arguments: [MinuteLayout.even, .uniform, .burst(at: .zero)])
    func everyCallArrivesOnceInItsMinute(layout: MinuteLayout) {
        for seed in 1...5 as ClosedRange<UInt64> {
            let (counts, expected) = randomCounts(seed: seed, functions: 50, minutes: 5, adds: 400)
            let work = workload(functions: 50, calls: .minuteCounts(counts), horizon: .minutes(5))
            var found = [[UInt32]](repeating: [UInt32](repeating: 0, count: 50), count: 5)
            for arrival in allArrivals(work, seed: seed, layout: layout) {
                found[Int(arrival.time.nanoseconds / Self.minute)][arrival.function.index] += 1
            }
            #expect(found == expected)
        }
    }

    @Test(arguments: layouts) func theBatchSizeChangesNothing(layout: MinuteLayout) {
        let (counts, _) = randomCounts(seed: 3, functions: 40, minutes: 4, adds: 200)
        let work = workload(functions: 40, calls: .minuteCounts(counts), horizon: .minutes(4))
        let whole = allArrivals(work, layout: layout, batchSize: 100_000).map(ArrivalKey.init)
        for size in [1, 2, 3, 7, 64, 511, 4_096] {
            #expect(allArrivals(work, layout: layout, batchSize: size).map(ArrivalKey.init) == whole)
        }
    }

    @Test(arguments: [MinuteLayout.even, .uniform, .poisson])
    func theSeedAloneDecidesThePositions(layout: MinuteLayout) {
        let (counts, _) = randomCounts(seed: 4, functions: 40, minutes: 4, adds: 200)
        let work = workload(functions: 40, calls: .minuteCounts(counts), horizon: .minutes(4))
        let first = allArrivals(work, seed: 9, layout: layout).map(ArrivalKey.init)
        #expect(allArrivals(work, seed: 9, layout: layout).map(ArrivalKey.init) == first)
        #expect(allArrivals(work, seed: 10, layout: layout).map(ArrivalKey.init) != first)
    }

    @Test func aFunctionsPositionsDoNotDependOnOthers() {
        var alone = MinuteCountsBuilder(functionCount: 3, minutes: 3)
        var together = MinuteCountsBuilder(functionCount: 3, minutes: 3)
        for minute in 0..<3 {
            alone.add(function: FunctionID(1), minute: minute, count: 20)
            for id in 0..<3 { together.add(function: FunctionID(UInt32(id)), minute: minute, count: 20) }
        }
        let aloneCounts = alone.finish()
        let togetherCounts = together.finish()
        for layout in Self.layouts {
            let a = allArrivals(
                workload(functions: 3, calls: .minuteCounts(aloneCounts), horizon: .minutes(3)),
                layout: layout)
            let b = allArrivals(
                workload(functions: 3, calls: .minuteCounts(togetherCounts), horizon: .minutes(3)),
                layout: layout)
            #expect(a.map(\.time) == b.filter { $0.function.raw == 1 }.map(\.time))
        }
    }

    @Test func evenCallsAreEquallyFarApartAcrossMinutes() {
        for count in [1, 2, 3, 7, 60, 61, 1_000] as [UInt32] {
            var builder = MinuteCountsBuilder(functionCount: 1, minutes: 5)
            for minute in 0..<5 { builder.add(function: FunctionID(0), minute: minute, count: count) }
            let work = workload(functions: 1, calls: .minuteCounts(builder.finish()), horizon: .minutes(5))
            let times = allArrivals(work, layout: .even).map(\.time.nanoseconds)
            #expect(times.count == Int(count) * 5)
            let step = Self.minute / UInt64(count)
            for (a, b) in zip(times, times.dropFirst()) { #expect(b - a == step || b - a == step + 1) }
        }
    }

    @Test func poissonMinutesKeepTheMeanAndVaryAsPoisson() {
        let minutes = 4_000
        let rate = 12.0
        var builder = MinuteCountsBuilder(functionCount: 1, minutes: minutes)
        for minute in 0..<minutes {
            builder.add(function: FunctionID(0), minute: minute, count: UInt32(rate))
        }
        let work = workload(
            functions: 1, calls: .minuteCounts(builder.finish()), horizon: .minutes(UInt64(minutes)))
        var found = [Double](repeating: 0, count: minutes)
        for arrival in allArrivals(work, layout: .poisson) {
            found[Int(arrival.time.nanoseconds / Self.minute)] += 1
        }
        let mean = found.reduce(0, +) / Double(minutes)
        let variance = found.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(minutes - 1)
        // Five standard errors: of the mean sqrt(12/4000), of the variance about 12 sqrt(2/4000).
        #expect((mean - rate).magnitude < 0.28)
        #expect((variance - rate).magnitude < 1.4)
    }

    @Test func noCallArrivesAtOrAfterTheHorizon() {
        let (counts, _) = randomCounts(seed: 5, functions: 40, minutes: 4, adds: 200)
        for layout in Self.layouts {
            let whole = allArrivals(
                workload(functions: 40, calls: .minuteCounts(counts), horizon: .minutes(4)), layout: layout)
            let cut = allArrivals(
                workload(functions: 40, calls: .minuteCounts(counts), horizon: .seconds(100)), layout: layout)
            #expect(
                cut.map(\.time) == whole.map(\.time).filter { $0 < SimTime(nanoseconds: 100_000_000_000) })
        }
    }

    @Test(arguments: layouts) func aMinuteOfManyCallsGoesBySlices(layout: MinuteLayout) {
        let many = UInt32(MinuteArrivalSource.sliceLimit / 2 + 12_345)
        var builder = MinuteCountsBuilder(functionCount: 3, minutes: 2)
        for id in 0..<3 { builder.add(function: FunctionID(UInt32(id)), minute: 1, count: many) }
        builder.add(function: FunctionID(1), minute: 0, count: 5)
        let work = workload(functions: 3, calls: .minuteCounts(builder.finish()), horizon: .minutes(2))
        let source = work.arrivals(seed: 2, layout: layout)
        var batch = [Arrival](
            repeating: Arrival(time: .zero, execution: .zero, function: FunctionID(0)), count: 10_000)
        var total = 0
        var last = Arrival(time: .zero, execution: .zero, function: FunctionID(0))
        var ordered = true
        while true {
            let written = batch.withUnsafeMutableBufferPointer { source.next(into: $0) }
            if written == 0 { break }
            for arrival in batch[..<written] {
                if (arrival.time, arrival.function) < (last.time, last.function) { ordered = false }
                last = arrival
            }
            total += written
        }
        #expect(ordered)
        let expected = 3 * Int(many) + 5
        if layout == .poisson {
            #expect((total - expected).magnitude < 15_000)  // over five deviations of sqrt(6.3 million)
        } else {
            #expect(total == expected)
        }
    }

    @Test func crowdedCallsAreSortedToo() {
        for seed in 1...10 as ClosedRange<UInt64> {
            var stream = RandomStream(seed: seed, purpose: .test)
            var scatter = MinuteScatter()
            var expected: [UInt64] = []
            let spread = UInt64(1) << (seed * 3)
            for _ in 0..<5_000 {
                let offset = 30_000_000_000 + stream.below(spread)
                let function = stream.below(1 << 28)
                scatter.append(offset: offset, function: function)
                expected.append(offset << 28 | function)
            }
            scatter.sort(low: 0, high: Self.minute)
            #expect(Array(scatter.keys) == expected.sorted())
        }
    }
}
