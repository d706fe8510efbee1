import EventKernel

/// One sandbox as the engine keeps it: 64 bytes, a cache line. Times are nanoseconds.
struct Sandbox: BitwiseCopyable {
    /// Where a sandbox stands.
    enum Phase: UInt8 {
        /// Its place in the table is free.
        case gone
        /// It is being built, restored or loaded.
        case starting
        /// It can execute, or does.
        case ready
        /// It is on the way into another idle state.
        case moving
        /// Its calls were broken off, and it is about to be taken away.
        case failed
    }

    /// When it entered its present state: began to start, to run, or to be idle.
    var since: UInt64 = 0
    /// When its latest known execution ends or ended, or the last fork from it ended; when it is ready, before the first.
    var freeAt: UInt64 = 0
    /// When its idle plan's next step is due; `.max` for never.
    var stepAt: UInt64 = .max
    /// The earliest timer that is set for it; `.max` for none.
    var timerAt: UInt64 = .max
    /// The reclaimer's mark at its last use.
    var mark: UInt64 = 0
    var unit: UInt32 = 0
    var node: UInt32 = 0
    /// Neighbours in the list it is in, or its place in a heap or array, as `AvailableIndex` uses them.
    var previous: UInt32 = .max
    var next: UInt32 = .max
    /// How many invocations it has taken.
    var uses: UInt32 = 0
    /// How many it executes now.
    var running: UInt16 = 0
    var phase: Phase = .gone
    /// The idle state it is in, comes back to after its execution, or is on the way to.
    var state: UInt8 = 0
}

/// What is seldom read of a sandbox.
struct SandboxDetails: BitwiseCopyable {
    var createdAt: UInt64 = 0
    var serial: UInt64 = 0
    /// Its place in its node's reclaim heap; `.max` when it is in none.
    var heapPlace: UInt32 = .max
    /// How many steps of its idle plan were due in this instant, one after the other.
    var stepsAtOnce: UInt8 = 0
    /// When it is ready, as far as that is known; `.max` before.
    var readyAt: UInt64 = .max
    /// Whether it is in its unit's list of claimable starting sandboxes.
    var isClaimable: Bool = false
    /// Where the step due at `stepAt` leads: an idle state, `evict` or `reconsider`.
    var stepTarget: UInt8 = SandboxDetails.evict
    /// The state that it enters once it is loaded; 0 for none.
    var stateAfterLoad: UInt8 = 0
    /// The state that its image was made for.
    var imageState: UInt8 = 0
    /// Its image's place in the table; `.max` for none.
    var image: UInt32 = .max

    static var evict: UInt8 { .max }
    /// The policy is asked again.
    static var reconsider: UInt8 { .max - 1 }
}

/// One unit as the engine keeps it: 64 bytes.
struct Unit: BitwiseCopyable {
    /// Memory of one sandbox, all layers local.
    var memory: UInt64
    /// Byte nanoseconds its sandboxes were idle or loading, kept like `AmountOverTime`: bytes times time is taken away
    /// when a sandbox becomes idle and added when it is used or evicted.
    var wasted: UInt128 = 0
    /// Nanoseconds until an idle sandbox is evicted when that never changes; `Unit.ask` when the policy is to be asked.
    var keepAlive: UInt64
    /// When its latest execution ended; `.max` when none has.
    var lastEnd: UInt64 = .max
    /// First and last of its warm sandboxes that can take a request.
    var head: UInt32 = .max
    var tail: UInt32 = .max
    /// Invocations under way, sandboxes idle, invocations since it last had no sandbox.
    var running: UInt32 = 0
    var idle: UInt32 = 0
    var uses: UInt32 = 0
    /// The request of this unit that waits the longest.
    var waiting: UInt32 = .max

    static var ask: UInt64 { .max - 1 }
}

/// One unit's part in one node.
struct UnitOnNode: BitwiseCopyable {
    /// Its sandboxes there.
    var sandboxes: UInt32 = 0
    /// Invocations that they took since it last had none there.
    var uses: UInt64 = 0
}

/// What is seldom read of a unit.
struct UnitDetails: BitwiseCopyable {
    /// Sandboxes that exist.
    var sandboxes: UInt32 = 0
    /// The first of its sandboxes that are starting and can be claimed.
    var loading: UInt32 = .max
    /// The last request of this unit that waits.
    var lastWaiting: UInt32 = .max
    /// Its cold start, by index into the run's paths.
    var coldPath: UInt32 = 0
    /// When its load ahead of need is to begin; `.max` for none.
    var prewarmAt: UInt64 = .max
    /// Mean cold start in nanoseconds.
    var meanCold: UInt64 = 0
    /// Whether some node can hold it.
    var fits: Bool = true
}
