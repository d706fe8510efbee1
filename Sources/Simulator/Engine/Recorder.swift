import EventKernel
import Workload

/// Counts what is observed while a run goes on.
struct Recorder: ~Copyable {
    /// One function's counts.
    struct Tally: BitwiseCopyable {
        var unit: UInt32
        var application: UInt32
        var invocations: UInt64 = 0
        var cold: UInt64 = 0
        var failed: UInt64 = 0
        var startupNanoseconds: UInt64 = 0
    }

    var tallies: Slab<Tally>
    /// Calls that arrive before are not counted.
    let countedFrom: UInt64
    let countWaitedAsCold: Bool
    var arrived: UInt64 = 0
    var starts = StartCounts()
    /// Warm starts without a wait: counted apart, and entered into the histograms at the end.
    private var atOnce: UInt64 = 0
    var completed: UInt64 = 0
    /// Nanoseconds that counted calls execute, alone: 584 years, which 64 bits hold, are 1,000 busy cores for 7 months.
    var executionTime: UInt128 = 0
    /// How often the start-up time of a function has passed what 64 bits of nanoseconds hold: only in traces of very many
    /// calls that wait.
    private(set) var startupWraps: [Int: UInt64] = [:]
    var refusedNeverFits: UInt64 = 0
    var refusedFull: UInt64 = 0
    var timedOut: UInt64 = 0
    var startup = LogHistogram()
    var endToEnd = LogHistogram()
    /// In parts of 128: the histogram then tells 1, the most frequent value, exactly.
    var slowdown = LogHistogram()
    var waited = LogHistogram()
    /// End-to-end times by function, if wanted.
    let byFunction: Bool
    var latencies: [ExactCounts] = []
    var waitedCount: UInt64 = 0
    var waitingPeak: UInt64 = 0
    var evictions = EvictionCounts()
    var prewarms = PrewarmCounts()
    var timeline: [TimelineRow] = []
    var fingerprint: UInt64 = 0
    /// At the last point of the timeline.
    var lastSample = (arrived: UInt64(0), cold: UInt64(0), evicted: UInt64(0))

    /// Below this, differences of time are noise: the floor of the bounded slowdown (Feitelson and Rudolph, JSSPP'98).
    static let slowdownFloor: UInt64 = 1_000_000

    init(functions: [(unit: UInt32, application: UInt32)], settings: Scenario) {
        tallies = Slab(functions.map { Tally(unit: $0.unit, application: $0.application) })
        starts.restored = Array(repeating: 0, count: settings.idleStates.count - 1)
        countedFrom = settings.measurement.warmUp.nanoseconds
        countWaitedAsCold = settings.waiting.countWaitedAsCold
        byFunction = settings.measurement.byFunction
        if byFunction { latencies = functions.map { _ in ExactCounts() } }
    }

    /// A call arrived.
    @inline(__always)
    mutating func arrived(_ function: Int, at time: UInt64) {
        if time >= countedFrom {
            arrived &+= 1
            tallies[function].invocations &+= 1
        }
    }

    /// A call was taken at once by a warm sandbox: what `executed` would note, with less work.
    @inline(__always)
    mutating func executedAtOnce(_ call: Call, warmStart: UInt64, end: UInt64) {
        print(call.id, StartKind.warm.code, begin: call.arrivedAt &+ warmStart, end: end)
        if call.arrivedAt >= countedFrom {
            atOnce &+= 1
            if warmStart > 0 { addStartup(warmStart, Int(call.function)) }
            executionTime &+= UInt128(call.execution)
            endToEnd.add(end &- call.arrivedAt)
            if byFunction { latencies[Int(call.function)].add(end &- call.arrivedAt) }
        }
    }

    /// Enters what was counted apart; `warmStart` is what each of these starts took.
    mutating func settle(warmStart: UInt64) {
        starts.warm += atOnce
        completed += atOnce
        startup.add(warmStart, times: atOnce)
        slowdown.add(128, times: atOnce)
        atOnce = 0
    }

    @inline(__always)
    private mutating func print(_ id: UInt64, _ code: UInt64, begin: UInt64, end: UInt64) {
        fingerprint &+= mix64((id &+ 1) &* 0x9E37_79B9_7F4A_7C15 ^ (begin &<< 17) ^ (end &* 32 &+ code))
    }

    /// A call's execution and its end are settled.
    @inline(never)
    mutating func executed(
        _ call: Call, as kind: StartKind, onPrewarmed: Bool, begin: UInt64, end: UInt64, warmStart: UInt64
    ) {
        print(call.id, kind.code, begin: begin, end: end)
        guard call.arrivedAt >= countedFrom else { return }
        completed &+= 1
        let startupTime = begin &- call.arrivedAt
        let total = end &- call.arrivedAt
        let alone = warmStart &+ call.execution
        count(kind, call)
        if onPrewarmed { starts.onPrewarmed &+= 1 }
        startup.add(startupTime)
        endToEnd.add(total)
        executionTime &+= UInt128(call.execution)
        if byFunction { latencies[Int(call.function)].add(total) }
        addStartup(startupTime, Int(call.function))
        if total == alone {
            slowdown.add(128)
        } else {
            let bounded = max(alone, Recorder.slowdownFloor)
            let ratio = Double(max(total, Recorder.slowdownFloor)) / Double(bounded)
            slowdown.add(UInt64((ratio * 128).rounded(), within: 0...9_000_000_000_000_000_000))
        }
    }

    @inline(__always)
    private mutating func addStartup(_ nanoseconds: UInt64, _ function: Int) {
        let (sum, wraps) = tallies[function].startupNanoseconds.addingReportingOverflow(nanoseconds)
        tallies[function].startupNanoseconds = sum
        if wraps { startupWrapped(function) }
    }

    @inline(never)
    private mutating func startupWrapped(_ function: Int) { startupWraps[function, default: 0] += 1 }

    /// How long the starts of a function took in all, in seconds.
    func startupSeconds(of function: Int) -> Double {
        let wraps = startupWraps.isEmpty ? 0 : startupWraps[function, default: 0]
        let low = tallies[function].startupNanoseconds
        return (wraps == 0 ? Double(low) : Double(UInt128(wraps) << 64 | UInt128(low))) / 1e9
    }

    @inline(__always)
    private mutating func count(_ kind: StartKind, _ call: Call) {
        switch kind {
        case .warm: starts.warm &+= 1
        case .partial: starts.partial &+= 1
        case .waited:
            starts.waited &+= 1
            if countWaitedAsCold { tallies[Int(call.function)].cold &+= 1 }
        case .cold:
            starts.cold &+= 1
            tallies[Int(call.function)].cold &+= 1
        case .restored(let state): starts.restored[Int(state) - 1] &+= 1
        }
    }

    /// Why a call was not executed.
    enum Failure: UInt64 { case neverFits = 1, full, timedOut }

    /// A call ends without being executed.
    mutating func failed(_ call: Call, _ failure: Failure, at time: UInt64) {
        fingerprint &+= mix64((call.id &+ 1) &* 0xD1B5_4A32_D192_ED03 ^ (time &<< 2) ^ failure.rawValue)
        guard call.arrivedAt >= countedFrom else { return }
        tallies[Int(call.function)].failed &+= 1
        switch failure {
        case .neverFits: refusedNeverFits += 1
        case .full: refusedFull += 1
        case .timedOut: timedOut += 1
        }
    }

    /// A sandbox was created or evicted.
    mutating func sandbox(serial: UInt64, node: UInt32, at time: UInt64, event: UInt64) {
        fingerprint &+= mix64(serial &* 0x8CB9_2BA7_2F3D_8DD7 ^ (time &<< 3) ^ (UInt64(node) &<< 40) ^ event)
    }

    /// A call that waited is served, or begins to be.
    mutating func waitEnded(after nanoseconds: UInt64, arrivedAt: UInt64) {
        if arrivedAt >= countedFrom { waited.add(nanoseconds) }
    }
}
