import EventKernel
import Files
import Machine
import Simulator
import Testing
import Workload

@testable import Experiments

/// Values that look valid, thrown at scenario files: a run or a sentence, never a trap.
@Suite struct HostileScenarioTests {
    private static let file = """
        name: hostile
        workload:
          poisson: {functions: 3, rate: 1 /s, horizon: 30 s, execution: 200 ms, memory: 100 MiB}
        cluster:
          nodes: [{count: 2, memory: 1 GiB, cores: 2}]
        start:
          cold: [{stage: create, duration: 300 ms, resource: lock}]
        contention: {processor-sharing: {demand: 1}}
        """

    private static let times = [
        "0 s", "1 ns", "1 us", "3 h", "36599 d", "36601 d", "100000 d", "106751 d", "106752 d", "210000 d",
        "3e9 s", "9.2e9 s", "18446744073709551615 ns", "18446744073709551616 ns", "1e300 s", "1e-300 s",
        "forever",
    ]
    private static let laws = [
        "{lognormal: {mu: 0, sigma: 10}}", "{lognormal: {mu: 700, sigma: 0}}",
        "{lognormal: {mu: -1e308, sigma: 1e308}}",
        "{weibull: {shape: 0.01, scale: 1 s}}", "{weibull: {shape: 1e-300, scale: 1e-300 s}}",
        "{burr: {c: 1, k: 0.05, scale: 1 s}}", "{burr: {c: 1e300, k: 1e-300, scale: 1e300 s}}",
        "{exponential: {mean: 9e9 s}}", "{uniform: {low: 0 s, high: 1e12 s}}",
        "{quantiles: {0: 0 s, 1: 1e11 s}}",
        "{quantiles: {0: 0 s, 1e-300: 1 s, 1: 2 s}}",
    ]
    private static let amounts = [
        "0 B", "1 B", "1 TiB", "1048576 TiB", "4194303 TiB", "4194304 TiB", "18446744073709551615 B",
        "1e300 GiB",
    ]
    private static let numbers = [
        "0", "-1", "1e-300", "1e-12", "0.5", "1", "1000000", "1000001", "2147483647", "2147483648",
        "4294967296",
        "9223372036854775807", "9223372036854775808", "18446744073709551615", "1e19", "1e300", "1e400",
        ".nan", ".inf",
        "-.inf", "''",
    ]

    /// Settings and what is thrown at them.
    private static let targets: [(String, [String])] = [
        ("workload.poisson.execution", times + laws), ("workload.poisson.horizon", times),
        ("workload.poisson.rate", numbers.map { "\($0) /s" } + ["1e-12 /day", "1e9 /ns"]),
        ("workload.poisson.memory", amounts + ["{exponential: {mean: 1e15 B}}"]),
        ("workload.poisson.zipf", numbers),
        ("workload.poisson.seed", numbers), ("seed", numbers), ("start.cold.0.duration", times + laws),
        ("warm-start", times + laws), ("waiting.when-full", times), ("waiting.for-busy", times),
        ("waiting.starts-at-once", numbers), ("measurement.warm-up", times), ("measurement.interval", times),
        ("cluster.nodes.0.count", numbers), ("cluster.nodes.0.memory", amounts),
        ("cluster.nodes.0.limit", amounts),
        ("cluster.nodes.0.cores", numbers), ("contention.processor-sharing.demand", numbers),
        ("sandbox.concurrency", numbers), ("idle.keep-alive", times),
        ("resources", numbers.map { "[{name: lock, servers: \($0)}]" }),
        (
            "idle",
            times.map { "{policy: hybrid-histogram, bin: \($0)}" }
                + times.map { "{policy: hybrid-histogram, range: \($0)}" }
        ),
        ("idle", numbers.map { "{policy: clairvoyant-keep, budget: \($0) GiB s}" }),
        (
            "failures.nodes",
            times.map { "[{node: 0, at: \($0), lasts: 1 s}]" }
                + times.map { "[{node: 0, at: 1 s, lasts: \($0)}]" }
        ),
    ]

    /// What became of an experiment with these settings.
    private func outcome(_ settings: [String]) -> String {
        do {
            var experiment = try read(Self.file, set: settings)
            // What runs for hours is not a trap: such are only read and checked.
            var calls = 0.0
            let workload = try experiment.loadWorkload()
            if case .poisson(let stream) = workload.calls { calls = stream.rate * workload.horizon.seconds }
            var options = Simulation.Options()
            var looks = 0
            options.progress = { _, _ in
                looks += 1
                return looks < 3
            }
            if calls > 1e5 || experiment.variants[0].scenario.nodes[0].count > 1_000 {
                try experiment.variants[0].scenario.validate(for: workload)
                return "checked"
            }
            let run = try experiment.run(experiment.variants[0], on: workload, options: options)
            let record = run.record
            let failed =
                record.invocations.refusedFull + record.invocations.refusedNeverFits
                + record.invocations.timedOut
            #expect(record.invocations.arrived == record.invocations.completed + failed, "\(settings)")
            #expect(record.memory.total.mean.isFinite && record.endToEnd.mean.isFinite, "\(settings)")
            return "ran"
        } catch let error as InputError {
            #expect(!error.problem.isEmpty)
            return "refused"
        } catch is InputErrors {
            return "refused"
        } catch is Simulation.Stopped {
            return "stopped"
        } catch {
            Issue.record("\(settings): \(error)")
            return "failed"
        }
    }

    @Test(arguments: targets)
    func oneExtremeValueIsARunOrASentence(path: String, values: [String]) {
        var outcomes: Set<String> = []
        for value in values { outcomes.insert(outcome(["\(path)=\(value)"])) }
        // Of each setting some are too much.
        #expect(outcomes.contains("refused"), "\(path)")
    }

    @Test func severalExtremeValuesAreARunOrASentence() {
        var counts: [String: Int] = [:]
        for seed in 0..<400 {
            var stream = RandomStream(seed: UInt64(seed), purpose: .test)
            let settings = (0..<1 + Int(stream.below(3))).map { _ in
                let (path, values) = Self.targets[Int(stream.below(UInt64(Self.targets.count)))]
                return "\(path)=\(values[Int(stream.below(UInt64(values.count)))])"
            }
            counts[outcome(settings), default: 0] += 1
        }
        #expect((counts["refused"] ?? 0) > 100 && (counts["ran"] ?? 0) > 20, "\(counts)")
    }

    /// One bad point of a sweep fails; the others are stored.
    @Test func aBadPointOfASweepFailsAlone() throws {
        try withTemporaryDirectory { directory in
            let path = "\(directory)/s.sqlite"
            let text =
                Self.file + """

                    policies: {short: {idle: {keep-alive: 1 min}}, long: {idle: {keep-alive: 9 min}}}
                    sweep:
                      grid:
                        workload.poisson.execution: [200 ms, 300000 d, 300 ms]
                        measurement.interval: [1 ns, 1 min]
                    replicates: 2
                    """
            let outcome = try sweep(text, into: path)
            // Of six points the two with a sound execution and interval run, with two policies and replicates.
            #expect(outcome.finished == 8 && outcome.missing == 16)
            #expect(outcome.failures.contains { $0.problem.contains("workload.poisson.execution") })
            #expect(outcome.failures.contains { $0.problem.contains("measurement.interval") })
            // Each says at which point it was.
            #expect(outcome.failures.allSatisfy { $0.problem.hasPrefix("at ") })
            let results = try ResultStore(reading: path).results(metrics: ["arrived"])
            let there = results.points.indices.filter { !results.tables[0][$0, 0, 0].isNaN }
            #expect(there == [1, 5])
        }
    }

    /// What is found only once the workload is drawn or the run is made is still told with its place.
    @Test func whatARunRefusesNamesTheLineOfItsSetting() throws {
        func refusal(_ setting: String, in file: String = Self.file) -> InputError? {
            #expect(throws: InputError.self, "\(setting)") {
                var experiment = try read(file, set: setting.isEmpty ? [] : [setting])
                let workload = try experiment.loadWorkload()
                _ = try experiment.run(experiment.variants[0], on: workload)
            }
        }
        let workload = refusal("", in: Self.file.replacing("200 ms", with: "300000 d"))
        #expect(workload?.file == "test.yaml" && workload?.line == 3)
        #expect(workload?.problem.hasPrefix("workload.poisson.execution can give") == true)
        let nothing = refusal("", in: Self.file.replacing("100 MiB", with: "0 B"))
        #expect(nothing?.line == 3 && nothing?.problem == "workload.poisson.memory gives nothing")
        let node = refusal("", in: Self.file.replacing("cores: 2", with: "limit: 2 GiB"))
        #expect(node?.file == "test.yaml" && node?.line == 5)
        #expect(node?.problem.hasPrefix("cluster.nodes[0].limit is 2048") == true)
        let option = refusal("workload.poisson.execution=300000 d")
        #expect(
            option?.problem.hasPrefix("--set workload.poisson.execution=300000 d: workload.poisson") == true)
    }

    @Test func moreFunctionsThanMemoryHoldsAreRefusedBeforeTheyAreMade() throws {
        let share = MachineShare(memory: 1 << 30, memoryBound: "the limit", processors: 1)
        try PoissonSource.checkMemory(functions: 1_900_000, share: share)
        let error = #expect(throws: InputError.self) {
            try PoissonSource.checkMemory(functions: 2_000_000, share: share)
        }
        #expect(
            error?.problem.hasPrefix("workload.poisson.functions: 2000000 functions take about 1068 MiB")
                == true)
        #expect(error?.problem.hasSuffix("the limit leaves 1024 MiB") == true)
    }

    @Test(arguments: ["\\0", "\\uFFFE", "\\uFFFF"])
    func charactersThatFilesCannotCarryAreRefused(character: String) {
        let found = errors(of: Self.file + "\npolicies: {\"a\(character)b\": {idle: forever}}")
        #expect(found.first?.contains("cannot carry") == true)
        #expect(
            errors(of: Self.file.replacing("hostile", with: "\"x\(character)\"")).first?.contains(
                "test.yaml:1") == true)
    }

    @Test func longNamesAreRefusedAndOddOnesKept() throws {
        let name = String(repeating: "x", count: 256)
        #expect(!errors(of: Self.file + "\npolicies: {\(name): {idle: forever}}").isEmpty)
        let odd = try read(
            Self.file + "\npolicies: {\"\\e[31mred\": {idle: forever}, '<b>': {idle: forever}}")
        #expect(odd.variants.map(\.name) == ["\u{1B}[31mred", "<b>"])
        // What is written reads back as the same.
        #expect(try read(odd.resolved).variants.map(\.name) == odd.variants.map(\.name))
    }
}
