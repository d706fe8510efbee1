import Experiments
import Files
import Testing
import Workload

@Suite struct ExperimentErrorTests {
    /// What is added to the small experiment (from line 7 on), the line of the error, and what it must say.
    struct Case: Sendable, CustomTestStringConvertible {
        var text: String
        var line = 7
        var says: [String]
        var testDescription: String { text }
    }

    @Test(arguments: [
        Case(text: "sede: 3", says: ["no setting 'sede'", "did you mean 'seed'?"]),
        Case(
            text: "sandbox: {concurency: 2}",
            says: ["'concurency' in sandbox", "did you mean 'concurrency'?"]),
        Case(text: "sandbox: {unit: app}", says: ["no 'app'", "application, function"]),
        Case(text: "sandbox: {concurrency: 0}", says: ["whole number from 1 to 10000", "'0'"]),
        Case(text: "sandbox: {concurrency: 1.5}", says: ["whole number", "'1.5'"]),
        Case(text: "sandbox: 5", says: ["expected sandbox", "'5'"]),
        Case(text: "waiting: {when-full: 5}", says: ["'5' has no unit", "10 min"]),
        Case(text: "waiting: {when-full: 5 GiB}", says: ["'GiB' is not a unit of a duration"]),
        Case(text: "waiting: {when-full: 5 mins}", says: ["'mins' is not a unit", "did you mean 'min'?"]),
        Case(text: "waiting: {when-full: -5 s}", says: ["'-5 s' is negative"]),
        Case(text: "waiting: {when-full: 0.3 ns}", says: ["below a nanosecond"]),
        Case(text: "waiting: {when-full: 1e30 h}", says: ["too long"]),
        Case(text: "waiting: {when-full: }", says: ["there is no value"]),
        Case(text: "waiting: {when-full: [1 s]}", says: ["expected a duration", "a list"]),
        Case(text: "waiting: {for-starting: maybe}", says: ["true or false", "'maybe'"]),
        Case(text: "measurement: {interval: 0 s}", says: ["above 0"]),
        Case(text: "warm-start: {normal: {mu: 1}}", says: ["no distribution 'normal'", "lognormal"]),
        Case(text: "warm-start: {lognormal: {mu: 1}}", says: ["'sigma' is missing"]),
        Case(text: "warm-start: {exponential: {mean: 0 s}}", says: ["impossible", "mean"]),
        Case(text: "warm-start: {quantiles: {0: 2 s, 1: 1 s}}", says: ["impossible", "rise"]),
        Case(text: "warm-start: {quantiles: {a: 2 s, 1: 3 s}}", says: ["expected a number", "'a'"]),
        Case(text: "start: doker", says: ["no 'doker'", "did you mean 'docker'?"]),
        Case(text: "start: {preset: docker, cold: docker}", says: ["a preset is given too"]),
        Case(text: "start: {cold: [{stage: create}]}", says: ["'duration' is missing"]),
        Case(text: "layers: {runtime: 0.5}", says: ["add up to 0.5"]),
        Case(text: "layers: {runtimes: 1}", says: ["no 'runtimes'", "did you mean 'runtime'?"]),
        Case(text: "contention: on", says: ["expected off, or processor-sharing"]),
        Case(text: "idle: fixd", says: ["no idle policy 'fixd'", "did you mean 'fixed'?"]),
        Case(
            text: "idle: {policy: fixed, keepalive: 1 s}",
            says: ["'keepalive'", "did you mean 'keep-alive'?"]),
        Case(text: "idle: {policy: fixed, keep-alive: 1}", says: ["has no unit"]),
        Case(text: "idle: {policy: none, keep-alive: 1 s}", says: ["no setting 'keep-alive'"]),
        Case(text: "policies: {}", says: ["variants by name"]),
        Case(text: "policies:\n  a:\n    seed: 3", line: 9, says: ["no setting 'seed' in policies.a"]),
        Case(text: "policies: {a: {}, a: {}}", says: ["'a' is given twice"]),
        Case(text: "seed: 1\nseed: 2", says: ["'seed' is given twice"]),
        Case(text: "seed: -1", says: ["whole number from 0"]),
        Case(text: "description: [", line: 8, says: ["not YAML"]),
    ])
    func anErrorNamesItsLineAndARemedy(_ example: Case) throws {
        let errors = errors(of: smallExperiment + "\n" + example.text)
        let error = try #require(errors.first)
        #expect(error.hasPrefix("test.yaml:\(example.line): "), "\(error)")
        for words in example.says { #expect(error.contains(words), "\(error)") }
    }

    @Test func workloadsAreCheckedToo() {
        func withWorkload(_ text: String) -> String {
            "name: w\nworkload: \(text)\ncluster: {nodes: [{count: 1, memory: 1 GiB}]}"
        }
        let cases = [
            ("{}", "no source is given"),
            ("{trace: a.pftrace, generate: {functions: 3}}", "2 sources are given"),
            ("{poisson: {functions: 3}}", "give either 'rate' or 'calls'"),
            ("{poisson: {rate: 10}}", "'10' has no unit"), ("{poisson: {rate: 10 /lightyear}}", "not a unit"),
            ("{generate: {days: 1}}", "give either 'applications' or 'functions'"),
            ("{azure2019: {days: 1..3}}", "'directory' is missing"),
            ("{azure2019: {directory: d, days: 3..1}}", "days must follow each other"),
            ("{azure2019: {directory: d, days: 15}}", "from 1 to 14"),
            ("{layout: {burst: {at: 2 min}}, trace: a}", "below a minute"),
            ("{tracce: a}", "did you mean 'trace'?"),
        ]
        for (text, words) in cases {
            let errors = errors(of: withWorkload(text))
            #expect(
                errors.contains { $0.hasPrefix("test.yaml:2: ") && $0.contains(words) }, "\(text): \(errors)")
        }
    }

    @Test func whatMustBeThereIsAskedFor() {
        let errors = errors(of: "description: empty")
        for name in ["name", "workload", "cluster"] {
            #expect(errors.contains { $0.contains("'\(name)' is missing") })
        }
        #expect(isNoMapping("") && isNoMapping("- a") && isNoMapping("word"))
    }

    private func isNoMapping(_ text: String) -> Bool {
        errors(of: text).first?.contains("this is not an experiment") == true
    }

    @Test func allErrorsOfAFileComeAtOnceInItsOrder() {
        let errors = errors(of: smallExperiment + "\nidle: x\nsede: 3\nwarm-start: 3")
        #expect(errors.count == 3)
        #expect(errors.enumerated().allSatisfy { $0.element.hasPrefix("test.yaml:\(7 + $0.offset):") })
    }

    @Test func aPolicyThatRefusesItsParametersIsNamedWithItsLine() throws {
        var experiment = try read(
            smallExperiment + "\npolicies:\n  odd: {idle: {policy: hybrid-histogram, head: 2}}")
        let workload = try experiment.loadWorkload()
        let error = #expect(throws: InputError.self) {
            _ = try experiment.run(experiment.variants[0], on: workload)
        }
        #expect(error?.file == "test.yaml")
        #expect(error?.line == 8)
        #expect(error?.problem.contains("variant 'odd'") == true)
    }
}
