import EventKernel
import Simulator

/// What the inputs of a run are: the two columns of the table, which are judged apart.
package enum ReproductionColumn: String, Hashable, Sendable, CaseIterable {
    /// The paper's own inputs: tables 2 and 3, figure 8.
    case paperInputs = "paper-inputs"
    /// What Pagefold measured: profiles of the page laboratory.
    case measured
}

/// One configuration that the paper ran, or that stands beside it.
package struct ReproductionVariant: Hashable, Sendable {
    /// What becomes of idle sandboxes.
    package enum Policy: Hashable, Sendable {
        /// A fixed keep-alive in minutes.
        case fixed(minutes: UInt64)
        /// The adaptive baseline as the released code has it: a keep-alive for each function.
        case adaptive
        /// The hybrid histogram policy that the adaptive baseline stands for.
        case hybrid
        /// Medes.
        case medes(MedesKnobs)
        /// Every cold start replaced by a restore of a template, fixed keep-alive of 10 minutes (the paper's emulated
        /// Catalyzer, 7.6).
        case catalyzer
    }

    /// Which of the paper's functions are called.
    package enum Functions: Hashable, Sendable {
        /// All ten.
        case all
        /// The representative three.
        case representative
    }

    /// What becomes of idle sandboxes.
    package var policy: Policy
    /// Memory of each of the 19 nodes.
    package var pool = MemoryPool.gigabytes40
    /// Which functions are called.
    package var functions = Functions.all

    /// One configuration.
    package init(_ policy: Policy, pool: MemoryPool = .gigabytes40, functions: Functions = .all) {
        self.policy = policy
        self.pool = pool
        self.functions = functions
    }

    /// A name for people and files.
    package var name: String {
        let what =
            switch policy {
            case .fixed(let minutes): "fixed-\(minutes)"
            case .adaptive: "adaptive"
            case .hybrid: "hybrid"
            case .medes(let knobs): knobs.name
            case .catalyzer: "catalyzer"
            }
        return "\(what)/\(pool.rawValue)/\(functions == .all ? "ten" : "rep3")"
    }
}

/// The memory of the 19 nodes together, as the paper calls it.
package enum MemoryPool: String, Hashable, Sendable, CaseIterable {
    /// 2 GB on each node.
    case gigabytes40 = "40G"
    /// 1.5 GB on each node.
    case gigabytes30 = "30G"
    /// 1 GB on each node.
    case gigabytes20 = "20G"

    /// Memory of each node.
    var node: Bytes {
        switch self {
        case .gigabytes40: .mebibytes(2_048)
        case .gigabytes30: .mebibytes(1_536)
        case .gigabytes20: .mebibytes(1_024)
        }
    }
}

/// What the evaluation varies of Medes; the defaults are the paper's.
package struct MedesKnobs: Hashable, Sendable {
    /// What the policy optimises.
    package enum Objective: String, Hashable, Sendable {
        /// P1: least memory under a latency target.
        case latency = "p1"
        /// P2: least latency under a memory budget.
        case memory = "p2"
    }

    /// Whose rules are followed where paper and released code differ.
    package enum Mode: String, Hashable, Sendable, CaseIterable {
        /// The paper's.
        case paper
        /// The released code's.
        case artifact
    }

    /// What the policy optimises.
    package var objective = Objective.memory
    /// Whose rules are followed.
    package var mode = Mode.artifact
    /// How long a deduplicated sandbox stays, in minutes since the last request.
    package var keepDedupMinutes: UInt64 = 15
    /// How many chunks of a page are its fingerprint.
    package var cardinality = 5
    /// Bytes of a chunk.
    package var chunkBytes = 64
    /// Whether a restore is prepared up to where memory is needed.
    package var pausesRestores = true
    /// Whether cold starts are restores of a template (emulated Catalyzer).
    package var coldStartsRestore = false

    /// The paper's defaults.
    package init() {}

    /// Some of the defaults changed.
    package static func with(_ change: (inout MedesKnobs) -> Void) -> MedesKnobs {
        var knobs = MedesKnobs()
        change(&knobs)
        return knobs
    }

    /// A name that tells what differs from the defaults.
    var name: String {
        var name = "medes-\(objective.rawValue)"
        if mode != .artifact { name += "-\(mode.rawValue)" }
        if keepDedupMinutes != 15 { name += "-keep\(keepDedupMinutes)" }
        if cardinality != 5 { name += "-cardinality\(cardinality)" }
        if chunkBytes != 64 { name += "-chunk\(chunkBytes)" }
        if !pausesRestores { name += "-nopause" }
        if coldStartsRestore { name += "-catalyzer" }
        return name
    }
}
