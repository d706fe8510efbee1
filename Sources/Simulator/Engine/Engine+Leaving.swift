import EventKernel

// A move out of an idle state that put something away has two parts: the way out of that state, as for a request, and the
// way from warm into the other one. What the second puts away is made of what the first brings back.
extension Engine {
    /// Begins to move `sandbox` out of its state into `state`, if the memory for both parts can be had.
    mutating func leave(for state: UInt8, _ sandbox: Int) {
        let record = cluster.sandboxes[sandbox]
        let path = starts.states[Int(record.state)].restore
        var image: StoredImage?
        if cluster.traits[Int(state)].hasImage {
            image = storedImage(of: sandbox, in: state)
            if image == nil { return refuse(state, sandbox) }
        }
        let now = cluster.resident(sandbox)
        let most = cluster.heldOnTheWay[Int(record.unit) * cluster.idleStateCount + Int(state)]
        let first = (most > now ? most - now : 0) + transientMemory(of: sandbox, path: path)
        let second = memoryNeeded(
            toEnter: state, sandbox, image: image, path: starts.states[Int(state)].entry)
        // Its old image is gone when the second part begins.
        let given = cluster.evictableImage(of: sandbox)
        guard cluster.ledger.spare(of: Int(record.node)) >= max(first, second > given ? second - given : 0)
        else { return refuse(state, sandbox) }
        leaveIdleState(sandbox, to: .loading, toward: state)
        leaveSharing(sandbox)
        cluster.sandboxes[sandbox].phase = .moving
        cluster.setState(of: sandbox, to: state)
        let none = Call(id: 0, arrivedAt: 0, execution: 0, function: 0, unit: record.unit)
        beginJob(
            Job(
                call: none, sandbox: UInt32(sandbox), purpose: .leave(for: state), kind: .cold,
                onPrewarmed: false, path: UInt32(path), draw: 1 << 57 | moveDraw(of: sandbox)))
    }

    /// `sandbox` is out of the state that it was in. With the memory for it, it goes on into `state`; otherwise it is warm,
    /// and the move refused.
    mutating func left(for state: UInt8, _ sandbox: Int) {
        let detail = cluster.details[sandbox]
        let keepsImage = detail.image != .max && cluster.traits[Int(detail.imageState)].keepsImage
        if state == 0 {
            if !keepsImage { cluster.removeImage(of: sandbox, at: clock) }
            return entered(0, sandbox, isAgain: false)
        }
        let hasImage = cluster.traits[Int(state)].hasImage
        let image = hasImage ? storedImage(of: sandbox, in: state) : nil
        let path = starts.states[Int(state)].entry
        let need = memoryNeeded(toEnter: state, sandbox, image: image, path: path)
        let node = Int(cluster.sandboxes[sandbox].node)
        let room = cluster.ledger.spare(of: node) + cluster.evictableImage(of: sandbox)
        if room >= need, image != nil || !hasImage {
            return move(sandbox, to: state, image: image, isAgain: false, path: path)
        }
        becomeWarmAgain(sandbox, keepsImage: keepsImage)
        refuse(state, sandbox)
        if !waiting.isEmpty { serveWaiting(freed: sandbox) }
    }

    /// Whether `sandbox` is on its way out of the state that it was in before.
    func isLeaving(_ sandbox: Int) -> Bool {
        let record = cluster.sandboxes[sandbox]
        let detail = cluster.details[sandbox]
        return record.phase == .moving && detail.image != .max && detail.imageState != record.state
    }

    /// A sandbox on the way into an idle state, all of which is in its place, is warm and idle.
    mutating func becomeWarmAgain(_ sandbox: Int, keepsImage: Bool) {
        let record = cluster.sandboxes[sandbox]
        let more = cluster.resident(sandbox) - cluster.units[Int(record.unit)].memory
        if !keepsImage { cluster.removeImage(of: sandbox, at: clock) }
        cluster.ledger.release(more, of: Int(record.node), from: .loading, at: clock)
        cluster.closeWaste(more, of: sandbox, at: clock)
        cluster.setState(of: sandbox, to: 0)
        cluster.sandboxes[sandbox].phase = .ready
        becomeIdle(sandbox, from: .loading)
    }
}
