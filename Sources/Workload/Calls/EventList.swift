import EventKernel
import Files

/// Every call of a trace by itself, in time order; calls of the same time keep the order they were given in.
///
/// Laid out as columns: times (8 bytes), durations (8), functions (4) and, where the trace has them, input
/// sizes (4), each column filled up to a multiple of 8 bytes.
public struct EventList: Sendable {
    /// One call.
    @frozen
    public struct Event: Hashable, Sendable, BitwiseCopyable {
        /// When it arrives.
        public var time: SimTime
        /// How long it executes; used when its function's execution time is `.perCall`.
        public var duration: SimDuration
        /// The function called.
        public var function: FunctionID
        /// Size class of its input; 0 where the trace does not say.
        public var inputSize: UInt32

        /// One call.
        public init(time: SimTime, duration: SimDuration, function: FunctionID, inputSize: UInt32 = 0) {
            self.time = time
            self.duration = duration
            self.function = function
            self.inputSize = inputSize
        }
    }

    @usableFromInline let region: ByteRegion
    /// How many calls there are.
    public let count: Int
    /// Whether the trace gives input sizes.
    public let hasInputSizes: Bool

    /// Columns that lie in `region`, which was checked.
    init(region: ByteRegion, count: Int, hasInputSizes: Bool) {
        self.region = region
        self.count = count
        self.hasInputSizes = hasInputSizes
    }

    /// A list of these calls, put in time order.
    public init(_ events: some Sequence<Event>) {
        var builder = EventListBuilder()
        for event in events { builder.append(event) }
        self = builder.finish()
    }

    /// The call at `index` in time order.
    @inlinable @inline(__always)
    public subscript(index: Int) -> Event {
        precondition(index >= 0 && index < count, "event index out of range")
        return Event(
            time: SimTime(nanoseconds: region.word(index)),
            duration: SimDuration(nanoseconds: region.word(index, from: count &* 8)),
            function: FunctionID(region.half(index, from: count &* 16)),
            inputSize: hasInputSizes ? region.half(index, from: EventList.sizesStart(count)) : 0)
    }

    /// Where the column of input sizes starts.
    @inlinable @inline(__always)
    static func sizesStart(_ count: Int) -> Int { count &* 16 &+ (count &* 4 &+ 7) & ~7 }

    /// Bytes that `count` calls take.
    static func size(_ count: Int, inputSizes: Bool) -> Int {
        let column = (count * 4 + 7) & ~7
        return count * 16 + column + (inputSizes ? column : 0)
    }
}

extension EventList: Equatable {
    /// Whether both hold the same calls.
    public static func == (a: EventList, b: EventList) -> Bool {
        a.count == b.count && a.hasInputSizes == b.hasInputSizes
            && a.region.bytes.elementsEqual(b.region.bytes)
    }
}

/// Collects calls in any order into an `EventList`.
public struct EventListBuilder: Sendable {
    private var events: ContiguousArray<EventList.Event> = []
    private var last: UInt64 = 0
    private var sized = false
    /// How many calls came earlier than the one before them.
    public private(set) var stepsBack = 0

    /// No calls yet.
    public init() {}

    /// How many calls were collected.
    public var count: Int { events.count }

    /// Adds a call.
    public mutating func append(_ event: EventList.Event) {
        if event.time.nanoseconds < last { stepsBack += 1 }
        last = event.time.nanoseconds
        if event.inputSize != 0 { sized = true }
        events.append(event)
    }

    /// Makes `zero` time 0; no call may come before it.
    mutating func rebase(to zero: SimTime) {
        if zero == .zero { return }
        for index in events.indices {
            events[index].time = SimTime(nanoseconds: (events[index].time - zero).nanoseconds)
        }
        last -= zero.nanoseconds
    }

    /// The calls in time order; ties keep the order in which they were added.
    public consuming func finish() -> EventList {
        if stepsBack > 0 { sort() }
        var output = GrowingBytes(capacity: EventList.size(events.count, inputSizes: sized))
        for event in events { output.append(word: event.time.nanoseconds) }
        for event in events { output.append(word: event.duration.nanoseconds) }
        for event in events { output.append(half: event.function.raw) }
        output.align()
        if sized {
            for event in events { output.append(half: event.inputSize) }
            output.align()
        }
        return EventList(region: ByteRegion(output.finish()), count: events.count, hasInputSizes: sized)
    }

    private mutating func sort() {
        var order = ContiguousArray(events.indices.map { (time: events[$0].time.nanoseconds, index: $0) })
        order.sort { $0.time != $1.time ? $0.time < $1.time : $0.index < $1.index }
        let unsorted = events
        for (place, entry) in order.enumerated() { events[place] = unsorted[entry.index] }
    }
}
