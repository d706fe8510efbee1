import EventKernel

/// One call as the engine meets it.
@frozen
public struct Arrival: Sendable, BitwiseCopyable {
    /// When it arrives.
    public var time: SimTime
    /// How long it executes once it runs, alone on a core.
    public var execution: SimDuration
    /// The function called.
    public var function: FunctionID
    /// Size class of its input; 0 where the trace does not say.
    public var inputSize: UInt32

    /// A call.
    @inlinable @inline(__always)
    public init(time: SimTime, execution: SimDuration, function: FunctionID, inputSize: UInt32 = 0) {
        self.time = time
        self.execution = execution
        self.function = function
        self.inputSize = inputSize
    }
}

/// A stream of calls in time order.
///
/// Calls come in batches, so that one dynamic call serves hundreds of arrivals; a source holds only what it needs
/// for the batch at hand, whatever the number of calls.
public protocol ArrivalSource: AnyObject {
    /// Writes the next calls, in time order, from the start of `batch`.
    /// - Returns: how many were written; 0 at the end, and for ever after.
    func next(into batch: UnsafeMutableBufferPointer<Arrival>) -> Int
}

/// Where in its minute a call falls when the trace counts calls by minute. Cold starts depend on it, so every run
/// records which was used.
public enum MinuteLayout: Hashable, Sendable {
    /// Calls are 60 s / count apart; the first falls at a phase of the function's own (drawn once per function),
    /// so that functions are not in step with each other.
    case even
    /// Each call falls anywhere in the minute: a Poisson process given its count.
    case uniform
    /// The count is read as the rate of a Poisson process: the minute's number of calls varies, its mean is kept.
    case poisson
    /// All calls of the minute arrive together, this long after its start.
    case burst(at: SimDuration)
}
