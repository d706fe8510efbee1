import EventKernel

// Images, references and idle states, recomputed from the sandbox table. Slow; for tests.
extension Engine {
    /// Adds what images, shared pages and buffers take to what each node should hold by purpose.
    func addImages(to expected: inout [[UInt64]], atController: inout UInt64) {
        for sandbox in 0..<cluster.sandboxes.count where cluster.sandboxes[sandbox].phase != .gone {
            let place = cluster.details[sandbox].image
            guard place != .max else { continue }
            let node = Int(cluster.sandboxes[sandbox].node)
            let image = cluster.images[place]
            let isReference = cluster.traits[Int(cluster.details[sandbox].imageState)].protection != nil
            let purpose: MemoryPurpose = isReference ? .base : .patches
            expected[node][Int(purpose.rawValue)] += image.bytes
            if isReference {
                atController += image.metadata
            } else {
                expected[node][Int(MemoryPurpose.metadata.rawValue)] += image.metadata
            }
        }
        for (key, count) in cluster.merged {
            precondition(count > 0, "pages are shared by nobody")
            let bytes = content?.mergeable(unit: Int(key & 0xFFFF_FFFF)) ?? 0
            expected[Int(key >> 32)][Int(MemoryPurpose.base.rawValue)] += bytes
        }
        for place in jobs.places where jobs[place].wait != .abandoned {
            let node = Int(cluster.sandboxes[Int(jobs[place].sandbox)].node)
            expected[node][Int(MemoryPurpose.transient.rawValue)] += jobs[place].transient
        }
    }

    /// Checks the states that sandboxes are in, what may be evicted, and who depends on whom.
    func checkStates() {
        let states = cluster.idleStateCount
        var counts = [UInt32](repeating: 0, count: cluster.units.count * states)
        var idle = [UInt64](repeating: 0, count: states)
        var evictable = [UInt64](repeating: 0, count: cluster.nodeCount)
        var references = [Int](repeating: 0, count: cluster.sandboxes.count)
        for sandbox in 0..<cluster.sandboxes.count where cluster.sandboxes[sandbox].phase != .gone {
            let record = cluster.sandboxes[sandbox]
            counts[Int(record.unit) * states + Int(record.state)] += 1
            if record.phase == .ready, record.running == 0 {
                idle[Int(record.state)] += 1
                if record.state != 0, !cluster.isProtected(sandbox) {
                    evictable[Int(record.node)] += cluster.evictableImage(of: sandbox)
                }
            }
            let place = cluster.details[sandbox].image
            guard place != .max else { continue }
            for reference in cluster.images[place].references {
                let base = Int(reference.sandbox)
                precondition(
                    cluster.sandboxes[base].phase != .gone, "a patch refers to a sandbox that is gone")
                precondition(cluster.sandboxes[base].node == reference.node, "a base sandbox is elsewhere")
                references[base] += 1
            }
        }
        for place in counts.indices {
            precondition(cluster.stateCounts[place] == counts[place], "a unit's states are miscounted")
        }
        for node in evictable.indices {
            precondition(
                cluster.evictableImages[node] == evictable[node], "a node's evictable images are wrong")
        }
        if hasIdleStates {
            for state in idle.indices {
                precondition(cluster.idleInState[state].amount == idle[state], "idle states are miscounted")
            }
        }
        for sandbox in references.indices {
            precondition(
                cluster.bases.references(to: sandbox) == references[sandbox], "references are miscounted")
        }
    }

    /// Checks which sandboxes can be forked, and how many forks of each are under way.
    func checkDonors() {
        var forks = [Int](repeating: 0, count: cluster.sandboxes.count)
        for place in jobs.places where jobs[place].wait != .abandoned && jobs[place].donor != .max {
            forks[Int(jobs[place].donor)] += 1
        }
        var isDonor = [Bool](repeating: false, count: cluster.sandboxes.count)
        for unit in 0..<cluster.units.count where cluster.donors.isNeeded {
            for donor in cluster.donors.donors(of: unit) {
                precondition(Int(cluster.sandboxes[donor].unit) == unit, "a donor is in another's list")
                isDonor[donor] = true
            }
        }
        for sandbox in forks.indices {
            let record = cluster.sandboxes[sandbox]
            let isIdle = record.phase == .ready && record.running == 0
            let can = isIdle && cluster.traits[Int(record.state)].forks
            precondition(isDonor[sandbox] == can, "a sandbox is listed wrongly as a donor")
            precondition(cluster.donors.forks(of: sandbox) == forks[sandbox], "forks are miscounted")
            precondition(can || forks[sandbox] == 0, "a sandbox is forked that is not idle")
        }
    }
}
