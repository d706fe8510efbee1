import EventKernel
import Foundation
import HardwareCosts
import Testing

@testable import Experiments
@testable import Simulator

/// Metrics of pages, cores and the network, on a record made by hand.
@Suite struct MechanismMetricTests {
    private static var record: RunRecord {
        var record = RunRecord()
        record.sandboxes.mean = 10
        record.mechanism.coreSeconds = [
            CoreUse(purpose: "execution", seconds: 100), CoreUse(purpose: "boot", seconds: 3),
            CoreUse(purpose: "import", seconds: 4), CoreUse(purpose: "apply", seconds: 5),
            CoreUse(purpose: "encode", seconds: 6),
        ]
        var warm = StateRecord()
        warm.entered = 1_000
        warm.startup.count = 1_000
        warm.sandboxes.mean = 6
        var base = StateRecord()
        base.entered = 3
        base.sandboxes.mean = 1
        base.startup.count = 1
        base.startup.mean = 0.5
        base.startup.p99 = 0.5
        base.before = 100
        base.after = 200
        base.pages = 40
        var dedup = StateRecord()
        dedup.entered = 5
        dedup.reentered = 7
        dedup.refused = 2
        dedup.brokenOff = 1
        dedup.sandboxes.mean = 2.5
        dedup.startup.count = 3
        dedup.startup.mean = 0.1
        dedup.startup.p99 = 0.2
        dedup.before = 300
        dedup.after = 100
        dedup.pages = 60
        dedup.patched = 50
        dedup.patchedOnOwn = 20
        record.mechanism.states = [warm, base, dedup]
        record.mechanism.pagesRead = 400
        record.mechanism.pagesReadOnOwnNode = 100
        record.mechanism.reads.count = 2
        record.mechanism.reads.mean = 0.25
        record.mechanism.reads.p99 = 0.5
        record.mechanism.lookups = 77
        record.mechanism.registryBusy = 0.5
        record.mechanism.registry.mean = 11
        record.mechanism.registry.peak = 12
        record.mechanism.connectionsSetUp = 13
        record.mechanism.connectionsPeak = 14
        record.mechanism.connectionMemoryPeak = 15
        record.mechanism.failures.nodes = 1
        record.mechanism.failures.sandboxes = 2
        record.mechanism.failures.callsRestarted = 3
        record.mechanism.failures.dependants = 4
        return record
    }

    private static func value(_ name: String, _ record: RunRecord) throws -> Double? {
        try #require(Metric.all.first { $0.name == name }, "\(name)").value(record).double
    }

    @Test(arguments: [
        ("cpu_execution_s", 100), ("cpu_overhead_s", 18), ("cpu_start_s", 7), ("cpu_apply_s", 5),
        ("cpu_encode_s", 6), ("cpu_compress_s", 0), ("pages_read", 400), ("pages_read_own_node_share", 0.25),
        ("read_mean_s", 0.25), ("read_p99_s", 0.5), ("registry_lookups", 77), ("registry_busy_share", 0.5),
        ("registry_mean_bytes", 11), ("registry_peak_bytes", 12), ("connections_set_up", 13),
        ("connections_peak", 14), ("connections_peak_bytes", 15), ("moves_entered", 8),
        ("moves_reentered", 7), ("moves_refused", 2), ("moves_broken_off", 1),
        ("restored_startup_mean_s", (0.5 + 3 * 0.1) / 4), ("restored_startup_p99_s", 0.5),
        ("dedup_share", 0.25), ("page_saving_share", 0.25), ("patched_share", 0.5), ("own_base_share", 0.4),
        ("failed_nodes", 1), ("failed_sandboxes", 2), ("failed_calls", 3), ("failed_dependants", 4),
    ])
    func aMetricIsWhatOneComputesByHand(name: String, expected: Double) throws {
        let value = try #require(try Self.value(name, Self.record))
        #expect((value - expected).magnitude < 1e-12, "\(name): \(value)")
    }

    @Test(arguments: [
        "read_mean_s", "read_p99_s", "resource_wait_p99_s", "restored_startup_mean_s",
        "restored_startup_p99_s", "page_saving_share", "patched_share", "own_base_share",
        "pages_read_own_node_share",
    ])
    func aMetricOfNothingHasNoValue(name: String) throws {
        #expect(try Self.value(name, RunRecord()) == nil)
    }

    @Test func everyPurposeOfCoreTimeCountsOnce() throws {
        let stages = StageKind.allCases.map { CoreUse(purpose: $0.rawValue, seconds: 1) }
        var record = RunRecord()
        record.mechanism.coreSeconds = stages + [CoreUse(purpose: "execution", seconds: 1)]
        let columns = Metric.all.filter { $0.name.hasPrefix("cpu_") && $0.name != "cpu_overhead_s" }
        let sum = columns.reduce(0) { $0 + ($1.value(record).double ?? 0) }
        #expect(sum == Double(stages.count + 1))
        #expect(try Self.value("cpu_overhead_s", record) == Double(stages.count))
    }

    @Test func theNewColumnsAreNotTooMany() { #expect(Metric.mechanism.count <= 40) }

    private static func run() throws -> VariantRun {
        let text = """

            costs: {from: [medes-eurosys22], factors: {registry-lookup: 2}}
            idle-states:
              - {name: base, layers: {}, restore: []}
              - name: dedup
                layers: {}
                restore: [{stage: lookup, cost: registry-lookup, of: pages}, {stage: pause, cost: restore-pause}]
            """
        let scenario = try read(smallExperiment + text).variants[0].scenario
        return VariantRun(name: "v", scenario: scenario, record: record, cpuSeconds: 0, wallSeconds: 0)
    }

    @Test func resultsHaveStatesAndCostsWithTheirOrigins() throws {
        let json = JSONValue.object(try Self.run().mechanismMembers).text
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        let states = try #require(object["idle_states"] as? [[String: Any]])
        #expect(states.map { $0["state"] as? String } == ["warm", "base", "dedup"])
        #expect(states[2]["patched_pages"] as? Int == 50)
        #expect((states[2]["startup_s"] as? [String: Any])?["mean"] as? Double == 0.1)
        #expect((object["core_seconds"] as? [String: Any])?["boot"] as? Double == 3)
        let costs = try #require(object["costs"] as? [[String: Any]])
        #expect(costs.map { $0["primitive"] as? String } == ["registry-lookup", "restore-pause"])
        #expect(costs.map { $0["origin"] as? String } == ["assumed", "published"])
        #expect(costs[0]["low"] as? Double == 0.5)
        #expect(costs[1]["from"] as? String == "medes-eurosys22")
    }

    @Test func theTableOfCostsNamesWhatIsAssumed() throws {
        let run = try Self.run()
        let table = CostTable([run, run])
        let lines = table.text.split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines[2].hasPrefix("restore-pause") && lines[2].contains("published: Medes, section 4.2"))
        #expect(table.assumed == ["registry-lookup"])
        #expect(table.note?.contains("registry-lookup") == true)
        #expect(CostTable([]).isEmpty && CostTable([]).note == nil)
        #expect(ComparisonTable([run]).text().contains("deduplicated sandboxes (%)"))
    }
}
