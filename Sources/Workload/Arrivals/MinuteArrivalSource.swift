import EventKernel

/// The arrivals of calls counted by minute. It lays out one minute at a time; a minute of very many calls
/// goes slice by slice, so memory does not grow with the counts.
///
/// Where the k-th call of a function in a minute falls is a pure function of (seed, function, minute, k), and
/// how long the i-th arrival of the run executes one of (seed, i).
package final class MinuteArrivalSource: ArrivalSource {
    /// Calls laid out at once; 4 Mi calls take 64 MiB.
    package static let sliceLimit: UInt64 = 1 << 22

    private let counts: MinuteCounts
    private let sampler: ExecutionSampler
    private let executions: RandomStream
    private let horizon: UInt64
    private var layout: MinuteLayouter

    private var scatter = MinuteScatter()
    /// How many of the scatter's keys were handed out.
    private var taken = 0
    private var invocation: UInt64 = 0
    /// Start of the minute that the keys count from.
    private var base: UInt64 = 0
    private var nextMinute = 0
    private var slice: UInt64 = 0
    private var slices: UInt64 = 0
    private var ended = false

    init(
        _ counts: MinuteCounts, sampler: ExecutionSampler, horizon: SimDuration, seed: UInt64,
        layout: MinuteLayout
    ) {
        self.counts = counts
        self.sampler = sampler
        self.horizon = horizon.nanoseconds
        executions = RandomStream(seed: seed, purpose: .executionTime)
        self.layout = MinuteLayouter(layout, functionCount: counts.functionCount, seed: seed)
    }

    package func next(into batch: UnsafeMutableBufferPointer<Arrival>) -> Int {
        var written = 0
        while written < batch.count, !ended {
            if taken == scatter.count {
                refill()
                continue
            }
            written += emit(into: UnsafeMutableBufferPointer(rebasing: batch[written...]))
        }
        return written
    }

    /// Hands out keys until the batch is full or the keys are used up.
    private func emit(into batch: UnsafeMutableBufferPointer<Arrival>) -> Int {
        let many = min(batch.count, scatter.count - taken)
        let keys = scatter.keys[taken..<(taken + many)]
        let mask = (1 &<< MinuteScatter.functionBits) &- 1
        // Locals, since the compiler must assume that writing the batch changes this object.
        let (sampler, executions, base, horizon) = (sampler, executions, base, horizon)
        var invocation = invocation
        var written = 0
        for key in keys {
            let time = base &+ (key &>> MinuteScatter.functionBits)
            if time >= horizon {
                ended = true
                break
            }
            let function = FunctionID(UInt32(truncatingIfNeeded: key & mask))
            let execution = sampler.execution(of: function, word: executions.word(at: invocation))
            batch[written] = Arrival(
                time: SimTime(nanoseconds: time), execution: execution, function: function)
            written &+= 1
            invocation &+= 1
        }
        self.invocation = invocation
        taken += many
        return written
    }

    /// Lays out the next slice or minute.
    private func refill() {
        taken = 0
        if slice == slices, !beginMinute() { return }
        scatter.removeAll()
        let minute = nextMinute - 1
        layout.lay(counts.cells(inMinute: minute), minute: minute, slice: slice, of: slices, into: &scatter)
        slice += 1
    }

    /// Goes on to the next minute that has calls; false when there is none.
    private func beginMinute() -> Bool {
        while nextMinute < counts.minutes {
            base = UInt64(nextMinute) * MinuteLayouter.minute
            if base >= horizon { break }
            nextMinute += 1
            let calls = counts.calls(inMinute: nextMinute - 1)
            if calls == 0 { continue }
            slice = 0
            slices = max(1, (calls + MinuteArrivalSource.sliceLimit - 1) / MinuteArrivalSource.sliceLimit)
            return true
        }
        ended = true
        scatter.removeAll()
        return false
    }
}
