import EventKernel
import Simulator
import Workload

/// Functions with scripted calls, one application each, for runs worked by hand.
struct ScriptedTrace {
    /// One function, and when it is called.
    struct Script {
        var name: String
        var memory: Bytes
        var calls: [(arrival: SimTime, execution: SimDuration)]
    }

    var functions: [Script] = []
    var horizon: SimDuration

    init(horizon: SimDuration) { self.horizon = horizon }

    /// A function that is called from `start` on every `period` until the horizon.
    mutating func add(
        _ name: String, _ memory: Bytes, execution: SimDuration, every period: SimDuration,
        from start: SimDuration = .zero
    ) {
        var arrivals: [SimTime] = []
        var time = SimTime.zero + start
        while time < SimTime.zero + horizon {
            arrivals.append(time)
            time = time + period
        }
        add(name, memory, execution: execution, at: arrivals)
    }

    /// A function that is called at these times.
    mutating func add(_ name: String, _ memory: Bytes, execution: SimDuration, at arrivals: [SimTime]) {
        add(name, memory, calls: arrivals.map { ($0, execution) })
    }

    /// A function with these calls: arrival and execution time.
    mutating func add(_ name: String, _ memory: Bytes, calls: [(SimTime, SimDuration)]) {
        functions.append(
            Script(name: name, memory: memory, calls: calls.map { (arrival: $0.0, execution: $0.1) }))
    }

    /// The workload; calls of one instant come in the order in which their functions were added.
    var workload: Workload {
        var events: [EventList.Event] = []
        for (index, function) in functions.enumerated() {
            for call in function.calls {
                events.append(
                    .init(time: call.arrival, duration: call.execution, function: FunctionID(UInt32(index))))
            }
        }
        return Workload(
            applications: functions.map { Application(name: $0.name, memory: $0.memory) },
            functions: functions.enumerated().map { index, function in
                Function(
                    name: function.name, application: ApplicationID(UInt32(index)), memory: function.memory,
                    executionTime: .perCall)
            },
            shapes: [], calls: .events(EventList(events)), horizon: horizon,
            provenance: Provenance(title: "scripted"))
    }

    /// Runs the trace on one node of `memory`; `change` may alter the scenario.
    func run(
        memory: Bytes, coldStart: SimDuration, idle: PolicyChoice,
        reclaim: PolicyChoice = PolicyChoice("lru"),
        change: (inout Scenario) -> Void = { _ in }
    ) throws -> RunRecord {
        var scenario = Scenario(nodes: [NodeGroup(count: 1, memory: memory)])
        scenario.start.cold = StartPath(name: "cold", stages: [Stage(.create, .constant(coldStart.seconds))])
        scenario.policies.idle = idle
        scenario.policies.reclaim = reclaim
        scenario.measurement.interval = .hours(1)
        change(&scenario)
        var options = Simulation.Options()
        options.selfCheck = functions.reduce(0) { $0 + $1.calls.count } < 2_000
        return try Simulation(scenario: scenario, workload: workload, seed: 1).run(options: options)
    }
}
