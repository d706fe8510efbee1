import EventKernel
import Testing
import Workload

@testable import Simulator

@Suite("Properties of every run with further idle states")
struct ImagePropertyTests {
    @Test("Ledger, references and states balance after every event, and each call ends exactly once")
    func conservation() throws {
        var seen = Coverage()
        for seed in 1...scenarioCount(1_500) {
            var generator = RandomImages(seed: seed)
            let (scenario, workload) = try generator.make()
            let (record, restores) = try runImages(scenario, workload, seed: seed)
            if let fault = PropertyTests().fault(in: record, of: scenario, workload) {
                Issue.record("seed \(seed): \(fault)")
            }
            let counted = record.starts.restored.reduce(0, +)
            #expect(restores >= counted, "seed \(seed)")
            seen.add(record, of: scenario)
        }
        // Random scenarios that never come to what is to be tried would show nothing.
        #expect(seen.missing == [])
    }

    @Test("The same run twice, checked or not, gives the same record")
    func determinism() throws {
        for seed in 1...scenarioCount(300) {
            var generator = RandomImages(seed: seed &+ 1_000_000)
            let (scenario, workload) = try generator.make()
            let checked = try runImages(scenario, workload, seed: seed).record
            let again = try runImages(scenario, workload, seed: seed, selfCheck: false).record
            #expect(String(describing: checked) == String(describing: again), "seed \(seed)")
        }
    }

    @Test(
        "With memory for all and no failures no move is refused for want of memory, and nothing waits for it")
    func ampleMemory() throws {
        for seed in 1...scenarioCount(200) {
            var generator = RandomImages(seed: seed &+ 2_000_000)
            var (scenario, workload) = try generator.make(fails: false)
            for group in scenario.nodes.indices {
                scenario.nodes[group].memory = .gibibytes(500)
                scenario.nodes[group].limit = nil
            }
            scenario.waiting.forBusy = .zero
            let record = try runImages(scenario, workload, seed: seed).record
            #expect(record.waiting.count == 0, "seed \(seed)")
            #expect(record.evictions.reclaimed == 0)
            #expect(record.invocations.completed == record.invocations.arrived)
        }
    }
}

/// What happened in any of many runs.
private struct Coverage {
    private var counts: [String: UInt64] = [:]

    mutating func add(_ record: RunRecord, of scenario: Scenario) {
        func note(_ name: String, _ count: UInt64) { counts[name, default: 0] += count }
        let mechanism = record.mechanism
        for state in mechanism.states {
            note("entered", state.entered)
            note("reentered", state.reentered)
            note("refused", state.refused)
            note("broken off", state.brokenOff)
            note("patched", state.patched)
            note("patched on own", state.patchedOnOwn)
        }
        for (state, count) in zip(scenario.idleStates.dropFirst(), record.starts.restored) {
            if state.taken == .never { note("forked", count) }
        }
        note("restored", record.starts.restored.reduce(0, +))
        note("read", mechanism.pagesRead)
        note("read on own node", mechanism.pagesReadOnOwnNode)
        note("waits for resources", mechanism.resourceWaits.count)
        note("nodes failed", mechanism.failures.nodes)
        note("calls restarted", mechanism.failures.callsRestarted)
        note("dependants lost", mechanism.failures.dependants)
        note("registry", mechanism.registry.peak)
        note("reclaimed", record.evictions.reclaimed)
        note("waited", record.starts.waited)
        note("timed out", record.invocations.timedOut)
        for use in record.memory.byPurpose { note("\(use.purpose)", use.use.mean > 0 ? 1 : 0) }
    }

    /// What never happened.
    var missing: [String] { counts.filter { $0.value == 0 }.map(\.key).sorted() }
}
