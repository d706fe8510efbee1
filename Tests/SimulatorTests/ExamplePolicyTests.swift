import EventKernel
import Simulator
import Testing
import Workload

// The README shows the lines between the two marks; TidyTests holds them equal.
// example begins
/// Keeps a sandbox for as long as `factor` times its unit's mean gap between calls, ten minutes at most.
final class MeanGap: IdlePolicy {
    private var lastArrival: [SimTime?] = []
    private var gaps: [RunningMoments] = []
    private let factor: Double

    init(units: Int, factor: Double) {
        lastArrival = Array(repeating: nil, count: units)
        gaps = Array(repeating: RunningMoments(), count: units)
        self.factor = factor
    }

    var observesArrivals: Bool { true }

    func arrived(at unit: UnitView, now: SimTime, idleTime: SimDuration?) {
        if let last = lastArrival[unit.id.index] { gaps[unit.id.index].add((now - last).seconds) }
        lastArrival[unit.id.index] = now
    }

    func nextStep(of sandbox: SandboxView, unit: UnitView, now: SimTime) -> IdleStep {
        let stay = SimDuration(seconds: factor * gaps[unit.id.index].mean) ?? .minutes(10)
        return .evict(after: min(stay, .minutes(10)))
    }
}
// example ends

@Suite struct ExamplePolicyTests {
    private func run(_ policy: (PolicyContext) -> any IdlePolicy) throws -> RunRecord {
        let names = (0..<50).map { "f\($0)" }
        let workload = Workload(
            applications: names.map { Application(name: $0, memory: .mebibytes(256)) },
            functions: names.enumerated().map { index, name in
                Function(
                    name: name, application: ApplicationID(UInt32(index)), memory: .mebibytes(256),
                    executionTime: .constant(.milliseconds(100)))
            },
            shapes: [],
            calls: .poisson(PoissonCalls(rate: 1, weights: PoissonCalls.zipf(count: 50, exponent: 1))),
            horizon: .hours(6), provenance: Provenance(title: "example"))
        let scenario = Scenario(nodes: [NodeGroup(count: 2, memory: .gibibytes(64))])
        return try withoutActuallyEscaping(policy) { policy in
            try Simulation(scenario: scenario, workload: workload, seed: 1) { context in
                PolicySet(placement: LeastLoaded(), idle: policy(context), reclaimer: LeastRecentlyUsed())
            }.run()
        }
    }

    @Test func aPolicyOfOnesOwnTradesColdStartsForMemory() throws {
        let fixed = try run { _ in FixedKeepAlive(keepAlive: .minutes(10)) }
        let short = try run { MeanGap(units: $0.units.count, factor: 0.5) }
        let long = try run { MeanGap(units: $0.units.count, factor: 2) }
        #expect(short.invocations.arrived == fixed.invocations.arrived)
        #expect(short.wastedByteSeconds < long.wastedByteSeconds)
        #expect(long.wastedByteSeconds < fixed.wastedByteSeconds)
        #expect(short.starts.cold > long.starts.cold)
        #expect(long.starts.cold > fixed.starts.cold)
    }
}
