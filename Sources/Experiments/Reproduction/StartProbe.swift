import EventKernel
import Simulator
import Workload

/// One start of each kind of each function, on an otherwise idle cluster that has base sandboxes of all functions:
/// what figure 8 of the paper shows.
///
/// First each function is called once, and its sandbox becomes a base sandbox. Later it is called twice at a time: the
/// base sandbox takes one call, a new sandbox the other, which is deduplicated after a minute. Then it is called twice
/// again: the base sandbox takes one call, the deduplicated one the other.
enum StartProbe {
    /// When the second calls of a function are, in minutes; the third follow three minutes later.
    private static func second(_ function: Int) -> UInt64 { 10 + 5 * UInt64(function) }

    /// Its policy.
    static let policy = PolicyChoice(
        "tiers",
        [
            "state": .text("deduplicated"), "after": .duration(.minutes(1)), "bases-per": .number(40),
            "keep-alive": .duration(.hours(3)),
        ])

    /// Its calls of `functions`.
    static func workload(_ functions: [PaperFunction]) -> Workload {
        var builder = EventListBuilder()
        func call(_ function: Int, at time: SimDuration, times: Int) {
            for _ in 0..<times {
                builder.append(
                    EventList.Event(
                        time: .zero + time, duration: .zero, function: FunctionID(UInt32(function))))
            }
        }
        for function in functions.indices { call(function, at: .seconds(20 * UInt64(function)), times: 1) }
        for function in functions.indices {
            call(function, at: .minutes(second(function)), times: 2)
            call(function, at: .minutes(second(function) + 3), times: 2)
        }
        var workload = Workload(
            applications: functions.map { Application(name: $0.name, memory: $0.memory) },
            functions: functions.enumerated().map { index, function in
                Function(
                    name: function.name, application: ApplicationID(UInt32(index)), memory: function.memory,
                    executionTime: .constant(.milliseconds(function.executionMs)), runtime: "python")
            }, shapes: [], calls: .events(builder.finish()), horizon: .minutes(second(functions.count)),
            provenance: Provenance(title: "one start of each kind of each function"))
        workload.isMemoryByFunction = true
        return workload
    }

    /// A start of each kind in ms, from a function's end-to-end times: two warm, one deduplicated, two cold.
    static func starts(_ times: CountedTimes, executionMs: UInt64) -> (dedup: Double, cold: Double)? {
        guard times.counts == [2, 1, 2] else { return nil }
        let starts = times.values.map { Double($0) / 1e6 - Double(executionMs) }
        return (starts[1], starts[2])
    }
}

extension ReproductionObservation {
    /// Takes starts by kind from the end-to-end times of a probe.
    mutating func takeStarts(of functions: [PaperFunction]) {
        let starts = zip(functions, endToEnd ?? []).map { StartProbe.starts($1, executionMs: $0.executionMs) }
        coldMsByFunction = starts.map { $0?.cold ?? .nan }
        restoreMsByFunction = starts.map { $0?.dedup ?? .nan }
        endToEnd = nil
    }
}
