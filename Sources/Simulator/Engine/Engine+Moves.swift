import EventKernel
import PageContent

// Idle sandboxes move into other idle states, which may take time, and come back from them.
extension Engine {
    /// Moves an idle sandbox to another idle state, if the memory for it can be had.
    mutating func enter(_ state: UInt8, _ sandbox: Int) {
        let traits = cluster.traits[Int(state)]
        let detail = cluster.details[sandbox]
        let isAgain = detail.image != .max && detail.imageState == state
        let old = Int(cluster.sandboxes[sandbox].state)
        if Int(state) == old || cluster.isProtected(sandbox) { return refuse(state, sandbox) }
        if cluster.traits[old].isAway, !starts.paths[starts.states[old].restore].isEmpty {
            return leave(for: state, sandbox)
        }
        var image: StoredImage?
        if traits.hasImage, !isAgain {
            image = storedImage(of: sandbox, in: state)
            if image == nil { return refuse(state, sandbox) }
        }
        let path = isAgain ? starts.states[Int(state)].reentry : starts.states[Int(state)].entry
        let need = memoryNeeded(toEnter: state, sandbox, image: image, path: path)
        guard cluster.ledger.spare(of: Int(cluster.sandboxes[sandbox].node)) >= need else {
            return refuse(state, sandbox)
        }
        leaveIdleState(sandbox, to: .loading, toward: state)
        leaveSharing(sandbox)
        cluster.sandboxes[sandbox].phase = .moving
        cluster.setState(of: sandbox, to: state)
        move(sandbox, to: state, image: image, isAgain: isAgain, path: path)
    }

    /// Takes `sandbox`, which is on the way into `state` and has the memory, down `path`; `image` is what it puts away.
    mutating func move(_ sandbox: Int, to state: UInt8, image: StoredImage?, isAgain: Bool, path: Int) {
        if !isAgain { cluster.removeImage(of: sandbox, at: clock) }
        if let image {
            cluster.addImage(image, to: sandbox, for: state, at: clock)
            mechanism.stored(
                image, state: Int(state), unit: cluster.sandboxes[sandbox].unit, isCounted: isMeasuring)
        }
        if starts.paths[path].isEmpty { return entered(state, sandbox, isAgain: isAgain) }
        let unit = cluster.sandboxes[sandbox].unit
        let none = Call(id: 0, arrivedAt: 0, execution: 0, function: 0, unit: unit)
        beginJob(
            Job(
                call: none, sandbox: UInt32(sandbox), purpose: .move(to: state), kind: .cold,
                onPrewarmed: isAgain, path: UInt32(path), draw: moveDraw(of: sandbox)))
    }

    /// Moves draw from positions of their own, by sandbox and time.
    func moveDraw(of sandbox: Int) -> UInt64 {
        1 << 59 | (cluster.details[sandbox].serial &+ clock & 0xFFFF_FFFF)
    }

    /// What `sandbox` would put away; nil when nobody knows.
    mutating func storedImage(of sandbox: Int, in state: UInt8) -> StoredImage? {
        let unit = Int(cluster.sandboxes[sandbox].unit)
        let node = Int(cluster.sandboxes[sandbox].node)
        let amounts = amounts(ofUnit: unit)
        switch scenario.idleStates[Int(state)].image {
        case nil, .merged?: return StoredImage()
        case .whole?: return StoredImage(bytes: amounts.image, pages: amounts.pages)
        case .elsewhere?: return StoredImage(pages: amounts.pages)
        case .reference?:
            let perPage = scenario.content?.registryBytesPerPage ?? 0
            // The scenario was refused if all nodes' pages came to more (`validateRegistry`).
            let registry = UInt64(
                (Double(amounts.pages) * perPage).rounded(), within: 0...Bytes.largest.count)
            return StoredImage(bytes: amounts.image, metadata: registry, pages: amounts.pages)
        case .compressed(let method)?: return content?.compressed(unit: unit, method: method)
        case .patched(let storage)?:
            return content?.patched(
                unit: unit, node: node, storage: storage, bases: cluster.bases, except: UInt32(sandbox))
        }
    }

    /// Bytes of its node that `sandbox` takes on the way into `state`, beyond what it holds now.
    func memoryNeeded(toEnter state: UInt8, _ sandbox: Int, image: StoredImage?, path: Int) -> UInt64 {
        let unit = Int(cluster.sandboxes[sandbox].unit)
        let now = cluster.resident(sandbox)
        let most = cluster.heldOnTheWay[unit * cluster.idleStateCount + Int(state)]
        var need = most > now ? most - now : 0
        if let image {
            need += image.bytes + (cluster.traits[Int(state)].protection == nil ? image.metadata : 0)
        }
        var amounts = amounts(of: sandbox)
        if let image { amounts.patchedPages = image.patchedPages }
        return need + starts.paths[path].transient.bytes(for: amounts)
    }

    /// A move cannot be made: the policy says what to do instead.
    mutating func refuse(_ state: UInt8, _ sandbox: Int) {
        mechanism.states[Int(state)].refused += isMeasuring ? 1 : 0
        let unit = Int(cluster.sandboxes[sandbox].unit)
        let step = policies.idle.refused(
            IdleStateID(state), to: cluster.view(of: sandbox), unit: view(ofUnit: unit),
            now: SimTime(nanoseconds: clock))
        plan(step, for: sandbox)
    }

    /// An idle sandbox is no longer idle: it is off the lists, and what it keeps in place is held for `purpose`. On the
    /// way into `state` (purpose `loading`) it holds all that it needs now and all that it will need.
    mutating func leaveIdleState(
        _ sandbox: Int, to purpose: MemoryPurpose, toward state: UInt8 = 0
    ) {
        let record = cluster.sandboxes[sandbox]
        let unit = Int(record.unit)
        let node = Int(record.node)
        cluster.unlist(sandbox)
        cluster.uncountEvictable(sandbox)
        if cluster.traits[Int(record.state)].forks { cluster.donors.remove(sandbox, unit: unit) }
        cluster.units[unit].idle -= 1
        cluster.idleCount -= 1
        if cluster.idleStateCount > 1 { cluster.idleInState[Int(record.state)].subtract(1, at: clock) }
        let resident = cluster.resident(sandbox)
        let from = cluster.idlePurpose(of: sandbox)
        if purpose == .running { cluster.closeWaste(of: sandbox, at: clock) }
        if from != purpose { cluster.ledger.move(resident, of: node, from: from, to: purpose, at: clock) }
        cluster.sandboxes[sandbox].since = clock
        if purpose == .loading {
            let most = cluster.heldOnTheWay[unit * cluster.idleStateCount + Int(state)]
            if most > resident {
                cluster.ledger.take(most - resident, of: node, for: .loading, at: clock)
            } else if most < resident {
                cluster.ledger.release(resident - most, of: node, from: .loading, at: clock)
                cluster.foundRoom(on: node)
            }
            cluster.closeWaste(resident, of: sandbox, at: clock)
            cluster.openWaste(most, of: sandbox, at: clock)
        }
    }

    /// A sandbox has moved into `state`.
    mutating func entered(_ state: UInt8, _ sandbox: Int, isAgain: Bool) {
        let record = cluster.sandboxes[sandbox]
        let unit = Int(record.unit)
        let node = Int(record.node)
        let most = cluster.resident(sandbox)
        cluster.closeWaste(most, of: sandbox, at: clock)
        cluster.sandboxes[sandbox].phase = .ready
        cluster.sandboxes[sandbox].since = clock
        if cluster.traits[Int(state)].protection != nil {
            cluster.bases.add(sandbox: sandbox, unit: unit, node: node)
        }
        let resident = cluster.resident(sandbox)
        let purpose = cluster.idlePurpose(of: sandbox)
        cluster.ledger.release(most - resident, of: node, from: .loading, at: clock)
        cluster.ledger.move(resident, of: node, from: .loading, to: purpose, at: clock)
        cluster.openWaste(resident, of: sandbox, at: clock)
        if cluster.traits[Int(state)].isMerged { joinMerged(sandbox) }
        cluster.units[unit].idle += 1
        cluster.idleCount += 1
        cluster.idleInState[Int(state)].add(1, at: clock)
        cluster.list(sandbox)
        if cluster.traits[Int(state)].forks {
            cluster.donors.add(sandbox, unit: unit, node: record.node)
        }
        cluster.countEvictable(sandbox)
        // A call that waits may take the sandbox, and the one that waits the longest what the way in gives back.
        cluster.foundRoom(on: node)
        let place = unit * cluster.idleStateCount + Int(state)
        cluster.heldAfterEntry[place].bytes += UInt128(resident + cluster.imageBytes(of: sandbox))
        cluster.heldAfterEntry[place].count += 1
        mechanism.entered(
            Int(state), again: isAgain, after: clock - record.since, before: cluster.units[unit].memory,
            held: resident + cluster.imageBytes(of: sandbox),
            isCounted: isMeasuring)
        recorder.sandbox(
            serial: cluster.details[sandbox].serial, node: record.node, at: clock, event: 16 + UInt64(state))
        askNextStep(of: sandbox)
        if !waiting.isEmpty { serveWaiting(freed: sandbox) }
    }

    /// The first of the sandboxes that share equal pages takes them for all.
    private mutating func joinMerged(_ sandbox: Int) {
        guard let bytes = content?.mergeable(unit: Int(cluster.sandboxes[sandbox].unit)) else { return }
        if cluster.joinMerged(sandbox) {
            cluster.ledger.take(bytes, of: Int(cluster.sandboxes[sandbox].node), for: .base, at: clock)
            cluster.openWaste(bytes, of: sandbox, at: clock)
        }
    }

    /// A sandbox gives up what its idle state makes it to others: a base sandbox, or one of those that share pages.
    mutating func leaveSharing(_ sandbox: Int) {
        let traits = cluster.traits[Int(cluster.sandboxes[sandbox].state)]
        if traits.protection != nil { cluster.bases.remove(sandbox: sandbox) }
        if traits.isMerged { leaveMerged(sandbox) }
    }

    /// The last of the sandboxes that share equal pages gives them back.
    private mutating func leaveMerged(_ sandbox: Int) {
        guard let bytes = content?.mergeable(unit: Int(cluster.sandboxes[sandbox].unit)) else { return }
        if cluster.leaveMerged(sandbox) {
            let node = Int(cluster.sandboxes[sandbox].node)
            cluster.ledger.release(bytes, of: node, from: .base, at: clock)
            cluster.closeWaste(bytes, of: sandbox, at: clock)
            cluster.foundRoom(on: node)
        }
    }

    /// What a restore of an idle sandbox takes.
    struct WayBack {
        /// By index into the run's paths.
        var path: Int
        /// Bytes that it keeps in place, and that it keeps once it is restored.
        var resident: UInt64
        var needed: UInt64
        /// Bytes that must be free on its node.
        var wanted: UInt64
    }

    /// What the restore of an idle `sandbox` takes; nil when the memory for it cannot be had.
    func wayBack(of sandbox: Int) -> WayBack? {
        let record = cluster.sandboxes[sandbox]
        let node = Int(record.node)
        let path = starts.states[Int(record.state)].restore
        let resident = cluster.resident(sandbox)
        let isResumed = cluster.traits[Int(record.state)].isResumed
        let needed = isResumed ? resident : cluster.units[Int(record.unit)].memory
        let wanted = (needed > resident ? needed - resident : 0) + transientMemory(of: sandbox, path: path)
        if cluster.ledger.spare(of: node) < wanted {
            // Its own bytes can be evicted too, but not for itself.
            let own = cluster.isProtected(sandbox) ? 0 : resident + cluster.evictableImage(of: sandbox)
            guard reclaimer != nil, cluster.roomBeyondLimit(of: node) - own >= wanted else { return nil }
        }
        return WayBack(path: path, resident: resident, needed: needed, wanted: wanted)
    }

    /// Starts `call` on a sandbox that is idle in a state other than warm.
    /// - Returns: whether the memory for it could be had.
    mutating func restore(_ sandbox: Int, for call: Call) -> Bool {
        guard let way = wayBack(of: sandbox) else { return false }
        let record = cluster.sandboxes[sandbox]
        let isResumed = cluster.traits[Int(record.state)].isResumed
        let node = Int(record.node)
        leaveIdleState(sandbox, to: .running)
        cluster.sandboxes[sandbox].phase = .starting
        if !isResumed {
            leaveSharing(sandbox)
            cluster.setState(of: sandbox, to: 0)
        }
        occupy(sandbox)
        if cluster.ledger.spare(of: node) < way.wanted {
            makeRoom(for: way.wanted, on: node, beyondLimit: true)
        }
        if way.needed > way.resident {
            cluster.ledger.take(way.needed - way.resident, of: node, for: .running, at: clock)
        } else if way.resident > way.needed {
            cluster.ledger.release(way.resident - way.needed, of: node, from: .running, at: clock)
            cluster.foundRoom(on: node)
        }
        begin(call, on: sandbox, path: way.path, as: isResumed ? .warm : .restored(record.state))
        return true
    }
}
