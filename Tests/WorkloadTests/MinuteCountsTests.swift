import EventKernel
import Testing
import Workload

@Suite struct MinuteCountsTests {
    @Test func whatWasAddedInAnyOrderIsFoundSortedAndSummed() {
        for seed in 1...20 as ClosedRange<UInt64> {
            let (counts, expected) = randomCounts(
                seed: seed, functions: 1 + Int(seed) * 37, minutes: 7, adds: 900)
            var total: UInt64 = 0
            for minute in 0..<7 {
                var found = [UInt32](repeating: 0, count: counts.functionCount)
                var previous = -1
                for cell in counts.cells(inMinute: minute) {
                    #expect(cell.function.index > previous)
                    #expect(cell.count > 0)
                    previous = cell.function.index
                    found[cell.function.index] = cell.count
                    total += UInt64(cell.count)
                }
                #expect(found == expected[minute])
            }
            #expect(counts.totalCalls == total)
            #expect(counts.callsByFunction().reduce(0, +) == total)
        }
    }

    @Test func theOrderOfAddingLeavesNoTrace() {
        var one = MinuteCountsBuilder(functionCount: 300, minutes: 2)
        var other = MinuteCountsBuilder(functionCount: 300, minutes: 2)
        for id in 0..<300 as Range<UInt32> {
            one.add(function: FunctionID(id), minute: 1, count: id * 7)
            other.add(function: FunctionID(299 - id), minute: 1, count: (299 - id) * 7)
        }
        let rising = one.finish()
        let falling = other.finish()
        #expect(rising == falling)
    }

    @Test func countsOfAnySizeComeBack() {
        let values: [UInt32] = [
            1, 127, 128, 16_383, 16_384, 2_097_151, 2_097_152, 268_435_455, 268_435_456, .max,
        ]
        var builder = MinuteCountsBuilder(minutes: 1)
        for (index, value) in values.enumerated() {
            builder.add(function: FunctionID(UInt32(index) * 26_000_000), minute: 0, count: value)
        }
        let counts = builder.finish()
        #expect(counts.cells(inMinute: 0).map(\.count) == values)
        #expect(counts.cells(inMinute: 0).map(\.function.raw) == (0..<10).map { $0 * 26_000_000 })
        #expect(counts.functionCount == 9 * 26_000_000 + 1)
    }

    @Test func anEmptyCollectionHasNoCalls() {
        let builder = MinuteCountsBuilder(functionCount: 3, minutes: 2)
        let counts = builder.finish()
        #expect(counts.totalCalls == 0)
        #expect(counts.minutes == 2)
        #expect(counts.functionCount == 3)
        #expect(Array(counts.cells(inMinute: 1)).isEmpty)
    }
}
