import EventKernel
import Simulator
import Testing
import Workload

@Suite("Properties of every run")
struct PropertyTests {
    private func steps(_ seed: UInt64, _ scenario: Scenario) -> RandomStepPolicy {
        RandomStepPolicy(seed: seed, states: scenario.idleStates.count)
    }

    @Test("Everything balances after every event, and each call ends exactly once")
    func conservation() throws {
        for seed in 1...scenarioCount(4_000) {
            var generator = RandomScenario(seed: seed)
            let (scenario, workload) = generator.make()
            let record = try runChecked(scenario, workload, steps: steps(seed, scenario), seed: seed)
            if let fault = fault(in: record, of: scenario, workload) {
                Issue.record("seed \(seed): \(fault)")
            }
        }
    }

    /// What does not add up in a record; nil when everything does.
    func fault(in record: RunRecord, of scenario: Scenario, _ workload: Workload) -> String? {
        let counts = record.invocations
        let ended = counts.completed + counts.refusedFull + counts.refusedNeverFits + counts.timedOut
        guard counts.arrived == ended else { return "\(counts.arrived) calls arrived, \(ended) ended" }
        guard counts.arrived == calls(of: workload, from: scenario.measurement.warmUp) else {
            return "calls are missing"
        }
        guard record.starts.total == counts.completed else { return "starts are not completions" }
        guard record.startup.count == counts.completed, record.endToEnd.count == counts.completed,
            record.slowdown.count == counts.completed
        else { return "latencies are not completions" }
        guard record.endToEnd.mean >= record.startup.mean else { return "calls end before they begin" }
        guard record.waiting.time.count <= record.waiting.count else { return "more were served than waited" }
        // A call that starts anew after a failure may wait again.
        let restarted = record.mechanism.failures.callsRestarted
        guard record.waiting.count <= counts.arrived + restarted else { return "more waited than arrived" }
        guard record.starts.waited <= record.waiting.time.count else { return "calls waited without waiting" }
        guard record.starts.onPrewarmed <= counts.completed else {
            return "too many starts on loaded sandboxes"
        }
        if scenario.policies.idle.name != "steps", record.starts.restored.contains(where: { $0 > 0 }) {
            return "there are restores without idle states"
        }
        return memoryFault(in: record) ?? rowFault(in: record, of: scenario)
    }

    private func calls(of workload: Workload, from start: SimDuration) -> UInt64 {
        let source = workload.arrivals(seed: 1, layout: .uniform)
        let batch = UnsafeMutableBufferPointer<Arrival>.allocate(capacity: 64)
        defer { batch.deallocate() }
        var calls: UInt64 = 0
        while true {
            let count = source.next(into: batch)
            if count == 0 { return calls }
            calls += UInt64(batch[..<count].count { $0.time >= .zero + start })
        }
    }

    private func memoryFault(in record: RunRecord) -> String? {
        let purposes = record.memory.byPurpose.reduce(0) { $0 + $1.use.mean }
        guard record.memory.total.mean.isNear(purposes) else {
            return "the purposes do not make up the memory"
        }
        // The controller's registry is beside the nodes' memory.
        let most = record.memory.capacity + record.mechanism.registry.peak
        guard record.memory.total.peak <= most else {
            return "more memory was held than there is"
        }
        guard record.memory.total.mean <= Double(record.memory.total.peak) * (1 + 1e-12) else {
            return "mean above peak"
        }
        let wasted = record.memory.byPurpose.reduce(0) { $0 + ($1.purpose.isWasted ? $1.use.mean : 0) }
        guard record.wastedByteSeconds.isNear(wasted * record.measuredSeconds) else {
            return "the waste is wrong"
        }
        guard record.sandboxes.mean <= Double(record.sandboxes.peak) * (1 + 1e-12) else {
            return "mean sandboxes above peak"
        }
        return nil
    }

    private func rowFault(in record: RunRecord, of scenario: Scenario) -> String? {
        func isWhole(_ rows: [(invocations: UInt64, cold: UInt64, failed: UInt64)]) -> Bool {
            let cold = record.starts.cold + (scenario.waiting.countWaitedAsCold ? record.starts.waited : 0)
            return rows.reduce(0) { $0 + $1.invocations } == record.invocations.arrived
                && rows.reduce(0) { $0 + $1.cold } == cold
                && rows.reduce(0) { $0 + $1.failed } == record.invocations.arrived
                    - record.invocations.completed
        }
        guard isWhole(record.functions.map { ($0.invocations, $0.cold, $0.failed) }) else {
            return "functions do not add up"
        }
        guard isWhole(record.applications.map { ($0.invocations, $0.cold, $0.failed) }) else {
            return "applications do not add up"
        }
        let startup = record.startups.reduce(0, +)
        guard startup.isNear(record.startup.mean * Double(record.startup.count)) else {
            return "startups do not add up"
        }
        let wasted = record.applications.reduce(0) { $0 + $1.wastedByteSeconds }
        guard wasted.isNear(record.wastedByteSeconds) else {
            return "the applications' waste does not add up"
        }
        for row in record.timeline where row.idle > row.sandboxes {
            return "more idle sandboxes than sandboxes"
        }
        return nil
    }

    @Test("The same run twice, checked or not, gives the same record")
    func determinism() throws {
        for seed in 1...scenarioCount(800) {
            var generator = RandomScenario(seed: seed &+ 1_000_000)
            let (scenario, workload) = generator.make()
            let first = try runChecked(scenario, workload, steps: steps(seed, scenario), selfCheck: true)
            let second = try runChecked(scenario, workload, steps: steps(seed, scenario), selfCheck: false)
            #expect(String(describing: first) == String(describing: second), "seed \(seed)")
            let other = try runChecked(
                scenario, workload, steps: steps(seed, scenario), selfCheck: false, seed: 2)
            #expect(other.invocations.arrived == first.invocations.arrived)
        }
    }

    @Test("Any policy and reuse order sees the same calls with the same execution times")
    func commonRandomNumbers() throws {
        for seed in 1...scenarioCount(300) {
            var generator = RandomScenario(seed: seed &+ 2_000_000)
            var (scenario, workload) = generator.make()
            scenario.contention = .off
            scenario.waiting.whenFull = .minutes(600)
            scenario.nodes.append(NodeGroup(count: 1, memory: .gibibytes(40)))
            // Execution times are drawn for every call, as for a trace that does not give them.
            workload.shapes = [.logNormal(mu: 0, sigma: 1)]
            for function in workload.functions.indices {
                workload.functions[function].executionTime = .shaped(shape: 0, scale: 0.5)
            }
            var executions: [Double] = []
            var counts: [[UInt64]] = []
            for order in ReuseOrder.allCases {
                for idle in ["fixed", "none", "forever", "steps"] {
                    scenario.sandbox.reuse = order
                    scenario.policies.idle = PolicyChoice(idle)
                    let record = try runChecked(
                        scenario, workload, steps: steps(seed, scenario), selfCheck: false)
                    #expect(record.invocations.completed == record.invocations.arrived)
                    executions.append(
                        Double(record.endToEnd.count) * (record.endToEnd.mean - record.startup.mean))
                    counts.append(record.functions.map(\.invocations))
                }
            }
            for index in executions.indices {
                #expect(executions[index].isNear(executions[0]), "seed \(seed), run \(index)")
                #expect(counts[index] == counts[0])
            }
        }
    }

    @Test("A policy hears of every call, in order and before anything else decides")
    func arrivalsAreHeard() throws {
        for seed in 1...scenarioCount(200) {
            var generator = RandomScenario(seed: seed &+ 3_000_000)
            var (scenario, workload) = generator.make()
            scenario.policies.idle = PolicyChoice("steps")
            scenario.measurement.warmUp = .zero
            scenario.sandbox.unit = .function
            var heard: [[UInt64]] = []
            for reclaim in ["lru", "none"] {
                scenario.policies.reclaim = PolicyChoice(reclaim)
                let policy = steps(seed, scenario)
                let record = try runChecked(scenario, workload, steps: policy)
                #expect(UInt64(policy.heard.count) == record.invocations.arrived)
                heard.append(policy.heard.map { $0.at.nanoseconds << 3 | UInt64($0.unit.raw) })
            }
            #expect(heard[0] == heard[1])
            #expect(zip(heard[0], heard[0].dropFirst()).allSatisfy { $0 >> 3 <= $1 >> 3 })
        }
    }

    @Test("Little's law: memory in use is calls times the time each holds a sandbox")
    func littlesLaw() throws {
        var tried = 0
        for seed in 1...scenarioCount(600) {
            var generator = RandomScenario(seed: seed &+ 4_000_000)
            var (scenario, workload) = generator.make()
            // One size and one call a sandbox, so that memory running is calls that hold a sandbox.
            for application in workload.applications.indices {
                workload.applications[application].memory = .mebibytes(100)
            }
            for function in workload.functions.indices {
                workload.functions[function].memory = .mebibytes(100)
            }
            scenario.sandbox.concurrency = 1
            scenario.measurement.warmUp = .zero
            workload.horizon = .seconds(2_000)
            let record = try runChecked(scenario, workload, steps: steps(seed, scenario), selfCheck: false)
            // Calls arrive in the first 201 s; all of them must end before the horizon for the law to be exact.
            guard record.endToEnd.max < 1_700 else { continue }
            tried += 1
            let time = record.endToEnd.mean * Double(record.endToEnd.count)
            let waiting = record.waiting.time.mean * Double(record.waiting.time.count)
            let held = record.meanMebibytes(.running) / 100 * record.measuredSeconds
            #expect(held.isNear(time - waiting), "seed \(seed)")
        }
        #expect(tried > 0)
    }

    @Test("With memory for all, nothing waits for it, nothing is refused and nothing reclaimed")
    func ampleMemory() throws {
        for seed in 1...scenarioCount(300) {
            var generator = RandomScenario(seed: seed &+ 5_000_000)
            var (scenario, workload) = generator.make()
            for group in scenario.nodes.indices { scenario.nodes[group].memory = .gibibytes(100) }
            scenario.waiting.forBusy = .zero
            let record = try runChecked(scenario, workload, steps: steps(seed, scenario))
            #expect(record.waiting.count == 0)
            #expect(record.evictions.reclaimed == 0)
            #expect(record.prewarms.noRoom == 0)
            #expect(record.invocations.completed == record.invocations.arrived)
        }
    }

    @Test("Placement policies name nodes that exist, and one with room when they look for it")
    func placement() throws {
        for seed in 1...scenarioCount(400) {
            var generator = RandomScenario(seed: seed &+ 6_000_000)
            let (scenario, workload) = generator.make()
            let searches = scenario.policies.placement.name != "power-of-two"
            _ = try runChecked(scenario, workload, steps: steps(seed, scenario), selfCheck: false) { policy in
                CheckedPlacement(policy, searches: searches)
            }
        }
    }
}

/// Checks each answer of a placement policy.
private final class CheckedPlacement: PlacementPolicy {
    private let policy: any PlacementPolicy
    private let searches: Bool

    init(_ policy: any PlacementPolicy, searches: Bool) {
        self.policy = policy
        self.searches = searches
    }

    func node(for unit: UnitID, memory: Bytes, in cluster: borrowing ClusterState) -> NodeID {
        let node = policy.node(for: unit, memory: memory, in: cluster)
        #expect(node.index < cluster.nodeCount)
        var most = Bytes.zero
        for index in 0..<cluster.nodeCount { most = max(most, cluster.freeMemory(of: NodeID(UInt32(index)))) }
        #expect(cluster.freeMemory(of: cluster.nodeWithMostFreeMemory) == most)
        if searches, most >= memory { #expect(cluster.freeMemory(of: node) >= memory) }
        return node
    }
}
