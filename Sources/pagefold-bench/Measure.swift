import CReferenceLoop
import EventKernel
import Glibc
import Simulator
import Workload

/// User and system time of this process so far, in seconds.
func processorSeconds() -> Double {
    var usage = rusage()
    // RUSAGE_SELF; its Swift import has a type that getrusage does not take.
    getrusage(0, &usage)
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
}

/// The most memory that this process held since the last call, in MiB.
func peakMemory() -> Double {
    var peak = 0.0
    if let file = fopen("/proc/self/status", "r") {
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, 256, file) != nil {
            let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            if text.hasPrefix("VmHWM:") { peak = (Double(text.filter(\.isNumber)) ?? 0) / 1_024 }
        }
        fclose(file)
    }
    // 5 lets the kernel begin a new peak (proc(5), clear_refs).
    if let file = fopen("/proc/self/clear_refs", "w") {
        fputs("5", file)
        fclose(file)
    }
    return peak
}

/// Prints one figure.
func report(_ name: String, _ value: Double, _ unit: String) {
    print("bench \(name) \(decimal(value)) \(unit)")
    fflush(nil)
}

/// A plain decimal: whole numbers and those above 1,000 without a fraction, others with four digits.
func decimal(_ value: Double) -> String {
    if value >= 1_000 || value == value.rounded() { return String(UInt64(value.rounded())) }
    let scaled = (value * 10_000).rounded()
    let whole = UInt64(scaled) / 10_000
    let rest = String(UInt64(scaled) % 10_000)
    return "\(whole)." + String(repeating: "0", count: 4 - rest.count) + rest
}

/// The calls of a load in memory, for the reference loop.
func calls(of load: Load) -> [CReferenceLoop_call] {
    let source = load.workload.arrivals(seed: 1, layout: .uniform)
    let batch = UnsafeMutableBufferPointer<Arrival>.allocate(capacity: 512)
    defer { batch.deallocate() }
    var calls: [CReferenceLoop_call] = []
    calls.reserveCapacity(Int(load.calls * load.scale * 1.02))
    while true {
        let count = source.next(into: batch)
        if count == 0 { return calls }
        for arrival in batch[..<count] {
            calls.append(
                CReferenceLoop_call(
                    time: arrival.time.nanoseconds, execution: arrival.execution.nanoseconds,
                    function: arrival.function.raw, unused: 0))
        }
    }
}

/// CPU seconds that the C loop takes for `trace`.
func secondsOfReferenceLoop(_ trace: [CReferenceLoop_call], functions: Int) -> Double {
    let start = processorSeconds()
    _ = CReferenceLoop_run(trace, trace.count, UInt32(functions), 600_000_000_000)
    return processorSeconds() - start
}
