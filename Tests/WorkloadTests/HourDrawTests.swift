import EventKernel
import Files
import Testing

@testable import Workload

@Suite struct HourDrawTests {
    private static let roles = (0..<10).map { index in
        HourDraw.Role(
            name: "f\(index)", executionTime: .milliseconds(100), memory: .mebibytes(UInt64(10 + index)))
    }

    private static func draw(_ seed: UInt64) -> HourDraw { HourDraw(roles: roles, seed: seed) }

    /// Calls of each function, and of each minute.
    private static func counts(_ workload: Workload) -> (byFunction: [UInt64], byMinute: [UInt64]) {
        var byFunction = [UInt64](repeating: 0, count: workload.functions.count)
        var byMinute = [UInt64](repeating: 0, count: 60)
        switch workload.calls {
        case .minuteCounts(let counts):
            return (counts.callsByFunction(), (0..<60).map { counts.calls(inMinute: $0) })
        case .events(let events):
            for index in 0..<events.count {
                byFunction[events[index].function.index] += 1
                byMinute[Int(events[index].time.nanoseconds / 60_000_000_000)] += 1
            }
        case .poisson: Issue.record("an hour is not a Poisson stream")
        }
        return (byFunction, byMinute)
    }

    @Test func everyFunctionAndTheirSumLieWhereTheyShould() throws {
        for seed: UInt64 in 1...6 {
            let draw = Self.draw(seed)
            let workload = try draw.workload()
            let calls = Self.counts(workload).byFunction
            #expect(workload.horizon == .hours(1))
            #expect(workload.functions.map(\.name) == Self.roles.map(\.name))
            #expect(workload.functions.map(\.memory) == Self.roles.map(\.memory))
            #expect(calls.allSatisfy { draw.callsPerFunction.contains(Double($0)) })
            // Rates are multiplied by five, nothing is rounded.
            #expect(calls.allSatisfy { $0 % 5 == 0 })
            #expect(abs(Double(calls.reduce(0, +)) / 150_000 - 1) < 0.05)
        }
    }

    @Test func aSeedGivesTheSameHourAndAnotherSeedAnother() throws {
        let first = Self.counts(try Self.draw(3).workload())
        #expect(first == Self.counts(try Self.draw(3).workload()))
        #expect(first != Self.counts(try Self.draw(4).workload()))
    }

    @Test func groupsKeepTheCountsOfMinutesAndArriveTogether() throws {
        var draw = Self.draw(2)
        let minutes = Self.counts(try draw.workload())
        draw.arrangement = .groups(of: 5)
        let workload = try draw.workload()
        let grouped = Self.counts(workload)
        #expect(grouped == minutes)
        guard case .events(let events) = workload.calls else {
            Issue.record("groups are calls by themselves")
            return
        }
        var together: [UInt64: Int] = [:]
        for index in 0..<events.count where events[index].function.raw == 0 {
            together[events[index].time.nanoseconds, default: 0] += 1
        }
        #expect(together.values.allSatisfy { $0 % 5 == 0 })
        #expect(together.count > 1_000)
    }

    @Test func hoursPressedTogetherKeepTheirCalls() throws {
        var draw = Self.draw(2)
        draw.arrangement = .compressed
        let calls = Self.counts(try draw.workload()).byFunction
        #expect(calls.allSatisfy { draw.callsPerFunction.contains(Double($0)) })
    }

    @Test func onlyBurstyFunctionsAreTakenWhenAskedFor() throws {
        var draw = Self.draw(5)
        draw.leastVariation = 0.5
        let hours = try draw.candidates()
        #expect(!hours.isEmpty)
        #expect(hours.allSatisfy { HourDraw.variation($0.counts) >= 0.5 })
        #expect(try Self.draw(5).candidates().count > hours.count)
    }

    @Test func theVariationOfCountsIsTheirDeviationOverTheirMean() {
        #expect(HourDraw.variation([3, 3, 3]) == 0)
        #expect(HourDraw.variation([0, 4]) == 1)
        #expect(HourDraw.variation([0, 0]) == 0)
    }

    @Test func whatCannotBeDrawnIsRefused() {
        var none = Self.draw(1)
        none.callsPerFunction = 900_000_000...1_000_000_000
        var factor = Self.draw(1)
        factor.rateFactor = 0
        var group = Self.draw(1)
        group.arrangement = .groups(of: 0)
        for draw in [none, factor, group, HourDraw(roles: [], seed: 1)] {
            #expect(throws: InputError.self) { try draw.workload() }
        }
    }
}
