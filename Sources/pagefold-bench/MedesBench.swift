import EventKernel
import Glibc
import HardwareCosts
import PageContent
import Simulator

/// Medes on a load: base sandboxes, sandboxes kept as patches, and the profile's rows of page classes.
struct MedesSetup {
    /// Paper or released code.
    var mode: MedesMode
    /// What goes when memory is short.
    var reclaim = "lru"
    /// How the registry is laid out. One server bears so little that hardly anything is deduplicated.
    var registry = RegistryLayout.single
    /// What the policy aims at: a budget of memory that is plentiful deduplicates little.
    var problem = MedesProblem.memory

    /// Medes with a registry that does not hold it up, and the aim of little memory: most starts that are not warm are
    /// restores.
    static func restoring(_ mode: MedesMode) -> MedesSetup {
        MedesSetup(mode: mode, registry: .sharded(512), problem: .latency)
    }

    var name: String {
        var name = "medes-\(mode.rawValue)/\(reclaim)"
        if case .sharded(let count) = registry { name += "/shards=\(count)" }
        return problem == .memory ? name : name + "/\(problem.rawValue)"
    }

    /// Adds Medes to `scenario`, with the content of `profile`.
    func set(_ scenario: inout Scenario, content: ContentSettings) throws {
        scenario.idleStates = StatePreset.states([.base, .deduplicated])
        scenario.costs = try HardwareCosts([MedesSetup.costs])
        scenario.content = content
        scenario.resources = [registry.resource]
        scenario.policies.idle = PolicyChoice(
            "medes",
            ["mode": .text(mode.rawValue), "problem": .text(problem.rawValue)])
        scenario.policies.reclaim = PolicyChoice(reclaim)
    }

    /// The profile that experiments use, from the project that the program runs in or that it was built in; where there is
    /// none, the paper's, which is said.
    static func content() throws -> ContentSettings {
        let file = "experiments/profiles/off-requests.pfprofile"
        let roots = [Substring("."), "/proc/self/exe".resolved.map { $0[...] } ?? ""].flatMap(\.ancestors)
        for root in roots {
            let path = "\(root)/\(file)"
            if access(path, R_OK) == 0 {
                return try content(of: ProfileFile.read(path), source: "off-requests")
            }
        }
        let note =
            "pagefold-bench: no \(file) here nor above the program, so that the paper's profile is taken: "
            + "figures of Medes are not to be compared with others\n"
        _ = note.withCString { write(2, $0, strlen($0)) }
        return try content(of: .medesPublished, source: "medes-published")
    }

    private static func content(of profile: Profile, source: String) throws -> ContentSettings {
        ContentSettings(profile: profile, source: source, measure: profile.measures[0].settings)
    }

    /// What the two states cost: the figures of costs/medes-eurosys22.yaml, pages-measured.yaml and assumed.yaml.
    private static var costs: CostSet {
        let models: [CostPrimitive: CostModel] = [
            .rdmaReadPages: .perItem(fixed: 0, each: 7_500),
            .rdmaOutstandingReads: .constant(64),
            .rdmaBandwidth: .constant(1.25e9),
            .registryLookup: .perItem(fixed: 0, each: 80_000),
            .registryInsert: .perItem(fixed: 0, each: 40_000),
            .fingerprintArtifact: .perItem(fixed: 0, each: 3_400),
            .patchEncodeXdelta3: .perItem(fixed: 0, each: 20_000),
            .patchApplyXdelta3: .perItem(fixed: 0, each: 13_400, threads: 8),
            .checkpoint: .affine(fixed: 1e9, perByte: 1.5e6 / 1_048_576),
            .restorePause: .constant(510e6),
            .restoreSandbox: .perItem(fixed: 76e6, each: 6_500),
        ]
        return CostSet(
            name: "bench", costs: models.mapValues { Cost($0, origin: .published(source: "costs/")) })
    }
}

/// Prints how often the idle states besides `warm` were entered and started from.
func reportStates(of record: RunRecord, name: String) {
    let count = Double(record.invocations.arrived)
    let states = record.mechanism.states
    report("\(name)/bases-made", Double(states[1].entered), "sandboxes")
    report("\(name)/deduplicated", Double(states[2].entered + states[2].reentered), "times")
    report("\(name)/dedup-starts", Double(record.starts.restored[1]) / count * 100, "percent")
    report("\(name)/evicted", Double(record.evictions.total) / count * 100, "percent")
    report("\(name)/events", Double(record.eventsHandled) / count, "a-call")
}

extension String {
    /// Where a symbolic link leads; nil when it is none.
    fileprivate var resolved: String? {
        var path = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(self, &path, path.count)
        return count > 0 ? String(decoding: path[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
    }
}

extension Substring {
    /// The path itself and the directories above it.
    fileprivate var ancestors: [Substring] {
        guard let slash = lastIndex(of: "/") else { return isEmpty ? [] : [self] }
        return [self] + self[..<slash].ancestors
    }
}
