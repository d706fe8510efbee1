import EventKernel
import Testing
import Workload

@Suite struct ExecutionTimeTests {
    /// The execution times in ms of many calls of one function.
    private func draws(_ time: ExecutionTime, shapes: [Distribution] = [], count: Int = 200_000) -> [Double] {
        var builder = MinuteCountsBuilder(functionCount: 1, minutes: 1)
        builder.add(function: FunctionID(0), minute: 0, count: UInt32(count))
        var work = workload(functions: 1, calls: .minuteCounts(builder.finish()), horizon: .minutes(1))
        work.functions[0].executionTime = time
        work.shapes = shapes
        return allArrivals(work).map { $0.execution.seconds * 1_000 }
    }

    @Test func drawsFollowThePercentiles() {
        let points = ExecutionTime.Percentiles(
            p0: 10, p1: 20, p25: 50, p50: 60, p75: 100, p99: 400, p100: 1_000)
        let values = draws(.percentiles(points)).sorted()
        for (part, value) in [(0.01, 20.0), (0.25, 50), (0.5, 60), (0.75, 100), (0.99, 400)] {
            // Five standard deviations of a binomial count.
            let below = Double(values.count { $0 <= value }) / Double(values.count)
            #expect((below - part).magnitude < 5 * (part * (1 - part) / Double(values.count)).squareRoot())
        }
        #expect((values[0] - 10).magnitude < 0.1)
        #expect(values[values.count - 1] < 1_000.001)
        #expect(values[values.count - 1] > 990)
        let mean = values.reduce(0, +) / Double(values.count)
        #expect((mean - points.mean).magnitude < 1.2)
    }

    @Test func drawsOfAShapeAreScaled() {
        let values = draws(.shaped(shape: 0, scale: 2), shapes: [.exponential(mean: 0.5)])
        let mean = values.reduce(0, +) / Double(values.count)
        #expect((mean - 1_000).magnitude < 12)
    }

    @Test func aConstantIsAConstant() {
        #expect(draws(.constant(.microseconds(1_500)), count: 100) == Array(repeating: 1.5, count: 100))
    }
}
