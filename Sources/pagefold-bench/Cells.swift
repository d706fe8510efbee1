import CReferenceLoop
import EventKernel
import Simulator
import Workload

/// A load on a cluster under one placement rule and most-recent reuse: with fixed 10 min keep-alive and least-recent
/// reclaiming, or with Medes.
struct Cell {
    var load: Load
    var nodes: Int
    var nodeMemory: Bytes
    var placement = "least-loaded"
    /// Nil for fixed keep-alive.
    var medes: MedesSetup?

    /// Cells whose name does not contain this are left out; nil for none.
    nonisolated(unsafe) static var filter: String?

    var name: String {
        "\(load.name)/nodes=\(nodes)x\(nodeMemory.count >> 30)GiB/\(placement)"
            + (medes.map { "/\($0.name)" } ?? "")
    }

    func scenario() throws -> Scenario {
        var scenario = Scenario(nodes: [NodeGroup(count: nodes, memory: nodeMemory)])
        scenario.policies.placement = PolicyChoice(placement)
        try medes?.set(&scenario, content: MedesSetup.content())
        return scenario
    }
}

/// Measures `cell`, best of `rounds`, in CPU time; beside it, in the same window, the C loop on the same calls.
func measure(_ cell: Cell, rounds: Int) throws {
    if let filter = Cell.filter, !cell.name.contains(filter) { return }
    let workload = cell.load.workload
    var trace = calls(of: cell.load)
    var engine = Double.infinity
    var plain = Double.infinity
    let scenario = try cell.scenario()
    func simulate() throws -> RunRecord {
        try Simulation(scenario: scenario, workload: workload, seed: 1).run()
    }
    for _ in 0..<rounds {
        plain = min(plain, secondsOfReferenceLoop(trace, functions: cell.load.functions))
        let start = processorSeconds()
        _ = try simulate()
        engine = min(engine, processorSeconds() - start)
    }
    let rate = Double(trace.count) / plain
    // Once more without the trace, which would count as the engine's memory.
    trace = []
    _ = peakMemory()
    let record = try simulate()
    let memory = peakMemory()
    let count = Double(record.invocations.arrived)
    report(cell.name, count / engine, "invocations/s")
    report("\(cell.name)/c-loop", rate, "calls/s")
    report("\(cell.name)/ratio", count / engine / rate, "of-c-loop")
    report("\(cell.name)/memory", memory, "MiB")
    report("\(cell.name)/cold", Double(record.starts.cold) / count * 100, "percent")
    report("\(cell.name)/reclaimed", Double(record.evictions.reclaimed) / count * 100, "percent")
    if cell.medes != nil { reportStates(of: record, name: cell.name) }
}
