import EventKernel
import Glibc
import Simulator

/// Prints a digest of the whole record of short runs under many settings, everything measured included: what must be
/// the same before and after a change that only makes the engine faster.
func printDigests() throws {
    let loads: [(load: Load, nodes: Int, memory: Bytes)] = [
        (Load(functions: 200, calls: 2e5, hours: 6, meanExecution: 0.5), 10, .gibibytes(64)),
        // Memory is short here, so that sandboxes are reclaimed and calls wait.
        (Load(functions: 300, calls: 2e5, hours: 2, meanExecution: 10), 40, .gibibytes(6)),
    ]
    let setups: [MedesSetup?] =
        [nil] + MedesMode.allCases.flatMap { [MedesSetup(mode: $0), MedesSetup(mode: $0, reclaim: "medes")] }
    for (what, change) in digestVariants {
        for (load, nodes, memory) in loads {
            for setup in setups {
                let cell = Cell(load: load, nodes: nodes, nodeMemory: memory, medes: setup)
                var scenario = try cell.scenario()
                change(&scenario)
                let record = try Simulation(scenario: scenario, workload: load.workload, seed: 1).run()
                print("digest \(cell.name)/\(what) \(digest(of: record)) \(record.eventsHandled)")
                fflush(nil)
            }
        }
    }
}

private let digestVariants: [(name: String, change: @Sendable (inout Scenario) -> Void)] = [
    ("plain", { _ in }),
    ("warm-up", { $0.measurement.warmUp = .minutes(45) }),
    ("oldest", { $0.sandbox.reuse = .oldest }),
    ("random", { $0.sandbox.reuse = .random }),
    ("least-recent", { $0.sandbox.reuse = .leastRecent }),
    ("two-at-once", { $0.sandbox.concurrency = 2 }),
    ("cores", { $0.contention = .processorSharing(demand: 1) }),
    ("warm-start", { $0.idleStates[0] = .warm(delay: .constant(0.01)) }),
    ("failure", { $0.failures.nodes = [NodeFailure(node: 1, at: .minutes(70), lasts: .minutes(10))] }),
]

/// Of everything the record says.
private func digest(of record: RunRecord) -> UInt64 {
    var record = record
    // Work done, not a result: printed beside the digest.
    record.eventsHandled = 0
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in String(reflecting: record).utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return hash
}
