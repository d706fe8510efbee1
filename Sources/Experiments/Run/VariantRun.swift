import EventKernel
import Files
import Glibc
import Simulator
import Workload

/// One variant's run and what it cost.
public struct VariantRun: Sendable {
    /// The variant.
    public var name: String
    /// Its scenario.
    public var scenario: Scenario
    /// What the run observed.
    public var record: RunRecord
    /// Time of this thread's processor that the run took, in seconds.
    public var cpuSeconds: Double
    /// Time that passed, in seconds.
    public var wallSeconds: Double

    /// The digest of everything observable, as 16 hexadecimal digits.
    public var fingerprint: String {
        let digits = String(record.fingerprint, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

extension Experiment {
    /// Runs one variant, from the experiment's seed unless another is given.
    /// - Throws: `InputError` for a scenario that cannot work; `Simulation.Stopped` when `options.progress`
    ///   said so.
    public func run(
        _ variant: Variant, on workload: Workload, seed: UInt64? = nil,
        options: Simulation.Options = Simulation.Options()
    ) throws -> VariantRun {
        let cpu = Clock.seconds(CLOCK_THREAD_CPUTIME_ID)
        let wall = Clock.seconds(CLOCK_MONOTONIC)
        do {
            _ = try variant.scenario.usedCosts()
            let simulation = Simulation(
                scenario: variant.scenario, workload: workload, seed: seed ?? self.seed, catalog: catalog)
            let record = try simulation.run(options: options)
            return VariantRun(
                name: variant.name, scenario: variant.scenario, record: record,
                cpuSeconds: Clock.seconds(CLOCK_THREAD_CPUTIME_ID) - cpu,
                wallSeconds: Clock.seconds(CLOCK_MONOTONIC) - wall)
        } catch let error as InputError {
            throw placed(error, in: variant)
        }
    }
}

/// The machine's clocks; for the cost of a run, never for its results.
enum Clock {
    /// A clock's time in seconds.
    static func seconds(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
