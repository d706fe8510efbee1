import EventKernel

// Calls that wait: for a busy sandbox of their unit, or for memory.
extension Engine {
    /// Lets `call` wait; it has waited since `start` if it did so before.
    mutating func wait(_ call: Call, forMemory: Bool, upTo limit: SimDuration, since start: UInt64? = nil) {
        if waiting.isFull { return fail(call, .full) }
        leaveOnDemand()
        let deadline = (SimTime(nanoseconds: clock) + limit).nanoseconds
        let place = waiting.add(
            WaitingCalls.Entry(call: call, since: start ?? clock, deadline: deadline, isForMemory: forMemory),
            to: &cluster)
        if deadline != .max {
            schedule(forMemory ? .waitOver : .busyWaitOver, at: deadline, index: place)
        }
        if start == nil, call.arrivedAt >= recorder.countedFrom { recorder.waitedCount += 1 }
        recorder.waitingPeak = max(recorder.waitingPeak, waiting.count)
    }

    /// A call has waited for memory as long as it may.
    mutating func waitOver(_ place: Int) {
        guard waiting.entries[place].deadline == clock, waiting.entries[place].isForMemory else { return }
        let wasFirst = waiting.firstForMemory == place
        let entry = waiting.remove(place, from: &cluster)
        fail(entry.call, .timedOut)
        // The one behind it may need less, and so have room where it had none.
        if wasFirst { serveFirstForMemory() }
    }

    /// Nothing will happen any more: calls that may wait for ever wait in vain.
    mutating func giveUpWaiting() {
        while let place = waiting.firstForMemory {
            fail(waiting.remove(place, from: &cluster).call, .timedOut)
        }
        precondition(waiting.isEmpty, "a call waits for a sandbox that is not busy")
    }

    /// A call has waited for a busy sandbox as long as it may: it gets a start of its own.
    mutating func busyWaitOver(_ place: Int) {
        guard waiting.entries[place].deadline == clock, !waiting.entries[place].isForMemory else { return }
        let entry = waiting.remove(place, from: &cluster)
        startCold(entry.call, since: entry.since)
    }

    /// `sandbox` has a slot free: calls of its unit take it, then calls that wait for memory take its node's room.
    mutating func serveWaiting(freed sandbox: Int) {
        let record = cluster.sandboxes[sandbox]
        let unit = Int(record.unit)
        var headMoved = false
        while cluster.units[unit].waiting != .max {
            let current = cluster.sandboxes[sandbox]
            guard current.phase == .ready, current.running < concurrency else { break }
            let place = Int(cluster.units[unit].waiting)
            let wasFirst = waiting.firstForMemory == place
            if current.state != 0, current.running == 0 {
                guard canBeTaken(sandbox), restoreWaiting(sandbox, place) else {
                    serveBusyWaiters(of: unit)
                    break
                }
                headMoved = headMoved || wasFirst
                break
            }
            let entry = waiting.remove(place, from: &cluster)
            recorder.waitEnded(after: clock - entry.since, arrivedAt: entry.call.arrivedAt)
            let first = current.uses == 0
            take(sandbox)
            execute(
                entry.call, on: sandbox, at: clock + starts.warmDelay(for: entry.call), as: .waited,
                onPrewarmed: first)
            headMoved = headMoved || wasFirst
        }
        if headMoved {
            serveFirstForMemory()
        } else if cluster.sandboxes[sandbox].running == 0 {
            serveWaitingForMemory(on: Int(record.node))
        }
        if cluster.hasNewRoom { serveNewRoom() }
    }

    /// Nodes may have room that they had not.
    mutating func serveNewRoom() {
        cluster.hasNewRoom = false
        serveFirstForMemory()
    }

    /// Calls of `unit` that wait for a busy sandbox get starts of their own when none is busy any more: what was busy
    /// is gone, or is idle in a state for whose restore there is no memory.
    mutating func serveBusyWaiters(of unit: Int) {
        var next = cluster.units[unit].waiting
        while next != .max, cluster.units[unit].running == 0 {
            let place = Int(next)
            next = waiting.entries[place].nextOfUnit
            if waiting.entries[place].isForMemory { continue }
            let entry = waiting.remove(place, from: &cluster)
            startCold(entry.call, since: entry.since)
        }
    }

    /// A call that waits takes a sandbox that is idle in another state than `warm`.
    /// - Returns: whether the memory for it could be had.
    private mutating func restoreWaiting(_ sandbox: Int, _ place: Int) -> Bool {
        guard wayBack(of: sandbox) != nil else { return false }
        // It is out of the queue first: a restore that takes no time gives memory back at once, to calls that wait.
        let waited = waiting.remove(place, from: &cluster)
        recorder.waitEnded(after: clock - waited.since, arrivedAt: waited.call.arrivedAt)
        return restore(sandbox, for: waited.call)
    }

    /// Memory of `node` has become free, or can be freed: the call at the head of the queue for memory takes it. Those
    /// behind it may then find room on any node, as it held them up.
    mutating func serveWaitingForMemory(on node: Int) {
        guard let place = waiting.firstForMemory else { return }
        if let reclaimer, reclaimer.choosesVictims { return serveFirstForMemory() }
        let need = memoryNeeded(by: Int(waiting.entries[place].call.unit))
        let room = reclaimer == nil ? cluster.ledger.free(of: node) : cluster.room(of: node)
        guard room >= need else { return }
        let entry = waiting.remove(place, from: &cluster)
        recorder.waitEnded(after: clock - entry.since, arrivedAt: entry.call.arrivedAt)
        if cluster.ledger.free(of: node) < need { makeRoom(for: need, on: node) }
        build(entry.call, on: node)
        serveFirstForMemory()
    }

    /// The call at the head of the queue for memory has changed: it may fit somewhere.
    mutating func serveFirstForMemory() {
        cluster.hasNewRoom = false
        while let place = waiting.firstForMemory {
            guard let node = nodeWithMemory(for: Int(waiting.entries[place].call.unit)) else { return }
            let entry = waiting.remove(place, from: &cluster)
            recorder.waitEnded(after: clock - entry.since, arrivedAt: entry.call.arrivedAt)
            build(entry.call, on: node)
        }
    }
}
