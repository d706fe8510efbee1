import Foundation
import HardwareCosts
import Machine
import Testing

@testable import Calibration

@Suite struct MachineIdentityTests {
    /// A directory that stands for /, with these files, removed afterwards.
    private func withRoot(_ files: [String: String], _ body: (String) throws -> Void) throws {
        let root = NSTemporaryDirectory() + "pagefold-machine-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: root) }
        for (path, text) in files {
            let file = URL(fileURLWithPath: root + path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try text.write(to: file, atomically: true, encoding: .utf8)
        }
        try body(root)
    }

    @Test func thisMachineSaysWhatItIs() {
        let facts = MachineIdentity.facts(clock: ClockFacts(overhead: 21.26, resolution: 1))
        #expect(facts[.kernel]?.isEmpty == false)
        #expect(facts[.cpu]?.contains("processor") == true)
        #expect(facts[.memory]?.hasSuffix(" GiB") == true)
        #expect(facts[.clock]?.contains("21.3 ns a reading, steps of 1.0 ns") == true)
    }

    @Test func nodesWithoutProcessorsAndDistancesAreTold() throws {
        let node = "/sys/devices/system/node"
        try withRoot([
            "\(node)/online": "0-1\n", "\(node)/node0/cpulist": "0-3\n", "\(node)/node0/distance": "10 21\n",
            "\(node)/node1/cpulist": "\n", "\(node)/node1/distance": "21 10\n",
            "/proc/cpuinfo": "processor\t: 0\nmodel name\t: Some CPU\nflags\t\t: fpu hypervisor\n",
            "/proc/meminfo": "MemTotal:       24684112 kB\n",
            "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor": "powersave\n",
            "/sys/class/dmi/id/product_name": "A Box\n",
        ]) { root in
            let facts = MachineIdentity.facts(root: root)
            #expect(
                facts[.numa]
                    == "2 nodes; node 0: processors 0-3, distances 10 21; node 1: no processors, distances 21 10"
            )
            #expect(facts[.cpu] == "Some CPU, 1 processor")
            #expect(facts[.memory] == "23.5 GiB")
            #expect(facts[.governor] == "powersave")
            #expect(facts[.virtualisation] == "virtual, A Box")
            #expect(facts[.kernel] == nil && facts[.clock] == nil && facts[.adapter] == nil)
            let topology = NumaTopology(root: root)
            #expect(topology.numbers == [0, 1])
            #expect(topology.nodes.map(\.processors) == [[0, 1, 2, 3], []])
            #expect(topology.nodes.map(\.distances) == [[10, 21], [21, 10]])
            #expect(topology.node(ofProcessor: 3)?.number == 0 && topology.node(ofProcessor: 4) == nil)
        }
    }

    @Test func whatIsNotThereIsLeftOut() throws {
        try withRoot(["/etc/empty": ""]) { root in #expect(MachineIdentity.facts(root: root).isEmpty) }
    }

    @Test func listsOfNumbersAreReadAndNonsenseIsNot() {
        #expect(SystemFile.numbers(inList: "0-3,8") == [0, 1, 2, 3, 8])
        #expect(SystemFile.numbers(inList: "5") == [5])
        #expect(SystemFile.numbers(inList: "") == [] && SystemFile.numbers(inList: "x-y") == [])
        #expect(SystemFile.list(of: [0, 1, 2, 3, 8]) == "0-3,8" && SystemFile.list(of: [5]) == "5")
        #expect(SystemFile.list(of: []) == "")
        #expect(SystemFile.numbers(inList: "7-3") == [] && SystemFile.numbers(inList: "0-99999999") == [])
    }

    @Test func todayIsADay() {
        let origin = CostOrigin.measured(
            .init(machine: "m", kernel: "k", date: MachineIdentity.today, method: "m"))
        #expect(origin.fault == nil)
    }

    @Test func aThreadIsPinnedAndLetGo() {
        let before = Pinning.allowed
        #expect(!before.isEmpty)
        do {
            let pin = Pinning()
            #expect(pin.processor.map { before.contains($0) } == true)
            #expect(Pinning.allowed == pin.processor.map { [$0] })
        }
        #expect(Pinning.allowed == before)
        #expect(Pinning(to: 1_000_000).processor == nil)
        #expect(Pinning.allowed == before)
    }
}
