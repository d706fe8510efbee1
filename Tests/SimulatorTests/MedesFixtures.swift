import EventKernel
import Workload

@testable import Simulator

/// A cluster made by hand: what a policy reads of it, and nothing behind.
struct HandCluster: ClusterReading {
    /// Sandboxes by unit and state.
    var counts: [[Int]] = [[0, 0, 0]]
    var idle: [SandboxView] = []
    var protected: Set<SandboxID> = []
    var held: Bytes?
    /// Capacity and free memory by node.
    var nodes: [(capacity: Bytes, free: Bytes)] = [(.mebibytes(1_000), .mebibytes(1_000))]

    var nodeCount: Int { nodes.count }
    func capacity(of node: NodeID) -> Bytes { nodes[node.index].capacity }
    func freeMemory(of node: NodeID) -> Bytes { nodes[node.index].free }
    func nextNode(from start: NodeID, withFree memory: Bytes) -> NodeID? {
        (0..<nodes.count).map { (start.index + $0) % nodes.count }.first { nodes[$0].free >= memory }
            .map { NodeID(UInt32($0)) }
    }
    func count(of unit: UnitID, in state: IdleStateID) -> Int { counts[unit.index][state.index] }
    func idleSandboxes(of unit: UnitID, in state: IdleStateID) -> [SandboxView] {
        idle.filter { $0.unit == unit && $0.state == state }
    }
    func isEvictable(_ sandbox: SandboxID) -> Bool { !protected.contains(sandbox) }
    func heldOnAverage(of unit: UnitID, in state: IdleStateID) -> Bytes? { held }
}

/// The states of the scenarios here, after warm.
let baseState = IdleStateID(1)
let deduplicatedState = IdleStateID(2)

/// A run of functions of 100 MiB with these names, that take 1 s, on one node of 1,000 MiB; sandboxes host one function
/// each.
func medesContext(_ names: [String] = ["f"]) -> PolicyContext {
    var scenario = Scenario(nodes: [NodeGroup(count: 1, memory: .mebibytes(1_000))])
    scenario.sandbox.unit = .function
    scenario.idleStates = StatePreset.states([.base, .deduplicated])
    let functions = names.enumerated().map {
        Function(
            name: $0.element, application: ApplicationID(UInt32($0.offset)), memory: .mebibytes(100),
            executionTime: .constant(.seconds(1)))
    }
    let workload = Workload(
        applications: names.map { Application(name: "app-\($0)", memory: .mebibytes(100)) },
        functions: functions, shapes: [], calls: .events(EventList([EventList.Event]())), horizon: .hours(1),
        provenance: Provenance(title: "test"))
    let units = names.indices.map { UnitView(UnitID(UInt32($0)), memory: .mebibytes(100)) }
    return PolicyContext(
        scenario: scenario, workload: workload, seed: 1, units: units, unitOfFunction: units.map(\.id))
}

/// An idle sandbox that was last used at `used` and has been in `state` since `since`, in seconds.
func idleSandbox(
    _ id: UInt32 = 0, of unit: UnitView = UnitView(memory: .mebibytes(100)), in state: IdleStateID = .warm,
    used: Double = 0, since: Double? = nil, hasImage: Bool = false
) -> SandboxView {
    var view = SandboxView(
        SandboxID(id), of: unit, createdAt: .zero, lastUsed: at(used), uses: 1, serial: UInt64(id))
    view.state = state
    view.since = at(since ?? used)
    view.hasImage = hasImage
    return view
}
