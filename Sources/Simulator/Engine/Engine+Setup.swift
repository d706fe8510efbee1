import EventKernel
import Workload

/// What a run's units are: which functions share a sandbox, and what it takes.
struct UnitTable {
    var memory: [Bytes] = []
    var names: [String] = []
    var runtimes: [String] = []
    /// The unit of each function, and its application.
    var ofFunction: [(unit: UInt32, application: UInt32)] = []

    init(workload: Workload, unit: SandboxUnit) {
        switch unit {
        case .application:
            memory = workload.applications.map(\.memory)
            names = workload.applications.map(\.name)
            runtimes = Array(repeating: "", count: memory.count)
            for function in workload.functions {
                let application = function.application
                ofFunction.append((application.raw, application.raw))
                if runtimes[application.index].isEmpty { runtimes[application.index] = function.runtime }
            }
        case .function:
            memory = workload.functions.map(\.memory)
            names = workload.functions.map(\.name)
            runtimes = workload.functions.map(\.runtime)
            ofFunction = workload.functions.enumerated().map {
                (UInt32($0.offset), $0.element.application.raw)
            }
        }
    }
}

extension Engine {
    /// An engine ready to run.
    init(
        scenario: Scenario, workload: Workload, seed: UInt64, endsInOrder: Bool,
        policies make: (PolicyContext) throws -> PolicySet
    ) throws {
        let table = UnitTable(workload: workload, unit: scenario.sandbox.unit)
        let groups = scenario.nodes.flatMap { Array(repeating: $0, count: $0.count) }
        let starts = try StartTable(scenario: scenario, seed: seed)
        let content = try scenario.content.map { try ContentModel($0, units: table, seed: seed) }
        let bases =
            content?.makeBases(nodes: groups.count)
            ?? BaseSandboxes(
                profileFunction: table.memory.map { _ in 0 }, functions: 1, nodes: groups.count)
        let mergeable = table.memory.indices.map { content?.mergeable(unit: $0) ?? 0 }
        var cluster = ClusterState(
            scenario: scenario, capacities: groups.map(\.memory), unitMemory: table.memory, starts: starts,
            bases: bases, mergeable: mergeable, seed: seed)
        let largest = groups.map(\.memory).max() ?? .zero
        for unit in table.memory.indices {
            let path = starts.coldIndex(
                name: table.names[unit], runtime: table.runtimes[unit], settings: scenario.start)
            cluster.unitDetails[unit].coldPath = UInt32(path)
            let pages = content?.pages(of: unit) ?? (table.memory[unit].count + 4095) / 4096
            cluster.unitDetails[unit].meanCold = starts.mean(
                path: path,
                amounts: StageAmounts(
                    footprint: table.memory[unit].count, image: pages * 4096, pages: pages))
            cluster.unitDetails[unit].fits = table.memory[unit] <= largest
        }
        let warm = SimDuration(nanoseconds: starts.meanWarm)
        let views = table.memory.indices.map { cluster.view(ofUnit: $0, warmStart: warm) }
        let policies = try make(
            PolicyContext(
                scenario: scenario, workload: workload, seed: seed, units: views,
                unitOfFunction: table.ofFunction.map { UnitID($0.unit) }))
        if policies.reclaimer == nil { cluster.reclaimHeaps = [] }
        var allConstant = true
        for unit in table.memory.indices {
            if let keepAlive = policies.idle.constantKeepAlive(of: views[unit]) {
                precondition(keepAlive.nanoseconds != Unit.ask, "a keep-alive of 2^64 - 2 ns is taken")
                cluster.units[unit].keepAlive = keepAlive.nanoseconds
            } else {
                allConstant = false
            }
        }
        var demand: Double?
        if case .processorSharing(let value) = scenario.contention { demand = value }

        self.scenario = scenario
        self.seed = seed
        self.starts = starts
        busy = BusyIndex(units: table.memory.count)
        isOnDemand = !endsInOrder && Engine.allowsOnDemand(scenario, policies, allConstant: allConstant)
        // 17 ms: with thousands of calls a second, enough events a slot to bring their sandboxes near in time.
        queue = EventWheel(slotBits: 24)
        self.policies = policies
        recorder = Recorder(functions: table.ofFunction, settings: scenario)
        horizon = workload.horizon.nanoseconds
        tracksJobs = !scenario.failures.nodes.isEmpty
        sharesCores = demand != nil || tracksJobs
        let speeds = groups.map { demand == nil ? .infinity : $0.cores }
        cores = NodeCores(cores: sharesCores ? speeds : [], demand: demand ?? 1)
        fabric = Fabric(
            nodes: starts.readsBasePages ? groups.count : 0, settings: scenario.fabric, costs: scenario.costs)
        mechanism = MechanismRecorder(states: scenario.idleStates.count)
        hasIdleStates = scenario.idleStates.count > 1
        observesRestores = policies.idle.observesRestores
        concurrency = UInt16(scenario.sandbox.concurrency)
        keepAliveFromEnd = scenario.sandbox.keepAliveFrom == .executionEnd
        keepAliveReset = scenario.sandbox.keepAliveReset
        observesArrivals = policies.idle.observesArrivals
        prewarm = policies.prewarm
        reclaimer = policies.reclaimer
        mark = policies.reclaimer?.mark ?? 0
        self.cluster = cluster
        self.content = content
    }
}
