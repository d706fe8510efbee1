import EventKernel
import Experiments
import Simulator
import Testing

@Suite struct OverrideTests {
    private let file =
        smallExperiment + """

            idle: fixed
            policies:
              short: {idle: {keep-alive: 1 min}}
              plain: {}
            """

    @Test func anOverrideReplacesAValueOfTheFile() throws {
        let experiment = try read(
            file,
            set: [
                "seed=7", "cluster.nodes.0.count=50", "policies.short.idle.keep-alive=20 min",
                "sandbox.reuse=random", "start.by-name.a\\.b=none",
            ])
        #expect(experiment.seed == 7)
        let scenario = experiment.variants[0].scenario
        #expect(scenario.nodes == [NodeGroup(count: 50, memory: .gibibytes(4))])
        #expect(scenario.policies.idle.parameters["keep-alive"] == .duration(.minutes(20)))
        #expect(scenario.sandbox.reuse == .random)
        #expect(scenario.start.byName.map(\.name) == ["a.b"])
        #expect(
            experiment.variants[1].scenario.policies.idle.parameters["keep-alive"] == .duration(.minutes(10)))
    }

    @Test func aPolicyGivenByNameTakesParameters() throws {
        let experiment = try read(file, set: ["idle.keep-alive=3 h", "reclaim=none"])
        #expect(
            experiment.variants[1].scenario.policies.idle.parameters["keep-alive"] == .duration(.hours(3)))
        #expect(experiment.variants[1].scenario.policies.reclaim.name == "none")
    }

    @Test func aWholePartCanBeGivenAsYAML() throws {
        let experiment = try read(
            file, set: ["cluster.nodes=[{count: 3, memory: 1 GiB}, {count: 1, memory: 2 GiB}]"])
        #expect(experiment.variants[0].scenario.nodes.map(\.count) == [3, 1])
    }

    @Test func pathsInOverridesStartFromTheWorkingDirectory() throws {
        let text = "name: p\nworkload: {trace: a.pftrace}\ncluster: {nodes: [{count: 1, memory: 1 GiB}]}"
        #expect(try read(text).resolved.contains("trace: /data/a.pftrace"))
        #expect(
            try read(text, set: ["workload.trace=./b.pftrace"]).resolved.contains("trace: /desk/b.pftrace"))
    }

    @Test(arguments: [
        ("sandbox.concurency=3", "did you mean 'concurrency'?"),
        ("policies.shrot.idle=none", "did you mean 'short'?"),
        ("cluster.nodes.4.count=1", "its items are 0 to 0"),
        ("cluster.nodes.0.count=x", "expected a whole number"),
        ("name.x=1", "has no settings of its own"),
        ("policies.short.idle.keep-alive=20", "has no unit"),
        ("seed=[", "seed=["), ("a..b=1", "is empty"),
    ])
    func anErrorNamesTheOption(option: String, words: String) {
        let errors = errors(of: file, set: [option])
        #expect(errors.contains { $0.hasPrefix("--set \(option)") && $0.contains(words) }, "\(errors)")
    }

    @Test(arguments: ["", "seed", "=3"])
    func anOptionWithoutPathAndValueIsRefused(text: String) {
        #expect(throws: (any Error).self) { try Override(text) }
    }
}
