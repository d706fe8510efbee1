import EventKernel
import Files
import Testing
import Workload

@testable import Simulator

/// Values that are each possible, and too large when they are drawn, converted or summed: a sentence that names them, and
/// never a trap. Beside each stands the largest that works, with its right value.
@Suite struct HostileValueTests {
    private static let year = 366.0 * 86_400

    private func refusal(_ scenario: Scenario, _ workload: Workload) -> InputError? {
        do {
            _ = try Simulation(scenario: scenario, workload: workload, seed: 1).run()
            return nil
        } catch {
            #expect(error is InputError, "\(error)")
            return error as? InputError
        }
    }

    private static let calls = [HandCall(0, runs: 1), HandCall(1, runs: 1)]

    @Test(arguments: [
        Distribution.constant(300_000 * 86_400), .logNormal(mu: 0, sigma: 10), .logNormal(mu: 800, sigma: 0),
        .weibull(shape: 0.01, scale: 1), .burr(c: 1, k: 0.05, scale: 1), .exponential(mean: 9e9),
        .quantiles([.init(0, 0), .init(1, 1e11)]), .uniform(low: 0, high: 1e300), .constant(.nan),
    ])
    func lawsThatGiveMoreThanACenturyAreRefused(law: Distribution) throws {
        // As executions, as stages of a cold start and as warm starts.
        let executing = poissonWorkload(rate: 1, execution: law, horizon: 10)
        #expect(refusal(handScenario(), executing)?.problem.contains("workload") == true)
        var starting = handScenario()
        starting.start.cold = StartPath(name: "cold", stages: [Stage(.boot, law)])
        let error = try #require(refusal(starting, handWorkload(Self.calls, horizon: 10)))
        #expect(error.problem.contains("boot stage of 'cold'"))
        var warm = handScenario()
        warm.idleStates = [.warm(delay: law)]
        #expect(refusal(warm, handWorkload(Self.calls, horizon: 10)) != nil)
    }

    @Test func aCenturyOfExecutionIsTaken() throws {
        let work = handWorkload([HandCall(0, runs: 100 * Self.year)], horizon: 10)
        let record = try Simulation(scenario: handScenario(), workload: work, seed: 1).run()
        #expect(abs(record.endToEnd.max - SimDuration.longest.seconds) < 1e-3)
    }

    @Test(arguments: [0, 1e-12, 3e-9, .nan, .infinity, 2e9])
    func ratesThatCannotBeDrawnAreRefused(rate: Double) {
        let work = poissonWorkload(rate: rate, execution: .constant(1), horizon: 10)
        #expect(refusal(handScenario(), work)?.problem.contains("calls a second") == true)
    }

    @Test func oneCallInTenYearsIsDrawn() throws {
        let work = poissonWorkload(
            rate: PoissonCalls.leastRate, execution: .constant(1), horizon: 100 * Self.year)
        var scenario = handScenario()
        scenario.measurement.interval = .hours(24 * 366)
        let record = try Simulation(scenario: scenario, workload: work, seed: 1).run()
        #expect((1...30).contains(record.invocations.arrived))
    }

    /// Calls that queue for one server for 40 years each: the third ends in year 120, the fourth after the end of time.
    @Test func queuesThatEndAfterTheEndOfTimeAreRefused() throws {
        var scenario = handScenario()
        scenario.start.cold = StartPath(
            name: "cold", stages: [Stage(.boot, .constant(40 * Self.year), resource: "lock")])
        let calls = (0..<4).map { _ in HandCall(0, runs: 0) }
        let record = try Simulation(
            scenario: scenario, workload: handWorkload(Array(calls[..<3]), horizon: 10), seed: 1
        ).run()
        #expect(abs(record.startup.max - 120 * Self.year) < 1e-3)
        let error = try #require(refusal(scenario, handWorkload(calls, horizon: 10)))
        #expect(error.problem.contains("146 years"))
        // Far beyond 64 bits.
        let many = (0..<400).map { _ in HandCall(0, runs: 0) }
        #expect(refusal(scenario, handWorkload(many, horizon: 10)) == error)
    }

    @Test func stagesThatAddUpBeyondTheEndOfTimeAreRefused() {
        var scenario = handScenario()
        let stage = Stage(.boot, .constant(90 * Self.year))
        scenario.start.cold = StartPath(name: "cold", stages: Array(repeating: stage, count: 16))
        #expect(refusal(scenario, handWorkload(Self.calls, horizon: 10)) != nil)
        // The same where each stage is drawn, and where cores are shared.
        let drawn = Stage(.boot, .uniform(low: 89 * Self.year, high: 90 * Self.year))
        scenario.start.cold.stages = Array(repeating: drawn, count: 16)
        #expect(refusal(scenario, handWorkload(Self.calls, horizon: 10)) != nil)
        scenario.start.cold.stages = [Stage(.boot, .law(.constant(90 * Self.year)), threads: 1_000)]
        scenario.contention = .processorSharing(demand: 1)
        #expect(refusal(scenario, handWorkload(Self.calls, horizon: 10)) != nil)
    }

    /// Starts of a function that take 600 years together, more than 64 bits of nanoseconds hold.
    @Test func startupTimesOfAFunctionAddUpBeyond64Bits() throws {
        var scenario = handScenario(memory: 100_000)
        scenario.start.cold = StartPath(name: "cold", stages: [Stage(.boot, .constant(2 * Self.year))])
        let calls = (0..<300).map { _ in HandCall(0, runs: 2 * Self.year) }
        let record = try Simulation(
            scenario: scenario, workload: handWorkload(calls, horizon: 10), seed: 1
        ).run()
        #expect(record.starts.cold == 300)
        #expect(record.functions[0].startupSeconds == 600 * Self.year)
        let busy = record.mechanism.coreSeconds.first { $0.purpose == "execution" }
        #expect(busy?.seconds == 600 * Self.year)
    }

    @Test(arguments: [1e-12, 1e-300])
    func coresThatNeverEndTheirWorkAreRefused(cores: Double) {
        var scenario = handScenario()
        scenario.nodes[0].cores = cores
        scenario.contention = .processorSharing(demand: 1)
        #expect(refusal(scenario, handWorkload(Self.calls, horizon: 10))?.problem.contains("146") == true)
    }

    @Test(arguments: [1e12, .infinity, .nan, 0, -1])
    func demandsThatNoNodeHasAreRefused(demand: Double) {
        var scenario = handScenario()
        scenario.contention = .processorSharing(demand: demand)
        #expect(refusal(scenario, handWorkload(Self.calls, horizon: 10))?.problem.contains("demand") == true)
    }

    @Test func memoryOfAllNodesIsAddedUpBeforeTheRun() throws {
        let work = handWorkload(Self.calls, horizon: 10)
        var scenario = handScenario()
        scenario.nodes = [NodeGroup(count: 1_000_000, memory: Bytes(18 << 40))]
        #expect(refusal(scenario, work)?.problem.contains("cluster.nodes") == true)
        scenario.nodes = [
            NodeGroup(count: .max, memory: .gibibytes(1)), NodeGroup(count: .max, memory: .gibibytes(1)),
        ]
        #expect(refusal(scenario, work)?.remedy.contains("1,000,000") == true)
        // Just below 4 EiB works, with its sum.
        scenario.nodes = [NodeGroup(count: 3, memory: .largest), NodeGroup(count: 1, memory: .gibibytes(1))]
        let record = try Simulation(scenario: scenario, workload: work, seed: 1).run()
        #expect(record.memory.capacity == 3 << 60 + 1 << 30)
        scenario.nodes[1].memory = .largest
        #expect(refusal(scenario, work) != nil)
    }

    @Test func theTimelineIsBounded() throws {
        let work = handWorkload(Self.calls, horizon: 120)
        var scenario = handScenario()
        scenario.measurement.interval = .nanoseconds(1)
        let error = try #require(refusal(scenario, work))
        #expect(error.problem.contains("120000000000 points") && error.remedy.contains("1 s or more"))
        scenario.measurement.interval = .microseconds(119)
        #expect(refusal(scenario, work) != nil)
        // The remedy works, also for a horizon of decades.
        var long = work
        long.horizon = .hours(24 * 365 * 56)
        scenario.measurement.interval = .minutes(1)
        let remedy = try #require(refusal(scenario, long)).remedy
        let enough = try #require(UInt64(remedy.split(separator: " ").first { Int($0) != nil } ?? ""))
        scenario.measurement.interval = .seconds(enough)
        scenario.measurement.warmUp = .zero
        try scenario.validate(for: long)
    }

    @Test func keepAlivesAndWaitsMayBeAsLongAsCanBeSaid() throws {
        let work = handWorkload(Self.calls, memory: [100], horizon: 10)
        for nanoseconds in [UInt64(1) << 62, 9_200_000_000_000_000_000, .max] {
            var scenario = handScenario()
            scenario.waiting.whenFull = .nanoseconds(nanoseconds)
            scenario.waiting.forBusy = .nanoseconds(nanoseconds)
            scenario.policies.idle = PolicyChoice(
                "fixed", ["keep-alive": .duration(.nanoseconds(nanoseconds))])
            let record = try Simulation(scenario: scenario, workload: work, seed: 1).run()
            // It waits for the busy sandbox, as long as that takes.
            #expect(record.starts.cold == 1 && record.evictions.total == 0)
        }
    }

    @Test func serversOfAllNodesAreCountedBeforeTheyAreMade() throws {
        var scenario = handScenario()
        scenario.nodes[0].count = 1_000
        scenario.start.cold = StartPath(name: "cold", stages: [Stage(.boot, .constant(1), resource: "disk")])
        scenario.resources = [Resource("disk", servers: 1_000_000)]
        let work = handWorkload(Self.calls, horizon: 10)
        #expect(refusal(scenario, work)?.problem.contains("50,000,000") == true)
        scenario.resources = [Resource("disk", scope: .cluster, servers: 1_000_000)]
        #expect(refusal(scenario, work) == nil)
    }

    @Test func applicationsBeyondAnEiBAreRefused() {
        var work = handWorkload(Self.calls, horizon: 10)
        work.applications[0].memory = Bytes(1 << 60 + 1)
        #expect(refusal(handScenario(), work)?.problem.contains("1 EiB") == true)
        work.applications[0].memory = .largest
        // It fits nowhere, and that is all.
        #expect(refusal(handScenario(), work) == nil)
    }
}
