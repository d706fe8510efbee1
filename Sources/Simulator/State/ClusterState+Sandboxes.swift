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
        unitDetails[unit].sandboxes -= 1
        if unitDetails[unit].sandboxes == 0 { units[unit].uses = 0 }
        alive.subtract(1, at: now)
        sandboxes[sandbox].phase = .gone
        sandboxes[sandbox].timerAt = .max
        freePlaces.append(UInt32(sandbox))
    }

    /// Forgets what was measured so far.
    mutating func restartMeasurement(at now: UInt64) {
        ledger.restartMeasurement(at: now)
        alive.restart(at: now)
        for unit in 0..<units.count { units[unit].wasted = 0 }
        for sandbox in 0..<sandboxes.count where isWasting(sandbox) { openWaste(of: sandbox, at: now) }
    }

    /// Whether `sandbox` is idle or being loaded ahead of need.
    func isWasting(_ sandbox: Int) -> Bool {
        sandboxes[sandbox].phase != .gone && sandboxes[sandbox].running == 0
    }

    /// What `sandbox` holds is wasted from `now` on.
    mutating func openWaste(of sandbox: Int, at now: UInt64) {
        let unit = Int(sandboxes[sandbox].unit)
        units[unit].wasted &-= UInt128(held(sandbox).multipliedFullWidth(by: now))
    }

    /// What `sandbox` holds was wasted until `now`.
    mutating func closeWaste(of sandbox: Int, at now: UInt64) {
        let unit = Int(sandboxes[sandbox].unit)
        units[unit].wasted &+= UInt128(held(sandbox).multipliedFullWidth(by: now))
    }

    /// Memory that an idle sandbox keeps in its state.
    func held(_ sandbox: Int) -> UInt64 {
        let record = sandboxes[sandbox]
        return heldInState[Int(record.unit) * idleStateCount + Int(record.state)]
    }
}
