import CCalibration
import HardwareCosts

/// Latency and bandwidth of each pair of a NUMA node's processors and a node's memory, and of memory interleaved
/// over two nodes at given weights.
struct NodePairs {
    /// Bytes to measure over.
    let size: Int
    /// The processors that may be used.
    let processors: [Int]
    /// The nodes.
    var topology = NumaTopology.here

    /// How many pages come from the near node and the far one in turn.
    static let weights = [(near: 1, far: 1), (near: 3, far: 1), (near: 4, far: 1)]

    func measure(
        _ context: CalibrationContext, span: ClosedRange<Double>, into result: inout PartResult
    ) throws {
        let nodes = topology.numbers
        let remote: [CostPrimitive] = [.memoryLatencyRemote, .memoryBandwidthRemote]
        guard nodes.count > 1 else {
            result.miss(remote, "the machine has one NUMA node")
            return
        }
        if let reason = topology.reasonAgainstPlacing {
            result.miss(remote, reason)
            return
        }
        let withProcessors = topology.nodes.map { node in
            (node.number, node.processors.filter(processors.contains))
        }.filter { !$0.1.isEmpty }
        var steps = Steps(
            span: span,
            count: withProcessors.count * nodes.count + NodePairs.weights.count * (nodes.count - 1))
        var far: [(latency: Measurement, bandwidth: Measurement?)] = []
        for (node, own) in withProcessors {
            for other in nodes {
                let name = "processors of node \(node), memory of node \(other)"
                let step = steps.next()
                try context.reached(step.lowerBound, name)
                guard let memory = PlacedMemory(size: size, node: other) else {
                    result.notes.append("node \(other) gives no memory to this process")
                    continue
                }
                let found = try pair(memory, own, name, "", context, step, into: &result)
                if other != node { far.append(found) }
            }
        }
        take(far, context, into: &result)
        result.miss(remote, "no memory of another node could be had")
        guard let (node, own) = withProcessors.first else { return }
        if let reason = InterleaveWeights.reasonAgainst() {
            result.notes.append("no weighted interleaving: \(reason)")
            return
        }
        for other in nodes where other != node {
            for weights in NodePairs.weights {
                try interleaved(node, other, weights, own, context, steps.next(), into: &result)
            }
        }
    }

    /// Equal parts of a share of the work, one after the other.
    private struct Steps {
        let span: ClosedRange<Double>
        let count: Int
        private var done = 0

        init(span: ClosedRange<Double>, count: Int) {
            self.span = span
            self.count = max(count, 1)
        }

        mutating func next() -> ClosedRange<Double> {
            let width = (span.upperBound - span.lowerBound) / Double(count)
            let begin = min(span.lowerBound + Double(done) * width, span.upperBound)
            done += 1
            return begin...max(begin, min(begin + width, span.upperBound))
        }
    }

    /// The costs of remote memory: of several pairs the one in the middle.
    private func take(
        _ pairs: [(latency: Measurement, bandwidth: Measurement?)], _ context: CalibrationContext,
        into result: inout PartResult
    ) {
        func middle(_ all: [Measurement]) -> Measurement? {
            all.sorted { $0.value < $1.value }.dropFirst(all.count / 2).first
        }
        if let latency = middle(pairs.map(\.latency)) {
            result.costs[.memoryLatencyRemote] = Cost(
                .constant(Rounding.digits(latency.value)),
                origin: context.origin("dependent loads, \(latency.name), huge pages"),
                evidence: latency.evidence)
        }
        if let bandwidth = middle(pairs.compactMap(\.bandwidth)) {
            result.costs[.memoryBandwidthRemote] = Cost(
                .constant(Rounding.digits(1e9 / bandwidth.value)),
                origin: context.origin("threads reading, \(bandwidth.name), huge pages"),
                evidence: bandwidth.evidence)
        }
    }

    /// Latency and bandwidth of `memory` for the processors `own`, and their rows.
    private func pair(
        _ memory: PlacedMemory, _ own: [Int], _ name: String, _ remark: String, _ context: CalibrationContext,
        _ span: ClosedRange<Double>, into result: inout PartResult
    ) throws -> (latency: Measurement, bandwidth: Measurement?) {
        let pin = Pinning(to: own[0])
        defer { withExtendedLifetime(pin.processor) {} }
        let chain = PointerChain(memory.mapping, size: memory.mapping.size)
        let work = TimedWork("latency, \(name)") { chain.follow($0.count) }
        let middle = (span.lowerBound + span.upperBound) / 2
        let latency = try context.measure([work], span: span.lowerBound...middle, detail: name)[0]
        result.rows.append(.init(latency.name, latency, remark: remark))
        let bandwidth = try ReadingCrew.measure(
            memory.mapping, processors: own, named: "bandwidth, \(name)", settings: context.settings,
            step: { try context.reached(middle, name) })
        if let bandwidth {
            result.add(bandwidth: nil, bandwidth, method: "", remark: remark, context)
        }
        return (latency, bandwidth)
    }

    /// Latency and bandwidth of memory interleaved at weights.
    private func interleaved(
        _ node: Int, _ other: Int, _ weights: (near: Int, far: Int), _ own: [Int],
        _ context: CalibrationContext, _ span: ClosedRange<Double>, into result: inout PartResult
    ) throws {
        let name = "nodes \(node) and \(other) at \(weights.near):\(weights.far)"
        try context.reached(span.lowerBound, name)
        // Whole turns of huge pages, so that the shares can be exact.
        let turn = (weights.near + weights.far) << 21
        let memory = InterleaveWeights.with([(node, weights.near), (other, weights.far)]) {
            PlacedMemory(
                size: max(size / turn, 1) * turn, nodes: [node, other],
                policy: .weightedInterleave)
        }
        guard let memory else {
            result.notes.append("\(name): the kernel gives no memory so interleaved")
            return
        }
        let pages = [node, other].map { memory.pages[$0, default: 0] }
        if pages[0] * weights.far != pages[1] * weights.near {
            result.notes.append("\(name): the kernel placed \(pages[0]) and \(pages[1]) pages instead")
        }
        _ = try pair(
            memory, own, name, "\(pages[0]) pages on node \(node), \(pages[1]) on node \(other)", context,
            span, into: &result)
    }
}
