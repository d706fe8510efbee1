import CNuma
import Glibc
import Machine

/// Memory on chosen NUMA nodes, all touched, and where its pages really are.
struct PlacedMemory {
    /// The memory.
    let mapping: Mapping
    /// How many small pages each node holds, as the kernel says.
    let pages: [Int: Int]

    /// Maps `size` bytes, in huge pages where the kernel gives them, whose pages come from `nodes` by `policy`;
    /// nil when the kernel refuses, or puts any page elsewhere.
    init?(size: Int, nodes: [Int], policy: PlacementPolicy) {
        guard NumaTopology.here.reasonAgainstPlacing == nil, let mask = NodeMask(nodes),
            let mapping = Mapping(size: size, pages: .huge), mask.place(mapping, policy: policy)
        else { return nil }
        mapping.touch()
        let pages = PlacedMemory.places(of: mapping)
        guard !pages.isEmpty, pages.keys.allSatisfy(nodes.contains) else { return nil }
        self.mapping = mapping
        self.pages = pages
    }

    /// Memory of one node.
    init?(size: Int, node: Int) { self.init(size: size, nodes: [node], policy: .bind) }

    /// Counts every page of the mapping by its node; empty when the kernel does not say.
    private static func places(of mapping: Mapping) -> [Int: Int] {
        let count = mapping.size / 4096
        var counts: [Int: Int] = [:]
        var first = 0
        while first < count {
            let some = min(count - first, 1 << 16)
            var pages: [UnsafeMutableRawPointer?] = (first..<first + some).map { mapping.base + $0 * 4096 }
            var nodes = [Int32](repeating: -1, count: some)
            // Without a node to move to, it says where each page is.
            guard numa_move_pages(0, UInt(some), &pages, nil, &nodes, 0) == 0 else { return [:] }
            for node in nodes { counts[Int(node), default: 0] += 1 }
            first += some
        }
        return counts
    }
}

/// The weights at which memory is interleaved over nodes (Linux 6.9). They are the whole machine's.
enum InterleaveWeights {
    private static let folder = "/sys/kernel/mm/mempolicy/weighted_interleave"

    /// Why weights may not be set; nil when they may.
    static func reasonAgainst(folder: String = folder) -> String? {
        if access(folder, F_OK) != 0 { return "it needs Linux 6.9" }
        return access("\(folder)/node0", W_OK) == 0 ? nil : "only root may set the weights"
    }

    /// Runs `body` with `weights` by node and sets back what was there before; nil when the kernel does not take
    /// them. Only pages that `body` touches are placed by them.
    static func with<Made>(
        _ weights: [(node: Int, weight: Int)], folder: String = folder, _ body: () -> Made?
    ) -> Made? {
        let files = weights.map { "\(folder)/node\($0.node)" }
        let before = files.compactMap { SystemFile.text($0) }
        guard before.count == files.count else { return nil }
        // Linux 6.16 reckons the weights itself until one is set by hand.
        let automatic = SystemFile.text("\(folder)/auto")
        defer {
            for (file, text) in zip(files, before) { _ = SystemFile.write(text, to: file) }
            if automatic == "true" { _ = SystemFile.write("true", to: "\(folder)/auto") }
        }
        for (file, weight) in zip(files, weights) {
            guard SystemFile.write("\(weight.weight)", to: file) else { return nil }
        }
        return body()
    }
}
