import EventKernel
import Files
import Testing

@testable import Simulator

/// The adaptive baseline of Medes' evaluation, and the states by the clock.
@Suite struct MedesBaselineTests {
    private let names = ["Vanilla", "RNNModel", "another"]

    private func evictsAfter(_ policy: MedesAdaptive, _ index: Int, at now: Double) -> SimDuration? {
        let unit = UnitView(UnitID(UInt32(index)), memory: .mebibytes(100))
        let step = policy.nextStep(of: idleSandbox(of: unit, used: now), unit: unit, now: at(now))
        if case .evict(let after) = step { return after }
        return nil
    }

    @Test("The adaptive table changes its column after 1.8 s, as the code does")
    func asRun() {
        let policy = MedesAdaptive(names: names)
        for (index, first, second) in [(0, 102, 294), (1, 30, 60), (2, 600, 600)] as [(Int, UInt64, UInt64)] {
            #expect(evictsAfter(policy, index, at: 1.8) == .seconds(first))
            #expect(evictsAfter(policy, index, at: 1.801) == .seconds(second))
            #expect(evictsAfter(policy, index, at: 3_000) == .seconds(second))
        }
        let units = medesContext(names).units
        #expect(policy.constantKeepAlive(of: units[0]) == nil)
        #expect(policy.constantKeepAlive(of: units[2]) == .minutes(10))
    }

    @Test("A single column holds throughout, and functions not in the table get the default")
    func columns() {
        let units = medesContext(names).units
        let first = MedesAdaptive(names: names, column: .first, standard: .minutes(3))
        let second = MedesAdaptive(names: names, column: .second, standard: .minutes(3))
        #expect(units.map(first.constantKeepAlive) == [.seconds(102), .seconds(30), .minutes(3)])
        #expect(units.map(second.constantKeepAlive) == [.seconds(294), .seconds(60), .minutes(3)])
        #expect(evictsAfter(first, 0, at: 3_000) == .seconds(102))
    }

    @Test("The tables' sums are those of the released code's ten functions")
    func table() {
        let all = [
            "Vanilla", "LinAlg", "ImagePro", "VideoPro", "MapReduce", "HTMLServe", "AuthEnc", "FeatureGen",
            "RNN", "ModelTrain",
        ]
        let times = all.compactMap(MedesTables.keepAlive)
        #expect(times.count == 10)
        #expect(times.map(\.first).reduce(0, +) == 2_247)
        #expect(times.map(\.second).reduce(0, +) == 2_474)
        let benefits = all.compactMap(MedesTables.benefit)
        #expect((benefits.reduce(0, +) / 10).isNear(MedesSettings().defaultBenefit))
    }

    private let unit = UnitView(memory: .mebibytes(100))

    private func tiers(_ parameters: [String: ParameterValue]) throws -> any IdlePolicy {
        var choices = PolicyChoices()
        choices.idle = PolicyChoice("tiers", parameters)
        var context = medesContext()
        context.scenario.idleStates = StatePreset.states([.base, .deduplicated, .disk])
        return try PolicyCatalog.standard.make(choices, context: context).idle
    }

    @Test("Tiers: into each state so long after the last use, and out at the end")
    func tierTimes() throws {
        let policy = try tiers([
            "after": .duration(.minutes(2)), "second-state": .text("disk"),
            "second-after": .duration(.minutes(5)), "keep-alive": .duration(.minutes(20)),
        ])
        func step(_ sandbox: SandboxView, _ now: Double) -> IdleStep {
            policy.nextStep(of: sandbox, unit: unit, now: at(now))
        }
        let disk = IdleStateID(3)
        #expect(step(idleSandbox(used: 10), 10) == .enter(deduplicatedState, after: .minutes(2)))
        // Two seconds on the way count.
        let stored = idleSandbox(in: deduplicatedState, used: 10, since: 132)
        #expect(step(stored, 132) == .enter(disk, after: .seconds(178)))
        #expect(step(idleSandbox(in: disk, used: 10, since: 310), 310) == .evict(after: .seconds(900)))
        #expect(step(idleSandbox(in: disk, used: 10, since: 2_000), 2_000) == .evict(after: .zero))
        #expect(policy.refused(disk, to: stored, unit: unit, now: at(310)) == .reconsider(after: .minutes(1)))
        #expect(policy.refused(disk, to: stored, unit: unit, now: at(1_180)) == .evict(after: .seconds(30)))
        // A keep-alive before the first state: it is never entered.
        let short = try tiers(["after": .duration(.minutes(2)), "keep-alive": .duration(.minutes(1))])
        #expect(short.nextStep(of: idleSandbox(), unit: unit, now: .zero) == .evict(after: .minutes(1)))
    }

    @Test("Tiers with bases: one for each T sandboxes, made when the first state is due")
    func tierBases() throws {
        let policy = try #require(try tiers(["bases-per": .number(2)]) as? IdleThenStates)
        func step(_ sandbox: SandboxView, _ now: Double, _ counts: [Int], _ protected: Set<SandboxID> = [])
            -> IdleStep
        {
            policy.step(
                of: sandbox, unit: unit, now: at(now), in: HandCluster(counts: [counts], protected: protected)
            )
        }
        let makeBase = IdleStep.enter(baseState, after: .zero)
        let store = IdleStep.enter(deduplicatedState, after: .zero)
        #expect(step(idleSandbox(0), 0, [3, 0, 0, 0]) == .reconsider(after: .minutes(1)))
        #expect(step(idleSandbox(0), 60, [3, 0, 0, 0]) == makeBase)
        #expect(step(idleSandbox(1), 60, [3, 0, 0, 0]) == store, "one is on its way")
        let base = idleSandbox(0, in: baseState, since: 62)
        #expect(step(base, 62, [2, 1, 0, 0]) == .reconsider(after: .seconds(838)))
        #expect(step(idleSandbox(1), 62, [2, 1, 1, 0]) == store)
        #expect(step(idleSandbox(2), 62, [1, 1, 2, 0]) == makeBase)
        #expect(step(idleSandbox(2, hasImage: true), 62, [1, 1, 2, 0]) == store)
        #expect(step(base, 900, [0, 1, 0, 0], [SandboxID(0)]) == .reconsider(after: .minutes(1)))
        #expect(step(base, 900, [0, 1, 0, 0]) == .evict(after: .zero))
    }

    @Test("Tiers that cannot work are refused")
    func tierFaults() {
        for (parameters, word) in [
            (["state": .text("nowhere")], "nowhere"), (["second-state": .text("deduplicated")], "again"),
            (["state": .text("warm")], "again"), (["bases-per": .number(-1)], "bases-per"),
            (["second-state": .text("disk"), "second-after": .duration(.seconds(1))], "second-after"),
        ] as [([String: ParameterValue], String)] {
            var message = ""
            do { _ = try tiers(parameters) } catch { message = "\(error)" }
            #expect(message.contains(word), "\(message)")
        }
    }
}
