import EventKernel
import Simulator
import Workload

/// One call by hand: when it arrives and how long it runs, in seconds, and which function it calls.
struct HandCall {
    var at: Double
    var runs: Double
    var function: Int

    init(_ at: Double, runs: Double, _ function: Int = 0) {
        self.at = at
        self.runs = runs
        self.function = function
    }
}

/// Seconds as a span; for literals in tests.
func seconds(_ value: Double) -> SimDuration { .nanoseconds(UInt64((value * 1e9).rounded())) }

/// A workload of these calls. Each function is an application of its own and takes `memory[function]` MiB.
func handWorkload(_ calls: [HandCall], memory: [UInt64] = [100], horizon: Double) -> Workload {
    let events = calls.map {
        EventList.Event(
            time: .zero + seconds($0.at), duration: seconds($0.runs),
            function: FunctionID(UInt32($0.function)))
    }
    return workload(memory: memory, execution: .perCall, calls: .events(EventList(events)), horizon: horizon)
}

/// A workload of functions that are applications of their own and take `memory[function]` MiB.
func workload(
    memory: [UInt64], execution: ExecutionTime, shapes: [Distribution] = [], calls: Calls, horizon: Double
) -> Workload {
    Workload(
        applications: memory.enumerated().map {
            Application(name: "a\($0.offset)", memory: .mebibytes($0.element))
        },
        functions: memory.enumerated().map {
            Function(
                name: "f\($0.offset)", application: ApplicationID(UInt32($0.offset)),
                memory: .mebibytes($0.element),
                executionTime: execution)
        },
        shapes: shapes, calls: calls, horizon: seconds(horizon), provenance: Provenance(title: "test"))
}

/// Poisson calls of one function of 1 MiB.
func poissonWorkload(rate: Double, execution: Distribution, horizon: Double) -> Workload {
    workload(
        memory: [1], execution: .shaped(shape: 0, scale: 1), shapes: [execution],
        calls: .poisson(PoissonCalls(rate: rate, weights: [1])), horizon: horizon)
}

/// One node of `memory` MiB, a cold start of `cold` seconds, and a fixed keep-alive in seconds.
func handScenario(memory: UInt64 = 1_000, cold: Double = 0, keepAlive: Double = 600) -> Scenario {
    var scenario = Scenario(nodes: [NodeGroup(count: 1, memory: .mebibytes(memory), cores: 1)])
    scenario.start.cold = StartPath(name: "cold", stages: cold == 0 ? [] : [Stage(.create, .constant(cold))])
    scenario.policies.idle = PolicyChoice("fixed", ["keep-alive": .duration(seconds(keepAlive))])
    return scenario
}

/// Runs with every check after every event.
func simulate(_ scenario: Scenario, _ workload: Workload, seed: UInt64 = 1) throws -> RunRecord {
    var options = Simulation.Options()
    options.selfCheck = true
    return try Simulation(scenario: scenario, workload: workload, seed: seed).run(options: options)
}

/// Runs with a test's own idle policy, every check after every event.
func simulate(
    _ scenario: Scenario, _ workload: Workload, idle: any IdlePolicy, prewarm: (any PrewarmPolicy)? = nil,
    reclaimer: (any Reclaimer)? = LeastRecentlyUsed()
) throws -> RunRecord {
    var options = Simulation.Options()
    options.selfCheck = true
    let simulation = Simulation(scenario: scenario, workload: workload, seed: 1) { _ in
        PolicySet(placement: LeastLoaded(), idle: idle, prewarm: prewarm, reclaimer: reclaimer)
    }
    return try simulation.run(options: options)
}

extension RunRecord {
    /// Time-weighted mean memory of one purpose in MiB.
    func meanMebibytes(_ purpose: MemoryPurpose) -> Double {
        memory.byPurpose[Int(purpose.rawValue)].use.mean / 1_048_576
    }

    /// Startup seconds by function.
    var startups: [Double] { functions.map(\.startupSeconds) }
    /// Cold starts by function.
    var colds: [UInt64] { functions.map(\.cold) }
}

extension Double {
    /// Whether two results of the same sum, rounded on different ways, agree.
    func isNear(_ other: Double) -> Bool { (self - other).magnitude <= 1e-9 * Swift.max(other.magnitude, 1) }
}

/// Evicts after a fixed time and notes each sandbox that becomes idle, by its serial number.
final class NotingIdlePolicy: IdlePolicy {
    private let keepAlive: SimDuration
    var serials: [UInt64] = []

    init(keepAlive: Double) { self.keepAlive = seconds(keepAlive) }

    func nextStep(of sandbox: SandboxView, unit: UnitView, now: SimTime) -> IdleStep {
        serials.append(sandbox.serial)
        return .evict(after: keepAlive)
    }
}

/// Evicts at once and loads a sandbox ahead of need a fixed time after each execution.
final class LoadingPolicy: IdlePolicy, PrewarmPolicy {
    private let delay: SimDuration
    private let keepAlive: SimDuration

    init(delay: Double, keepAlive: Double) {
        self.delay = seconds(delay)
        self.keepAlive = seconds(keepAlive)
    }

    func nextStep(of sandbox: SandboxView, unit: UnitView, now: SimTime) -> IdleStep {
        .evict(after: sandbox.uses == 0 ? keepAlive : .zero)
    }

    func order(after end: SimTime, for unit: UnitView) -> PrewarmOrder? { PrewarmOrder(at: end + delay) }
}

/// Goes down the idle states one by one: each after its time, and out at the end.
final class LadderPolicy: IdlePolicy {
    private let times: [SimDuration]

    /// How long a sandbox stays in each state, in seconds.
    init(_ times: [Double]) { self.times = times.map(seconds) }

    func nextStep(of sandbox: SandboxView, unit: UnitView, now: SimTime) -> IdleStep {
        let state = sandbox.state.index
        if state + 1 == times.count { return .evict(after: times[state]) }
        return .enter(IdleStateID(UInt8(state + 1)), after: times[state])
    }
}
