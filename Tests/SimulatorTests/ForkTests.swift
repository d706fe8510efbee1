import EventKernel
import HardwareCosts
import Testing
import Workload

@testable import Simulator

@Suite("Sandboxes forked from donors, worked by hand")
struct ForkTests {
    private static let whole = 100 * mebibyte

    /// A state whose sandboxes serve nothing and are forked in half a second.
    private static func seed(_ forks: StartPath = path(0.5), taken: IdleState.Taken = .never) -> IdleState {
        IdleState(name: "seed", restore: path(1), taken: taken, forks: forks)
    }

    /// Cold starts take 2 s. The call at 0 s is executed from 2 s to 3 s; its sandbox is a seed from 4 s on, unless
    /// `answer` says otherwise.
    private static func run(
        _ more: [HandCall] = [], memory: [UInt64] = [1_000, 1_000], sizes: [UInt64] = [100],
        state: IdleState = seed(), prewarm: (any PrewarmPolicy)? = nil,
        answer: @escaping (ScriptedPolicy.Question) -> IdleStep? = { _ in nil },
        change: (inout Scenario) -> Void = { _ in }
    ) throws -> (record: RunRecord, policy: ScriptedPolicy) {
        var scenario = try imageScenario([state])
        scenario.nodes = memory.map { NodeGroup(count: 1, memory: .mebibytes($0)) }
        scenario.start.cold = StartPath(name: "cold", stages: [Stage(.create, .constant(2))])
        change(&scenario)
        let policy = ScriptedPolicy { question in
            answer(question) ?? (question.serial == 0 && question.state == 0 ? .enter(1, after: 1) : .stay)
        }
        let calls = handWorkload([HandCall(0, runs: 1)] + more, memory: sizes, horizon: 60)
        return (try simulate(scenario, calls, idle: policy, prewarm: prewarm), policy)
    }

    @Test("A new sandbox is forked in the time that the donor's state says, and counts as restored from it")
    func forking() throws {
        let (record, policy) = try Self.run([HandCall(10, runs: 1)])
        #expect(record.starts.cold == 1 && record.starts.warm == 0 && record.starts.restored == [1])
        #expect(record.mechanism.states[1].startup.max.isNear(0.5))
        #expect(record.colds == [1])
        // The donor is held apart while it is forked, and counts as idle before and after.
        #expect(record.memory(at: 9) == [.idle: Self.whole])
        #expect(record.memory(at: 10) == [.running: Self.whole, .base: Self.whole])
        #expect(record.memory(at: 11) == [.running: Self.whole, .idle: Self.whole])
        #expect(record.memory(at: 12) == [.idle: 2 * Self.whole])
        // The fork is over at 10.5 s, and the policy asked what next.
        #expect(policy.questions.filter { $0.serial == 0 }.map(\.at) == [3, 4, 10.5])
    }

    @Test("Without a donor, or before there is one, a new sandbox starts cold; a warm one is taken first")
    func noDonor() throws {
        // At 2.5 s the sandbox executes; at 3.25 s it is idle and warm, and is taken; at 4.5 s it executes.
        let calls = [2.5, 3.25, 4.5].map { HandCall($0, runs: 2) }
        let record = try Self.run(calls).record
        #expect(record.starts.cold == 3 && record.starts.warm == 1 && record.starts.restored == [0])
        // Another unit's donor is of no use.
        let other = try Self.run([HandCall(10, runs: 1, 1)], sizes: [100, 100]).record
        #expect(other.starts.cold == 2 && other.starts.restored == [0])
    }

    @Test("Calls at one time are forked from one donor side by side, each for itself")
    func manyForks() throws {
        let record = try Self.run((0..<8).map { _ in HandCall(10, runs: 1) }).record
        #expect(record.starts.restored == [8] && record.starts.cold == 1)
        #expect(record.startups[0].isNear(2 + 8 * 0.5))
        #expect(record.memory(at: 10) == [.running: 8 * Self.whole, .base: Self.whole])
    }

    @Test("A donor that requests may take is taken, and then there is none")
    func takenDonor() throws {
        let calls = [HandCall(10, runs: 5), HandCall(10, runs: 5)]
        let record = try Self.run(calls, state: Self.seed(taken: .inOrder)).record
        #expect(record.starts.restored == [1] && record.starts.cold == 2)
        #expect(record.mechanism.states[1].startup.max.isNear(1))
    }

    @Test("A donor is evicted for memory, but not while it is forked: the call waits for that")
    func eviction() throws {
        // 250 MiB. The other unit's call at 10.25 s finds 50 free, and the donor held until 10.5 s.
        let record = try Self.run(
            [HandCall(10, runs: 5), HandCall(10.25, runs: 1, 1)], memory: [250], sizes: [100, 100]
        ).record
        #expect(record.waiting.count == 1 && record.waiting.time.max.isNear(0.25))
        #expect(record.startups[1].isNear(0.25 + 2))
        #expect(record.evictions.reclaimed == 1)
        #expect(record.memory(at: 11) == [.running: 2 * Self.whole])
        // Without a fork under way it goes at once.
        let idle = try Self.run([HandCall(10, runs: 1, 1)], memory: [150], sizes: [100, 100]).record
        #expect(idle.waiting.count == 0 && idle.evictions.reclaimed == 1)
    }

    @Test("What the policy plans for a donor is put off while it is forked, and the policy asked again")
    func policySteps() throws {
        for step in [IdleStep.evict(after: seconds(6.25)), .enter(0, after: 6.25)] {
            let (record, policy) = try Self.run([HandCall(10, runs: 1)]) { question in
                guard question.serial == 0, question.state == 1 else { return nil }
                return question.at < 10 ? step : .evict(after: seconds(1.25))
            }
            #expect(policy.questions.filter { $0.serial == 0 }.map(\.at) == [3, 4, 10.5])
            #expect(record.evictions.policy == 1)
            #expect(record.mechanism.states[1].refused == 0)
            #expect(record.memory(at: 12)[.idle] == Self.whole)
        }
    }

    @Test(
        "A fork may read its donor's pages over the network, and is forked from one on its own node if it can"
    )
    func reading() throws {
        let forks = StartPath(name: "fork", stages: [Stage(.read, .transfer)])
        // Node 1 has more memory free at 10 s: 25,600 pages at 0.1 ms each.
        let record = try Self.run([HandCall(10, runs: 1)], state: Self.seed(forks)).record
        #expect(record.mechanism.states[1].startup.max.isNear(2.56))
        #expect(record.mechanism.pagesRead == HandImage.pages && record.mechanism.pagesReadOnOwnNode == 0)
        // A second sandbox, on node 1, is a donor too.
        let near = try Self.run([HandCall(0, runs: 1), HandCall(10, runs: 1)], state: Self.seed(forks)) {
            $0.state == 0 && $0.at < 5 ? .enter(1, after: 1) : .stay
        }.record
        #expect(near.mechanism.pagesReadOnOwnNode == HandImage.pages)
    }

    @Test("When the donor's node fails forks elsewhere are broken off, and their calls start anew")
    func donorFails() throws {
        func record(failing: Double) throws -> RunRecord {
            try Self.run(
                [HandCall(10, runs: 5)],
                change: {
                    $0.failures.nodes = [NodeFailure(node: 0, at: seconds(failing))]
                }
            ).record
        }
        let lost = try record(failing: 10.25)
        #expect(lost.mechanism.failures.callsRestarted == 1 && lost.mechanism.failures.sandboxes == 1)
        #expect(lost.starts.restored == [0] && lost.starts.cold == 2)
        #expect(lost.startups[0].isNear(2 + 0.25 + 2))
        #expect(lost.memory(at: 11) == [.running: Self.whole])
        // Once it is forked it has its pages.
        let later = try record(failing: 10.75)
        #expect(later.mechanism.failures.callsRestarted == 0 && later.starts.restored == [1])
    }

    @Test("When the fork's node fails its call starts anew as a fork, and the donor is free then")
    func forkFails() throws {
        let (record, policy) = try Self.run(
            [HandCall(10, runs: 5)],
            change: {
                $0.failures.nodes = [NodeFailure(node: 1, at: seconds(10.25))]
            })
        #expect(record.mechanism.failures.callsRestarted == 1)
        #expect(record.starts.restored == [1] && record.starts.cold == 1)
        #expect(record.startups[0].isNear(2 + 0.25 + 0.5))
        #expect(record.memory(at: 11) == [.running: Self.whole, .idle: Self.whole])
        #expect(policy.questions.last { $0.serial == 0 }?.at == 10.75)
    }

    @Test("Loads ahead of need are forked too, as a donor that serves nothing is not what they are for")
    func loading() throws {
        // Ordered at 3 s for 10 s; the call at 10.25 s claims the sandbox that is ready at 10.5 s.
        let record = try Self.run(
            [HandCall(10.25, runs: 1)], prewarm: LoadingPolicy(delay: 7, keepAlive: 600)
        ).record
        #expect(record.prewarms.loaded >= 1)
        #expect(record.memory(at: 10) == [.loading: Self.whole, .base: Self.whole])
        #expect(record.starts.partial == 1 && record.starts.cold == 1)
        #expect(record.startups[0].isNear(2 + 0.25))
    }

    @Test("States that nothing can come of, and forks that take buffers, are refused")
    func validation() throws {
        func problem(_ state: IdleState) -> String {
            do {
                _ = try Self.run(state: state)
                return ""
            } catch {
                return "\(error)"
            }
        }
        #expect(problem(IdleState(name: "idle", restore: path(0), taken: .never)).contains("of no use"))
        var forks = path(1)
        forks.transient.fixed = .mebibytes(1)
        #expect(problem(Self.seed(forks)).contains("memory for buffers"))
        var warm = Scenario(nodes: [NodeGroup(count: 1, memory: .gibibytes(1))])
        warm.idleStates[0].taken = .never
        #expect(throws: (any Error).self) {
            try simulate(warm, handWorkload([HandCall(0, runs: 1)], horizon: 10))
        }
    }
}

@Suite("The policy that keeps donors")
struct KeepDonorsTests {
    private static func run(
        _ calls: [HandCall], _ parameters: [String: ParameterValue] = [:], states: [IdleState]? = nil
    ) throws -> RunRecord {
        var scenario = try imageScenario(nodes: 2, states ?? [StatePreset.seed.state()])
        var set = CostSet(name: "forks")
        set.costs[.remoteFork] = Cost(
            .affine(fixed: 1e8, perByte: 1e6 / Double(mebibyte)), origin: .published(source: "a test"))
        scenario.costs = try HardwareCosts([set])
        scenario.start.cold = StartPath(name: "cold", stages: [Stage(.create, .constant(2))])
        scenario.policies.idle = PolicyChoice("donors", parameters)
        return try simulate(scenario, handWorkload(calls, memory: [100], horizon: 1_200))
    }

    @Test("The first idle sandbox of a unit is its seed, others go after a minute, the seed 15 min after all")
    func standard() throws {
        let record = try Self.run([HandCall(0, runs: 1), HandCall(10, runs: 1)])
        #expect(record.starts.cold == 1 && record.starts.restored == [1])
        // 0.1 s, and 1 ms for each MiB.
        #expect(record.mechanism.states[1].startup.max.isNear(0.2))
        #expect(record.mechanism.states[1].sandboxes.peak == 1)
        #expect(record.memory(at: 71)[.idle] == 200 * mebibyte)
        #expect(record.memory(at: 72)[.idle] == 100 * mebibyte)
        #expect(record.memory(at: 911)[.idle] == 100 * mebibyte)
        #expect(record.memory(at: 912) == [:])
    }

    @Test("More donors are kept where that is wanted, and a warm start renews them too")
    func parameters() throws {
        let record = try Self.run(
            [HandCall(0, runs: 1), HandCall(0, runs: 1), HandCall(0, runs: 1), HandCall(50, runs: 1)],
            ["per-unit": .number(2), "keep": .duration(.seconds(60)), "keep-alive": .duration(.minutes(5))])
        #expect(record.mechanism.states[1].sandboxes.peak == 2)
        #expect(record.starts.warm == 1 && record.starts.restored == [0])
        #expect(record.memory(at: 110)[.idle] == 300 * mebibyte)
        #expect(record.memory(at: 112)[.idle] == 100 * mebibyte)
    }

    @Test("It needs a state that forks, and numbers that can be")
    func errors() throws {
        let calls = [HandCall(0, runs: 1)]
        #expect(throws: (any Error).self) { try Self.run(calls, states: [awayState(restore: path(0))]) }
        for parameters: [String: ParameterValue] in [
            ["state": .text("warm")], ["per-unit": .number(0)], ["per-unit": .number(1.5)],
            ["keep": .duration(.zero)],
        ] {
            #expect(throws: (any Error).self) { try Self.run(calls, parameters) }
        }
        #expect(try Self.run(calls, ["state": .text("seed")]).starts.cold == 1)
    }
}
