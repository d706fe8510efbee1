import EventKernel
import HardwareCosts
import PageContent
import Simulator

/// Medes on a load: base sandboxes, sandboxes kept as patches, and the profile's rows of page classes.
struct MedesSetup {
    /// Paper or released code.
    var mode: MedesMode
    /// What goes when memory is short.
    var reclaim = "lru"

    var name: String { "medes-\(mode.rawValue)/\(reclaim)" }

    /// Adds Medes to `scenario`, with the content of `profile`.
    func set(_ scenario: inout Scenario, content: ContentSettings) throws {
        scenario.idleStates = StatePreset.states([.base, .deduplicated])
        scenario.costs = try HardwareCosts([MedesSetup.costs])
        scenario.content = content
        scenario.policies.idle = PolicyChoice("medes", ["mode": .text(mode.rawValue)])
        scenario.policies.reclaim = PolicyChoice(reclaim)
    }

    /// The profile that experiments use, when the program runs in the project's root; else the paper's.
    static func content() throws -> ContentSettings {
        let path = "experiments/profiles/off-requests.pfprofile"
        guard let profile = try? ProfileFile.read(path) else {
            return try content(of: .medesPublished, source: "medes-published")
        }
        return try content(of: profile, source: "off-requests")
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
    report("\(name)/events", Double(record.eventsHandled) / count, "a-call")
}
