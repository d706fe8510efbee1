import EventKernel
import Simulator
import Workload
import Glibc
import CReferenceLoop

func cpuSeconds() -> Double {
    var u = rusage()
    getrusage(0, &u)
    return Double(u.ru_utime.tv_sec) + Double(u.ru_utime.tv_usec) / 1e6 + Double(u.ru_stime.tv_sec) + Double(u.ru_stime.tv_usec) / 1e6
}
func load(functions: Int, calls: Double, hours: Double, median: Double, sigma: Double) -> Workload {
    var apps: [Application] = []
    var fns: [Function] = []
    var stream = RandomStream(seed: 1, purpose: .memory)
    for i in 0..<functions {
        let memory = Bytes.mebibytes(128 + stream.below(897))
        apps.append(Application(name: "a\(i)", memory: memory))
        fns.append(Function(name: "f\(i)", application: ApplicationID(UInt32(i)), memory: memory, executionTime: .shaped(shape: 0, scale: median)))
    }
    return Workload(applications: apps, functions: fns, shapes: [.logNormal(mu: 0, sigma: sigma)],
        calls: .poisson(PoissonCalls(rate: calls / (hours * 3600), weights: PoissonCalls.zipf(count: functions, exponent: 1))),
        horizon: .seconds(UInt64(hours * 3600)), provenance: Provenance(title: "bench"))
}
func cell(_ name: String, functions: Int, nodes: Int, memory: UInt64, calls: Double, hours: Double, mean: Double, placement: String = "least-loaded", reuse: ReuseOrder = .mostRecent) throws {
    let w = load(functions: functions, calls: calls, hours: hours, median: mean * 0.60653066, sigma: 1)
    var s = Scenario(nodes: [NodeGroup(count: nodes, memory: .gibibytes(memory))])
    s.policies.placement = PolicyChoice(placement)
    s.sandbox.reuse = reuse
    var best = Double.infinity
    var r: RunRecord! = nil
    for _ in 0..<3 {
        let t = cpuSeconds()
        var o = Simulation.Options(); o.endsInOrder = CommandLine.arguments.contains("--in-order"); r = try Simulation(scenario: s, workload: w, seed: 1).run(options: o)
        best = min(best, cpuSeconds() - t)
    }
    let n = Double(r.invocations.arrived)
    var u = rusage()
    getrusage(0, &u)
    print("bench \(name) \(Int(n / best)) invocations/s   \(best / n * 1e9) ns, cold \(r.starts.cold) evict \(r.evictions.reclaimed) waited \(r.waiting.count) timedout \(r.invocations.timedOut) rss \(u.ru_maxrss / 1024) MB fp \(r.fingerprint)")
}
func reference(_ name: String, functions: Int, calls: Double, hours: Double, mean: Double) {
    let w = load(functions: functions, calls: calls, hours: hours, median: mean * 0.60653066, sigma: 1)
    let source = w.arrivals(seed: 1, layout: .uniform)
    var trace: [CReferenceLoop_call] = []
    trace.reserveCapacity(Int(calls * 1.01))
    let b = UnsafeMutableBufferPointer<Arrival>.allocate(capacity: 512)
    let tg = cpuSeconds()
    var gen = 0
    while true { let n = source.next(into: b); if n == 0 { break }; gen += n; for i in 0..<n { trace.append(CReferenceLoop_call(time: b[i].time.nanoseconds, execution: b[i].execution.nanoseconds, function: b[i].function.raw, unused: 0)) } }
    let genT = cpuSeconds() - tg
    var best = Double.infinity
    var cold: UInt64 = 0
    for _ in 0..<3 { let t = cpuSeconds(); cold = CReferenceLoop_run(trace, trace.count, UInt32(functions), 600_000_000_000); best = min(best, cpuSeconds() - t) }
    print("ref \(name) \(Int(Double(trace.count) / best)) /s \(best / Double(trace.count) * 1e9) ns cold \(cold); generate+copy \(genT / Double(gen) * 1e9) ns")
}
let scale = Double(CommandLine.arguments.dropFirst(2).first ?? "1e7")!
let which = CommandLine.arguments.dropFirst().first ?? "all"
if which == "all" || which == "1" { reference("load1", functions: 1000, calls: scale, hours: 24 * scale / 1e7, mean: 0.5); try cell("load1", functions: 1000, nodes: 100, memory: 64, calls: scale, hours: 24 * scale / 1e7, mean: 0.5) }
if which == "all" || which == "2" { reference("load2", functions: 10000, calls: 1e7, hours: 1, mean: 20); try cell("load2", functions: 10000, nodes: 10000, memory: 5, calls: 1e7, hours: 1, mean: 20) }
