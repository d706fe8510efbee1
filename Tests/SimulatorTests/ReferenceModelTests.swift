import EventKernel
import Foundation
import Simulator
import Testing
import Workload

/// The engine against `Tests/Reference/keepalive_reference.py`, which was written apart from it in another
/// language.
@Suite struct ReferenceModelTests {
    /// What the reference model prints.
    private struct Outcome: Decodable {
        var calls: UInt64
        var cold: UInt64
        var warm: UInt64
        var peak_sandboxes: UInt64
        var idle_seconds: Double
    }

    /// About 10^5 calls of 200 functions in two hours, popularity by Zipf's law, executions log-normal with a
    /// median of 0.3 s. Times are rounded down to whole `grain`s: a coarse one makes many of them equal.
    private func calls(seed: UInt64, grain: UInt64) -> [EventList.Event] {
        let functions = (0..<200).map { index in
            Function(
                name: "f\(index)", application: ApplicationID(0), memory: .mebibytes(1),
                executionTime: .shaped(shape: 0, scale: 0.3))
        }
        let workload = Workload(
            applications: [Application(name: "a", memory: .mebibytes(1))], functions: functions,
            shapes: [.logNormal(mu: 0, sigma: 1.5)],
            calls: .poisson(
                PoissonCalls(rate: 1e5 / 7_200, weights: PoissonCalls.zipf(count: 200, exponent: 1))),
            horizon: .hours(2), provenance: Provenance(title: "reference"))
        let source = workload.arrivals(seed: seed, layout: .uniform)
        var batch = [Arrival](
            repeating: Arrival(time: .zero, execution: .zero, function: FunctionID(0)), count: 512)
        var events: [EventList.Event] = []
        while true {
            let count = batch.withUnsafeMutableBufferPointer { source.next(into: $0) }
            if count == 0 { return events }
            for call in batch[..<count] {
                events.append(
                    .init(
                        time: SimTime(nanoseconds: call.time.nanoseconds / grain * grain),
                        duration: SimDuration(nanoseconds: call.execution.nanoseconds / grain * grain),
                        function: call.function))
            }
        }
    }

    private func engine(
        _ events: [EventList.Event], keepAlive: SimDuration, reuse: ReuseOrder, coldDelay: SimDuration
    ) throws -> RunRecord {
        let functions = (0..<200).map { index in
            Function(
                name: "f\(index)", application: ApplicationID(0), memory: .mebibytes(1),
                executionTime: .perCall)
        }
        // The horizon leaves time for every keep-alive to end.
        let workload = Workload(
            applications: [Application(name: "a", memory: .mebibytes(1))], functions: functions, shapes: [],
            calls: .events(EventList(events)), horizon: .hours(48), provenance: Provenance(title: "reference")
        )
        var scenario = Scenario(nodes: [NodeGroup(count: 1, memory: .gibibytes(1_000))])
        scenario.sandbox.unit = .function
        scenario.sandbox.reuse = reuse
        scenario.start.cold = StartPath(name: "cold", stages: [Stage(.create, .constant(coldDelay.seconds))])
        scenario.policies.idle = PolicyChoice("fixed", ["keep-alive": .duration(keepAlive)])
        scenario.policies.reclaim = PolicyChoice("none")
        return try Simulation(scenario: scenario, workload: workload, seed: 1).run()
    }

    private func reference(
        _ events: [EventList.Event], keepAlive: SimDuration, reuse: String, coldDelay: SimDuration
    ) throws -> Outcome {
        func decimal(_ nanoseconds: UInt64) -> String {
            let digits = String(nanoseconds % 1_000_000_000)
            return "\(nanoseconds / 1_000_000_000)." + String(repeating: "0", count: 9 - digits.count)
                + digits
        }
        var text = "time,function,duration\n"
        for event in events {
            text +=
                decimal(event.time.nanoseconds) + ",\(event.function.raw),"
                + decimal(event.duration.nanoseconds) + "\n"
        }
        return try ReferenceProgram.run(
            "keepalive_reference.py", on: text,
            arguments: [
                "--keep-alive", decimal(keepAlive.nanoseconds), "--reuse", reuse,
                "--cold-delay", String(coldDelay.nanoseconds),
            ], as: Outcome.self)
    }

    @Test(
        "Cold starts, sandboxes and idle time are those of the reference model, exactly",
        .enabled(if: ReferenceProgram.python != nil),
        arguments: [(UInt64(1), 30.0), (100_000_000, 3.0)])
    func agreement(setting: (grain: UInt64, keepAlive: Double)) throws {
        let events = calls(seed: 1, grain: setting.grain)
        #expect(events.count > 95_000)
        let keepAlive = try #require(SimDuration(seconds: setting.keepAlive))
        let orders: [(ReuseOrder, String)] = [
            (.mostRecent, "most-recent"), (.leastRecent, "least-recent"), (.oldest, "oldest"),
        ]
        var colds: Set<UInt64> = []
        for (order, name) in orders {
            let delay = SimDuration.milliseconds(200)
            let ours = try engine(events, keepAlive: keepAlive, reuse: order, coldDelay: delay)
            let theirs = try reference(events, keepAlive: keepAlive, reuse: name, coldDelay: delay)
            #expect(ours.invocations.completed == theirs.calls)
            #expect(ours.starts.cold == theirs.cold, "\(name)")
            #expect(ours.starts.warm == theirs.warm, "\(name)")
            #expect(ours.sandboxes.peak == theirs.peak_sandboxes, "\(name)")
            let idle = ours.wastedByteSeconds / 1_048_576
            #expect(abs(idle - theirs.idle_seconds) <= 1e-12 * theirs.idle_seconds, "\(name)")
            colds.insert(ours.starts.cold)
        }
        #expect(colds.count == 3, "the orders differ, or this would compare nothing")
    }
}
