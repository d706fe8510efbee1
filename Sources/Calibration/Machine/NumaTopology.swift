import CNuma
import Machine

/// The NUMA nodes of a machine: their processors, and how far apart they are.
struct NumaTopology: Equatable, Sendable {
    /// One node.
    struct Node: Equatable, Sendable {
        /// Its number. Numbers rise, but need not follow each other.
        var number: Int
        /// Its processors, rising; none for a node of memory alone.
        var processors: [Int]
        /// The distances that the firmware states, to each node in order, 10 being its own; none when unknown.
        var distances: [Int]
    }

    /// The nodes, rising; none when the kernel tells of none.
    var nodes: [Node]
    /// Why memory cannot be placed on nodes; nil when it can.
    var reasonAgainstPlacing: String?

    /// The nodes' numbers.
    var numbers: [Int] { nodes.map(\.number) }

    /// The node that a processor is on.
    func node(ofProcessor processor: Int) -> Node? { nodes.first { $0.processors.contains(processor) } }

    /// The machine at hand, by libnuma; where that library is not to be used, because the kernel has no NUMA or a
    /// container forbids its system calls, as /sys tells. Not every version of `numa_available` sees the latter.
    static let here = NumaTopology(
        isAvailable: numa_available() >= 0 && get_mempolicy(nil, nil, 0, nil, 0) == 0)

    /// The machine at hand. No other function of libnuma may be called where `numa_available` is negative.
    init(isAvailable: Bool) {
        guard isAvailable else {
            nodes = NumaTopology(root: "").nodes
            reasonAgainstPlacing = "the kernel, or the container, refuses the system calls that place memory"
            return
        }
        let numbers = (0...max(Int(numa_max_node()), 0)).filter { CNuma_exists(UInt32($0)) != 0 }
        nodes = numbers.map { number in
            let distances = numbers.map { Int(numa_distance(Int32(number), Int32($0))) }
            return Node(
                number: number, processors: NumaTopology.processors(of: number),
                distances: distances.contains(0) ? [] : distances)
        }
    }

    private static func processors(of node: Int) -> [Int] {
        guard let mask = numa_allocate_cpumask() else { return [] }
        defer { numa_bitmask_free(mask) }
        guard numa_node_to_cpus(Int32(node), mask) == 0 else { return [] }
        return NodeMask.members(of: mask)
    }

    /// The machine whose /sys lies under `root`.
    init(root: String) {
        let folder = root + "/sys/devices/system/node"
        let numbers = SystemFile.text(folder + "/online").map(SystemFile.numbers(inList:)) ?? []
        nodes = numbers.map { number in
            let list = SystemFile.text("\(folder)/node\(number)/cpulist")
            let distances = SystemFile.text("\(folder)/node\(number)/distance") ?? ""
            return Node(
                number: number, processors: list.map(SystemFile.numbers(inList:)) ?? [],
                distances: distances.split(separator: " ").compactMap { Int($0) })
        }
    }

    /// For tables: `2 nodes; node 0: processors 0-3, distances 10 21; node 1: no processors, distances 21 10`; nil
    /// when there are no nodes.
    var text: String? {
        if nodes.isEmpty { return nil }
        let parts = nodes.map { node in
            var text = "node \(node.number): "
            text +=
                node.processors.isEmpty
                ? "no processors" : "processors \(SystemFile.list(of: node.processors))"
            if nodes.count > 1, !node.distances.isEmpty {
                text += ", distances \(node.distances.map(String.init).joined(separator: " "))"
            }
            return text
        }
        return "\(nodes.count) \(nodes.count == 1 ? "node" : "nodes"); \(parts.joined(separator: "; "))"
    }
}
