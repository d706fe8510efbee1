import EventKernel
import HardwareCosts

/// The network: reads of base pages under way, the bandwidth that they share, and the adapters' connections.
struct Fabric: ~Copyable {
    /// Pages to be read from one node.
    struct Read: BitwiseCopyable {
        var node: UInt32
        var pages: UInt32
    }

    /// When `turn` is to be called next, in nanoseconds; `.max` for never. It changes with every call of the other
    /// functions.
    private(set) var nextTurn: UInt64 = .max

    private(set) var pagesRead: UInt64 = 0
    private(set) var pagesReadOnOwnNode: UInt64 = 0
    private(set) var connectionsSetUp: UInt64 = 0
    private(set) var connectionsPeak: UInt64 = 0
    private(set) var connectionMemoryPeak: UInt64 = 0

    /// A network of `nodes` adapters, all idle.
    init(nodes: Int, settings: FabricSettings, costs: HardwareCosts) {}

    /// Begins to read for `job`, whose sandbox is on `reader`.
    mutating func begin(_ job: Int, reader: Int, reads: [Read], now: UInt64) {}

    /// What is to happen at `nextTurn` happens. Returns jobs whose reads are done, in order.
    mutating func turn(now: UInt64) -> [Int] { [] }

    /// Ends the reads of `job`, which is not wanted any more.
    mutating func cancel(_ job: Int, now: UInt64) {}

    /// Ends all that `node` takes part in. Returns the jobs that read from it or on it, in order of their beginning.
    mutating func fail(node: Int, now: UInt64) -> [Int] { [] }
}
