import EventKernel
import Files
import HardwareCosts

@testable import Simulator

/// A network with a clock: begins jobs, lets time pass, notes when jobs are done.
struct TestNetwork: ~Copyable {
    var fabric: Fabric
    var now: UInt64 = 0
    /// When each job was done, and in which order.
    var doneAt: [Int: UInt64] = [:]
    var order: [Int] = []
    var turns = 0

    init(
        nodes: Int = 4, scheme: ConnectionScheme = .mesh, ownByAdapter: Bool = true, crowdSize: UInt32 = 32,
        _ costs: HardwareCosts
    ) {
        var settings = FabricSettings()
        settings.connections = scheme
        settings.readsOwnNodeByAdapter = ownByAdapter
        fabric = Fabric(nodes: nodes, settings: settings, costs: costs, crowdSize: crowdSize)
    }

    /// Begins a job at the present time. `reads`: node and pages.
    mutating func begin(_ job: Int, on reader: Int, _ reads: [(Int, Int)]) {
        let reads = reads.map { Fabric.Read(node: UInt32($0.0), pages: UInt32($0.1)) }
        fabric.begin(job, reader: reader, reads: reads, now: now)
    }

    /// Lets time pass until `end`, with all that happens then; to the end of everything when it is nil.
    mutating func run(until end: UInt64? = nil) {
        while fabric.nextTurn < .max, fabric.nextTurn <= end ?? .max {
            precondition(fabric.nextTurn >= now, "time runs backwards")
            now = fabric.nextTurn
            turns += 1
            for job in fabric.turn(now: now) {
                precondition(doneAt[job] == nil, "job \(job) is done twice")
                doneAt[job] = now
                order.append(job)
            }
        }
        if let end { now = end }
    }
}

/// Costs of a network by primitive, without the ceremony.
func networkCosts(
    read: CostModel = .perItem(fixed: 0, each: 1_000), bandwidth: Double? = nil, setUp: CostModel? = nil,
    memory: CostModel? = nil, slowdown: CostModel? = nil, change: Double? = nil
) throws -> HardwareCosts {
    var set = CostSet(name: "network")
    func add(_ primitive: CostPrimitive, _ model: CostModel?) {
        guard let model else { return }
        precondition(model.fault(for: primitive) == nil, "\(primitive)")
        set.costs[primitive] = Cost(model, origin: .published(source: "a test"))
    }
    add(.rdmaReadPages, read)
    add(.rdmaBandwidth, bandwidth.map { .constant($0) })
    add(.rdmaConnectionSetup, setUp)
    add(.rdmaConnectionMemory, memory)
    add(.rdmaConnectionSlowdown, slowdown)
    add(.rdmaConnectionSwitch, change.map { .constant($0) })
    return try HardwareCosts([set])
}

/// Bytes a second at which a page takes `nanoseconds`.
func bandwidth(pageIn nanoseconds: Double) -> Double { 4_096e9 / nanoseconds }
