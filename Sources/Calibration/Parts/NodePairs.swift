import CCalibration
import Glibc
import HardwareCosts

/// Latency and bandwidth of each pair of a NUMA node's processors and a node's memory, and of memory interleaved
/// over two nodes at given weights.
struct NodePairs {
    /// Bytes to measure over.
    let size: Int
    /// The processors that may be used.
    let processors: [Int]

    private static let weights = "/sys/kernel/mm/mempolicy/weighted_interleave"

    func measure(_ context: CalibrationContext, into result: inout PartResult) throws {
        let nodes = MachineIdentity.nodeNumbers()
        let remote: [CostPrimitive] = [.memoryLatencyRemote, .memoryBandwidthRemote]
        guard nodes.count > 1 else {
            result.miss(remote, "the machine has one NUMA node")
            return
        }
        let withProcessors = nodes.map { node in
            (node, MachineIdentity.processors(ofNode: node).filter(processors.contains))
        }.filter { !$0.1.isEmpty }
        var latencies: [Measurement] = []
        var bandwidths: [Measurement] = []
        for (node, own) in withProcessors {
            for other in nodes {
                guard let mapping = bound(to: [other], policy: CCALIBRATION_BIND) else {
                    result.notes.append("node \(other) gives no memory to this process")
                    continue
                }
                let name = "processors of node \(node), memory of node \(other)"
                let (latency, bandwidth) = try pair(mapping, own, name, context)
                result.rows.append(.init(latency.name, latency))
                if other != node { latencies.append(latency) }
                guard let bandwidth else { continue }
                result.add(bandwidth: nil, bandwidth, method: "", context)
                if other != node { bandwidths.append(bandwidth) }
            }
        }
        // Of several pairs the one in the middle.
        if let latency = NodePairs.middle(latencies) {
            result.costs[.memoryLatencyRemote] = Cost(
                .constant(Rounding.digits(latency.value)),
                origin: context.origin("dependent loads, \(latency.name), huge pages"),
                evidence: latency.evidence)
        }
        if let bandwidth = NodePairs.middle(bandwidths) {
            result.costs[.memoryBandwidthRemote] = Cost(
                .constant(Rounding.digits(1e9 / bandwidth.value)),
                origin: context.origin("threads reading, \(bandwidth.name), huge pages"),
                evidence: bandwidth.evidence)
        }
        result.miss(remote, "no memory of another node could be had")
        for (node, own) in withProcessors.prefix(1) {
            for other in nodes where other != node {
                try interleaved(node, other, own, context, into: &result)
            }
        }
    }

    private static func middle(_ all: [Measurement]) -> Measurement? {
        all.sorted { $0.value < $1.value }.dropFirst(all.count / 2).first
    }

    /// Memory whose pages come from `nodes`, all touched; nil when the kernel puts them elsewhere.
    private func bound(to nodes: [Int], policy: Int) -> Mapping? {
        guard let mapping = Mapping(size: size, pages: .huge) else { return nil }
        let mask = nodes.reduce(UInt64(0)) { $0 | (1 << UInt64($1)) }
        guard nodes.allSatisfy({ $0 < 64 }),
            ccalibration_place(mapping.base, mapping.size, Int32(policy), mask) == 0
        else { return nil }
        mapping.touch()
        let places = NodePairs.places(mapping)
        return places.allSatisfy({ nodes.contains($0) }) ? mapping : nil
    }

    /// The nodes of 1,024 pages spread over the mapping.
    private static func places(_ mapping: Mapping) -> [Int] {
        let count = 1024
        let step = max(mapping.size / count / 4096, 1) * 4096
        let pages: [UnsafeMutableRawPointer?] = (0..<count).map { mapping.base + ($0 * step) % mapping.size }
        var nodes = [Int32](repeating: -1, count: count)
        guard ccalibration_nodes(pages, &nodes, count) == 0 else { return [] }
        return nodes.map(Int.init)
    }

    private func pair(
        _ mapping: Mapping, _ own: [Int], _ name: String, _ context: CalibrationContext
    ) throws -> (Measurement, Measurement?) {
        let pin = Pinning(to: own[0])
        defer { withExtendedLifetime(pin.processor) {} }
        let chain = PointerChain(mapping, size: mapping.size)
        let work = TimedWork("latency, \(name)") { chain.follow($0.count) }
        let latency = try context.measure([work], span: 0.7...0.9, detail: name)[0]
        let bandwidth = try ReadingCrew.measure(
            mapping, processors: own, named: "bandwidth, \(name)", settings: context.settings,
            step: { try context.reached(0.9, name) })
        return (latency, bandwidth)
    }

    /// Bandwidth of memory interleaved at weights. They hold for the whole machine, so they are set back at once.
    private func interleaved(
        _ node: Int, _ other: Int, _ own: [Int], _ context: CalibrationContext, into result: inout PartResult
    ) throws {
        let files = [node, other].map { "\(NodePairs.weights)/node\($0)" }
        let before = files.compactMap { SystemFile.text($0) }
        guard before.count == 2 else {
            result.notes.append("no weighted interleaving: it needs Linux 6.9")
            return
        }
        defer { for (file, text) in zip(files, before) { _ = SystemFile.write(text, to: file) } }
        for (near, far) in [(1, 1), (3, 1), (4, 1)] {
            guard SystemFile.write("\(near)", to: files[0]), SystemFile.write("\(far)", to: files[1]) else {
                result.notes.append("no weighted interleaving: the weights may not be set (run as root)")
                return
            }
            guard let mapping = bound(to: [node, other], policy: CCALIBRATION_WEIGHTED_INTERLEAVE) else {
                continue
            }
            let places = NodePairs.places(mapping)
            let share = Double(places.count { $0 == node }) / Double(max(places.count, 1))
            let name = "bandwidth, nodes \(node) and \(other) at \(near):\(far)"
            let measured = try ReadingCrew.measure(
                mapping, processors: own, named: name, settings: context.settings,
                step: { try context.reached(0.95, name) })
            guard let measured else { continue }
            result.add(
                bandwidth: nil, measured, method: "",
                remark: "\(Int((share * 100).rounded())) % of the pages on node \(node)", context)
        }
    }
}

extension SystemFile {
    /// Writes a setting of /proc or /sys; whether the kernel took it.
    static func write(_ text: String, to path: String) -> Bool {
        let descriptor = open(path, O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        return Glibc.write(descriptor, bytes, bytes.count) == bytes.count
    }
}
