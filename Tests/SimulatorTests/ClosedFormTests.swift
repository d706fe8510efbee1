import EventKernel
import Simulator
import Testing
import Workload

/// Seeds 1 ... 30 of each closed form.
private let seeds: ClosedRange<UInt64> = 1...30
/// A correct program leaves the interval once in a thousand: Student's t with 29 degrees of freedom at 0.9995 (SciPy
/// 1.17 t.ppf).
private let width = 3.659405019466333

/// The moments of one figure over the seeds.
private func moments(of body: (UInt64) throws -> Double) rethrows -> RunningMoments {
    var moments = RunningMoments()
    for seed in seeds { moments.add(try body(seed)) }
    return moments
}

private func isWithin(_ moments: RunningMoments, _ expected: Double) -> Bool {
    (moments.mean - expected).magnitude <= width * moments.standardError
}

/// One node, no start-up time.
private func plainScenario(memory: UInt64 = 1_000_000, idle: String = "none") -> Scenario {
    var scenario = handScenario(memory: memory)
    scenario.policies.idle = PolicyChoice(idle)
    return scenario
}

private func run(_ scenario: Scenario, _ workload: Workload, seed: UInt64) throws -> RunRecord {
    try Simulation(scenario: scenario, workload: workload, seed: seed).run()
}

/// The share of calls that find all of `servers` busy under an offered load of `load` (Erlang B).
private func erlangB(servers: Int, load: Double) -> Double {
    (1...servers).reduce(1) { $1 == 0 ? 1 : load * $0 / (Double($1) + load * $0) }
}

/// The share of calls that wait when nobody gives up (Erlang C).
private func erlangC(servers: Int, load: Double) -> Double {
    let blocked = erlangB(servers: servers, load: load)
    let busy = load / Double(servers)
    return blocked / (1 - busy * (1 - blocked))
}

@Suite("Closed forms")
struct ClosedFormTests {
    @Test(
        "Poisson calls under a fixed keep-alive are cold with probability exp(-rate x keep-alive)",
        arguments: [0.1, 0.5, 1, 2, 4])
    func coldShare(product: Double) throws {
        // 20,000 calls a run, 0.5 a second. The first is cold in any case and left out.
        let calls = poissonWorkload(rate: 0.5, execution: .constant(0), horizon: 40_000)
        let scenario = handScenario(keepAlive: product / 0.5)
        let shares = try moments { seed in
            let record = try run(scenario, calls, seed: seed)
            return Double(record.starts.cold - 1) / Double(record.starts.total - 1)
        }
        #expect(isWithin(shares, portableExp(-product)), "\(shares.mean)")
    }

    @Test(
        "Without waiting, calls are refused as often as Erlang B says, whatever the law of the execution time",
        arguments: [
            (5, Distribution.exponential(mean: 1)), (8, .exponential(mean: 1)), (5, .constant(1)),
            (5, .logNormal(mu: -0.5, sigma: 1)),
        ])
    func erlangBlocking(servers: Int, law: Distribution) throws {
        var scenario = plainScenario(memory: UInt64(servers))
        scenario.waiting.whenFull = .zero
        scenario.measurement.warmUp = seconds(100)
        let calls = poissonWorkload(rate: 4, execution: law, horizon: 5_100)
        let refused = try moments { seed in
            let counts = try run(scenario, calls, seed: seed).invocations
            return Double(counts.refusedFull) / Double(counts.arrived)
        }
        #expect(isWithin(refused, erlangB(servers: servers, load: 4)), "\(refused.mean)")
    }

    @Test(
        "With endless patience, calls wait as often and as long as Erlang C says",
        arguments: [(1, 0.6), (4, 3), (10, 8)])
    func erlangWaiting(servers: Int, load: Double) throws {
        var scenario = plainScenario(memory: UInt64(servers))
        scenario.waiting.whenFull = .forever
        scenario.measurement.warmUp = seconds(500)
        let calls = poissonWorkload(
            rate: load, execution: .exponential(mean: 1), horizon: 500 + 40_000 / load)
        var waits = RunningMoments()
        let shares = try moments { seed in
            let record = try run(scenario, calls, seed: seed)
            let arrived = Double(record.invocations.arrived)
            waits.add(record.waiting.time.mean * Double(record.waiting.time.count) / arrived)
            #expect(record.invocations.completed == record.invocations.arrived)
            #expect(
                record.startup.mean.isNear(
                    record.waiting.time.mean * Double(record.waiting.time.count) / arrived))
            return Double(record.waiting.count) / arrived
        }
        let waiting = erlangC(servers: servers, load: load)
        #expect(isWithin(shares, waiting), "\(shares.mean), not \(waiting)")
        #expect(isWithin(waits, waiting / (Double(servers) - load)), "\(waits.mean)")
    }

    @Test("With room for all, rate x mean execution time sandboxes run in the mean (M/G/infinity)")
    func sandboxesInUse() throws {
        let law = Distribution.logNormal(mu: 0, sigma: 1)
        var scenario = plainScenario()
        scenario.measurement.warmUp = seconds(200)
        let calls = poissonWorkload(rate: 5, execution: law, horizon: 4_200)
        let running = try moments { try run(scenario, calls, seed: $0).meanMebibytes(.running) }
        // The means of what is drawn: the tables' chords lie a little above the laws (EventKernelTests).
        let expected = QuantileTable(law).mean / QuantileTable(.exponential(mean: 0.2)).mean
        #expect(isWithin(running, expected), "\(running.mean), not \(expected)")
    }

    @Test(
        "On one shared core a call takes E[S] / (1 - load) in the mean, whatever the law (M/G/1-PS)",
        arguments: [
            (0.5, Distribution.exponential(mean: 1)), (0.7, .exponential(mean: 1)), (0.7, .constant(1)),
            (0.7, .logNormal(mu: -0.5, sigma: 1)),
        ])
    func processorSharing(load: Double, law: Distribution) throws {
        var scenario = plainScenario(idle: "forever")
        scenario.contention = .processorSharing(demand: 1)
        scenario.measurement.warmUp = seconds(1_000)
        let calls = poissonWorkload(rate: load, execution: law, horizon: 31_000)
        let times = try moments { try run(scenario, calls, seed: $0).endToEnd.mean }
        #expect(isWithin(times, 1 / (1 - load)), "\(times.mean)")
    }

    @Test(
        "On cores for two, processor sharing waits as M/M/2 does: a call takes E[S] (1 + C / (2 (1 - load)))")
    func processorSharingOnTwoCores() throws {
        // The number in an exponential system does not depend on who is served, so by Little's law the mean time of
        // M/M/2-PS is that of M/M/2: 1 + C / (2 - load).
        var scenario = plainScenario(idle: "forever")
        scenario.nodes[0].cores = 2
        scenario.contention = .processorSharing(demand: 1)
        scenario.measurement.warmUp = seconds(1_000)
        let calls = poissonWorkload(rate: 1.4, execution: .exponential(mean: 1), horizon: 21_000)
        let times = try moments { try run(scenario, calls, seed: $0).endToEnd.mean }
        #expect(isWithin(times, 1 + erlangC(servers: 2, load: 1.4) / (2 - 1.4)), "\(times.mean)")
    }
}
