import EventKernel

// Executions that share the cores of their node: their ends are known only when they come.
extension Engine {
    /// Lets `call` join the cores of its sandbox's node at `begin`.
    @inline(never)
    mutating func beginOnCores(
        _ call: Call, on sandbox: Int, at begin: UInt64, as kind: StartKind, onPrewarmed: Bool
    ) {
        let job = jobs.add(
            Job(
                call: call, sandbox: UInt32(sandbox), purpose: .execution, kind: kind,
                onPrewarmed: onPrewarmed,
                begin: begin))
        if begin > clock {
            jobs[job].wait = .event
            schedule(.executionBegin, at: begin, index: job)
        } else {
            executionBegins(job: job)
        }
    }

    /// The call of `job` begins to execute.
    mutating func executionBegins(job: Int) {
        let record = jobs[job]
        if record.wait == .abandoned {
            _ = jobs.remove(job)
            return
        }
        jobs[job].wait = .cores
        let node = Int(cluster.sandboxes[Int(record.sandbox)].node)
        if let turn = cores.join(
            job, node: node, nanoseconds: record.call.execution, demand: cores.demand, now: clock)
        {
            schedule(.coresTurn, at: turn, index: node)
        }
    }

    /// The execution, or the work, that was to end next on `node` ends, unless something changed meanwhile.
    mutating func coresTurn(of node: Int) {
        guard let (place, next) = cores.turn(node: node, now: clock) else { return }
        if let next { schedule(.coresTurn, at: next, index: node) }
        guard jobs[place].purpose == .execution else { return advance(job: place) }
        let job = jobs.remove(place)
        let sandbox = Int(job.sandbox)
        cluster.sandboxes[sandbox].freeAt = clock
        recorder.executed(
            job.call, as: job.kind, onPrewarmed: job.onPrewarmed, begin: job.begin, end: clock,
            warmStart: starts.meanWarm)
        executionEnded(on: sandbox)
    }
}
