import EventKernel
import Testing
import Workload

@testable import Simulator

@Suite("Moves out of states that put something away, worked by hand")
struct LeavingTests {
    private static let whole = 100 * mebibyte

    /// Compressed from 3 s on, left in 2 s.
    private static func packed(keepsImage: Bool = false) -> IdleState {
        IdleState(
            name: "zstd", placements: IdleState.away(.compressed), restore: path(2), entry: path(1),
            image: .compressed(.zstd), keepsImage: keepsImage)
    }

    /// The call at 0 s is executed for a second. Its sandbox is compressed from 2 s to 3 s, and moves on at 4 s.
    private static func run(
        toward state: UInt8, packed: IdleState = packed(), memory: UInt64 = 1_000, more: [HandCall] = []
    ) throws -> (record: RunRecord, policy: ScriptedPolicy) {
        let scenario = try imageScenario(
            memory: memory, [packed, awayState(entry: 2, restore: path(0.25))])
        let policy = ScriptedPolicy { question in
            if question.refused != nil { return .stay }
            return switch question.state {
            case 0 where question.at < 2: .enter(1, after: 1)
            case 1: .enter(state, after: 1)
            default: .stay
            }
        }
        let calls = handWorkload([HandCall(0, runs: 1)] + more, memory: [100], horizon: 20)
        return (try simulate(scenario, calls, idle: policy), policy)
    }

    @Test("First everything comes back, then it is put away in the other way")
    func bothParts() throws {
        let record = try Self.run(toward: 2).record
        let image: [MemoryPurpose: UInt64] = [
            .patches: HandImage.zstd, .metadata: HandImage.zstdMetadata,
        ]
        #expect(record.memory(at: 3) == image)
        #expect(record.memory(at: 5) == image.merging([.loading: Self.whole]) { $1 })
        #expect(record.memory(at: 7) == [.loading: Self.whole])
        #expect(record.memory(at: 8) == [:])
        #expect(record.mechanism.states[2].entered == 1)
        #expect(record.mechanism.states[2].entry.max.isNear(2 + 2))
    }

    @Test("The way back to warm without a call takes as long as with one, and an image that stays is left")
    func toWarm() throws {
        for keeps in [false, true] {
            let record = try Self.run(toward: 0, packed: Self.packed(keepsImage: keeps)).record
            #expect(record.memory(at: 5)[.loading] == Self.whole)
            #expect(record.memory(at: 6)[.idle] == Self.whole)
            #expect(record.memory(at: 6)[.patches] == (keeps ? HandImage.zstd : nil))
        }
    }

    @Test("A move is refused when either part lacks the memory, and the sandbox stays as it is")
    func refusing() throws {
        // On the way out a buffer of 50 MiB is needed, which is free or not; in, 100 MiB.
        var packed = Self.packed()
        packed.restore.transient.fixed = .mebibytes(50)
        let needed = Self.whole + 50 * mebibyte + HandImage.zstd + HandImage.zstdMetadata
        let enough = (needed + mebibyte - 1) / mebibyte
        for (memory, enters) in [(enough, true), (enough - 1, false)] {
            let (record, policy) = try Self.run(toward: 2, packed: packed, memory: memory)
            #expect(record.mechanism.states[2].entered == (enters ? 1 : 0))
            #expect(record.mechanism.states[2].refused == (enters ? 0 : 1))
            #expect(policy.questions.contains { $0.refused == 2 && $0.state == 1 } == !enters)
            #expect(record.memory(at: 5)[.patches] == HandImage.zstd)
        }
    }

    @Test("Memory that goes on the way makes the sandbox warm, and the policy is asked")
    func refusedOnTheWay() throws {
        // Entering takes 100 MiB more. They are free at 4 s; at 5 s a call takes them.
        var next = awayState(entry: 2, restore: path(0.25))
        next.entry.transient.fixed = .mebibytes(100)
        let scenario = try imageScenario(memory: 250, [Self.packed(), next])
        let policy = ScriptedPolicy { question in
            if question.refused != nil { return .stay }
            return switch (question.serial, question.state) {
            case (0, 0) where question.at < 2: .enter(1, after: 1)
            case (0, 1): .enter(2, after: 1)
            default: .stay
            }
        }
        let calls = handWorkload([HandCall(0, runs: 1), HandCall(5, runs: 10)], memory: [100], horizon: 20)
        let record = try simulate(scenario, calls, idle: policy)
        #expect(record.mechanism.states[2].entered == 0 && record.mechanism.states[2].refused == 1)
        #expect(policy.questions.contains { $0.refused == 2 && $0.state == 0 && $0.at == 6 })
        #expect(record.memory(at: 7) == [.running: Self.whole, .idle: Self.whole])
    }

    @Test("What is lost on the way out of a state is lost")
    func failing() throws {
        // Node 0 has the base sandbox from 4 s on, node 1 what is deduplicated against it from 9.5 s on. That moves on at
        // 20 s: it reads until 21.536 s and is away at 22.036 s.
        func fate(failing: Double) throws -> RunRecord {
            var scenario = try imageScenario(
                memory: 500, nodes: 2, [baseState(), dedupState(), awayState(restore: path(0))])
            scenario.failures.nodes = [NodeFailure(node: 0, at: seconds(failing))]
            let policy = ScriptedPolicy { question in
                switch (question.serial, question.state) {
                case (0, 0): .enter(1, after: 1)
                case (1, 0): question.at < 6 ? .enter(2, after: 5) : .stay
                case (1, 2): .enter(3, after: 20 - question.at)
                default: .stay
                }
            }
            let calls = handWorkload(
                [HandCall(0, runs: 1), HandCall(0, runs: 1.5)], memory: [100], horizon: 60)
            return try simulate(scenario, calls, idle: policy)
        }
        let reading = try fate(failing: 21)
        #expect(reading.mechanism.failures.dependants == 1 && reading.mechanism.states[3].brokenOff == 1)
        #expect(reading.memory(at: 30) == [:])
        let later = try fate(failing: 23)
        #expect(later.mechanism.failures.dependants == 0 && later.mechanism.states[3].entered == 1)
        #expect(later.mechanism.states[3].entry.max.isNear(1.536 + 0.5))
    }
}

@Suite("Steps that are due at once")
struct StepsAtOnceTests {
    @Test("A policy that tries the impossible again and again does not stop the clock")
    func tryingForEver() throws {
        // Entering the base state takes 300 MiB, which are not there.
        let scenario = try imageScenario(memory: 150, [baseState()])
        let calls = handWorkload([HandCall(0, runs: 1), HandCall(9.5, runs: 1)], memory: [100], horizon: 20)
        for step in [IdleStep.enter(1, after: 0), .reconsider(after: .zero), .enter(0, after: 0)] {
            let policy = ScriptedPolicy { _ in step }
            let record = try simulate(scenario, calls, idle: policy)
            #expect(record.invocations.completed == 2 && record.starts.warm == 1)
            // In each second that it is idle so many, and no more.
            let asked = policy.questions.count
            #expect(asked > 15 * Int(IdleStep.mostAtOnce) && asked < 22 * (Int(IdleStep.mostAtOnce) + 2))
        }
    }

    @Test("Nor does one that wants to evict at once what may not go")
    func evictingForEver() throws {
        let scenario = try imageScenario(memory: 1_000, [baseState(.always)])
        let policy = ScriptedPolicy { $0.state == 0 ? .enter(1, after: 0) : .evict(after: .zero) }
        let record = try simulate(
            scenario, handWorkload([HandCall(0, runs: 1)], memory: [100], horizon: 20), idle: policy)
        #expect(record.evictions.policy == 0)
        #expect(policy.questions.count < 20 * (Int(IdleStep.mostAtOnce) + 2))
    }

    @Test("All idle states one after the other are entered in one instant")
    func wayDown() throws {
        let states = (1..<16).map { IdleState(name: "s\($0)", restore: path(0)) }
        let policy = ScriptedPolicy { $0.state == 15 ? .evict(after: .zero) : .enter($0.state + 1, after: 0) }
        let record = try simulate(
            try imageScenario(states), handWorkload([HandCall(0, runs: 1)], memory: [100], horizon: 5),
            idle: policy)
        #expect(record.evictions.policy == 1)
        #expect(policy.questions.allSatisfy { $0.at == 1 })
    }
}
