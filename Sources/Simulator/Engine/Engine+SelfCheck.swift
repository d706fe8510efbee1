import EventKernel
import Workload

// Everything that is kept incrementally, recomputed from the sandbox table. Slow; for tests.
extension Engine {
    /// Simulates all of `source` and checks everything after each event.
    mutating func runChecked(_ source: any ArrivalSource, options: Simulation.Options) throws {
        begin()
        let batch = UnsafeMutableBufferPointer<Arrival>.allocate(capacity: 64)
        defer { batch.deallocate() }
        while true {
            let count = source.next(into: batch)
            if count == 0 { break }
            for arrival in batch[..<count] {
                let limit = EventKey(
                    time: arrival.time, kind: EventKind.arrival.rawValue, sequence: 0, index: 0)
                while let key = nextEvent(before: limit) {
                    precondition(key.time >= clock, "an event lies in the past")
                    clock = key.time
                    handle(key)
                    checkEverything()
                }
                clock = arrival.time.nanoseconds
                eventsHandled &+= 1
                arrive(arrival)
                checkEverything()
            }
            try report(to: options)
        }
        try finish(options)
        recorder.settle(warmStart: starts.meanWarm)
    }

    /// Checks every index and every sum against the sandbox table. Traps when one is wrong.
    func checkEverything() {
        checkMemory()
        checkWaste()
        checkUnits()
        checkUnitsOnNodes()
        checkStates()
        checkDonors()
        checkAvailable()
        checkClaimable()
        checkReclaimHeaps()
        checkWaiting()
        checkTimers()
    }

    /// What a living sandbox holds, and for which purpose.
    private func holding(of sandbox: Int) -> (bytes: UInt64, purpose: MemoryPurpose) {
        let record = cluster.sandboxes[sandbox]
        if record.running > 0 { return (cluster.residentRunning(sandbox), .running) }
        if record.phase != .ready { return (cluster.resident(sandbox), .loading) }
        return (cluster.resident(sandbox), cluster.idlePurpose(of: sandbox))
    }

    private func checkMemory() {
        let purposes = MemoryPurpose.allCases.count
        var expected = [[UInt64]](repeating: Array(repeating: 0, count: purposes), count: cluster.nodeCount)
        var living: UInt64 = 0
        for sandbox in 0..<cluster.sandboxes.count where cluster.sandboxes[sandbox].phase != .gone {
            let holding = holding(of: sandbox)
            expected[Int(cluster.sandboxes[sandbox].node)][Int(holding.purpose.rawValue)] += holding.bytes
            living += 1
        }
        var atController: UInt64 = 0
        addImages(to: &expected, atController: &atController)
        precondition(
            cluster.ledger.controllerMetadata.amount == atController, "the controller's metadata are wrong")
        precondition(cluster.alive.amount == living, "the number of sandboxes is wrong")
        var sums = [UInt64](repeating: 0, count: purposes)
        var most: UInt64 = 0
        for node in 0..<cluster.nodeCount {
            let account = cluster.ledger.accounts[node]
            for purpose in 0..<purposes {
                precondition(
                    account.byPurpose[purpose] == expected[node][purpose], "a node's purpose is wrong")
                sums[purpose] += expected[node][purpose]
            }
            let used = expected[node].reduce(0, +)
            precondition(account.used == used, "a node's used memory is wrong")
            precondition(used <= cluster.ledger.capacities[node], "a node holds more than it has")
            precondition(used == 0 || !cluster.ledger.isClosed[node], "a node that is away holds memory")
            let limit = cluster.ledger.limits[node]
            let free = cluster.ledger.isClosed[node] || used > limit ? 0 : limit - used
            precondition(cluster.ledger.free(of: node) == free, "a node's free memory is wrong")
            precondition(
                cluster.roomBound[node] >= cluster.room(of: node), "a node's room is above its bound")
            most = max(most, free)
        }
        precondition(cluster.ledger.free.maximum == most, "the most free memory is wrong")
        sums[Int(MemoryPurpose.metadata.rawValue)] += atController
        for purpose in 0..<purposes {
            precondition(cluster.ledger.totals[purpose].amount == sums[purpose], "a purpose's total is wrong")
        }
        precondition(cluster.ledger.total.amount == sums.reduce(0, +), "the total memory is wrong")
    }

    /// What the units wasted adds up to what was idle or loading.
    private func checkWaste() {
        var wasted: UInt128 = 0
        for unit in 0..<cluster.units.count { wasted &+= cluster.units[unit].wasted }
        for sandbox in 0..<cluster.sandboxes.count {
            wasted &+= UInt128(cluster.wasting(sandbox).multipliedFullWidth(by: clock))
        }
        for (key, _) in cluster.merged {
            let bytes = content?.mergeable(unit: Int(key & 0xFFFF_FFFF)) ?? 0
            wasted &+= UInt128(bytes.multipliedFullWidth(by: clock))
        }
        var held: UInt128 = 0
        for purpose in MemoryPurpose.allCases where purpose.isWasted {
            held &+= cluster.ledger.totals[Int(purpose.rawValue)].integral(to: clock)
        }
        precondition(wasted == held, "the wasted memory-time is wrong")
    }

    private func checkUnits() {
        var running = [UInt32](repeating: 0, count: cluster.units.count)
        var idle = running
        var living = running
        var calls: UInt64 = 0
        for sandbox in 0..<cluster.sandboxes.count where cluster.sandboxes[sandbox].phase != .gone {
            let record = cluster.sandboxes[sandbox]
            precondition(record.running <= concurrency, "a sandbox runs more calls than it may")
            precondition(record.since <= clock, "a sandbox's state began in the future")
            running[Int(record.unit)] += UInt32(record.running)
            living[Int(record.unit)] += 1
            if record.phase == .ready, record.running == 0 { idle[Int(record.unit)] += 1 }
            calls += UInt64(record.running)
        }
        precondition(underWay == calls, "the number of calls under way is wrong")
        precondition(
            cluster.idleCount == idle.reduce(0) { $0 + UInt64($1) }, "the idle sandboxes are miscounted")
        for unit in 0..<cluster.units.count {
            precondition(cluster.units[unit].running == running[unit], "a unit's running calls are wrong")
            precondition(cluster.units[unit].idle == idle[unit], "a unit's idle sandboxes are wrong")
            precondition(cluster.unitDetails[unit].sandboxes == living[unit], "a unit's sandboxes are wrong")
        }
    }

    /// Units are counted on the nodes where they have sandboxes, if at all, with no fewer uses than these had.
    private func checkUnitsOnNodes() {
        var expected: [UInt64: UnitOnNode] = [:]
        for sandbox in 0..<cluster.sandboxes.count
        where cluster.countsUsesByNode && cluster.sandboxes[sandbox].phase != .gone {
            expected[cluster.placeOfUnit(sandbox), default: UnitOnNode()].sandboxes += 1
            expected[cluster.placeOfUnit(sandbox), default: UnitOnNode()].uses += UInt64(
                cluster.sandboxes[sandbox].uses)
        }
        precondition(cluster.unitsOnNodes.count == expected.count, "a unit is counted where it is not")
        for (place, unit) in expected {
            let counted = cluster.unitsOnNodes[place]
            precondition(
                counted?.sandboxes == unit.sandboxes && counted.map { $0.uses >= unit.uses } == true,
                "a unit is miscounted on a node")
        }
    }

    /// Each timer that an idle sandbox needs is set.
    private func checkTimers() {
        for sandbox in 0..<cluster.sandboxes.count {
            let record = cluster.sandboxes[sandbox]
            guard record.phase == .ready, record.running == 0, record.stepAt > clock else { continue }
            precondition(record.timerAt <= record.stepAt, "an idle sandbox's step has no timer")
        }
    }
}

// The lists.
extension Engine {
    private func checkAvailable() {
        var listed = [Int](repeating: 0, count: cluster.sandboxes.count)
        for unit in 0..<cluster.units.count {
            for state in 0..<cluster.idleStateCount {
                for sandbox in availableSandboxes(unit: unit, state: state) {
                    let record = cluster.sandboxes[sandbox]
                    precondition(
                        Int(record.unit) == unit && Int(record.state) == state,
                        "a sandbox is in another's list")
                    listed[sandbox] += 1
                }
            }
        }
        for sandbox in 0..<cluster.sandboxes.count {
            let record = cluster.sandboxes[sandbox]
            let isAvailable =
                record.phase == .ready && record.running < concurrency
                && !cluster.donors.isForking(sandbox)
            precondition(listed[sandbox] == (isAvailable ? 1 : 0), "a sandbox is listed wrongly as available")
            precondition(
                record.state == 0 || record.running == 0 || cluster.traits[Int(record.state)].isResumed,
                "a sandbox runs in an idle state")
        }
    }

    private func availableSandboxes(unit: Int, state: Int) -> [Int] {
        let place = unit * cluster.idleStateCount + state
        if cluster.isLinked {
            let ends =
                state == 0
                ? ListEnds(head: cluster.units[unit].head, tail: cluster.units[unit].tail)
                : cluster.otherLists[place]
            return linked(from: ends.head, to: ends.tail)
        }
        let keys = cluster.pools[place].keys
        for (index, key) in keys.enumerated() {
            precondition(
                Int(cluster.sandboxes[key.index].previous) == index, "a sandbox's place in its pool is wrong")
            guard cluster.reuse == .oldest else { continue }
            precondition(key.time == cluster.details[key.index].serial, "a pool's key is wrong")
            precondition(index == 0 || keys[(index - 1) / 2] < key, "a pool is not a heap")
        }
        return keys.map(\.index)
    }

    /// The members of a doubly linked list of sandboxes; `last` is not checked when nil.
    private func linked(from first: UInt32, to last: UInt32?) -> [Int] {
        var members: [Int] = []
        var before: UInt32 = .max
        var place = first
        while place != .max {
            precondition(members.count <= cluster.sandboxes.count, "a list runs in a circle")
            precondition(cluster.sandboxes[Int(place)].previous == before, "a list's back link is wrong")
            members.append(Int(place))
            before = place
            place = cluster.sandboxes[Int(place)].next
        }
        precondition(last == nil || last == before, "a list's end is wrong")
        return members
    }

    private func checkClaimable() {
        var listed = [Bool](repeating: false, count: cluster.sandboxes.count)
        for unit in 0..<cluster.units.count {
            for sandbox in linked(from: cluster.unitDetails[unit].loading, to: nil) {
                precondition(
                    Int(cluster.sandboxes[sandbox].unit) == unit, "a claimable sandbox is in another's list")
                listed[sandbox] = true
            }
        }
        for sandbox in 0..<cluster.sandboxes.count {
            let record = cluster.sandboxes[sandbox]
            let detail = cluster.details[sandbox]
            precondition(listed[sandbox] == detail.isClaimable, "a sandbox is listed wrongly as claimable")
            guard detail.isClaimable else { continue }
            precondition(
                record.phase == .starting && record.running < concurrency && detail.readyAt >= clock,
                "a sandbox is claimable that is not starting or has no slot free")
        }
    }

    private func checkReclaimHeaps() {
        guard let reclaimer else {
            precondition(cluster.reclaimHeaps.isEmpty, "there are reclaim heaps without a reclaimer")
            return
        }
        var entries = 0
        for node in cluster.reclaimHeaps.indices {
            let heap = cluster.reclaimHeaps[node].entries
            entries += heap.count
            for (index, entry) in heap.enumerated() {
                let record = cluster.sandboxes[entry.sandbox]
                precondition(
                    record.phase != .gone && Int(record.node) == node, "a reclaim heap holds a stranger")
                precondition(
                    Int(cluster.details[entry.sandbox].heapPlace) == index,
                    "a place in a reclaim heap is wrong")
                precondition(index == 0 || !(entry < heap[(index - 1) / 2]), "a reclaim heap is not a heap")
                let priority = reclaimer.priority(
                    of: cluster.view(of: entry.sandbox), unit: reclaimersView(ofUnitOf: entry.sandbox))
                precondition(entry.priority <= priority.key, "a bound is above its priority")
            }
        }
        // Each place holds one sandbox that points back to it, so equal numbers mean one entry for each sandbox.
        precondition(entries == Int(cluster.alive.amount), "a sandbox is missing from its reclaim heap")
    }
}

// Calls that wait.
extension Engine {
    private func checkWaiting() {
        var seen: UInt64 = 0
        var forMemory = 0
        for unit in 0..<cluster.units.count {
            var before: UInt32 = .max
            var place = cluster.units[unit].waiting
            while place != .max {
                let entry = waiting.entries[Int(place)]
                precondition(
                    entry.previousOfUnit == before && Int(entry.call.unit) == unit, "a unit's queue is wrong")
                precondition(
                    entry.since <= clock && entry.deadline >= clock, "a call waits longer than it may")
                seen += 1
                forMemory += entry.isForMemory ? 1 : 0
                precondition(seen <= waiting.count, "a unit's queue runs in a circle")
                before = place
                place = entry.nextOfUnit
            }
            precondition(
                cluster.unitDetails[unit].lastWaiting == before, "the end of a unit's queue is wrong")
            let hasSlot = cluster.units[unit].head != .max
            precondition(
                before == .max || !hasSlot, "a call waits although a warm sandbox of its unit has a slot free"
            )
        }
        precondition(seen == waiting.count, "the number of waiting calls is wrong")
        checkWaitingForMemory(count: forMemory)
    }

    private func checkWaitingForMemory(count: Int) {
        guard let first = waiting.firstForMemory else {
            precondition(count == 0, "a call is missing from the queue for memory")
            return
        }
        var members = 0
        var before: UInt32 = .max
        var place = UInt32(first)
        while place != .max {
            let entry = waiting.entries[Int(place)]
            precondition(entry.isForMemory && entry.previous == before, "the queue for memory is wrong")
            members += 1
            precondition(members <= count, "the queue for memory runs in a circle")
            before = place
            place = entry.next
        }
        precondition(members == count, "the number of calls that wait for memory is wrong")
        let need = memoryNeeded(by: Int(waiting.entries[first].call.unit))
        // Who chooses victims may let idle sandboxes stay although a call waits.
        let isByPriority = reclaimer.map { !$0.choosesVictims } ?? false
        for node in 0..<cluster.nodeCount {
            let room = isByPriority ? cluster.room(of: node) : cluster.ledger.free(of: node)
            precondition(room < need, "the first call in the queue for memory waits although there is room")
        }
    }
}
