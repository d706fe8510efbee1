import EventKernel
import Glibc
import Simulator
import Workload

/// How many random scenarios a property is tried on: PAGEFOLD_SEEDS, or `standard`.
func scenarioCount(_ standard: UInt64) -> UInt64 {
    guard let text = getenv("PAGEFOLD_SEEDS"), let count = UInt64(String(cString: text)), count > 0 else {
        return standard
    }
    return count
}

/// Draws small scenarios of all kinds, with workloads of a few dozen calls.
struct RandomScenario {
    private var stream: RandomStream
    /// Whether times are to the nanosecond; otherwise they lie on a grid of half seconds, where many coincide.
    private let isContinuous: Bool

    init(seed: UInt64, isContinuous: Bool? = nil) {
        stream = RandomStream(seed: seed, purpose: .test, entity: 50)
        let drawn = stream.below(2) == 0
        self.isContinuous = isContinuous ?? drawn
    }

    mutating func make() -> (Scenario, Workload) {
        let workload = makeWorkload()
        var scenario = Scenario(nodes: makeNodes())
        scenario.sandbox.unit = pick([.application, .function])
        scenario.sandbox.concurrency = chance(0.5) ? 1 : 2 + Int(stream.below(3))
        scenario.sandbox.reuse = pick(ReuseOrder.allCases)
        scenario.sandbox.keepAliveFrom = pick([.executionEnd, .executionStart])
        scenario.sandbox.keepAliveReset = chance(0.8)
        scenario.start = StartSettings(cold: makePath("cold"))
        if chance(0.3) { scenario.start.byName = [.init("f1", makePath("other"))] }
        scenario.idleStates = [.warm(delay: pick([.constant(0), .constant(0.5), .exponential(mean: 0.2)]))]
        for state in 0..<stream.below(3) {
            let fraction = pick([0, 0.25, 0.5, stream.unit(), 1])
            let placement = IdleState.Placement(
                .initialized, fraction == 1 ? .local : .compressed, localFraction: fraction)
            scenario.idleStates.append(
                IdleState(
                    name: "s\(state)", placements: [placement], restore: makePath("s\(state)"),
                    image: fraction == 0 ? .elsewhere : nil))
        }
        scenario.waiting.whenFull = pick([.zero, time(5), time(40), .minutes(5), .forever])
        scenario.waiting.forBusy = pick([.zero, .zero, time(2), time(20), .forever])
        scenario.waiting.forStarting = chance(0.7)
        scenario.waiting.countWaitedAsCold = chance(0.3)
        if chance(0.3) { scenario.contention = .processorSharing(demand: pick([0.5, 1, 1.7])) }
        if chance(0.5) { scenario.measurement.warmUp = time(workload.horizon.seconds * 0.6) }
        scenario.measurement.interval = .nanoseconds(1_000_000_000 + stream.below(60_000_000_000))
        scenario.policies = makePolicies()
        return (scenario, workload)
    }

    private mutating func makeWorkload() -> Workload {
        let functions = 1 + Int(stream.below(6))
        let sizes: [UInt64] = (0..<functions).map { _ in
            pick([50, 100, 100, 150, 400]) + (isContinuous ? stream.below(9) : 0)
        }
        let span = pick([10.0, 60, 200])
        let calls = (0..<10 + stream.below(90)).map { _ in
            EventList.Event(
                time: .zero + time(span),
                duration: chance(0.2) && !isContinuous ? .zero : time(pick([1, 5, 30])),
                function: FunctionID(UInt32(stream.below(UInt64(functions)))))
        }
        let horizon = span + 1 + pick([0, 20, 500])
        var workload = workload(
            memory: sizes, execution: .perCall, calls: .events(EventList(calls)), horizon: horizon)
        let shared = stream.below(UInt64(functions))
        for function in workload.functions.indices where chance(0.3) {
            workload.functions[function].application = ApplicationID(UInt32(shared))
        }
        return workload
    }

    private mutating func makeNodes() -> [NodeGroup] {
        let isTight = chance(0.7)
        return (0...stream.below(2)).map { _ in
            let memory = isTight ? 80 + stream.below(800) : 40_000
            return NodeGroup(
                count: 1 + Int(stream.below(3)), memory: .mebibytes(memory), cores: pick([0.5, 1, 2, 4]))
        }
    }

    private mutating func makePath(_ name: String) -> StartPath {
        let stages: [Stage] = (0..<stream.below(4)).map { _ in
            let law: Distribution = pick([
                .constant(0), .constant(0.5), .constant(3), .exponential(mean: 1), .uniform(low: 0, high: 4),
            ])
            return Stage(.create, law, resource: pick([nil, nil, "disk", "netns"]))
        }
        return StartPath(name: name, stages: stages)
    }

    private mutating func makePolicies() -> PolicyChoices {
        var choices = PolicyChoices()
        choices.placement = PolicyChoice(pick(["least-loaded", "round-robin", "locality", "power-of-two"]))
        choices.reclaim = PolicyChoice(pick(["lru", "greedy-dual", "none"]))
        choices.idle = pick([
            PolicyChoice("fixed", ["keep-alive": .duration(time(30))]), PolicyChoice("none"),
            PolicyChoice("forever"),
            PolicyChoice("steps"), PolicyChoice("steps"), PolicyChoice("steps"),
        ])
        return choices
    }

    /// Up to this many seconds, zero included.
    private mutating func time(_ most: Double) -> SimDuration {
        if isContinuous { return .nanoseconds(1 + stream.below(UInt64(most * 1e9))) }
        return .milliseconds(stream.below(UInt64(most * 2) + 1) * 500)
    }

    private mutating func chance(_ share: Double) -> Bool { stream.unit() < share }
    private mutating func pick<T>(_ choices: [T]) -> T { choices[Int(stream.below(UInt64(choices.count)))] }
}

/// Goes through the idle states at random and loads ahead of need at random.
final class RandomStepPolicy: IdlePolicy, PrewarmPolicy {
    private var stream: RandomStream
    private let states: UInt64
    /// Calls as the policy hears of them.
    var heard: [(unit: UnitID, at: SimTime)] = []

    init(seed: UInt64, states: Int) {
        stream = RandomStream(seed: seed, purpose: .test, entity: 51)
        self.states = UInt64(states)
    }

    var observesArrivals: Bool { true }
    func arrived(at unit: UnitView, now: SimTime, idleTime: SimDuration?) { heard.append((unit.id, now)) }

    func nextStep(of sandbox: SandboxView, unit: UnitView, now: SimTime) -> IdleStep {
        let after = SimDuration.milliseconds(stream.below(40) * 500)
        switch stream.below(10) {
        case 0: return .stay
        case 1: return .evict(after: .forever)
        case 2..<5: return .evict(after: after)
        default:
            // Some time passes at each step, so that steps come to an end.
            return .enter(IdleStateID(UInt8(stream.below(states))), after: after + .milliseconds(500))
        }
    }

    func firstOrder(for unit: UnitView) -> PrewarmOrder? {
        stream.below(3) == 0 ? PrewarmOrder(at: .zero + .milliseconds(stream.below(40) * 500)) : nil
    }

    func order(after end: SimTime, for unit: UnitView) -> PrewarmOrder? {
        switch stream.below(4) {
        case 0: PrewarmOrder(at: .zero)
        case 1: PrewarmOrder(at: end + .milliseconds(stream.below(40) * 500))
        default: nil
        }
    }
}

/// Runs `scenario`; its idle policy named `steps` is `steps`.
func runChecked(
    _ scenario: Scenario, _ workload: Workload, steps: RandomStepPolicy, selfCheck: Bool = true,
    seed: UInt64 = 1,
    placement wrap: @escaping (any PlacementPolicy) -> any PlacementPolicy = { $0 }
) throws -> RunRecord {
    var options = Simulation.Options()
    options.selfCheck = selfCheck
    let simulation = Simulation(scenario: scenario, workload: workload, seed: seed) { context in
        var choices = scenario.policies
        if choices.idle.name == "steps" { choices.idle = PolicyChoice("forever") }
        var policies = try PolicyCatalog.standard.make(choices, context: context)
        policies.placement = wrap(policies.placement)
        if scenario.policies.idle.name == "steps" {
            policies.idle = steps
            policies.prewarm = steps
        }
        return policies
    }
    return try simulation.run(options: options)
}
