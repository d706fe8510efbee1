import EventKernel

/// The arrivals of a list of calls, up to the horizon.
final class EventArrivalSource: ArrivalSource {
    private let events: EventList
    /// By function: whether each call brings its own duration.
    private let perCall: ContiguousArray<Bool>
    private let sampler: ExecutionSampler
    private let executions: RandomStream
    private let horizon: UInt64
    private var place = 0

    init(
        _ events: EventList, functions: [Function], sampler: ExecutionSampler, horizon: SimDuration,
        seed: UInt64
    ) {
        self.events = events
        perCall = ContiguousArray(functions.map { $0.executionTime == .perCall })
        self.sampler = sampler
        executions = RandomStream(seed: seed, purpose: .executionTime)
        self.horizon = horizon.nanoseconds
    }

    func next(into batch: UnsafeMutableBufferPointer<Arrival>) -> Int {
        let many = min(batch.count, events.count - place)
        for index in 0..<many {
            let event = events[place &+ index]
            if event.time.nanoseconds >= horizon {
                place = events.count
                return index
            }
            let execution =
                perCall[event.function.index]
                ? event.duration
                : sampler.execution(of: event.function, word: executions.word(at: UInt64(place &+ index)))
            batch[index] = Arrival(
                time: event.time, execution: execution, function: event.function, inputSize: event.inputSize)
        }
        place += many
        return many
    }
}
