import EventKernel
import Files
import HardwareCosts
import Workload

/// The paths of a run, resolved: durations tabulated, costs looked up, resources numbered.
///
/// Durations are drawn by (call, stage), so a call that is cold under two policies takes the same time in both.
struct StartTable {
    enum ResolvedTime {
        /// Nanoseconds.
        case constant(UInt64)
        case drawn(QuantileTable)
        case cost(CostModel, of: StageAmount)
        case transfer
    }

    struct ResolvedStage {
        var kind: StageKind
        var time: ResolvedTime
        /// Index of the serial resource it holds; nil for none.
        var resource: Int?
        var holdsEveryServer: Bool
        var threads: Int
    }

    struct ResolvedPath {
        var stages: [ResolvedStage]
        var gates: [Int]
        var transient: TransientMemory
        /// Nanoseconds when it always takes the same time and needs nothing else; nil otherwise.
        var constant: UInt64?
        /// Whether its end is not known when it begins, or something is held on the way.
        var isEventful: Bool
        var isEmpty: Bool { stages.isEmpty && gates.isEmpty }
    }

    /// The ways in and out of one idle state, by index into `paths`.
    struct StatePaths {
        var restore: Int
        var entry: Int
        var reentry: Int
        /// The way to fork another sandbox; nil where there is none.
        var forks: Int?
    }

    private(set) var paths: [ResolvedPath] = []
    /// The serial resources that stages name, and the gates that paths name.
    private(set) var resources: [Resource] = []
    private(set) var gates: [Resource] = []
    /// The paths of each idle state.
    private(set) var states: [StatePaths] = []
    /// Cold starts that are not the default, by the names that they are given for.
    private let coldByName: [String: Int]
    private let coldByRuntime: [String: Int]
    private let stream: RandomStream
    /// Whether a start on a warm sandbox always takes `meanWarm`.
    let isWarmConstant: Bool
    /// Mean time of a start on a warm sandbox in nanoseconds.
    let meanWarm: UInt64
    /// Whether some stage reads base pages.
    let readsBasePages: Bool

    /// The paths of `scenario`; the cold paths are `paths[coldIndex(…)]`.
    /// - Throws: `InputError` for a cost that none of the scenario's sets has.
    init(scenario: Scenario, seed: UInt64) throws(InputError) {
        stream = RandomStream(seed: seed, purpose: .startStages)
        var resolver = PathResolver(scenario: scenario)
        paths.append(try resolver.resolve(scenario.start.cold))
        for entry in scenario.start.byRuntime + scenario.start.byName {
            paths.append(try resolver.resolve(entry.path))
        }
        coldByRuntime = StartTable.places(of: scenario.start.byRuntime, from: 1)
        coldByName = StartTable.places(of: scenario.start.byName, from: 1 + scenario.start.byRuntime.count)
        for state in scenario.idleStates {
            let first = paths.count
            paths.append(try resolver.resolve(state.restore))
            paths.append(try resolver.resolve(state.entry))
            paths.append(try resolver.resolve(state.reentry ?? state.entry))
            if let forks = state.forks { paths.append(try resolver.resolve(forks)) }
            states.append(
                StatePaths(
                    restore: first, entry: first + 1, reentry: first + 2,
                    forks: state.forks == nil ? nil : first + 3))
        }
        resources = resolver.resources
        gates = resolver.gates
        readsBasePages = paths.contains { path in
            path.stages.contains { if case .transfer = $0.time { true } else { false } }
        }
        let warm = paths[states[0].restore]
        isWarmConstant = warm.constant != nil
        meanWarm = StartTable.mean(of: warm, amounts: StageAmounts())
    }

    /// The cold path of a unit: by its own name, else by its runtime, else the default.
    /// - Complexity: O(1), as every unit is asked about.
    func coldIndex(name: String, runtime: String) -> Int {
        coldByName[name] ?? coldByRuntime[runtime] ?? 0
    }

    /// Where the path of each name is, the first of them at `start`; of equal names the first counts.
    private static func places(of entries: [StartSettings.RuntimePath], from start: Int) -> [String: Int] {
        Dictionary(entries.enumerated().map { ($0.element.name, start + $0.offset) }) { first, _ in first }
    }

    /// How long stage `stage` of `path` takes alone, for the call, load or move with this `draw` number. A stage that
    /// reads base pages takes nothing here.
    func duration(path: Int, stage: Int, draw: UInt64, amounts: StageAmounts) -> UInt64 {
        let resolved = paths[path].stages[stage]
        switch resolved.time {
        case .constant(let nanoseconds): return nanoseconds
        case .drawn(let table):
            return SimDuration(cutting: table.value(stream.word(at: draw &* 16 &+ UInt64(stage)))).nanoseconds
        case .cost(let model, let amount):
            let threads = resolved.threads
            let count = amounts[amount]
            let duration =
                threads == 0 ? model.duration(at: count) : model.duration(at: count, threads: threads)
            return min(duration.nanoseconds, SimTime.end.nanoseconds)
        case .transfer: return 0
        }
    }

    /// Nanoseconds for which cores work on that stage in all.
    func coreTime(path: Int, stage: Int, duration: UInt64, amounts: StageAmounts) -> UInt128 {
        let resolved = paths[path].stages[stage]
        guard resolved.threads > 0 else { return 0 }
        if case .cost(let model, let amount) = resolved.time {
            return UInt128(model.coreTime(at: amounts[amount]).nanoseconds)
        }
        return UInt128(duration) * UInt128(resolved.threads)
    }

    /// How long the whole of a path that is not eventful takes; at most to the end of time.
    func delay(path: Int, draw: UInt64, amounts: StageAmounts) -> UInt64 {
        if let constant = paths[path].constant { return constant }
        var sum: UInt64 = 0
        for stage in paths[path].stages.indices {
            sum = sum.adding(clamped: duration(path: path, stage: stage, draw: draw, amounts: amounts))
        }
        return min(sum, SimTime.end.nanoseconds)
    }

    /// How long a path takes on average when nothing has to be waited for; base pages are not counted.
    func mean(path: Int, amounts: StageAmounts) -> UInt64 {
        StartTable.mean(of: paths[path], amounts: amounts)
    }

    /// The share of `seconds` for which the servers that look base pages up were held.
    func registryBusy(held: [UInt128], seconds: Double) -> Double {
        let registry = Set(
            paths.flatMap(\.stages).filter { $0.kind == .lookup }.compactMap(\.resource)
        ).sorted()
        let time = registry.reduce(0.0) { $0 + Double(held[$1]) / 1e9 }
        let servers = registry.reduce(0) {
            $0 + (resources[$1].sharing == .split ? 1 : resources[$1].servers)
        }
        return servers == 0 ? 0 : time / (seconds * Double(servers))
    }

    private static func mean(of path: ResolvedPath, amounts: StageAmounts) -> UInt64 {
        let sum = path.stages.reduce(0.0) { sum, stage in
            switch stage.time {
            case .constant(let nanoseconds): sum + Double(nanoseconds)
            case .drawn(let table): sum + table.mean
            case .cost(let model, let amount): sum + model.value(at: amounts[amount])
            case .transfer: sum
            }
        }
        return SimDuration(cutting: sum.rounded()).nanoseconds
    }

    /// How long the start of `call` on a warm sandbox takes.
    @inline(__always)
    func warmDelay(for call: Call) -> UInt64 {
        isWarmConstant ? meanWarm : delay(path: states[0].restore, draw: call.id, amounts: StageAmounts())
    }
}

/// How much of what stages' costs grow with one sandbox has.
struct StageAmounts: BitwiseCopyable {
    /// Bytes of the sandbox's memory, and of its pages that a checkpoint holds.
    var footprint: UInt64 = 0
    var image: UInt64 = 0
    /// These pages, those that are patches, and those that are compressed.
    var pages: UInt64 = 0
    var patchedPages: UInt64 = 0
    var compressedPages: UInt64 = 0

    subscript(amount: StageAmount) -> UInt64 {
        switch amount {
        case .one: 1
        case .footprint: footprint
        case .image: image
        case .pages: pages
        case .patchedPages: patchedPages
        case .compressedPages: compressedPages
        }
    }
}
