import EventKernel

/// A start, a move into an idle state, or an execution under way whose end is not known yet.
struct Job: BitwiseCopyable {
    /// What is under way.
    enum Purpose: BitwiseCopyable, Equatable {
        /// A sandbox is started for a call.
        case start
        /// A sandbox is loaded without a call; then it enters a state, unless that is `warm`.
        case load(then: UInt8)
        /// A sandbox moves into an idle state.
        case move(to: UInt8)
        /// A sandbox leaves an idle state, as the first part of a move into another one.
        case leave(for: UInt8)
        /// A call executes.
        case execution
        /// Nothing is done but that a donor is held until the fork of it is over.
        case donation
    }

    /// What the job waits for.
    enum Wait: UInt8 {
        /// Nothing: it is being handled, or its place is free.
        case nothing
        /// An event that is queued.
        case event
        case gate
        case cores
        case fabric
        /// An event that is queued, but it is not wanted any more.
        case abandoned
    }

    var call: Call
    var sandbox: UInt32
    /// The sandbox that this one is forked from; `.max` for none.
    var donor: UInt32 = .max
    var purpose: Purpose
    var kind: StartKind
    var onPrewarmed: Bool
    /// The path, the stage it is at, and the number its durations are drawn with.
    var path: UInt32 = 0
    var stage: UInt32 = 0
    var draw: UInt64 = 0
    /// Gates that it is through.
    var gates: UInt8 = 0
    var wait: Wait = .nothing
    /// Transient memory that it holds.
    var transient: UInt64 = 0
    /// When it began; for an execution, when that begins or began.
    var begin: UInt64 = 0
    /// When the stage it is at was asked for.
    var stageBegin: UInt64 = 0
}

/// The jobs of a run; places are used again.
struct JobTable: ~Copyable {
    private var jobs = Slab<Job>()
    private var isFree = Slab<Bool>()
    private var freePlaces = Slab<UInt32>()

    /// Keeps `job`.
    mutating func add(_ job: Job) -> Int {
        if freePlaces.count > 0 {
            let place = Int(freePlaces.removeLast())
            jobs[place] = job
            isFree[place] = false
            return place
        }
        precondition(jobs.count < 1 << 24, "more than 16,777,215 starts and executions at once")
        jobs.append(job)
        isFree.append(false)
        return jobs.count - 1
    }

    /// The job at `place`.
    subscript(place: Int) -> Job {
        get { jobs[place] }
        set { jobs[place] = newValue }
    }

    /// Forgets the job at `place` and returns it.
    mutating func remove(_ place: Int) -> Job {
        assert(!isFree[place], "a job is forgotten twice")
        isFree[place] = true
        freePlaces.append(UInt32(place))
        return jobs[place]
    }

    /// The places of jobs that are under way.
    var places: [Int] { (0..<jobs.count).filter { !isFree[$0] } }
}
