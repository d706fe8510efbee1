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
        /// No policy: each function is started cold, warm and deduplicated, one start after the other (`StartProbe`).
        case probe(pausesRestores: Bool)
    }

    /// Which of the paper's functions are called.
    package enum Functions: Hashable, Sendable {
        /// All ten.
        case all
        /// The representative three.
        case representative

        /// The functions, in the paper's order.
        var list: [PaperFunction] { self == .all ? PaperFunction.all : PaperFunction.representative }
    }

    /// What becomes of idle sandboxes.
    package var policy: Policy
    /// Memory of each of the 19 nodes.
    package var pool = MemoryPool.gigabytes40
    /// Which functions are called.
    package var functions = Functions.all
    /// Whose rules are followed where paper and released code differ: by Medes, and for all policies by placement and
    /// eviction.
    package var mode = MedesMode.artifact
    /// When the memory that counts in the column `measured` was captured.
    package var capture = CapturePoint.imports

    /// One configuration.
    package init(
        _ policy: Policy, pool: MemoryPool = .gigabytes40, functions: Functions = .all,
        mode: MedesMode = .artifact, capture: CapturePoint = .imports
    ) {
        self.policy = policy
        self.pool = pool
        self.functions = functions
        self.mode = mode
        self.capture = capture
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
            case .probe(let pauses): pauses ? "starts" : "starts-nopause"
            }
        var name = "\(what)/\(pool.rawValue)/\(functions == .all ? "ten" : "rep3")"
        if mode != .artifact { name += "/\(mode.rawValue)" }
        if capture != .imports { name += "/\(capture.rawValue)" }
        return name
    }
}

/// When sandboxes were captured for a profile.
package enum CapturePoint: String, Hashable, Sendable, CaseIterable {
    /// After imports: Medes' functions are imports around a Fibonacci number.
    case imports = "import"
    /// After four requests: the profile that has several sizes of chunks and cardinalities.
    case requests
}

/// The memory of the 19 nodes together, as the paper calls it.
package enum MemoryPool: String, Hashable, Sendable, CaseIterable {
    /// 2 GB on each node.
    case gigabytes40 = "40G"
    /// 1.5 GB on each node.
    case gigabytes30 = "30G"
    /// 1 GB on each node.
    case gigabytes20 = "20G"
    /// More than can be used: what memory costs is the difference to this.
    case unlimited = "no limit"

    /// Those of the paper.
    package static let limited: [MemoryPool] = [.gigabytes40, .gigabytes30, .gigabytes20]

    /// Memory of each node.
    var node: Bytes {
        switch self {
        case .gigabytes40: .mebibytes(2_048)
        case .gigabytes30: .mebibytes(1_536)
        case .gigabytes20: .mebibytes(1_024)
        case .unlimited: .mebibytes(1 << 20)
        }
    }
}

/// What the evaluation varies of Medes; the defaults are the paper's.
package struct MedesKnobs: Hashable, Sendable {
    /// What the policy optimises. The paper names P1 for the runs with a memory limit, which is a slip: a limit is P2's.
    package var problem = MedesProblem.memory
    /// How long a deduplicated sandbox stays, in minutes since the last request.
    package var keepDedupMinutes: UInt64 = 15
    /// How many chunks of a page are its fingerprint.
    package var cardinality = 5
    /// Bytes of a chunk.
    package var chunkBytes = 64
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
        var name = "medes-\(problem == .memory ? "p2" : "p1")"
        if keepDedupMinutes != 15 { name += "-keep\(keepDedupMinutes)" }
        if cardinality != 5 { name += "-cardinality\(cardinality)" }
        if chunkBytes != 64 { name += "-chunk\(chunkBytes)" }
        if coldStartsRestore { name += "-catalyzer" }
        return name
    }
}
