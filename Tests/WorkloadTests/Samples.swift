import EventKernel
import Workload

/// A workload of `count` functions with these calls; every call executes 100 ms.
func workload(functions count: Int, calls: Calls, horizon: SimDuration) -> Workload {
    let applications = (0..<count).map { Application(name: "app\($0)", memory: .mebibytes(100)) }
    let functions = (0..<count).map {
        Function(
            name: "f", application: ApplicationID(UInt32($0)), memory: .mebibytes(100),
            executionTime: .constant(.milliseconds(100)))
    }
    return Workload(
        applications: applications, functions: functions, shapes: [], calls: calls, horizon: horizon,
        provenance: Provenance(title: "test"))
}

/// All arrivals of a workload, taken in batches of `batchSize`.
func allArrivals(
    _ workload: Workload, seed: UInt64 = 1, layout: MinuteLayout = .uniform, batchSize: Int = 512
) -> [Arrival] {
    let source = workload.arrivals(seed: seed, layout: layout)
    let none = Arrival(time: .zero, execution: .zero, function: FunctionID(0))
    var batch = [Arrival](repeating: none, count: batchSize)
    var all: [Arrival] = []
    while true {
        let many = batch.withUnsafeMutableBufferPointer { source.next(into: $0) }
        if many == 0 { break }
        all += batch[..<many]
    }
    let more = batch.withUnsafeMutableBufferPointer { source.next(into: $0) }
    precondition(more == 0, "a source that ended must stay ended")
    return all
}

/// Random counts over `functions` and `minutes`, added in random order, with the sums expected.
func randomCounts(
    seed: UInt64, functions: Int, minutes: Int, adds: Int, largest: UInt64 = 300
) -> (MinuteCounts, [[UInt32]]) {
    var stream = RandomStream(seed: seed, purpose: .test)
    var builder = MinuteCountsBuilder(functionCount: functions, minutes: minutes)
    var expected = [[UInt32]](repeating: [UInt32](repeating: 0, count: functions), count: minutes)
    for _ in 0..<adds {
        let function = Int(stream.below(UInt64(functions)))
        let minute = Int(stream.below(UInt64(minutes)))
        let count = UInt32(stream.below(largest))
        builder.add(function: FunctionID(UInt32(function)), minute: minute, count: count)
        expected[minute][function] += count
    }
    return (builder.finish(), expected)
}

struct ArrivalKey: Hashable {
    var time: UInt64
    var execution: UInt64
    var function: UInt32
    var inputSize: UInt32

    init(_ arrival: Arrival) {
        time = arrival.time.nanoseconds
        execution = arrival.execution.nanoseconds
        function = arrival.function.raw
        inputSize = arrival.inputSize
    }
}
