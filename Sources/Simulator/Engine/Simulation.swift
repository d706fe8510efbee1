import EventKernel
import Files
import Workload

/// One run: a scenario, a workload and a seed.
///
/// A run is single-threaded and gives the same record, bit for bit, on any machine.
public struct Simulation {
    /// The scenario.
    public let scenario: Scenario
    /// The workload.
    public let workload: Workload
    /// The seed.
    public let seed: UInt64
    private let policies: (PolicyContext) throws -> PolicySet

    /// A run with the policies that the scenario names.
    public init(scenario: Scenario, workload: Workload, seed: UInt64, catalog: PolicyCatalog = .standard) {
        self.init(scenario: scenario, workload: workload, seed: seed) { context in
            try catalog.make(scenario.policies, context: context)
        }
    }

    /// A run with policies of the caller's own; `policies` is called once when the run begins.
    public init(
        scenario: Scenario, workload: Workload, seed: UInt64,
        policies: @escaping (PolicyContext) throws -> PolicySet
    ) {
        self.scenario = scenario
        self.workload = workload
        self.seed = seed
        self.policies = policies
    }

    /// What a run is watched with.
    public struct Options {
        /// Checks the ledger and every index after each event. Slow; for tests.
        public var selfCheck: Bool = false
        /// Handles every end of an execution in order of time, also where it could be settled on demand. The record is the
        /// same; for tests.
        public var endsInOrder: Bool = false
        /// Called now and then with the simulated time reached and the calls so far; returning false stops the run.
        public var progress: ((SimTime, UInt64) -> Bool)?

        /// No checks, no progress.
        public init() {}
    }

    /// The run was stopped by its `progress` closure.
    public struct Stopped: Error {
        /// Stopped.
        public init() {}
    }

    /// Simulates from the first arrival to the end of the last execution.
    /// - Throws: `InputError` for a scenario that cannot work; `Stopped` when `options.progress` returned false.
    public func run(options: Options = Options()) throws -> RunRecord {
        try scenario.validate(for: workload)
        var engine = try Engine(
            scenario: scenario, workload: workload, seed: seed, endsInOrder: options.endsInOrder,
            policies: policies)
        try engine.run(workload.arrivals(seed: seed, layout: scenario.layout), options: options)
        return try engine.record(applications: workload.applications.count)
    }
}
