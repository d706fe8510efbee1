import EventKernel

extension ClusterState {
    /// Whether there is no place for one more sandbox.
    var isFull: Bool { alive.amount == UInt64(EventKey.largestIndex) }

    /// A new sandbox of `unit` on `node`, which has the memory free. It is starting, and in no list.
    mutating func create(unit: Int, node: Int, for purpose: MemoryPurpose, at now: UInt64) -> Int {
        ledger.take(units[unit].memory, of: node, for: purpose, at: now)
        let place: Int
        if freePlaces.count > 0 {
            place = Int(freePlaces.removeLast())
        } else {
            place = sandboxes.count
            sandboxes.append(Sandbox())
            details.append(SandboxDetails())
        }
        var record = Sandbox()
        record.since = now
        record.freeAt = now
        record.unit = UInt32(unit)
        record.node = UInt32(node)
        record.phase = .starting
        sandboxes[place] = record
        details[place] = SandboxDetails(createdAt: now, serial: nextSerial)
        nextSerial += 1
        unitDetails[unit].sandboxes += 1
        stateCounts[unit * idleStateCount] += 1
        if countsUsesByNode { unitsOnNodes[placeOfUnit(place), default: UnitOnNode()].sandboxes += 1 }
        alive.add(1, at: now)
        if !reclaimHeaps.isEmpty {
            // Nothing is worth less than zero: a bound that holds whatever the priority is.
            let entry = ReclaimHeap.Entry(priority: 0, serial: details[place].serial, sandbox: place)
            reclaimHeaps[node].insert(entry, places: &details)
        }
        return place
    }

    /// Forgets a sandbox whose memory was given back.
    mutating func remove(_ sandbox: Int, at now: UInt64) {
        let record = sandboxes[sandbox]
        let unit = Int(record.unit)
        if !reclaimHeaps.isEmpty {
            reclaimHeaps[Int(record.node)].remove(at: Int(details[sandbox].heapPlace), places: &details)
        }
        stateCounts[unit * idleStateCount + Int(record.state)] -= 1
        unitDetails[unit].sandboxes -= 1
        if unitDetails[unit].sandboxes == 0 { units[unit].uses = 0 }
        if countsUsesByNode { leaveNode(sandbox) }
        alive.subtract(1, at: now)
        sandboxes[sandbox].phase = .gone
        sandboxes[sandbox].timerAt = .max
        freePlaces.append(UInt32(sandbox))
    }

    /// Where the uses of the unit of `sandbox` on its node are counted.
    func placeOfUnit(_ sandbox: Int) -> UInt64 {
        UInt64(sandboxes[sandbox].node) << 32 | UInt64(sandboxes[sandbox].unit)
    }

    /// `sandbox` is used once more.
    @inline(__always)
    mutating func countUse(of sandbox: Int) {
        sandboxes[sandbox].uses &+= 1
        units[Int(sandboxes[sandbox].unit)].uses &+= 1
        if countsUsesByNode { unitsOnNodes[placeOfUnit(sandbox), default: UnitOnNode()].uses += 1 }
    }

    /// The unit of `sandbox` has one sandbox less on its node; its uses there are forgotten with the last.
    private mutating func leaveNode(_ sandbox: Int) {
        let place = placeOfUnit(sandbox)
        unitsOnNodes[place, default: UnitOnNode()].sandboxes -= 1
        if unitsOnNodes[place]?.sandboxes == 0 { unitsOnNodes[place] = nil }
    }

    /// Forgets what was measured so far.
    mutating func restartMeasurement(at now: UInt64) {
        ledger.restartMeasurement(at: now)
        alive.restart(at: now)
        resources.restartMeasurement(at: now)
        for state in idleInState.indices { idleInState[state].restart(at: now) }
        for unit in 0..<units.count { units[unit].wasted = 0 }
        for sandbox in 0..<sandboxes.count {
            openWaste(wasting(sandbox), of: sandbox, at: now)
        }
    }

    /// Whether `sandbox` is idle, being loaded ahead of need, or on the way into an idle state.
    func isWasting(_ sandbox: Int) -> Bool {
        let record = sandboxes[sandbox]
        return record.phase != .gone && record.phase != .failed && record.running == 0
    }

    /// Bytes of `sandbox` that are being wasted: what it keeps in place unless it executes, and its image.
    func wasting(_ sandbox: Int) -> UInt64 {
        (isWasting(sandbox) ? resident(sandbox) : 0) + imageBytes(of: sandbox)
    }

    /// What `sandbox` holds in place is wasted from `now` on.
    mutating func openWaste(of sandbox: Int, at now: UInt64) {
        openWaste(resident(sandbox), of: sandbox, at: now)
    }

    /// What `sandbox` holds in place was wasted until `now`.
    mutating func closeWaste(of sandbox: Int, at now: UInt64) {
        closeWaste(resident(sandbox), of: sandbox, at: now)
    }

    /// So many bytes of `sandbox` are wasted from `now` on.
    mutating func openWaste(_ bytes: UInt64, of sandbox: Int, at now: UInt64) {
        let unit = Int(sandboxes[sandbox].unit)
        units[unit].wasted &-= UInt128(bytes.multipliedFullWidth(by: now))
    }

    /// So many bytes of `sandbox` were wasted until `now`.
    mutating func closeWaste(_ bytes: UInt64, of sandbox: Int, at now: UInt64) {
        let unit = Int(sandboxes[sandbox].unit)
        units[unit].wasted &+= UInt128(bytes.multipliedFullWidth(by: now))
    }

    /// Memory that a sandbox keeps in place while it executes nothing, its image not counted: all of it while it is
    /// loaded, at least all of it on the way into an idle state.
    func resident(_ sandbox: Int) -> UInt64 {
        let record = sandboxes[sandbox]
        let place = Int(record.unit) * idleStateCount + Int(record.state)
        switch record.phase {
        case .ready: return residentInState[place]
        case .moving: return heldOnTheWay[place]
        default: return units[Int(record.unit)].memory
        }
    }

    /// Memory that a sandbox keeps in place while it executes.
    func residentRunning(_ sandbox: Int) -> UInt64 {
        let record = sandboxes[sandbox]
        if record.state == 0 { return units[Int(record.unit)].memory }
        return residentInState[Int(record.unit) * idleStateCount + Int(record.state)]
    }

    /// Puts `sandbox` down as being in `state`, or on the way there.
    mutating func setState(of sandbox: Int, to state: UInt8) {
        let place = Int(sandboxes[sandbox].unit) * idleStateCount
        stateCounts[place + Int(sandboxes[sandbox].state)] -= 1
        stateCounts[place + Int(state)] += 1
        sandboxes[sandbox].state = state
    }
}
