import EventKernel
import Experiments
import Simulator
import Testing

@Suite struct ResolvedExperimentTests {
    static let files = [
        smallExperiment,
        smallExperiment + """

            description: "with: all \\"sorts\\" of # things, é and \\t"
            start: huawei
            warm-start: {exponential: {mean: 0.1234567890123 s}}
            idle-states: [{name: packed, layers: {initialized: {residency: object-store, local: 0}}, restore: lambda}]
            contention: processor-sharing
            idle: {policy: hybrid-histogram, cv-threshold: 0.1}
            sweep: {grid: {idle.keep-alive: [1 min, 2 min]}}
            policies:
              "a b: c": {idle: forever, reclaim: greedy-dual, start: {by-runtime: {python: none}}}
              second: {sandbox: {reuse: random}, cluster: {nodes: [{count: 1, memory: 1234567 B, cores: 0.5}]}}
            """,
        """
        name: generated
        workload: {generate: {applications: 40, days: 0.5, load-scale: 0.25, seed: 9}, layout: {burst: {at: 1500 ms}}}
        cluster: {nodes: [{count: 3, memory: 1.5 GiB}]}
        """,
        """
        name: azure
        workload: {azure2019: {directory: d, days: [2, 3], missing: drop, memory: p99}}
        cluster: {nodes: [{count: 3, memory: 1 GiB}]}
        """,
    ]

    @Test(arguments: files)
    func whatIsPrintedReadsBackAsTheSame(text: String) throws {
        let first = try read(text)
        let again = try read(first.resolved)
        #expect(again.resolved == first.resolved)
        #expect(again.name == first.name)
        #expect(again.description == first.description)
        #expect(again.seed == first.seed)
        #expect(again.variants.map(\.scenario) == first.variants.map(\.scenario))
    }

    @Test func everySettingIsPrinted() throws {
        let text = try read(smallExperiment).resolved
        for name in [
            "seed:", "layout:", "unit:", "concurrency:", "reuse:", "keep-alive-from:", "keep-alive-reset:",
            "cold:",
            "by-runtime:", "by-name:", "warm-start:", "idle-states:", "layers:", "when-full:", "for-busy:",
            "for-starting:", "count-waited-as-cold:", "contention:", "warm-up:", "interval:", "idle:",
            "keep-alive:",
            "placement:", "reclaim:", "zipf:", "horizon:", "cores:",
        ] {
            #expect(text.contains(name), "\(name)")
        }
    }

    @Test func aPrintedExperimentGivesTheSameRun() throws {
        var first = try read(smallExperiment + "\nseed: 5\npolicies: {a: {idle: none}, b: {}}")
        let workload = try first.loadWorkload()
        var again = try read(first.resolved)
        let sameWorkload = try again.loadWorkload()
        for (a, b) in zip(first.variants, again.variants) {
            let one = try first.run(a, on: workload).record
            let other = try again.run(b, on: sameWorkload).record
            #expect(one.fingerprint == other.fingerprint)
            #expect(one.invocations.arrived > 0)
        }
    }
}
