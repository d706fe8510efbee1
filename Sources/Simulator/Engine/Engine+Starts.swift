import EventKernel
import Workload

// Ways to start a call that finds no warm sandbox.
extension Engine {
    /// Starts `call` in the best way there is; `idle` is an idle sandbox of its unit in a state other than warm.
    @inline(never)
    mutating func start(_ call: Call, idle: Int?) {
        let unit = Int(call.unit)
        if let idle, restore(idle, for: call) { return }
        if scenario.waiting.forStarting, cluster.unitDetails[unit].loading != .max {
            claim(Int(cluster.unitDetails[unit].loading), for: call)
        } else if !cluster.unitDetails[unit].fits {
            recorder.failed(call, .neverFits, at: clock)
        } else if scenario.waiting.forBusy > .zero, cluster.units[unit].running > 0 {
            wait(call, forMemory: false, upTo: scenario.waiting.forBusy)
        } else {
            startCold(call)
        }
    }

    /// Builds a sandbox for `call`, or lets it wait for memory. Calls that wait are not overtaken. A call that waited
    /// already, for a busy sandbox, did so since `start`.
    mutating func startCold(_ call: Call, since start: UInt64? = nil) {
        let unit = Int(call.unit)
        if waiting.firstForMemory == nil, let node = nodeWithMemory(for: unit) {
            if let start { recorder.waitEnded(after: clock - start, arrivedAt: call.arrivedAt) }
            build(call, on: node)
        } else if scenario.waiting.whenFull > .zero {
            wait(call, forMemory: true, upTo: scenario.waiting.whenFull, since: start)
        } else {
            recorder.failed(call, .full, at: clock)
        }
    }

    /// A node that has the memory for one more sandbox of `unit`, freed by evictions if need be; nil when there is none.
    mutating func nodeWithMemory(for unit: Int) -> Int? {
        if cluster.isFull { return nil }
        let need = cluster.units[unit].memory
        let preferred = policies.placement.node(for: UnitID(UInt32(unit)), memory: Bytes(need), in: cluster)
            .index
        precondition(preferred < cluster.nodeCount, "the placement policy named a node that does not exist")
        if cluster.ledger.free(of: preferred) >= need { return preferred }
        if reclaimer == nil {
            return cluster.ledger.free.maximum >= need ? cluster.ledger.free.indexOfMaximum : nil
        }
        if isOnDemand {
            // What is idle there must be known; on a node of many sandboxes it is cheaper to know it always.
            if cluster.reclaimHeaps[preferred].entries.count > 64 {
                leaveOnDemand()
            } else {
                for entry in cluster.reclaimHeaps[preferred].entries {
                    settle(Int(cluster.sandboxes[entry.sandbox].unit))
                }
            }
        }
        if cluster.room(of: preferred) >= need {
            makeRoom(for: need, on: preferred)
            return preferred
        }
        leaveOnDemand()
        guard let node = cluster.nodeWithRoom(for: need) else { return nil }
        makeRoom(for: need, on: node)
        return node
    }

    /// Evicts idle sandboxes of `node` in the reclaimer's order until `need` bytes are free. There must be enough.
    mutating func makeRoom(for need: UInt64, on node: Int) {
        guard let reclaimer else { preconditionFailure("no reclaimer to make room") }
        var busy: [Int] = []
        while cluster.ledger.free(of: node) < need {
            guard let first = cluster.reclaimHeaps[node].first else {
                preconditionFailure("the idle sandboxes of a node do not make up its idle memory")
            }
            let sandbox = first.sandbox
            let record = cluster.sandboxes[sandbox]
            let view = cluster.view(of: sandbox)
            let priority = reclaimer.priority(of: view, unit: self.view(ofUnit: Int(record.unit)))
            if priority.key > first.priority {
                cluster.reclaimHeaps[node].raiseFirst(to: priority.key, places: &cluster.details)
            } else if record.phase != .ready || record.running > 0 {
                cluster.reclaimHeaps[node].remove(at: 0, places: &cluster.details)
                busy.append(sandbox)
            } else {
                evict(sandbox)
                recorder.evictions.reclaimed += isMeasuring ? 1 : 0
                reclaimer.evicted(view, priority: priority)
                mark = reclaimer.mark
            }
        }
        for sandbox in busy {
            // Its priority may have been taken from a future end; zero is a bound that always holds.
            let entry = ReclaimHeap.Entry(
                priority: 0, serial: cluster.details[sandbox].serial, sandbox: sandbox)
            cluster.reclaimHeaps[node].insert(entry, places: &cluster.details)
        }
    }

    /// Builds a sandbox for `call` on `node`, which has the memory free.
    mutating func build(_ call: Call, on node: Int) {
        let unit = Int(call.unit)
        let sandbox = cluster.create(unit: unit, node: node, for: .running, at: clock)
        recorder.sandbox(serial: cluster.details[sandbox].serial, node: UInt32(node), at: clock, event: 0)
        occupy(sandbox)
        let path = Int(cluster.unitDetails[unit].coldPath)
        begin(call, on: sandbox, path: path, as: .cold)
    }

    /// Counts `sandbox`, which is starting, as used by one more call.
    private mutating func occupy(_ sandbox: Int) {
        let unit = Int(cluster.sandboxes[sandbox].unit)
        cluster.sandboxes[sandbox].running += 1
        cluster.sandboxes[sandbox].uses &+= 1
        cluster.sandboxes[sandbox].mark = mark
        cluster.units[unit].uses &+= 1
        cluster.units[unit].running += 1
    }

    /// Takes `sandbox` down the stages of `path` and lets `call` execute on it.
    private mutating func begin(_ call: Call, on sandbox: Int, path: Int, as kind: StartKind) {
        if starts.paths[path].usesResources {
            let job = jobs.add(
                Job(
                    call: call, sandbox: UInt32(sandbox), kind: kind, onPrewarmed: false, hasCall: true,
                    path: UInt32(path), draw: call.id))
            underWay += 1
            stageBegins(job: job)
            return
        }
        let ready = clock + starts.delay(path: path, draw: call.id)
        willBeReady(sandbox, at: ready)
        execute(call, on: sandbox, at: ready, as: kind, onPrewarmed: false)
    }

    /// A start goes on with a stage that needs a serial resource, and with those after it that can be settled now.
    mutating func stageBegins(job place: Int) {
        let job = jobs[place]
        let path = Int(job.path)
        let node = Int(cluster.sandboxes[Int(job.sandbox)].node)
        var time = clock
        for stage in Int(job.stage)..<starts.paths[path].stages.count {
            let duration = starts.duration(path: path, stage: stage, draw: job.draw)
            guard let resource = starts.paths[path].stages[stage].resource else {
                time += duration
                continue
            }
            if time > clock {
                jobs[place].stage = UInt32(stage)
                schedule(.stageBegin, at: time, index: place)
                return
            }
            time = cluster.hold(resource, of: node, from: time, for: duration)
        }
        _ = jobs.remove(place)
        willBeReady(Int(job.sandbox), at: time)
        if job.hasCall {
            underWay -= 1
            execute(job.call, on: Int(job.sandbox), at: time, as: job.kind, onPrewarmed: job.onPrewarmed)
        }
    }

    /// It is now known when `sandbox` will be ready. Calls may claim it from here on if it has a slot free.
    mutating func willBeReady(_ sandbox: Int, at time: UInt64) {
        let record = cluster.sandboxes[sandbox]
        cluster.details[sandbox].readyAt = time
        if concurrency == 1, record.running == 1 {
            // Nobody else can want it before the end of its call.
            cluster.sandboxes[sandbox].phase = .ready
            return
        }
        schedule(.sandboxReady, at: time, index: sandbox)
        if record.running < concurrency { cluster.listClaimable(sandbox) }
    }

    /// Gives `call` a sandbox that is still starting: it waits for the rest of the start.
    private mutating func claim(_ sandbox: Int, for call: Call) {
        let record = cluster.sandboxes[sandbox]
        let isPrewarmed = record.running == 0
        if isPrewarmed {
            cluster.closeWaste(of: sandbox, at: clock)
            cluster.ledger.move(
                cluster.units[Int(record.unit)].memory, of: Int(record.node), from: .loading, to: .running,
                at: clock)
            cluster.sandboxes[sandbox].since = clock
        }
        occupy(sandbox)
        if record.running + 1 == concurrency { cluster.unlistClaimable(sandbox) }
        execute(
            call, on: sandbox, at: cluster.details[sandbox].readyAt, as: .partial, onPrewarmed: isPrewarmed)
    }

    /// Starts `call` on a sandbox that is idle in a state other than warm.
    /// - Returns: whether the memory for it could be had.
    private mutating func restore(_ sandbox: Int, for call: Call) -> Bool {
        let record = cluster.sandboxes[sandbox]
        let unit = Int(record.unit)
        let node = Int(record.node)
        let held = cluster.held(sandbox)
        let memory = cluster.units[unit].memory
        let extra = memory > held ? memory - held : 0
        // Its own bytes are idle memory too, but not to be evicted for itself.
        if cluster.ledger.free(of: node) < extra {
            guard reclaimer != nil, cluster.room(of: node) - held >= extra else { return false }
        }
        cluster.closeWaste(of: sandbox, at: clock)
        cluster.unlist(sandbox)
        cluster.units[unit].idle -= 1
        cluster.idleCount -= 1
        cluster.ledger.move(held, of: node, from: .idle, to: .running, at: clock)
        cluster.sandboxes[sandbox].phase = .starting
        cluster.sandboxes[sandbox].since = clock
        cluster.sandboxes[sandbox].state = 0
        occupy(sandbox)
        if cluster.ledger.free(of: node) < extra { makeRoom(for: extra, on: node) }
        if extra > 0 {
            cluster.ledger.take(extra, of: node, for: .running, at: clock)
        } else if held > memory {
            cluster.ledger.release(held - memory, of: node, from: .running, at: clock)
        }
        begin(call, on: sandbox, path: starts.restores[Int(record.state)], as: .restored(record.state))
        return true
    }

    /// A sandbox that calls could claim while it started is ready.
    mutating func sandboxReady(_ sandbox: Int) {
        let record = cluster.sandboxes[sandbox]
        cluster.sandboxes[sandbox].phase = .ready
        if cluster.details[sandbox].isClaimable { cluster.unlistClaimable(sandbox) }
        if record.running == 0 {
            cluster.sandboxes[sandbox].freeAt = clock
            becomeIdle(sandbox, from: .loading)
        } else if record.running < concurrency {
            cluster.list(sandbox)
        }
        if !waiting.isEmpty { serveWaiting(freed: sandbox) }
    }
}
