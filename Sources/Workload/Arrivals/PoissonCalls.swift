import EventKernel

/// One Poisson stream whose calls pick a function by popularity: each function's calls are then a Poisson
/// stream of its own. For benchmarks and for checks against closed forms.
public struct PoissonCalls: Sendable {
    /// Mean number of calls a second, all functions together.
    public var rate: Double
    /// How popular each function is, by id; any positive scale.
    public var weights: [Double]
    /// What the times of calls and their functions are drawn from; nil for the seed of the run.
    public var seed: UInt64?

    /// The lowest rate: one call in ten years of 366 days.
    public static var leastRate: Double { 1 / (10 * 366 * 86_400) }
    /// The highest rate: a call each nanosecond.
    public static var mostRate: Double { 1e9 }

    /// A stream of `rate` calls a second over functions of these popularities.
    public init(rate: Double, weights: [Double], seed: UInt64? = nil) {
        self.rate = rate
        self.weights = weights
        self.seed = seed
    }

    /// Popularities of `count` functions under Zipf's law: the k-th has 1/k^exponent.
    public static func zipf(count: Int, exponent: Double) -> [Double] {
        (1...count).map { portableExp(-exponent * portableLog(Double($0))) }
    }
}

/// The arrivals of a `PoissonCalls`, up to the horizon.
final class PoissonArrivalSource: ArrivalSource {
    private let gaps: QuantileTable
    private let popularity: AliasTable
    private let sampler: ExecutionSampler
    private let stream: RandomStream
    private let executions: RandomStream
    private let horizon: UInt64
    private var invocation: UInt64 = 0
    private var clock: UInt64 = 0
    private var ended = false

    init(_ calls: PoissonCalls, sampler: ExecutionSampler, horizon: SimDuration, seed: UInt64) {
        gaps = QuantileTable(.exponential(mean: 1e9 / calls.rate))
        popularity = AliasTable(weights: calls.weights)
        self.sampler = sampler
        stream = RandomStream(seed: calls.seed ?? seed, purpose: .arrivals)
        executions = RandomStream(seed: seed, purpose: .executionTime)
        self.horizon = horizon.nanoseconds
    }

    func next(into batch: UnsafeMutableBufferPointer<Arrival>) -> Int {
        if ended { return 0 }
        var written = 0
        var clock = clock
        var invocation = invocation
        while written < batch.count {
            let gap = gaps.value(stream.word(at: 2 &* invocation))
            clock &+= UInt64(bitPattern: Int64(gap))
            if clock >= horizon {
                ended = true
                break
            }
            let function = FunctionID(popularity.pick(stream.word(at: 2 &* invocation &+ 1)))
            let execution = sampler.execution(of: function, word: executions.word(at: invocation))
            batch[written] = Arrival(
                time: SimTime(nanoseconds: clock), execution: execution, function: function)
            written &+= 1
            invocation &+= 1
        }
        self.clock = clock
        self.invocation = invocation
        return written
    }
}
