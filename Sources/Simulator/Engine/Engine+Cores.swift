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
                call: call, sandbox: UInt32(sandbox), kind: kind, onPrewarmed: onPrewarmed, hasCall: true,
                begin: begin))
        if begin > clock {
            schedule(.executionBegin, at: begin, index: job)
        } else {
            executionBegins(job: job)
        }
    }

    /// The call of `job` begins to execute.
    mutating func executionBegins(job: Int) {
        let record = jobs[job]
        let node = Int(cluster.sandboxes[Int(record.sandbox)].node)
        if let turn = cores.join(job, node: node, nanoseconds: record.call.execution, now: clock) {
            schedule(.coresTurn, at: turn, index: node)
        }
    }

    /// The execution that was to end next on `node` ends, unless something changed meanwhile.
    mutating func coresTurn(of node: Int) {
        guard let (place, next) = cores.turn(node: node, now: clock) else { return }
        if let next { schedule(.coresTurn, at: next, index: node) }
        let job = jobs.remove(place)
        let sandbox = Int(job.sandbox)
        cluster.sandboxes[sandbox].freeAt = clock
        recorder.executed(
            job.call, as: job.kind, onPrewarmed: job.onPrewarmed, begin: job.begin, end: clock,
            warmStart: starts.meanWarm)
        executionEnded(on: sandbox)
    }
}
