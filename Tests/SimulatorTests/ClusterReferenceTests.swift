import EventKernel
import Foundation
import Simulator
import Testing
import Workload

/// The engine against `Tests/Reference/cluster_reference.py`, which was written apart from it in another language.
@Suite("Several nodes whose memory is full, against a plain model")
struct ClusterReferenceTests {
    /// What the plain model prints.
    private struct Outcome: Decodable, Equatable {
        var cold: UInt64, warm: UInt64, waited: UInt64
        var never_fits: UInt64, full: UInt64, timed_out: UInt64
        var policy: UInt64, reclaimed: UInt64
        var cold_by_unit: [UInt64]
        var fingerprint: String

        init(_ record: RunRecord) {
            cold = record.starts.cold
            warm = record.starts.warm
            waited = record.starts.waited
            never_fits = record.invocations.refusedNeverFits
            full = record.invocations.refusedFull
            timed_out = record.invocations.timedOut
            policy = record.evictions.policy
            reclaimed = record.evictions.reclaimed
            cold_by_unit = record.functions.map(\.cold)
            fingerprint = String(record.fingerprint)
        }
    }

    @Test(
        "Every start, end, eviction and refusal is that of the plain model, to the nanosecond and the node",
        .enabled(if: ReferenceProgram.python != nil))
    func agreement() throws {
        var text: [String] = []
        var ours: [(outcome: Outcome, setting: String)] = []
        // How often the rules that are compared came to bear.
        var policies: [String: UInt64] = [:]
        var failed: UInt64 = 0
        for seed in 1...scenarioCount(150) {
            var draw = RandomCluster(seed: seed)
            let cluster = draw.make()
            text.append(cluster.json)
            var options = Simulation.Options()
            options.selfCheck = seed <= 40
            let record = try Simulation(scenario: cluster.scenario, workload: cluster.workload, seed: seed)
                .run(
                    options: options)
            ours.append((Outcome(record), cluster.setting))
            policies["\(cluster.placement), \(cluster.reclaim)", default: 0] += record.evictions.reclaimed
            failed += record.mechanism.failures.callsRestarted
        }
        let theirs = try ReferenceProgram.run(
            "cluster_reference.py", on: "[" + text.joined(separator: ",\n") + "]", as: [Outcome].self)
        try #require(theirs.count == ours.count)
        for (index, (our, their)) in zip(ours, theirs).enumerated() {
            #expect(our.outcome == their, "seed \(index + 1): \(our.setting)")
        }
        for placement in RandomCluster.placements {
            for reclaim in ["lru", "greedy-dual"] {
                #expect(policies["\(placement), \(reclaim)", default: 0] > 0, "\(placement), \(reclaim)")
            }
        }
        #expect(failed > 0)
    }
}

/// Draws clusters of 1 to 8 nodes whose memory is short, in the words of the engine and of the plain model.
struct RandomCluster {
    static let placements = ["least-loaded", "round-robin", "locality", "power-of-two"]

    struct Drawn {
        var scenario: Scenario
        var workload: Workload
        var json: String
        var placement: String
        var reclaim: String
        var setting: String
    }

    private let seed: UInt64
    private var stream: RandomStream

    init(seed: UInt64) {
        self.seed = seed
        stream = RandomStream(seed: seed, purpose: .test, entity: 70)
    }

    mutating func make() -> Drawn {
        // Times on a grid of seconds coincide often: those of ends, arrivals and deadlines have one order whatever the
        // engine does, those of two expiries or two failures not.
        let isGrid = chance(0.4)
        let hasFailures = !isGrid && chance(0.3)
        let sizes = (0..<1 + stream.below(8)).map { _ in
            50 * (1 + stream.below(10)) + (isGrid ? 0 : stream.below(9))
        }
        let colds = sizes.map { _ in
            chance(0.2) ? 0 : isGrid ? second * stream.below(4) : stream.below(4 * second)
        }
        var nodes: [NodeGroup] = []
        for _ in 0..<1 + stream.below(8) {
            let memory = 50 * (5 + stream.below(25))
            let limit = chance(0.2) ? memory - 50 * stream.below(3) : nil
            nodes.append(NodeGroup(count: 1, memory: .mebibytes(memory), limit: limit.map { .mebibytes($0) }))
        }
        if chance(0.5) { nodes = nodes.map { _ in nodes[0] } }
        let span: UInt64 = 120
        let calls = (0..<40 + stream.below(160)).map { _ in
            EventList.Event(
                time: SimTime(
                    nanoseconds: isGrid ? second * stream.below(span) : stream.below(span * second)),
                duration: .nanoseconds(isGrid ? second * stream.below(8) : stream.below(8 * second)),
                function: FunctionID(UInt32(stream.below(UInt64(sizes.count)))))
        }.sorted { $0.time < $1.time }

        var scenario = handScenario()
        scenario.nodes = nodes
        scenario.sandbox.unit = .function
        scenario.sandbox.reuse = pick([.mostRecent, .leastRecent, .oldest])
        let warm = chance(0.7) ? 0 : second / 8
        scenario.idleStates = [.warm(delay: .constant(Double(warm) / 1e9))]
        scenario.start.byName = colds.enumerated().map { number, cold in
            let stages = cold == 0 ? [] : [Stage(.create, .constant(Double(cold) / 1e9))]
            return .init("f\(number)", StartPath(name: "cold", stages: stages))
        }
        scenario.policies.placement = PolicyChoice(pick(Self.placements))
        scenario.policies.reclaim = PolicyChoice(pick(["lru", "lru", "greedy-dual", "greedy-dual", "none"]))
        let scope = pick(["cluster", "node"])
        if scenario.policies.reclaim.name == "greedy-dual" {
            scenario.policies.reclaim.parameters["scope"] = .text(scope)
        }
        let isReclaimed = scenario.policies.reclaim.name != "none"
        let keepAlive = isGrid || chance(0.5) ? nil : stream.below(60 * second)
        scenario.policies.idle =
            keepAlive.map { PolicyChoice("fixed", ["keep-alive": .duration(.nanoseconds($0))]) }
            ?? PolicyChoice("forever")
        // For ever only where every call comes to its turn.
        let most: [UInt64?] = isReclaimed && !hasFailures ? [0, 3, 30, nil] : [0, 3, 30]
        let whenFull = pick(most).map { $0 * second }
        scenario.waiting.whenFull = whenFull.map { .nanoseconds($0) } ?? .forever
        for _ in 0..<(hasFailures ? 1 + stream.below(4) : 0) {
            scenario.failures.nodes.append(
                NodeFailure(
                    node: Int(stream.below(UInt64(nodes.count))),
                    at: .nanoseconds(stream.below(span * second)),
                    lasts: chance(0.3) ? .forever : .nanoseconds(1 + stream.below(40 * second))))
        }
        let workload = workload(
            memory: sizes, execution: .perCall, calls: .events(EventList(calls)), horizon: Double(span) + 10)
        return Drawn(
            scenario: scenario, workload: workload,
            json: json(
                scenario, workload, calls: calls, colds: colds, warm: warm, keepAlive: keepAlive,
                scope: scope),
            placement: scenario.policies.placement.name, reclaim: scenario.policies.reclaim.name,
            setting: "\(scenario.policies), \(scenario.sandbox.reuse), \(nodes.count) nodes")
    }

    private func json(
        _ scenario: Scenario, _ workload: Workload, calls: [EventList.Event], colds: [UInt64], warm: UInt64,
        keepAlive: UInt64?, scope: String
    ) -> String {
        func text(_ number: UInt64?) -> String { number.map(String.init) ?? "null" }
        func finite(_ time: SimDuration) -> UInt64? { time == .forever ? nil : time.nanoseconds }
        func list<T>(_ items: some Sequence<T>, _ text: (T) -> String) -> String {
            "[" + items.map(text).joined(separator: ", ") + "]"
        }
        let nodes = list(scenario.nodes) {
            "{\"memory\": \($0.memory.count), \"limit\": \(text($0.limit?.count))}"
        }
        let units = list(zip(workload.functions, colds)) {
            "{\"memory\": \($0.0.memory.count), \"cold\": \($0.1)}"
        }
        let failures = list(scenario.failures.nodes) {
            "{\"node\": \($0.node), \"at\": \($0.at.nanoseconds), \"lasts\": \(text(finite($0.lasts)))}"
        }
        let rows = list(calls) { "[\($0.time.nanoseconds), \($0.duration.nanoseconds), \($0.function.raw)]" }
        return """
            {"seed": \(seed), "horizon": \(workload.horizon.nanoseconds), "warm": \(warm), "nodes": \(nodes),
             "units": \(units), "failures": \(failures), "keep_alive": \(text(keepAlive)),
             "when_full": \(text(finite(scenario.waiting.whenFull))), "reuse": "\(scenario.sandbox.reuse.rawValue)",
             "placement": "\(scenario.policies.placement.name)", "reclaim": "\(scenario.policies.reclaim.name)",
             "scope": "\(scope)", "calls": \(rows)}
            """
    }

    private var second: UInt64 { 1_000_000_000 }
    private mutating func chance(_ share: Double) -> Bool { stream.unit() < share }
    private mutating func pick<T>(_ choices: [T]) -> T { choices[Int(stream.below(UInt64(choices.count)))] }
}
