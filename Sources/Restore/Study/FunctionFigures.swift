/// One start, measured.
public struct StartTimes: Sendable, Hashable {
    /// Nanoseconds of each stage that there was.
    public var stages: [StartStage: UInt64] = [:]
    /// Pages that came when they were touched; nil when none could.
    public var demanded: Int?

    /// All of it.
    public var total: UInt64 { stages.values.reduce(0, +) }
    /// All of it but the request itself.
    public var ready: UInt64 { total - (stages[.answer] ?? 0) }
}

/// A deduplication, measured, in nanoseconds.
public struct DedupTimes: Sendable, Hashable {
    /// Stopping the process and reading what it has mapped.
    public var stop: UInt64 = 0
    /// Copying its pages.
    public var copy: UInt64 = 0
    /// Finding base pages and making patches.
    public var patch: UInt64 = 0
    /// Giving up its pages.
    public var drop: UInt64 = 0
}

/// What was measured of a function.
public struct FunctionFigures: Sendable, Hashable {
    /// The function.
    public var name: String
    /// Pages that a checkpoint of it would hold, of these patched, kept, and zeros.
    public var pages = 0, patched = 0, kept = 0, zeros = 0
    /// Pages that lay in huge pages, which come back by fewer page faults.
    public var huge = 0
    /// Bytes of all patches.
    public var patchBytes = 0
    /// Bytes that it takes when it is deduplicated, by Medes' bookkeeping.
    public var stored = 0
    /// Bytes of private memory and of page tables that its process has when its pages are given up.
    public var held = 0
    /// Each start by its way, round by round.
    public var starts: [StartWay: [StartTimes]] = [:]
    /// Why there is none of a way.
    public var absent: [StartWay: String] = [:]
    /// Whether what read base pages by RDMA was not an adapter but software that does as one would.
    public var isRemoteEmulated = false
    /// The request alone, in a process that waits warm.
    public var warm: [UInt64] = []
    /// Each deduplication.
    public var dedups: [DedupTimes] = []
    /// CRIU's checkpoints, in nanoseconds.
    public var dumps: [UInt64] = []
    /// Answers that were compared with those of an instance that nobody touched; all were equal, or it is an error.
    public var answersChecked = 0
    /// Pages whose hash was compared with that before they were dropped; all were equal, or it is an error.
    public var pagesChecked = 0

    /// The share of its memory that is saved.
    public var saving: Double { pages == 0 ? 0 : 1 - Double(stored) / Double(pages * 4096) }
}
