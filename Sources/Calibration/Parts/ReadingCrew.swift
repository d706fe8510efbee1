import CCalibration
import Glibc
import Synchronization

/// Threads that read memory together, one a processor, each its own part.
struct ReadingCrew {
    /// What one thread does, and when.
    private final class Member: @unchecked Sendable {
        let processor: Int
        let memory: UnsafeRawPointer
        let size: Int
        let gate: Gate
        var begin: UInt64 = 0
        var end: UInt64 = 0

        init(processor: Int, memory: UnsafeRawPointer, size: Int, gate: Gate) {
            self.processor = processor
            self.memory = memory
            self.size = size
            self.gate = gate
        }

        func work() {
            _ = ccalibration_pin(Int32(clamping: processor))
            gate.pass()
            begin = ccalibration_now()
            Guard.keep(ccalibration_read(memory, size))
            end = ccalibration_now()
        }
    }

    /// Lets nobody pass before all are there.
    private final class Gate: Sendable {
        private let missing: Atomic<Int>
        init(_ count: Int) { missing = Atomic(count) }
        func pass(waiting: Bool = true) {
            missing.subtract(1, ordering: .acquiringAndReleasing)
            while waiting, missing.load(ordering: .acquiring) > 0 { sched_yield() }
        }
    }

    /// Nanoseconds from the first one's begin to the last one's end when `processors` read `mapping` once, in equal
    /// parts; nil when there are no threads to be had.
    static func read(_ mapping: Mapping, processors: [Int]) -> Double? {
        let part = mapping.size / max(processors.count, 1) / 4096 * 4096
        guard part > 0, !processors.isEmpty else { return nil }
        let gate = Gate(processors.count)
        let members = processors.enumerated().map { index, processor in
            Member(
                processor: processor, memory: UnsafeRawPointer(mapping.base + index * part), size: part,
                gate: gate)
        }
        var threads: [pthread_t] = []
        for member in members {
            var thread = pthread_t()
            let context = Unmanaged.passRetained(member)
            let failed = pthread_create(
                &thread, nil,
                { context in
                    if let context { Unmanaged<Member>.fromOpaque(context).takeRetainedValue().work() }
                    return nil
                }, context.toOpaque())
            if failed != 0 {
                context.release()
                // Those that wait at the gate must not wait for ever.
                for _ in threads.count..<members.count { gate.pass(waiting: false) }
                for thread in threads { pthread_join(thread, nil) }
                return nil
            }
            threads.append(thread)
        }
        for thread in threads { pthread_join(thread, nil) }
        guard let begin = members.map(\.begin).min(), let end = members.map(\.end).max(), end > begin else {
            return nil
        }
        return Double(end - begin)
    }

    /// Nanoseconds a byte over rounds of several passes; nil when there are no threads to be had.
    static func measure(
        _ mapping: Mapping, processors: [Int], named name: String, settings: TimingSettings,
        step: () throws -> Void
    ) rethrows -> Measurement? {
        let bytes = Double(mapping.size / max(processors.count, 1) / 4096 * 4096 * processors.count)
        var rounds: [Measurement.Round] = []
        guard read(mapping, processors: processors) != nil else { return nil }
        for _ in 0..<settings.rounds {
            try step()
            var passes: [Double] = []
            for _ in 0..<(settings.isQuick ? 3 : 7) {
                guard let time = read(mapping, processors: processors) else { return nil }
                passes.append(time / bytes)
            }
            passes.sort()
            rounds.append(
                .init(
                    minimum: passes[0], median: Median.of(passes), high: Median.quantile(0.9, of: passes)))
        }
        return Measurement(name: name, rounds: rounds, batch: 1, histogram: [], quantiles: [])
    }
}
