import EventKernel

/// What is known of a start or an execution whose end is not known yet.
struct Job: BitwiseCopyable {
    var call: Call
    var sandbox: UInt32
    var kind: StartKind
    var onPrewarmed: Bool
    /// Whether it starts a sandbox for a call; otherwise it loads one ahead of need.
    var hasCall: Bool
    /// The start path, the stage it is at, and the number its durations are drawn with.
    var path: UInt32 = 0
    var stage: UInt32 = 0
    var draw: UInt64 = 0
    /// When the execution begins or began.
    var begin: UInt64 = 0
}

/// The jobs of a run; places are used again.
struct JobTable: ~Copyable {
    private var jobs = Slab<Job>()
    private var freePlaces = Slab<UInt32>()

    /// Keeps `job`.
    mutating func add(_ job: Job) -> Int {
        if freePlaces.count > 0 {
            let place = Int(freePlaces.removeLast())
            jobs[place] = job
            return place
        }
        precondition(jobs.count < 1 << 24, "more than 16,777,215 starts and executions at once")
        jobs.append(job)
        return jobs.count - 1
    }

    /// The job at `place`.
    subscript(place: Int) -> Job {
        get { jobs[place] }
        set { jobs[place] = newValue }
    }

    /// Forgets the job at `place` and returns it.
    mutating func remove(_ place: Int) -> Job {
        freePlaces.append(UInt32(place))
        return jobs[place]
    }
}
