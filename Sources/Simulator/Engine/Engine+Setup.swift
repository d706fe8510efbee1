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
            scenario: scenario, nodes: groups, unitMemory: table.memory, starts: starts,
            bases: bases, mergeable: mergeable, seed: seed)
        let largest = groups.map { $0.limit ?? $0.memory }.max() ?? .zero
        for unit in table.memory.indices {
            let path = starts.coldIndex(
                name: table.names[unit], runtime: table.runtimes[unit])
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
        cluster.countsUsesByNode = policies.reclaimer?.scope == .node
        let marks = groups.indices.map { policies.reclaimer?.mark(on: NodeID(UInt32($0))) ?? 0 }
        var allConstant = true
        for unit in table.memory.indices {
            if let keepAlive = policies.idle.constantKeepAlive(of: views[unit]) {
                precondition(keepAlive.nanoseconds != Unit.ask, "a keep-alive of 2^64 - 2 ns is taken")
                cluster.units[unit].keepAlive = keepAlive.nanoseconds
            } else {
                allConstant = false
            }
        }
        let afterUses = scenario.idleStates.indices.map {
            policies.idle.stepAfterUse(in: IdleStateID(UInt8($0)))
        }
        var demand: Double?
        if case .processorSharing(let value) = scenario.contention { demand = value }
        let breaks = !scenario.failures.nodes.isEmpty
        let shares = demand != nil || breaks
        let cores = Engine.cores(of: groups, demand: demand, isNeeded: shares)
        let allows = Engine.allowsOnDemand(scenario, policies, allConstant: allConstant)

        // Nothing of `self` is read before all of it is set, and nothing is looped over in between: the compiler has
        // got this wrong for a struct that cannot be copied.
        self.scenario = scenario
        self.seed = seed
        self.starts = starts
        busy = BusyIndex(units: table.memory.count)
        isOnDemand = !endsInOrder && allows
        // 17 ms: with thousands of calls a second, enough events a slot to bring their sandboxes near in time.
        queue = EventWheel(slotBits: 24)
        self.policies = policies
        recorder = Recorder(functions: table.ofFunction, settings: scenario)
        horizon = workload.horizon.nanoseconds
        self.cores = cores
        fabric = Fabric(
            nodes: starts.readsBasePages ? groups.count : 0, settings: scenario.fabric, costs: scenario.costs)
        mechanism = MechanismRecorder(states: scenario.idleStates.count)
        hasIdleStates = scenario.idleStates.count > 1
        tracksJobs = breaks
        failuresOfNode = Dictionary(grouping: scenario.failures.nodes, by: \.node)
        sharesCores = shares
        slots = StartSlots(scenario.waiting.startsAtOnce ?? 0)
        limitsStarts = scenario.waiting.startsAtOnce != nil
        concurrency = UInt16(scenario.sandbox.concurrency)
        keepAliveFromEnd = scenario.sandbox.keepAliveFrom == .executionEnd
        keepAliveReset = scenario.sandbox.keepAliveReset
        observesArrivals = policies.idle.observesArrivals
        observesRestores = policies.idle.observesRestores
        afterUse = afterUses
        prewarm = policies.prewarm
        reclaimer = policies.reclaimer
        mark = marks[0]
        marksByNode = Slab(marks)
        self.content = content
        self.cluster = cluster
    }

    /// The nodes' cores: without contention as many as anyone asks for.
    private static func cores(of groups: [NodeGroup], demand: Double?, isNeeded: Bool) -> NodeCores {
        let cores = groups.map { demand == nil ? .infinity : $0.cores }
        return NodeCores(cores: isNeeded ? cores : [], demand: demand ?? 1)
    }
}
