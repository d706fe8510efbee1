import EventKernel
import Files
import Testing
import Workload

@testable import Simulator

/// Medes' decisions in time: when it asks, what it makes of the verdicts, when sandboxes go.
@Suite struct MedesPolicyTests {
    private let unit = UnitView(memory: .mebibytes(100))

    private func policy(
        _ mode: MedesMode, _ names: [String] = ["f"], change: (inout MedesSettings) -> Void = { _ in }
    ) throws -> Medes {
        var settings = MedesSettings(mode)
        change(&settings)
        return try Medes(medesContext(names), settings: settings)
    }

    /// One call in the first minute, so that the function has all of the budget: 950 MiB, nine sandboxes of 100.
    private func call(_ policy: Medes) { policy.arrived(at: unit, now: at(1), idleTime: nil) }

    private func step(
        _ policy: Medes, _ sandbox: SandboxView, at now: Double, _ counts: [Int] = [1, 1, 0],
        protected: Set<SandboxID> = []
    ) -> IdleStep {
        let cluster = HandCluster(counts: [counts], protected: protected)
        return policy.step(of: sandbox, unit: unit, now: at(now), in: cluster)
    }

    @Test(
        "It asks again after the idle period, and every idle period from then on",
        arguments: MedesMode.allCases)
    func idlePeriod(_ mode: MedesMode) throws {
        let policy = try policy(mode)
        call(policy)
        let sandbox = idleSandbox(used: 5)
        #expect(step(policy, sandbox, at: 5) == .reconsider(after: .seconds(60)))
        #expect(step(policy, sandbox, at: 45) == .reconsider(after: .seconds(20)))
        #expect(step(policy, sandbox, at: 65) == .reconsider(after: .seconds(60)), "two fit: it stays warm")
        #expect(step(policy, sandbox, at: 125) == .reconsider(after: .seconds(60)))
    }

    @Test("Beyond the budget a sandbox is deduplicated, within it stays", arguments: MedesMode.allCases)
    func budget(_ mode: MedesMode) throws {
        let policy = try policy(mode)
        for _ in 0..<60 { call(policy) }
        // The code counts the base twice: 8 and the base make 10 sandboxes; 950 MiB are 9.5.
        #expect(step(policy, idleSandbox(), at: 60, [8, 1, 0]) == (mode == .paper ? again : store))
        #expect(step(policy, idleSandbox(), at: 60, [7, 1, 0]) == again)
        #expect(step(policy, idleSandbox(), at: 60, [9, 1, 0]) == store)
    }

    private let again = IdleStep.reconsider(after: .seconds(60))
    private let store = IdleStep.enter(deduplicatedState, after: .zero)
    private let makeBase = IdleStep.enter(baseState, after: .zero)

    @Test(
        "A warm sandbox goes 10 minutes after its last use, a deduplicated one after 15",
        arguments: MedesMode.allCases)
    func purge(_ mode: MedesMode) throws {
        let policy = try policy(mode)
        call(policy)
        let warm = idleSandbox(hasImage: false)
        #expect(step(policy, warm, at: 570) == .reconsider(after: .seconds(30)))
        #expect(step(policy, warm, at: 600) == .evict(after: .zero))
        // Two seconds on the way into the state do not lengthen its stay.
        let stored = idleSandbox(in: deduplicatedState, since: 62, hasImage: true)
        #expect(step(policy, stored, at: 62, [0, 1, 1]) == again)
        #expect(step(policy, stored, at: 600, [0, 1, 1]) == again)
        #expect(step(policy, stored, at: 890, [0, 1, 1]) == .reconsider(after: .seconds(10)))
        #expect(step(policy, stored, at: 900, [0, 1, 1]) == .evict(after: .zero))
    }

    @Test("The first sandbox becomes a base in the artifact, even one whose time is over; not in the paper")
    func firstBase() throws {
        for now in [60.0, 600] {
            let artifact = try policy(.artifact)
            call(artifact)
            #expect(step(artifact, idleSandbox(), at: now, [1, 0, 0]) == makeBase)
        }
        let paper = try policy(.paper)
        call(paper)
        #expect(step(paper, idleSandbox(), at: 60, [1, 0, 0]) == again)
        #expect(step(paper, idleSandbox(), at: 600, [1, 0, 0]) == .evict(after: .zero))
        #expect(
            step(paper, idleSandbox(), at: 60, [20, 0, 0]) == makeBase, "instead of the first deduplication")
    }

    @Test("Of sandboxes that become idle together one becomes a base; one more when that one is refused")
    func basesUnderWay() throws {
        let policy = try policy(.artifact)
        call(policy)
        #expect(step(policy, idleSandbox(0), at: 60, [3, 0, 0]) == makeBase)
        #expect(step(policy, idleSandbox(1), at: 60, [3, 0, 0]) == again)
        #expect(policy.refused(baseState, to: idleSandbox(0), unit: unit, now: at(61)) == again)
        #expect(step(policy, idleSandbox(1), at: 62, [3, 0, 0]) == makeBase)
        // It arrives: from now on the cluster counts it.
        #expect(step(policy, idleSandbox(1, in: baseState, since: 64), at: 64, [2, 1, 0]) == .stay)
        #expect(step(policy, idleSandbox(2), at: 65, [2, 1, 40]) == makeBase)
    }

    @Test("A sandbox that was deduplicated once goes back in the artifact, and never becomes a base")
    func goesBack() throws {
        let artifact = try policy(.artifact)
        let paper = try policy(.paper)
        let keeping = try policy(.artifact) { $0.goesBack = false }
        for policy in [artifact, paper, keeping] { call(policy) }
        let restored = idleSandbox(hasImage: true)
        #expect(step(artifact, restored, at: 60, [1, 0, 0]) == store)
        #expect(step(paper, restored, at: 60, [1, 0, 0]) == again)
        #expect(step(keeping, restored, at: 60, [1, 0, 0]) == again)
        #expect(step(artifact, restored, at: 600, [1, 0, 0]) == .evict(after: .zero))
    }

    @Test("Bases stay in the artifact; in the paper they go once nothing refers to them")
    func bases() throws {
        let base = idleSandbox(3, in: baseState, since: 60)
        #expect(step(try policy(.artifact), base, at: 60) == .stay)
        #expect(step(try policy(.artifact), base, at: 9_000) == .stay)
        let paper = try policy(.paper)
        #expect(step(paper, base, at: 60) == .reconsider(after: .seconds(540)))
        #expect(step(paper, base, at: 600, protected: [SandboxID(3)]) == again)
        #expect(step(paper, base, at: 600) == .evict(after: .zero))
    }

    @Test("The artifact's P1 evicts idle and deduplicated sandboxes that are too many, until the keep-alive")
    func tooMany() throws {
        let policy = try policy(.artifact) { $0.problem = .latency }
        // Nothing called: no sandbox is needed.
        #expect(step(policy, idleSandbox(), at: 60) == .evict(after: .zero))
        let stored = idleSandbox(in: deduplicatedState, since: 62, hasImage: true)
        #expect(step(policy, stored, at: 122, [0, 1, 1]) == .evict(after: .zero))
        #expect(step(policy, stored, at: 602, [0, 1, 1]) == again)
        let paper = try self.policy(.paper) { $0.problem = .latency }
        #expect(step(paper, idleSandbox(), at: 60) == store)
        #expect(step(paper, stored, at: 122, [0, 1, 1]) == again)
    }

    @Test("The budget is split by mean rates in the paper and by the highest in the artifact")
    func budgetSplit() throws {
        // By minute: 6 and 0 calls of one function, 2 and 4 of the other: highest 6 to 4, means 6 to 6.
        for (mode, share) in [(MedesMode.paper, 0.5), (.artifact, 0.6)] {
            let policy = try policy(mode, ["a", "b"])
            let units = medesContext(["a", "b"]).units
            for _ in 0..<6 { policy.arrived(at: units[0], now: at(10), idleTime: nil) }
            for _ in 0..<2 { policy.arrived(at: units[1], now: at(20), idleTime: nil) }
            for _ in 0..<4 { policy.arrived(at: units[1], now: at(70), idleTime: nil) }
            let cluster = HandCluster(counts: [[1, 0, 0], [1, 0, 0]])
            let situation = policy.situation(of: units[0], on: NodeID(0), now: at(120), in: cluster)
            #expect(situation.budget.isNear(share * 0.95 * 1_000 * 1_048_576))
            #expect(situation.rate == 0.1)
            #expect(situation.busy == 1.5, "execution and 500 ms")
            #expect(situation.warmStart == 0.001)
            #expect(situation.restore == 0.3)
        }
    }

    @Test("What deduplicated sandboxes take is the table's in the artifact, and observed in the paper")
    func benefit() throws {
        let memory = 100.0 * 1_048_576
        func stored(_ mode: MedesMode, _ name: String, held: Bytes?) throws -> Double {
            let cluster = HandCluster(held: held)
            return try policy(mode, [name]).situation(of: unit, on: NodeID(0), now: at(60), in: cluster)
                .storedMemory
        }
        #expect(try stored(.artifact, "Vanilla", held: .mebibytes(70)).isNear(0.1 * memory))
        #expect(try stored(.paper, "Vanilla", held: .mebibytes(70)).isNear(0.7 * memory))
        #expect(try stored(.paper, "Vanilla", held: nil).isNear(0.1 * memory))
        #expect(try stored(.paper, "another", held: nil).isNear(0.38 * memory))
    }

    @Test("Rates: the highest of the windows that have ended, the mean over them, nothing of older ones")
    func rates() {
        var rates = ArrivalRates(units: 2, windows: 3, width: .seconds(60))
        /// Highest and mean in calls a minute, and the share of the mean, of unit 0.
        func look(_ now: Double) -> [Double] {
            rates.advance(to: at(now))
            return [rates.highest(0) * 60, rates.mean(0) * 60, rates.shareOfMean(0), rates.shareOfHighest(0)]
        }
        for _ in 0..<3 { rates.add(0, now: at(1)) }
        rates.add(1, now: at(2))
        #expect(look(59.9) == [0, 0, 0, 0])
        #expect(look(60) == [3, 3, 0.75, 0.75])
        rates.add(0, now: at(60))
        #expect(look(120) == [3, 2, 0.8, 0.75])
        #expect(look(180).map { ($0 * 1_000).rounded() } == [3_000, 1_333, 800, 750])
        // The first minute is forgotten: one call in three.
        #expect(look(240).map { ($0 * 1_000).rounded() } == [1_000, 333, 1_000, 1_000])
        #expect(look(300) == [0, 0, 0, 0])
        rates.add(0, now: at(36_001))
        #expect(look(36_060).map { ($0 * 1_000).rounded() } == [1_000, 333, 1_000, 1_000])
    }

    @Test("Rates agree with a plain count of the calls of the windows")
    func ratesAgainstCounts() {
        for seed in 0..<20 {
            var stream = RandomStream(seed: UInt64(seed), purpose: .test, entity: 5)
            var rates = ArrivalRates(units: 3, windows: 4, width: .seconds(10))
            var calls: [(unit: Int, window: Int)] = []
            var now = 0.0
            for _ in 0..<300 {
                now += stream.unit() < 0.02 ? 55 : stream.unit() * 5
                let unit = Int(stream.below(3))
                rates.add(unit, now: at(now))
                calls.append((unit, Int(now / 10)))
                let last = Int(now / 10)
                for unit in 0..<3 {
                    let counts = (max(last - 4, 0)..<last).map { window in
                        calls.filter { $0.unit == unit && $0.window == window }.count
                    }
                    let (highest, mean) = (rates.highest(unit), rates.mean(unit))
                    #expect(highest.isNear(Double(counts.max() ?? 0) / 10))
                    #expect(
                        mean.isNear(
                            counts.isEmpty ? 0 : Double(counts.reduce(0, +)) / Double(counts.count * 10)))
                }
            }
        }
    }

    @Test("Restores: 0.3 s before the first; the average begins with the first, or in the artifact with zero")
    func restores() {
        for (mode, first, second) in [(MedesMode.paper, 1.0, 1.1), (.artifact, 0.1, 0.29)] {
            var estimates = MedesEstimates(units: 1, settings: MedesSettings(mode))
            var seen = [estimates.restore(0)]
            for seconds in [1, 2] as [UInt64] {
                estimates.add(restore: .seconds(seconds), of: 0)
                seen.append(estimates.restore(0))
            }
            #expect(zip(seen, [0.3, first, second]).allSatisfy { $0.isNear($1) }, "\(seen)")
        }
    }

    @Test("Only starts from the deduplicated state count as restores")
    func restoredState() throws {
        let policy = try policy(.paper)
        policy.restored(UnitID(0), from: baseState, startup: .seconds(9))
        #expect(policy.situation(of: unit, on: NodeID(0), now: .zero, in: HandCluster()).restore == 0.3)
        policy.restored(UnitID(0), from: deduplicatedState, startup: .seconds(2))
        #expect(policy.situation(of: unit, on: NodeID(0), now: .zero, in: HandCluster()).restore == 2)
    }

    @Test("The catalogue makes it with a mode's defaults, each of which can be given; faults are refused")
    func catalogue() throws {
        var choices = PolicyChoices()
        func refused(_ parameters: [String: ParameterValue], states: [StatePreset] = [.base, .deduplicated])
            -> String
        {
            var context = medesContext()
            context.scenario.idleStates = StatePreset.states(states)
            choices.idle = PolicyChoice("medes", parameters)
            do { _ = try PolicyCatalog.standard.make(choices, context: context) } catch { return "\(error)" }
            return ""
        }
        #expect(refused([:]).isEmpty)
        #expect(
            refused(["mode": .text("artifact"), "bases-go": .text("yes"), "windows": .number(5)]).isEmpty)
        #expect(refused(["alpha": .number(1)]).contains("alpha"))
        #expect(refused(["goes-back": .text("perhaps")]).contains("goes-back"))
        #expect(refused(["solver": .text("simplex")]).contains("solver"))
        #expect(refused(["windows": .number(0)]).contains("windows"))
        #expect(refused([:], states: [.base]).contains("idle state 'deduplicated'"))
        let values = ParameterValues(
            Medes.entry.parameters,
            given: ["mode": .text("artifact"), "base-rule": .text("ratio"), "goes-back": .text("no")])
        let settings = try MedesSettings(values)
        #expect(settings.solver == .closedForms && settings.budgetSplit == .highest)
        #expect(settings.baseRule == .ratio && !settings.goesBack)
        #expect(
            try MedesSettings(ParameterValues(Medes.entry.parameters, given: [:])) == MedesSettings(.paper))
    }
}
