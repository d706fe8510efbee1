import EventKernel

// What sandboxes put away beside what they keep in place.
extension ClusterState {
    /// Gives `sandbox` the image that it put away for `state`. The memory must be free.
    mutating func addImage(_ image: StoredImage, to sandbox: Int, for state: UInt8, at now: UInt64) {
        let node = Int(sandboxes[sandbox].node)
        let isReference = traits[Int(state)].protection != nil
        details[sandbox].image = images.add(image)
        details[sandbox].imageState = state
        ledger.take(image.bytes, of: node, for: isReference ? .base : .patches, at: now)
        if isReference {
            ledger.takeAtController(image.metadata, at: now)
        } else {
            ledger.take(image.metadata, of: node, for: .metadata, at: now)
        }
        openWaste(image.bytes + image.metadata, of: sandbox, at: now)
        for reference in image.references { changeReferences(to: Int(reference.sandbox), by: 1, at: now) }
    }

    /// Takes the image of `sandbox` away, if it has one. It must not be counted as evictable.
    mutating func removeImage(of sandbox: Int, at now: UInt64) {
        let place = details[sandbox].image
        guard place != .max else { return }
        let node = Int(sandboxes[sandbox].node)
        let isReference = traits[Int(details[sandbox].imageState)].protection != nil
        let image = images.remove(place)
        details[sandbox].image = .max
        ledger.release(image.bytes, of: node, from: isReference ? .base : .patches, at: now)
        if isReference {
            ledger.releaseAtController(image.metadata, at: now)
        } else {
            ledger.release(image.metadata, of: node, from: .metadata, at: now)
        }
        closeWaste(image.bytes + image.metadata, of: sandbox, at: now)
        for reference in image.references { changeReferences(to: Int(reference.sandbox), by: -1, at: now) }
        foundRoom(on: node)
    }

    /// What the image of `sandbox` takes, at the controller too; 0 without one.
    func imageBytes(of sandbox: Int) -> UInt64 {
        let place = details[sandbox].image
        return place == .max ? 0 : images[place].bytes + images[place].metadata
    }

    /// What of the image goes when `sandbox` is evicted, on its node.
    func evictableImage(of sandbox: Int) -> UInt64 {
        let place = details[sandbox].image
        guard place != .max else { return 0 }
        let isReference = traits[Int(details[sandbox].imageState)].protection != nil
        return images[place].bytes + (isReference ? 0 : images[place].metadata)
    }

    /// Whether `sandbox` may not go: it is a base sandbox that others need, or others are being forked from it.
    func isProtected(_ sandbox: Int) -> Bool {
        if donors.isForking(sandbox) { return true }
        return switch traits[Int(sandboxes[sandbox].state)].protection {
        case nil: false
        case .always: true
        case .whileReferenced: bases.references(to: sandbox) > 0
        }
    }

    /// What an idle sandbox keeps in place is held for.
    func idlePurpose(of sandbox: Int) -> MemoryPurpose {
        sandboxes[sandbox].state != 0 && isProtected(sandbox) ? .base : .idle
    }

    /// Whether the image of an idle `sandbox` counts as memory that eviction can free.
    private func hasEvictableImage(_ sandbox: Int) -> Bool {
        sandboxes[sandbox].state != 0 && !isProtected(sandbox)
    }

    /// `sandbox` is idle from now on: it can be evicted, unless it is protected.
    mutating func countEvictable(_ sandbox: Int) {
        guard hasEvictableImage(sandbox) else { return }
        evictableImages[Int(sandboxes[sandbox].node)] += evictableImage(of: sandbox)
    }

    /// `sandbox` is no longer idle.
    mutating func uncountEvictable(_ sandbox: Int) {
        guard hasEvictableImage(sandbox) else { return }
        evictableImages[Int(sandboxes[sandbox].node)] -= evictableImage(of: sandbox)
    }

    /// One more, or one fewer, sandbox depends on the base sandbox `base`; its protection may change.
    private mutating func changeReferences(to base: Int, by change: Int, at now: UInt64) {
        let before = protectionWillChange(of: base)
        bases.reference(base, by: change)
        protectionChanged(of: base, before: before, at: now)
    }

    /// One more fork of `donor`, which is idle, begins, or one ends. While there is any it takes no requests.
    /// - Returns: whether that was the last that was under way.
    mutating func changeForks(of donor: Int, by change: Int, at now: UInt64) -> Bool {
        let before = protectionWillChange(of: donor)
        if !donors.isForking(donor) { unlist(donor) }
        donors.changeForks(of: donor, by: change)
        let isLast = !donors.isForking(donor)
        if isLast {
            // Lists are in the order in which sandboxes came to be as they are.
            sandboxes[donor].since = now
            list(donor)
        }
        protectionChanged(of: donor, before: before, at: now)
        return isLast
    }

    /// To be called before the protection of `sandbox` may change.
    /// - Returns: what the memory of a sandbox that is idle is held for now; nil for others, which no eviction threatens.
    private mutating func protectionWillChange(of sandbox: Int) -> MemoryPurpose? {
        guard sandboxes[sandbox].phase == .ready, sandboxes[sandbox].running == 0 else { return nil }
        uncountEvictable(sandbox)
        return idlePurpose(of: sandbox)
    }

    /// To be called after it may have changed.
    private mutating func protectionChanged(of sandbox: Int, before: MemoryPurpose?, at now: UInt64) {
        guard let before else { return }
        countEvictable(sandbox)
        let after = idlePurpose(of: sandbox)
        if before != after {
            let node = Int(sandboxes[sandbox].node)
            ledger.move(resident(sandbox), of: node, from: before, to: after, at: now)
            foundRoom(on: node)
        }
    }

    /// `node` has room that it had not, and nobody else need hear of that.
    mutating func foundRoom(on node: Int) {
        roomGrew(of: node)
        hasNewRoom = true
    }

    // Pages that several sandboxes of a unit hold on one node and that are kept once.

    /// `sandbox` shares its equal pages with the others of its unit on its node: `bytes` of them are kept once for all.
    /// - Returns: bytes that must be taken for the first of them.
    mutating func joinMerged(_ sandbox: Int) -> Bool {
        merged[mergedKey(sandbox), default: 0] += 1
        return merged[mergedKey(sandbox)] == 1
    }

    /// `sandbox` shares no more.
    /// - Returns: whether it was the last.
    mutating func leaveMerged(_ sandbox: Int) -> Bool {
        let key = mergedKey(sandbox)
        merged[key, default: 0] -= 1
        if merged[key] == 0 { merged[key] = nil }
        return merged[key] == nil
    }

    private func mergedKey(_ sandbox: Int) -> UInt64 {
        UInt64(sandboxes[sandbox].node) << 32 | UInt64(sandboxes[sandbox].unit)
    }
}

// What policies of further idle states read.
extension ClusterState {
    /// How many sandboxes of `unit` are in `state` or on the way there, or were used from it and come back to it; for
    /// `warm` all others, starting and running ones among them.
    public func count(of unit: UnitID, in state: IdleStateID) -> Int {
        Int(stateCounts[unit.index * idleStateCount + state.index])
    }

    /// Memory of `node` that new sandboxes may fill: its limit, or all that it has.
    public func capacity(of node: NodeID) -> Bytes { Bytes(ledger.limits[node.index]) }

    /// Whether `sandbox` is idle and may go.
    public func isEvictable(_ sandbox: SandboxID) -> Bool {
        let record = sandboxes[sandbox.index]
        return record.phase == .ready && record.running == 0 && !isProtected(sandbox.index)
    }

    /// The idle sandboxes of `unit` in `state`, but for those that others are being forked from, in the order of reuse
    /// for `mostRecent`; for the other orders in one that stays the same from run to run.
    public func idleSandboxes(of unit: UnitID, in state: IdleStateID) -> [SandboxView] {
        var found: [SandboxView] = []
        let place = unit.index * idleStateCount + state.index
        if isLinked {
            var next = state == .warm ? units[unit.index].head : otherLists[place].head
            while next != .max {
                found.append(view(of: Int(next)))
                next = sandboxes[Int(next)].next
            }
        } else {
            found = pools[place].keys.map { view(of: $0.index) }
        }
        return found.filter { sandboxes[$0.id.index].running == 0 }
    }

    /// What sandboxes of `unit` held on average once they had entered `state`; nil when none has yet.
    public func heldOnAverage(of unit: UnitID, in state: IdleStateID) -> Bytes? {
        let held = heldAfterEntry[unit.index * idleStateCount + state.index]
        return held.count == 0 ? nil : Bytes(UInt64(held.bytes / UInt128(held.count)))
    }
}
