import EventKernel
import HardwareCosts

/// What the network's work costs, looked up once.
struct FabricCosts {
    /// Reading base pages; nil when nobody says, and then nothing may be read.
    let read: CostModel?
    /// Nanoseconds that a page takes on the link at its full bandwidth; 0: the link is endlessly fast.
    let link: Double
    /// What a connection's set-up takes.
    private let setUp: CostModel
    /// What directing a shared connection to another node takes, in nanoseconds.
    let change: UInt64
    private let memory: CostModel
    private let slowdown: CostModel

    init(_ costs: HardwareCosts) {
        func model(_ primitive: CostPrimitive, orElse missing: Double) -> CostModel {
            costs.find(primitive)?.cost.model ?? .constant(missing)
        }
        read = costs.find(.rdmaReadPages)?.cost.model
        link = costs.find(.rdmaBandwidth).map { 4_096e9 / $0.cost.model.value() } ?? 0
        setUp = model(.rdmaConnectionSetup, orElse: 0)
        change = model(.rdmaConnectionSwitch, orElse: 0).duration().nanoseconds
        memory = model(.rdmaConnectionMemory, orElse: 0)
        slowdown = model(.rdmaConnectionSlowdown, orElse: 1)
    }

    /// Nanoseconds until the last of `connections` set-ups that follow each other is done.
    func setUp(_ connections: Int) -> UInt64 { setUp.duration(at: UInt64(connections)).nanoseconds }

    /// Bytes that an adapter's connections take at its end: at most 4 TiB, which a scenario may not reach
    /// (`validateFabric`), so that those of a million adapters add up.
    func memory(_ connections: Int) -> UInt64 {
        UInt64(memory.value(at: UInt64(connections)).rounded(), within: 0...FabricCosts.mostMemory)
    }

    /// More than the connections of one adapter may take, in bytes.
    static let mostMemory: UInt64 = 1 << 42

    /// What a page's time is multiplied with at an adapter with so many connections.
    func slowdown(_ connections: Int) -> Double { slowdown.value(at: UInt64(connections)) }

    /// The part of reading `pages` that does not grow with them, in nanoseconds, and what each adds. A law or a curve
    /// counts with what these pages cost, divided among them.
    func reading(_ pages: UInt64) -> (fixed: UInt64, each: Double) {
        switch read {
        case .constant: (read?.duration().nanoseconds ?? 0, 0)
        case .perItem(let fixed, let each, _): (CostModel.constant(fixed).duration().nanoseconds, each)
        case .some(let other): (0, other.value(at: pages) / Double(pages))
        case .none: (0, 0)
        }
    }
}
