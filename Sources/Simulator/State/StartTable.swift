import EventKernel
import Workload

/// The start paths of a run, resolved: durations tabulated, serial resources numbered.
///
/// Durations are drawn by (call, stage), so a call that is cold under two policies takes the same time in both.
struct StartTable {
    struct ResolvedStage {
        /// Nanoseconds, when the stage always takes the same time.
        var constant: UInt64
        var table: QuantileTable?
        /// Index of the serial resource it holds; nil for none.
        var resource: Int?
    }

    struct ResolvedPath {
        var stages: [ResolvedStage]
        var mean: UInt64
        /// Nanoseconds when every stage is constant; nil otherwise.
        var constant: UInt64?
        var usesResources: Bool
    }

    private(set) var paths: [ResolvedPath] = []
    private(set) var resources: [String] = []
    /// The index of the restore path of each idle state.
    private(set) var restores: [Int] = []
    private let stream: RandomStream
    /// Whether a start on a warm sandbox always takes `meanWarm`.
    let isWarmConstant: Bool
    /// Mean time of a start on a warm sandbox in nanoseconds.
    let meanWarm: UInt64

    /// The paths of `scenario`; the cold paths are `paths[coldIndex(…)]`.
    init(scenario: Scenario, seed: UInt64) {
        stream = RandomStream(seed: seed, purpose: .startStages)
        var resources: [String] = []
        func resolve(_ path: StartPath) -> ResolvedPath {
            StartTable.resolve(path, resources: &resources)
        }
        paths.append(resolve(scenario.start.cold))
        for entry in scenario.start.byRuntime + scenario.start.byName { paths.append(resolve(entry.path)) }
        for state in scenario.idleStates {
            restores.append(paths.count)
            paths.append(resolve(state.restore))
        }
        self.resources = resources
        let warm = paths[restores[0]]
        isWarmConstant = warm.constant != nil
        meanWarm = warm.mean
    }

    private static func resolve(_ path: StartPath, resources: inout [String]) -> ResolvedPath {
        var stages: [ResolvedStage] = []
        var mean = 0.0
        for stage in path.stages {
            var resource: Int?
            if let name = stage.resource {
                resource = resources.firstIndex(of: name) ?? resources.count
                if resource == resources.count { resources.append(name) }
            }
            guard case .law(let law) = stage.time else { continue }
            if case .constant(let seconds) = law {
                let nanoseconds = SimDuration(seconds: seconds)?.nanoseconds ?? 0
                mean += Double(nanoseconds)
                stages.append(ResolvedStage(constant: nanoseconds, table: nil, resource: resource))
            } else {
                let table = QuantileTable(law, scale: 1e9)
                mean += table.mean
                stages.append(ResolvedStage(constant: 0, table: table, resource: resource))
            }
        }
        let usesResources = stages.contains { $0.resource != nil }
        let isConstant = !usesResources && stages.allSatisfy { $0.table == nil }
        return ResolvedPath(
            stages: stages, mean: UInt64(mean.rounded()),
            constant: isConstant ? stages.reduce(0) { $0 + $1.constant } : nil, usesResources: usesResources)
    }

    /// The cold path of a unit: by its own name, else by its runtime, else the default.
    func coldIndex(name: String, runtime: String, settings: StartSettings) -> Int {
        if let place = settings.byName.firstIndex(where: { $0.name == name }) {
            return 1 + settings.byRuntime.count + place
        }
        if let place = settings.byRuntime.firstIndex(where: { $0.name == runtime }) { return 1 + place }
        return 0
    }

    /// How long stage `stage` of `path` takes, for the call or load with this `draw` number.
    func duration(path: Int, stage: Int, draw: UInt64) -> UInt64 {
        let stageRecord = paths[path].stages[stage]
        guard let table = stageRecord.table else { return stageRecord.constant }
        let word = stream.word(at: draw &* 16 &+ UInt64(stage))
        return UInt64(max(table.value(word), 0))
    }

    /// How long the whole of a path without resources takes.
    func delay(path: Int, draw: UInt64) -> UInt64 {
        if let constant = paths[path].constant { return constant }
        var sum: UInt64 = 0
        for stage in paths[path].stages.indices { sum += duration(path: path, stage: stage, draw: draw) }
        return sum
    }

    /// How long the start of `call` on a warm sandbox takes.
    @inline(__always)
    func warmDelay(for call: Call) -> UInt64 {
        isWarmConstant ? meanWarm : delay(path: restores[0], draw: call.id)
    }
}
