import Files
import Workload

/// What the seed and the replicates leave as it is: the `hold` of an experiment file.
public enum HeldDraw: String, Sendable {
    /// The workload, and the part of it that a sweep samples.
    case workload
    /// What a run draws: positions within minutes, execution times, stage times, random policies.
    case runs

    static var kind: Kind<HeldDraw?> {
        Kind<HeldDraw>.word([("workload", .workload), ("runs", .runs)]).optional(blank: .workload)
    }
}

extension ExperimentDraft {
    /// Gives the workload and its samples the experiment's seed where the file gives them none of their own.
    mutating func settleSeeds(_ tree: ConfigNode) {
        if let source = workload.source, tree["workload"]?[type(of: source).key]?["seed"] == nil {
            workload.source?.seed = seed
        }
        if tree["replicates"]?["sample"]?["seed"] == nil { replicates.sample.seed = seed }
    }
}

extension Experiment {
    /// Refuses a `hold` that holds nothing, or leaves the seed nothing to move.
    func checkHold(_ node: ConfigNode?) throws {
        guard let hold, let node, workload.source?.isDrawn == false, !replicates.sample.isAsked else {
            return
        }
        let faults = Faults(file: file)
        faults.add(
            node,
            hold == .workload
                ? "the workload is read from files, so there is no draw of it to hold"
                : "the workload is read from files: without the runs' draws no replicate differs from another",
            remedy:
                "remove 'hold', or draw parts of the workload: replicates: {count: 20, sample: {functions: 500}}"
        )
        try faults.throwIfAny()
    }

    /// The seed of a replicate's runs.
    func runSeed(ofReplicate replicate: Int) -> UInt64 {
        hold == .runs ? seed : seed &+ UInt64(replicate)
    }

    /// What tells a replicate from the others: the seed that moves.
    func seed(ofReplicate replicate: Int) -> UInt64 {
        let first = hold == .runs ? workload.source?.seed ?? replicates.sample.seed : seed
        return first &+ UInt64(replicate)
    }
}

/// Settings given on the command line, of which `seed` moves every seed of the file by as much.
///
/// So `--seed 5` of a file with the seed 1 is the replicate 4 of its sweep. Values in the tree are the seeds
/// that draws are made from, whoever set them.
enum OverrideOrder {
    /// Puts `overrides` into the tree of an experiment file.
    /// - Throws: `InputError` when a path leads nowhere.
    static func apply(_ overrides: [Override], to tree: inout ConfigNode) throws {
        let seeds = overrides.filter(\.isSeed)
        for override in overrides where !override.isSeed { try override.apply(to: &tree) }
        guard let last = seeds.last else { return }
        let before = tree["seed"]?.scalar.flatMap { UInt64($0) } ?? 1
        for override in seeds { try override.apply(to: &tree) }
        // What is not a seed is refused when the tree is decoded.
        guard let after = tree["seed"]?.scalar.flatMap({ UInt64($0) }) else { return }
        let hold = tree["hold"]?.scalar.flatMap { HeldDraw(rawValue: $0) }
        for path in workloadSeeds(in: tree) {
            let own = path.value(in: tree)
            // One that is given on the command line as well is meant as it stands.
            if case .option = own?.origin { continue }
            let seed = own.map { $0.scalar.flatMap { UInt64($0) } } ?? before
            guard let seed else { continue }
            try last.put(hold == .workload ? seed : seed &+ (after &- before), at: path, in: &tree)
        }
        if hold == .runs { try last.put(before, at: SettingPath("seed"), in: &tree) }
    }

    /// Where the seeds of the workload's draws stand.
    private static func workloadSeeds(in tree: ConfigNode) -> [SettingPath] {
        var paths: [String] = []
        for source in WorkloadSpec.sources
        where source.blank.seed != nil && tree["workload"]?[source.key]?.entries != nil {
            paths.append("workload.\(source.key).seed")
        }
        if tree["replicates"]?["sample"]?.entries != nil { paths.append("replicates.sample.seed") }
        return paths.compactMap { try? SettingPath($0) }
    }
}

extension Override {
    /// Whether it sets the experiment's seed.
    fileprivate var isSeed: Bool { path.names == ["seed"] }

    /// Puts a seed that follows from this override into the tree.
    fileprivate func put(_ seed: UInt64, at path: SettingPath, in tree: inout ConfigNode) throws {
        do throws(SettingPath.Misfit) {
            try path.put(
                ConfigNode(.scalar("\(seed)", quoted: false), origin: .option(option)), in: &tree)
        } catch {
            throw InputError("\(option): \(error.problem)", remedy: error.remedy)
        }
    }
}

extension SettingPath {
    /// The value at this place; nil where there is none.
    fileprivate func value(in tree: ConfigNode) -> ConfigNode? {
        names.reduce(Optional(tree)) { node, name in node?[name] }
    }
}
