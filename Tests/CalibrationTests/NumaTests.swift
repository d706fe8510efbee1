import Foundation
import HardwareCosts
import Machine
import Testing

@testable import Calibration

/// What needs several memory nodes runs in the virtual machine of scripts/test-numa, or where there are some.
private let hasNodes = NumaTopology.here.numbers.count > 1

@Suite(.serialized) struct NumaTests {
    private let folder = "/sys/kernel/mm/mempolicy/weighted_interleave"
    private var weights: [String?] { ["auto", "node0", "node1"].map { SystemFile.text("\(folder)/\($0)") } }

    /// A directory with these files that stands for the kernel's weights, removed afterwards.
    private func withFiles(_ files: [String: String], _ body: (String) throws -> Void) throws {
        let folder = NSTemporaryDirectory() + "pagefold-weights-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for (name, text) in files {
            try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
        }
        try body(folder)
    }

    @Test func weightsHoldForAsLongAsPagesAreTouchedAndNoLonger() throws {
        try withFiles(["node0": "5", "node1": "2"]) { folder in
            func now() -> [String?] { ["node0", "node1"].map { SystemFile.text("\(folder)/\($0)") } }
            let wanted = [(node: 0, weight: 3), (node: 1, weight: 1)]
            #expect(InterleaveWeights.with(wanted, folder: folder) { now() } == ["3", "1"])
            #expect(now() == ["5", "2"])
            #expect(InterleaveWeights.with(wanted, folder: folder) { nil as Int? } == nil)
            #expect(now() == ["5", "2"])
            // A node without weights: nothing is run, nothing is changed.
            #expect(InterleaveWeights.with([(0, 3), (2, 1)], folder: folder) { 1 } == nil)
            #expect(now() == ["5", "2"])
        }
    }

    @Test(arguments: ["true", "false"])
    func whereTheKernelReckonsTheWeightsItselfItDoesSoAgain(automatic: String) throws {
        try withFiles(["node0": "5", "auto": automatic]) { folder in
            let path = "\(folder)/auto"
            let seen: String? = InterleaveWeights.with([(0, 3)], folder: folder) {
                // As the kernel does when a weight is set.
                try? "false".write(toFile: path, atomically: true, encoding: .utf8)
                return SystemFile.text(path)
            }
            #expect(seen == "false" && SystemFile.text(path)?.hasPrefix(automatic) == true)
        }
    }

    @Test func withoutWeightsInTheKernelTheReasonIsNamed() {
        #expect(InterleaveWeights.reasonAgainst(folder: "/proc/nowhere") == "it needs Linux 6.9")
    }

    /// The nodes of a mask made of `nodes`; nil when there is no such mask.
    private func members(_ nodes: [Int]) -> [Int]? {
        guard let mask = NodeMask(nodes) else { return nil }
        return mask.nodes
    }

    @Test(arguments: [[], [0], [63], [64], [0, 1, 63, 64, 65, 700, 1023], [1024, 32_767]])
    func aMaskHoldsNodesBeyondThe64th(nodes: [Int]) { #expect(members(nodes) == nodes) }

    @Test func aMaskOfNodesThatNoKernelHasIsRefused() {
        #expect(members([-1]) == nil && members([0, 32_768]) == nil && members([.max]) == nil)
        #expect(PlacedMemory(size: 1 << 20, node: 32_767) == nil)
    }

    @Test(.enabled(if: NumaTopology.here.reasonAgainstPlacing == nil, "skipped: no placing here"))
    func libnumaAndTheKernelsFilesTellTheSame() {
        #expect(NumaTopology.here.nodes == NumaTopology(root: "").nodes)
        #expect(!NumaTopology.here.nodes.isEmpty)
    }

    @Test(
        .enabled(
            if: NumaTopology.here.reasonAgainstPlacing == nil && !hasNodes, "skipped: there are several nodes"
        ))
    func onTheOnlyNodeEveryPageIsOnIt() throws {
        let node = try #require(NumaTopology.here.numbers.first)
        #expect(PlacedMemory(size: 4 << 20, node: node)?.pages == [node: 1024])
        #expect(PlacedMemory(size: 4 << 20, node: 64) == nil)
    }

    @Test func withoutLibnumaTheMachineIsStillKnownAndNothingIsPlaced() throws {
        var topology = NumaTopology(isAvailable: false)
        #expect(topology.nodes == NumaTopology(root: "").nodes)
        let reason = try #require(topology.reasonAgainstPlacing)
        topology.nodes = (0...1).map { .init(number: $0, processors: [$0], distances: []) }
        var result = PartResult()
        try NodePairs(size: 16 << 20, processors: [0, 1], topology: topology)
            .measure(quickContext(), span: 0...1, into: &result)
        #expect(result.absent[.memoryLatencyRemote] == reason)
        #expect(result.absent[.memoryBandwidthRemote] == reason)
        #expect(result.rows.isEmpty)
    }

    @Test(.enabled(if: hasNodes, "skipped: the machine has one NUMA node; run scripts/test-numa"))
    func memoryOfANodeIsThereAndNowhereElse() throws {
        for node in NumaTopology.here.numbers {
            let memory = try #require(PlacedMemory(size: 16 << 20, node: node))
            #expect(memory.pages == [node: 4096])
        }
        #expect(PlacedMemory(size: 1 << 20, node: 63) == nil && PlacedMemory(size: 1 << 20, node: 64) == nil)
    }

    @Test(
        .enabled(if: hasNodes && InterleaveWeights.reasonAgainst() == nil, "skipped: run scripts/test-numa"),
        arguments: [(1, 1), (3, 1), (4, 1), (5, 2), (1, 3)])
    func interleavedMemoryHasExactlyTheSharesAskedFor(near: Int, far: Int) throws {
        let before = weights
        let memory = try #require(
            InterleaveWeights.with([(0, near), (1, far)]) {
                PlacedMemory(
                    size: (near + far) << 22, nodes: [0, 1], policy: .weightedInterleave)
            })
        #expect(memory.pages == [0: near << 10, 1: far << 10])
        #expect(weights == before)
    }

    @Test(.enabled(if: hasNodes, "skipped: the machine has one NUMA node; run scripts/test-numa"))
    func everyPairOfNodesIsMeasuredAndTheWeightsAreAsBefore() throws {
        let before = weights
        let run = try expectSound(MemoryPart(), quickContext())
        #expect(run.costs.absent.isEmpty, "\(run.costs.absent)")
        let result = run.parts[0].result
        let names = result.rows.map(\.name)
        for node in NumaTopology.here.numbers {
            #expect(names.contains("latency, processors of node 0, memory of node \(node)"))
            #expect(names.contains("bandwidth, processors of node 0, memory of node \(node)"))
        }
        if InterleaveWeights.reasonAgainst() == nil {
            #expect(result.rows.count { $0.name.contains(" at ") && $0.name.contains("latency") } >= 3)
            #expect(!result.notes.contains { $0.contains("instead") }, "\(result.notes)")
        }
        #expect(weights == before)
    }

    @Test(.enabled(if: hasNodes, "skipped: the machine has one NUMA node; run scripts/test-numa"))
    func theWeightsAreAsBeforeWhenTheUserStops() throws {
        struct Stopped: Error {}
        let before = weights
        var reached = ""
        let context = quickContext(
            rounds: 1, check: { if reached.contains(" at 3:1") { throw Stopped() } },
            report: { _, detail in reached = detail })
        #expect(throws: Stopped.self) {
            var result = PartResult()
            try NodePairs(size: 16 << 20, processors: Pinning.allowed)
                .measure(context, span: 0...1, into: &result)
        }
        #expect(weights == before)
    }

    @Test func anEmulatedProcessorIsKnownByItsName() throws {
        try withFiles([:]) { root in
            try FileManager.default.createDirectory(
                atPath: "\(root)/proc", withIntermediateDirectories: true)
            let file = "\(root)/proc/cpuinfo"
            try "processor\t: 0\nmodel name\t: QEMU TCG CPU version 2.5+\nflags\t\t: fpu hypervisor\n"
                .write(toFile: file, atomically: true, encoding: .utf8)
            #expect(MachineIdentity.isEmulatedByName(root: root))
            #expect(MachineIdentity.facts(root: root)[.virtualisation] == "emulated")
            try "model name\t: AMD EPYC\n".write(toFile: file, atomically: true, encoding: .utf8)
            #expect(!MachineIdentity.isEmulatedByName(root: root))
        }
    }

    @Test func costsOfAnEmulatedProcessorAreMarkedAndNoOthers() throws {
        let run = try CalibrationRun(name: "hash", [HashPart()]) { _ in quickContext() }
        #expect(run.costs.isEmulated == MachineIdentity.hasEmulatedProcessor)
    }
}
