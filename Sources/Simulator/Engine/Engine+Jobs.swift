import EventKernel

// Sandboxes go along paths: gates, stages, serial resources, cores, reads of base pages.
extension Engine {
    /// Takes `sandbox` down `path` for `purpose`.
    mutating func beginJob(_ job: Job) {
        var job = job
        let path = Int(job.path)
        job.begin = clock
        job.stageBegin = clock
        job.transient = transientMemory(of: Int(job.sandbox), path: path)
        let node = Int(cluster.sandboxes[Int(job.sandbox)].node)
        if job.transient > 0 { cluster.ledger.take(job.transient, of: node, for: .transient, at: clock) }
        advance(job: jobs.add(job))
    }

    /// Bytes that buffers take while `sandbox` is on `path`.
    func transientMemory(of sandbox: Int, path: Int) -> UInt64 {
        let transient = starts.paths[path].transient
        return transient.isNone ? 0 : transient.bytes(for: amounts(of: sandbox))
    }

    /// What the costs of stages grow with, for one sandbox.
    func amounts(of sandbox: Int) -> StageAmounts {
        var amounts = amounts(ofUnit: Int(cluster.sandboxes[sandbox].unit))
        let place = cluster.details[sandbox].image
        if place != .max {
            let image = cluster.images[place]
            amounts.patchedPages = image.patchedPages
            amounts.compressedPages = image.compressedPages
        }
        return amounts
    }

    /// The same for a sandbox of `unit` without an image.
    func amounts(ofUnit unit: Int) -> StageAmounts {
        let memory = cluster.units[unit].memory
        let pages = content?.pages(of: unit) ?? (memory + 4095) / 4096
        return StageAmounts(footprint: memory, image: pages * 4096, pages: pages)
    }

    /// A job goes on: through its gates, then with the stage it is at and those after it that can be settled now.
    mutating func advance(job place: Int) {
        jobs[place].wait = .nothing
        guard passGates(place) else { return }
        let path = Int(jobs[place].path)
        let sandbox = Int(jobs[place].sandbox)
        let node = Int(cluster.sandboxes[sandbox].node)
        let amounts = amounts(of: sandbox)
        var time = clock
        for stage in Int(jobs[place].stage)..<starts.paths[path].stages.count {
            let resolved = starts.paths[path].stages[stage]
            let needsNow = resolved.resource != nil || resolved.needsNow(sharesCores: sharesCores)
            if needsNow, time > clock { return park(place, at: time, stage: stage) }
            if case .transfer = resolved.time {
                if read(place, stage: stage, node: node) { return }
                continue
            }
            let duration = starts.duration(path: path, stage: stage, draw: jobs[place].draw, amounts: amounts)
            mechanism.stageEnded(
                resolved.kind, amounts: amounts,
                coreTime: starts.coreTime(path: path, stage: stage, duration: duration, amounts: amounts),
                isCounted: isMeasuring)
            if let resource = resolved.resource {
                let (begin, end) = cluster.resources.hold(
                    resource, of: node, from: time, for: duration, every: resolved.holdsEveryServer)
                if isMeasuring { mechanism.resourceWaits.add(begin - time) }
                time = end
            } else if resolved.threads > 0, sharesCores {
                return work(place, stage: stage, node: node, duration: duration, threads: resolved.threads)
            } else {
                time = min(time.adding(clamped: duration), SimTime.end.nanoseconds)
            }
        }
        if time > clock, needsEnd(jobs[place]) {
            return park(place, at: time, stage: starts.paths[path].stages.count)
        }
        finish(job: place, at: time)
    }

    /// Lets a job through its gates.
    /// - Returns: whether it is through all of them; otherwise it waits.
    private mutating func passGates(_ place: Int) -> Bool {
        let job = jobs[place]
        let gates = starts.paths[Int(job.path)].gates
        let node = Int(cluster.sandboxes[Int(job.sandbox)].node)
        for number in Int(job.gates)..<gates.count {
            // A job that waited is through when it comes back.
            if !cluster.gates.enter(gates[number], node: node, job: place) {
                jobs[place].wait = .gate
                return false
            }
            jobs[place].gates += 1
            if isMeasuring, number == gates.count - 1 { mechanism.resourceWaits.add(clock - job.begin) }
        }
        return true
    }

    /// A job goes on at `time` with `stage`.
    private mutating func park(_ place: Int, at time: UInt64, stage: Int) {
        jobs[place].stage = UInt32(stage)
        jobs[place].wait = .event
        schedule(.stageBegin, at: time, index: place)
    }

    /// Whether something must be put right when a job ends, so that its end must be an event.
    private func needsEnd(_ job: Job) -> Bool {
        switch job.purpose {
        case .move, .leave: return true
        case .start, .load, .execution, .donation: break
        }
        if case .load(then: let state) = job.purpose, state != 0 { return true }
        return job.transient > 0 || job.gates > 0 || releasesImage(job) || tracksJobs
    }

    /// Whether the sandbox of a start gives up its image when it is ready.
    func releasesImage(_ job: Job) -> Bool {
        let detail = cluster.details[Int(job.sandbox)]
        return job.purpose == .start && detail.image != .max && cluster.sandboxes[Int(job.sandbox)].state == 0
            && !cluster.traits[Int(detail.imageState)].keepsImage
    }

    /// The job shares the cores of its node for a while.
    private mutating func work(_ place: Int, stage: Int, node: Int, duration: UInt64, threads: Int) {
        jobs[place].stage = UInt32(stage + 1)
        jobs[place].wait = .cores
        if let turn = cores.join(
            place, node: node, nanoseconds: duration, demand: Double(threads), now: clock)
        {
            schedule(.coresTurn, at: turn, index: node)
        }
    }

    /// The job reads the base pages that its sandbox's patches refer to; a fork reads all pages of its donor.
    /// - Returns: whether it has to wait for that.
    private mutating func read(_ place: Int, stage: Int, node: Int) -> Bool {
        let reads = reads(of: jobs[place])
        if reads.isEmpty { return false }
        jobs[place].stage = UInt32(stage + 1)
        jobs[place].stageBegin = clock
        jobs[place].wait = .fabric
        fabric.begin(place, reader: node, reads: reads, now: clock)
        setFabricTimer()
        return true
    }

    private func reads(of job: Job) -> [Fabric.Read] {
        if job.donor != .max {
            let pages = UInt32(clamping: amounts(of: Int(job.sandbox)).pages)
            return pages == 0 ? [] : [Fabric.Read(node: cluster.sandboxes[Int(job.donor)].node, pages: pages)]
        }
        let image = cluster.details[Int(job.sandbox)].image
        if image == .max { return [] }
        return cluster.images[image].references.map { Fabric.Read(node: $0.node, pages: $0.pages) }
    }

    /// Makes sure that an event comes no later than when the network is to be looked at.
    mutating func setFabricTimer() {
        let next = fabric.nextTurn
        guard next < fabricTimerAt else { return }
        fabricTimerAt = next
        schedule(.fabricTurn, at: max(next, clock), index: 0)
    }

    /// The network is to be looked at, unless that was put off.
    mutating func fabricTurn() {
        fabricTimerAt = .max
        if fabric.nextTurn <= clock {
            for place in fabric.turn(now: clock) {
                if isMeasuring { mechanism.reads.add(clock - jobs[place].stageBegin) }
                advance(job: place)
            }
        }
        setFabricTimer()
    }

    /// An event of a job comes.
    mutating func stageBegins(job place: Int) {
        if jobs[place].wait == .abandoned {
            _ = jobs.remove(place)
        } else if jobs[place].purpose == .donation {
            forkEnds(of: Int(jobs.remove(place).donor))
        } else {
            advance(job: place)
        }
    }

    /// A job is done at `time`, now or later.
    private mutating func finish(job place: Int, at time: UInt64) {
        let releases = releasesImage(jobs[place])
        let job = jobs.remove(place)
        let sandbox = Int(job.sandbox)
        letGo(job)
        switch job.purpose {
        case .start:
            if releases { cluster.removeImage(of: sandbox, at: clock) }
            willBeReady(sandbox, at: time)
            underWay -= 1
            noteRestore(job.call, job.kind, at: time)
            execute(job.call, on: sandbox, at: time, as: job.kind, onPrewarmed: job.onPrewarmed)
            if (releases || job.transient > 0), !waiting.isEmpty {
                serveWaitingForMemory(on: Int(cluster.sandboxes[sandbox].node))
            }
        case .load(then: let state):
            cluster.details[sandbox].stateAfterLoad = state
            willBeReady(sandbox, at: time)
        case .move(to: let state): entered(state, sandbox, isAgain: job.onPrewarmed)
        case .leave(for: let state): left(for: state, sandbox)
        case .execution, .donation: preconditionFailure("it has no stages")
        }
        if job.donor != .max { hold(donor: Int(job.donor), until: time) }
    }

    /// Gives back what a job holds: memory for buffers, and its gates, through which others come then.
    mutating func letGo(_ job: Job) {
        let node = Int(cluster.sandboxes[Int(job.sandbox)].node)
        if job.transient > 0 {
            cluster.ledger.release(job.transient, of: node, from: .transient, at: clock)
            cluster.foundRoom(on: node)
        }
        let gates = starts.paths[Int(job.path)].gates
        for number in 0..<Int(job.gates) {
            if let next = cluster.gates.leave(gates[number], node: node) {
                jobs[next].gates += 1
                if isMeasuring { mechanism.resourceWaits.add(clock - jobs[next].begin) }
                // Others may be leaving in this moment: it goes on when that is over.
                jobs[next].wait = .event
                schedule(.stageBegin, at: clock, index: next)
            }
        }
    }
}

extension StartTable.ResolvedStage {
    /// Whether what it asks for depends on what others ask for at the same time.
    func needsNow(sharesCores: Bool) -> Bool {
        if case .transfer = time { return true }
        return sharesCores && threads > 0
    }
}

extension TransientMemory {
    /// Whether no sandbox needs any.
    var isNone: Bool { fixed == .zero && perImageByte == 0 && perBaseByte == 0 }

    /// Bytes for a sandbox of these amounts.
    func bytes(for amounts: StageAmounts) -> UInt64 {
        let image = perImageByte * Double(amounts.image)
        let bases = perBaseByte * Double(amounts.patchedPages) * 4096
        // More than all nodes have: what needs that finds no room, as it should.
        let most = 2 * Scenario.mostMemory.count
        return UInt64((Double(fixed.count) + image + bases).rounded(), within: 0...most)
    }
}
