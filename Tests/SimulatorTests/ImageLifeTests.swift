import EventKernel
import Testing
import Workload

@testable import Simulator

@Suite("Base and deduplicated sandboxes, worked by hand")
struct ImageLifeTests {
    private static let whole = 100 * mebibyte
    private static let buffer = HandImage.patched * 4096

    /// Sandbox 0 becomes a base sandbox from 2 s to 4 s, sandbox 1 is deduplicated from 10 s to 13 s. The base sandbox
    /// serves the call at 20 s; at 30 s a call comes for each.
    private static func run(
        keepsImage: Bool = true, protection: BaseProtection = .whileReferenced
    ) throws -> (RunRecord, ScriptedPolicy) {
        let scenario = try imageScenario([baseState(protection), dedupState(keepsImage: keepsImage)])
        let calls = handWorkload(
            [0, 0, 20, 30, 30].map { HandCall($0, runs: 1) }, memory: [100], horizon: 120)
        let policy = ScriptedPolicy { question in
            switch (question.serial, question.state) {
            case (0, 0): .enter(1, after: 1)
            case (0, _): question.at < 80 ? .evict(after: seconds(50)) : .evict(after: seconds(20))
            case (1, 0): .enter(2, after: question.at < 10 ? 9 : 5)
            default: question.at < 20 ? .stay : .evict(after: seconds(60))
            }
        }
        return (try simulate(scenario, calls, idle: policy), policy)
    }

    @Test("A sandbox becomes a base sandbox: footprint, pinned image, registry, and a buffer on the way")
    func becomingBase() throws {
        let (record, _) = try Self.run()
        #expect(
            record.memory(at: 2) == [
                .loading: Self.whole, .base: Self.whole, .transient: Self.whole,
                .metadata: HandImage.registry, .idle: Self.whole,
            ])
        // Nothing depends on it yet: it may go, and counts as idle.
        #expect(
            record.memory(at: 4) == [
                .base: Self.whole, .metadata: HandImage.registry, .idle: 2 * Self.whole,
            ])
        #expect(record.mechanism.registry.peak == HandImage.registry)
        #expect(record.mechanism.states[1].entered == 1)
        #expect(record.mechanism.states[1].entry.mean.isNear(2))
    }

    @Test("A deduplicated sandbox holds patches, bookkeeping and what waits; the base sandbox is protected")
    func deduplicating() throws {
        let (record, _) = try Self.run()
        let stored: [MemoryPurpose: UInt64] = [
            .patches: HandImage.patches, .metadata: HandImage.registry + HandImage.metadata,
            .base: 2 * Self.whole,
        ]
        #expect(
            record.memory(at: 10)
                == stored.merging([.loading: Self.whole, .transient: Self.buffer]) { $1 })
        #expect(record.memory(at: 13) == stored.merging([.idle: 10 * mebibyte]) { $1 })
        let state = record.mechanism.states[2]
        #expect(state.entry.max.isNear(3))
        #expect(state.before == Self.whole)
        #expect(state.after == 10 * mebibyte + HandImage.patches + HandImage.metadata)
        #expect(state.pages == HandImage.pages)
        #expect(state.patched == HandImage.patched && state.patchedOnOwn == HandImage.patched)
    }

    @Test("A base sandbox is taken first, starts warm and comes back to its state")
    func usingBase() throws {
        let (record, policy) = try Self.run()
        #expect(record.bytes(.running, at: 20) == Self.whole)
        #expect(record.bytes(.base, at: 20) == Self.whole)
        #expect(record.bytes(.base, at: 21) == 2 * Self.whole)
        #expect(record.starts.warm == 2 && record.starts.cold == 2)
        let asked = policy.questions.filter { $0.serial == 0 && $0.state == 1 }.map(\.at)
        #expect(asked == [4, 21, 31, 81])
    }

    @Test("A restore reads base pages, holds a buffer, and leaves the image where it is kept")
    func restoring() throws {
        // 15,360 pages at 0.1 ms each, then 0.5 s.
        let (record, policy) = try Self.run()
        #expect(record.starts.restored == [0, 1])
        #expect(record.mechanism.states[2].startup.max.isNear(1.536 + 0.5))
        #expect(record.mechanism.pagesRead == HandImage.patched)
        #expect(record.mechanism.reads.max.isNear(1.536))
        #expect(record.memory(at: 31)[.transient] == Self.buffer)
        #expect(record.memory(at: 31)[.running] == Self.whole)
        #expect(record.memory(at: 33)[.transient] == nil)
        #expect(record.memory(at: 34)[.idle] == Self.whole)
        for time in [31.0, 33, 34] { #expect(record.bytes(.patches, at: time) == HandImage.patches) }
        // Warm again at 33.036 s, deduplicated again from 38.036 s to 39.036 s.
        #expect(record.mechanism.states[2].entered == 1 && record.mechanism.states[2].reentered == 1)
        #expect(
            policy.questions.contains(ScriptedPolicy.Question(serial: 1, state: 2, at: 39.036, refused: nil)))
        #expect(record.bytes(.idle, at: 40) == 10 * mebibyte)
    }

    @Test("Without keeping it the image goes at the end of the restore, and nothing depends on the base sandbox")
    func givingUpTheImage() throws {
        let (record, _) = try Self.run(keepsImage: false)
        #expect(record.bytes(.patches, at: 32) == HandImage.patches)
        #expect(
            record.memory(at: 33) == [
                .running: Self.whole, .base: Self.whole, .idle: Self.whole, .metadata: HandImage.registry,
            ])
        // It is made anew, in 3 s.
        #expect(record.mechanism.states[2].entered == 2 && record.mechanism.states[2].reentered == 0)
    }

    @Test("A base sandbox stays until nothing depends on it, or for ever, and the policy is asked again")
    func protection() throws {
        // Due at 81 s, when sandbox 1, gone at 99.036 s, still depends on it; asked again, it goes at 101 s.
        let (record, policy) = try Self.run()
        #expect(record.evictions.policy == 2)
        #expect(record.bytes(.base, at: 99) == 2 * Self.whole)
        #expect(record.memory(at: 100) == [.base: Self.whole, .idle: Self.whole, .metadata: HandImage.registry])
        #expect(record.memory(at: 102) == [:])
        #expect(policy.questions.last?.at == 81)
        let (always, asked) = try Self.run(protection: .always)
        #expect(always.evictions.policy == 1)
        #expect(always.memory(at: 4)[.base] == 2 * Self.whole)
        #expect(always.memory(at: 120) == [.base: 2 * Self.whole, .metadata: HandImage.registry])
        #expect(asked.questions.filter { $0.serial == 0 && $0.at > 80 }.map(\.at) == [81, 101])
    }

    @Test("A move without the memory is refused; so is one into the state it is in; the policy says what next")
    func refusing() throws {
        // Image and buffer take 200 MiB more: 299 MiB are too little, 300 enough.
        for (memory, enters) in [(UInt64(299), false), (300, true)] {
            let scenario = try imageScenario(memory: memory, [baseState()])
            let policy = ScriptedPolicy { question in
                if question.refused == nil { return .enter(1, after: 1) }
                return question.at < 4 ? .enter(1, after: 1) : .stay
            }
            let calls = handWorkload([HandCall(0, runs: 1)], memory: [100], horizon: 10)
            let record = try simulate(scenario, calls, idle: policy)
            #expect(record.mechanism.states[1].entered == (enters ? 1 : 0))
            let refusals = policy.questions.filter { $0.refused == 1 }
            #expect(refusals.map(\.at) == (enters ? [5] : [2, 3, 4]))
            #expect(refusals.allSatisfy { $0.state == (enters ? 1 : 0) })
            #expect(record.mechanism.states[1].refused == UInt64(refusals.count))
        }
    }

    @Test("A state that holds more than a warm sandbox has its memory from the beginning of the move")
    func holdingMore() throws {
        // 100 MiB in place and 60 besides. A second sandbox of 50 MiB, which comes on the way, finds no memory.
        var scenario = try imageScenario(memory: 200, [])
        scenario.idleStates.append(
            IdleState(name: "more", restore: path(0), entry: path(5), overhead: .mebibytes(60)))
        scenario.waiting.whenFull = .zero
        let policy = ScriptedPolicy { $0.state == 0 ? .enter(1, after: 1) : .stay }
        let calls = handWorkload(
            [HandCall(0, runs: 1), HandCall(4, runs: 1, 1)], memory: [100, 50], horizon: 10)
        let record = try simulate(scenario, calls, idle: policy)
        #expect(record.bytes(.loading, at: 3) == 160 * mebibyte)
        #expect(record.bytes(.idle, at: 8) == 160 * mebibyte)
        #expect(record.invocations.refusedFull == 1)
    }

    @Test("A base sandbox that nothing depends on may be deduplicated, but not against itself")
    func baseToDedup() throws {
        let scenario = try imageScenario([baseState(), dedupState()])
        let policy = ScriptedPolicy { question in
            switch question.state {
            case 0: .enter(1, after: 1)
            case 1: .enter(2, after: 1)
            default: .stay
            }
        }
        let calls = handWorkload([HandCall(0, runs: 1)], memory: [100], horizon: 20)
        let record = try simulate(scenario, calls, idle: policy)
        #expect(record.mechanism.states[2].entered == 1)
        #expect(record.mechanism.states[2].patched == 0)
        // 90 of 100 pages are not zero.
        #expect(record.bytes(.patches, at: 15) == 256 * 90 * 4096)
        #expect(record.bytes(.base, at: 15) == 0)
    }

    @Test("Compressed pages, and those that sandboxes share, are counted once")
    func compressedAndMerged() throws {
        var state = IdleState(
            name: "zstd", placements: IdleState.away(.compressed), restore: path(0.25), entry: path(1),
            image: .compressed(.zstd))
        let calls = handWorkload(
            [HandCall(0, runs: 1), HandCall(0, runs: 2), HandCall(0, runs: 3), HandCall(10, runs: 9)],
            memory: [100], horizon: 30)
        let policy = ScriptedPolicy { question in
            if question.state == 0 { return .enter(1, after: question.at < 5 ? 1 : 100) }
            return .evict(after: .seconds(12 + question.serial))
        }
        let packed = try simulate(try imageScenario([state]), calls, idle: policy)
        // In the state at 3, 4 and 5 s.
        #expect(packed.memory(at: 3)[.patches] == 2 * HandImage.zstd)
        #expect(packed.memory(at: 6) == [.patches: 3 * HandImage.zstd, .metadata: 3 * HandImage.zstdMetadata])
        #expect(packed.starts.restored == [1])

        state = IdleState(name: "merged", restore: path(0.25), entry: path(0), image: .merged)
        let merged = try simulate(try imageScenario([state]), calls, idle: policy)
        let own = 100 * mebibyte - HandImage.mergeable
        // In the state at 2, 3 and 4 s; the shared pages are held once.
        #expect(merged.memory(at: 2)[.base] == HandImage.mergeable)
        #expect(merged.memory(at: 4) == [.base: HandImage.mergeable, .idle: 3 * own])
        // One is used from 10 s on; of the others the first goes at 14 s or so, the last takes the shared pages along.
        #expect(merged.memory(at: 11)[.base] == HandImage.mergeable)
        #expect(merged.memory(at: 11)[.idle] == 2 * own)
        #expect(merged.memory(at: 18) == [.running: 100 * mebibyte])
    }
}
