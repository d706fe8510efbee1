import EventKernel
import Experiments
import Simulator
import Testing

@Suite struct ExperimentReadingTests {
    @Test func aShortFileHasTheDocumentedDefaults() throws {
        let experiment = try read(smallExperiment)
        #expect(experiment.name == "small")
        #expect(experiment.seed == 1)
        #expect(experiment.variants.map(\.name) == ["default"])
        var expected = Scenario(nodes: [NodeGroup(count: 2, memory: .gibibytes(4), cores: 32)])
        expected.policies.idle = PolicyChoice("fixed", ["keep-alive": .duration(.minutes(10))])
        #expect(experiment.variants[0].scenario == expected)
    }

    @Test func everySettingReachesTheScenario() throws {
        let scenario = try read(
            smallExperiment + """

                sandbox: {unit: function, concurrency: 4, reuse: oldest, keep-alive-from: execution-start,
                          keep-alive-reset: false}
                start:
                  cold:
                    - {stage: create, duration: 250 ms, resource: kernel}
                    - {stage: boot, duration: {lognormal: {mu: -1, sigma: 0.5}}}
                  by-runtime: {python: lambda}
                  by-name: {f1: [{stage: restore, duration: 5 ms}]}
                warm-start: 2 ms
                idle-states:
                  - name: compressed
                    layers: {libraries: {residency: compressed, local: 0.25}}
                    restore: [{stage: restore, duration: 10 ms}]
                layers: {runtime: 0.4, libraries: 0.6}
                waiting: {when-full: 1 min, for-busy: 2 s, for-starting: false, count-waited-as-cold: true}
                contention: {processor-sharing: {demand: 0.5}}
                measurement: {warm-up: 5 min, interval: 30 s}
                idle: forever
                placement: round-robin
                reclaim: greedy-dual
                """
        ).variants[0].scenario
        var expected = Scenario(nodes: [NodeGroup(count: 2, memory: .gibibytes(4))])
        expected.sandbox.unit = .function
        expected.sandbox.concurrency = 4
        expected.sandbox.reuse = .oldest
        expected.sandbox.keepAliveFrom = .executionStart
        expected.sandbox.keepAliveReset = false
        expected.start = StartSettings(
            cold: StartPath(
                name: "cold",
                stages: [
                    Stage(.create, .constant(0.25), resource: "kernel"),
                    Stage(.boot, .logNormal(mu: -1, sigma: 0.5)),
                ]),
            byRuntime: [.init("python", StartPreset.lambda.path)],
            byName: [.init("f1", StartPath(name: "cold", stages: [Stage(.restore, .constant(0.005))]))])
        expected.idleStates = [
            .warm(delay: .constant(0.002)),
            IdleState(
                name: "compressed", placements: [.init(.libraries, .compressed, localFraction: 0.25)],
                restore: StartPath(name: "compressed", stages: [Stage(.restore, .constant(0.01))])),
        ]
        expected.layers = [Layer(.runtime, share: 0.4), Layer(.libraries, share: 0.6)]
        expected.waiting.whenFull = .minutes(1)
        expected.waiting.forBusy = .seconds(2)
        expected.waiting.forStarting = false
        expected.waiting.countWaitedAsCold = true
        expected.contention = .processorSharing(demand: 0.5)
        expected.measurement.warmUp = .minutes(5)
        expected.measurement.interval = .seconds(30)
        expected.policies.idle = PolicyChoice("forever")
        expected.policies.placement = PolicyChoice("round-robin", ["fill": .number(1)])
        expected.policies.reclaim = PolicyChoice("greedy-dual", ["scope": .text("cluster")])
        #expect(scenario == expected)
    }

    @Test func aVariantChangesOnlyWhatItGives() throws {
        let experiment = try read(
            smallExperiment + """

                waiting: {when-full: 1 min, for-busy: 2 s}
                idle: {policy: fixed, keep-alive: 20 min}
                policies:
                  same:
                  longer: {idle: {keep-alive: 1 h}, waiting: {for-busy: 3 s}}
                  other: {idle: none}
                  back: {idle: fixed}
                """)
        #expect(experiment.variants.map(\.name) == ["same", "longer", "other", "back"])
        let scenarios = experiment.variants.map(\.scenario)
        #expect(scenarios[0].policies.idle == PolicyChoice("fixed", ["keep-alive": .duration(.minutes(20))]))
        #expect(scenarios[1].policies.idle == PolicyChoice("fixed", ["keep-alive": .duration(.hours(1))]))
        #expect(scenarios[1].waiting.whenFull == .minutes(1))
        #expect(scenarios[1].waiting.forBusy == .seconds(3))
        #expect(scenarios[2].policies.idle == PolicyChoice("none"))
        #expect(scenarios[3].policies.idle == scenarios[0].policies.idle)
    }

    @Test(arguments: [
        ("300 ms", Distribution.constant(0.3)),
        ("{uniform: {low: 1 s, high: 2 s}}", .uniform(low: 1, high: 2)),
        ("{exponential: {mean: 0.3 s}}", .exponential(mean: 0.3)),
        ("{lognormal: {mu: 0.296, sigma: 1.326}}", .logNormal(mu: 0.296, sigma: 1.326)),
        ("{weibull: {shape: 0.5, scale: 2 min}}", .weibull(shape: 0.5, scale: 120)),
        ("{burr: {c: 2, k: 1.5, scale: 10 ms}}", .burr(c: 2, k: 1.5, scale: 0.01)),
        (
            "{quantiles: {0: 0 s, 0.5: 1 s, 1: 3 s}}",
            .quantiles([.init(0, 0), .init(0.5, 1), .init(1, 3)])
        ),
    ])
    func everyDistributionIsRead(text: String, expected: Distribution) throws {
        let experiment = try read(smallExperiment + "\nwarm-start: \(text)")
        #expect(experiment.variants[0].scenario.idleStates[0] == .warm(delay: expected))
    }

    @Test(arguments: [
        ("even", "layout: even"), ("burst", "burst: {at: 0 s}"), ("{burst: {at: 5 s}}", "burst: {at: 5 s}"),
    ])
    func layoutsOfMinutesAreRead(text: String, printed: String) throws {
        let file = smallExperiment.replacing("workload:", with: "workload:\n  layout: \(text)")
        #expect(try read(file).resolved.contains(printed))
    }

    @Test func anchorsAndMergesAreFollowed() throws {
        let experiment = try read(
            smallExperiment + """

                policies:
                  a: &a {idle: none, reclaim: none}
                  b: {<<: *a, idle: forever}
                """)
        #expect(experiment.variants[1].scenario.policies.idle.name == "forever")
        #expect(experiment.variants[1].scenario.policies.reclaim.name == "none")
    }

    @Test func settingsOfOtherCommandsAreLeftAloneWithANotice() throws {
        let experiment = try read(
            smallExperiment
                + "\nsweep: {grid: {sandbox.reuse: [random, oldest]}}\nreplicates: 5\nmetrics: [cold_share]")
        #expect(experiment.notices.count == 1)
        #expect(experiment.notices[0].contains("'sweep' and 'replicates'"))
        #expect(errors(of: smallExperiment + "\nsweep: 7").first?.contains("test.yaml:7: sweep") == true)
    }

    @Test func theUnitFollowsTheWorkloadUnlessItIsGiven() throws {
        try withTemporaryDirectory { directory in
            let path = "\(directory)/calls.csv"
            try """
            time,function,duration,application,memory
            0,f,0.1,a,100
            1,g,0.1,a,200
            """.write(toFile: path, atomically: true, encoding: .utf8)
            let text = """
                name: unit
                workload: {events: {file: \(path)}}
                cluster: {nodes: [{count: 1, memory: 1 GiB}]}
                """
            var open = try read(text)
            _ = try open.loadWorkload()
            #expect(open.variants[0].scenario.sandbox.unit == .function)
            var given = try read(text + "\nsandbox: {unit: application}")
            _ = try given.loadWorkload()
            #expect(given.variants[0].scenario.sandbox.unit == .application)
        }
    }
}
