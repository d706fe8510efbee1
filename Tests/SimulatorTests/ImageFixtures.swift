import EventKernel
import HardwareCosts
import PageContent
import Workload

@testable import Simulator

/// One MiB.
let mebibyte: UInt64 = 1 << 20

/// What a sandbox of 100 MiB (25,600 pages) that behaves as `vanilla` of `contentProfile` puts away: all counts are 256
/// times those of the profile's sandbox of 100 pages.
enum HandImage {
    static let pages: UInt64 = 25_600
    static let registry = pages * 320
    /// Against a base sandbox of its own unit: 40 patches of 10 bytes, 20 of 600, 30 whole pages, 10 of zeros.
    static let patched: UInt64 = 256 * 60
    static let patches: UInt64 = 256 * (40 * 10 + 20 * 600 + 30 * 4096)
    static let metadata: UInt64 = 256 * (60 * 16 + 30 * 8 + 10 * 8)
    /// Each page that is not zero in 1,000 bytes.
    static let zstd: UInt64 = 256 * 90 * 1_000
    static let zstdMetadata: UInt64 = 256 * 100 * 8
    /// Pages that are equal in any two sandboxes of the unit: 40, and 10 of zeros.
    static let mergeable: UInt64 = 256 * 50 * 4096
}

/// One node of `memory` MiB, cold starts that take no time, these idle states after `warm`, and pages as `HandImage` has
/// them in the units of the first `units` functions. Points of the timeline are a second apart; a base page is read in
/// 0.1 ms.
func imageScenario(
    memory: UInt64 = 1_000, nodes: Int = 1, units: Int = 3, _ states: [IdleState]
) throws -> Scenario {
    var scenario = handScenario(memory: memory)
    scenario.nodes[0].count = nodes
    scenario.idleStates += states
    var content = ContentSettings(profile: contentProfile())
    content.growth = .proportional
    for unit in 0..<units { content.mapping["a\(unit)"] = "vanilla" }
    scenario.content = content
    scenario.measurement.interval = .seconds(1)
    var set = CostSet(name: "hand")
    set.costs[.rdmaReadPages] = Cost(
        .perItem(fixed: 0, each: 100_000), origin: .published(source: "a test"))
    scenario.costs = try HardwareCosts([set])
    return scenario
}

/// A path of one stage of so many seconds; none when it is 0.
func path(_ seconds: Double, resource: String? = nil, gates: [String] = []) -> StartPath {
    let stages = seconds == 0 ? [] : [Stage(.restore, .constant(seconds), resource: resource)]
    return StartPath(name: "path", stages: stages, gates: gates)
}

/// A base state that is entered in 2 s, with a buffer of the size of the image.
func baseState(_ protection: BaseProtection = .whileReferenced) -> IdleState {
    var entry = path(2)
    entry.transient.perImageByte = 1
    return IdleState(
        name: "base", restore: path(0), entry: entry, image: .reference(protection), isResumed: true,
        taken: .first)
}

/// A deduplicated state that is entered in 3 s, and again in 1 s, and left in 0.5 s after base pages were read.
func dedupState(keepsImage: Bool = true) -> IdleState {
    var entry = path(3)
    entry.transient.perBaseByte = 1
    var restore = path(0.5)
    restore.stages.insert(Stage(.read, .transfer), at: 0)
    restore.transient.perBaseByte = 1
    return IdleState(
        name: "dedup", placements: IdleState.away(.deduplicated), restore: restore, entry: entry,
        reentry: keepsImage ? path(1) : nil, image: .patched(PatchStorage()), keepsImage: keepsImage,
        overhead: .mebibytes(10))
}

/// A state that leaves nothing on the node; entered and left in so many seconds.
func awayState(entry: Double = 0, restore: StartPath) -> IdleState {
    IdleState(
        name: "away", placements: IdleState.away(.remote), restore: restore, entry: path(entry),
        image: .elsewhere)
}

/// Does what a closure says, and notes what it was asked.
final class ScriptedPolicy: IdlePolicy {
    /// One question: about which sandbox, in which state, when (in seconds), and which state it could not enter.
    struct Question: Equatable {
        var serial: UInt64
        var state: UInt8
        var at: Double
        var refused: UInt8?
    }

    private let answer: (Question) -> IdleStep
    private(set) var questions: [Question] = []

    init(_ answer: @escaping (Question) -> IdleStep) { self.answer = answer }

    func nextStep(of sandbox: SandboxView, unit: UnitView, now: SimTime) -> IdleStep {
        ask(Question(serial: sandbox.serial, state: sandbox.state.raw, at: now.seconds))
    }

    func refused(
        _ state: IdleStateID, to sandbox: SandboxView, unit: UnitView, now: SimTime
    ) -> IdleStep {
        ask(
            Question(
                serial: sandbox.serial, state: sandbox.state.raw, at: now.seconds, refused: state.raw))
    }

    private func ask(_ question: Question) -> IdleStep {
        questions.append(question)
        return answer(question)
    }
}

extension IdleStep {
    /// Enters a state by its number, `after` so many seconds.
    static func enter(_ state: UInt8, after time: Double) -> IdleStep {
        .enter(IdleStateID(state), after: seconds(time))
    }
}

extension RunRecord {
    /// What was held for `purpose` at a point of the timeline, in bytes.
    func bytes(_ purpose: MemoryPurpose, at time: Double) -> UInt64? {
        timeline.first { $0.time == time }?.memory[Int(purpose.rawValue)]
    }

    /// The same for all purposes.
    func memory(at time: Double) -> [MemoryPurpose: UInt64] {
        guard let row = timeline.first(where: { $0.time == time }) else { return [:] }
        let pairs = zip(MemoryPurpose.allCases, row.memory).filter { $0.1 > 0 }
        return Dictionary(uniqueKeysWithValues: pairs)
    }
}
