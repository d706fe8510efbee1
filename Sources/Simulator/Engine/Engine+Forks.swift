import EventKernel

// New sandboxes are forked from donors: idle sandboxes of their unit, in a state that says how.
extension Engine {
    /// How a new sandbox starts: cold, or as a fork.
    struct NewStart {
        /// By index into the run's paths.
        var path: Int
        var kind: StartKind
        /// The sandbox that it is forked from; nil when it starts cold.
        var donor: Int?
    }

    /// How a new sandbox of `unit` on `node` starts: as a fork of the donor that is nearest if there is one, else cold.
    /// A donor is held from here on; `forkEnds` lets it go.
    mutating func newStart(of unit: Int, on node: Int) -> NewStart {
        let cold = NewStart(path: Int(cluster.unitDetails[unit].coldPath), kind: .cold)
        guard cluster.donors.isNeeded, let donor = cluster.donors.donor(of: unit, for: node) else {
            return cold
        }
        let state = cluster.sandboxes[donor].state
        guard let path = starts.states[Int(state)].forks else {
            preconditionFailure("a donor is in a state that does not fork")
        }
        _ = cluster.changeForks(of: donor, by: 1, at: clock)
        return NewStart(path: path, kind: .restored(state), donor: donor)
    }

    /// Holds `donor` until a fork of it that needs nothing else is over at `time`.
    mutating func hold(donor: Int, until time: UInt64) {
        guard time > clock else { return forkEnds(of: donor) }
        let none = Call(
            id: 0, arrivedAt: 0, execution: 0, function: 0, unit: cluster.sandboxes[donor].unit)
        let place = jobs.add(
            Job(
                call: none, sandbox: UInt32(donor), donor: UInt32(donor), purpose: .donation, kind: .cold,
                onPrewarmed: false, wait: .event, begin: clock))
        schedule(.stageBegin, at: time, index: place)
    }

    /// A fork of `donor` is over, and calls that wait may take the donor if it was the last.
    mutating func forkEnds(of donor: Int) {
        if letGo(donor: donor), !waiting.isEmpty { serveWaiting(freed: donor) }
    }

    /// A fork of `donor` is over. After the last that was under way the donor counts as just used: it can be taken, moved
    /// and evicted again, and the policy is asked what next.
    /// - Returns: whether it was the last.
    mutating func letGo(donor: Int) -> Bool {
        guard cluster.changeForks(of: donor, by: -1, at: clock) else { return false }
        cluster.sandboxes[donor].freeAt = clock
        cluster.sandboxes[donor].mark = mark(on: cluster.sandboxes[donor].node)
        askNextStep(of: donor)
        return true
    }

    /// Whether calls of its unit that wait can take the idle `sandbox`.
    func canBeTaken(_ sandbox: Int) -> Bool {
        let state = cluster.sandboxes[sandbox].state
        return state == 0
            || (cluster.traits[Int(state)].taken != .never && !cluster.donors.isForking(sandbox))
    }

    /// Idle sandboxes of `unit` that a request may take, those among them that are being forked.
    func idleForRequests(of unit: Int) -> Int {
        let idle = Int(cluster.units[unit].idle)
        guard cluster.donors.isNeeded else { return idle }
        return idle
            - cluster.donors.donors(of: unit).count {
                cluster.traits[Int(cluster.sandboxes[$0].state)].taken == .never
            }
    }
}
