import EventKernel
import Files
import Workload

/// The event loop of one run.
///
/// Calls stream in time order beside two queues: what comes before a call of the same instant (ends, ready sandboxes)
/// and what comes after it (timers). Handlers are in the extensions, one concern a file. The engine names no policy.
struct Engine: ~Copyable {
    let scenario: Scenario
    let seed: UInt64
    var cluster: ClusterState
    var recorder: Recorder
    var policies: PolicySet

    /// Ends, stages, ready sandboxes, loads: kinds before `arrival`.
    var queue: EventWheel
    /// Ends of executions while they are settled on demand.
    var busy: BusyIndex
    var isOnDemand: Bool
    /// Ends settled on demand so far.
    var endsNoted: UInt64 = 0
    /// Timers and samples: kinds after `arrival`.
    var timers = EventQueue()
    /// Nanoseconds.
    var clock: UInt64 = 0
    var nextCall: UInt64 = 0
    /// Calls that execute or start.
    var underWay: UInt64 = 0
    var eventsHandled: UInt64 = 0
    let horizon: UInt64
    /// What was measured; nil until the horizon.
    var measured: Measured?

    var starts: StartTable
    var waiting = WaitingCalls()
    var slots: StartSlots
    var cores: NodeCores
    /// Starts, moves and executions whose end is not known yet.
    var jobs = JobTable()
    /// What is in the sandboxes' pages; nil when nobody knows.
    var content: ContentModel?
    var fabric: Fabric
    /// What the network had done when the measurement began.
    var fabricBefore = FabricStatistics()
    /// When the network is looked at next, by the latest event that was scheduled for it; `.max` for never.
    var fabricTimerAt: UInt64 = .max
    var mechanism: MechanismRecorder

    // Settings and hooks as the hot path wants them.
    let concurrency: UInt16
    let keepAliveFromEnd: Bool
    let keepAliveReset: Bool
    let observesArrivals: Bool
    let observesRestores: Bool
    /// What the idle policy always answers after a use, by idle state.
    let afterUse: [IdleStep?]
    /// Whether there are idle states besides `warm`.
    let hasIdleStates: Bool
    let sharesCores: Bool
    /// Whether the controller begins only so many calls at once.
    let limitsStarts: Bool
    /// Whether starts and executions may be broken off, so that each must be known until it ends.
    let tracksJobs: Bool
    /// The failures of each node that has any.
    let failuresOfNode: [Int: [NodeFailure]]
    let prewarm: (any PrewarmPolicy)?
    let reclaimer: (any Reclaimer)?
    /// What the reclaimer wants stamped on a sandbox when it is used, by node when its scope is that.
    var mark: UInt64
    var marksByNode: Slab<UInt64>

    /// Simulates all of `source`.
    mutating func run(_ source: any ArrivalSource, options: Simulation.Options) throws {
        if options.selfCheck { return try runChecked(source, options: options) }
        begin()
        let batch = UnsafeMutableBufferPointer<Arrival>.allocate(capacity: 512)
        defer { batch.deallocate() }
        var batches: UInt64 = 0
        while true {
            let count = source.next(into: batch)
            if count == 0 { break }
            for index in 0..<count {
                let arrival = batch[index]
                advance(
                    to: EventKey(time: arrival.time, kind: EventKind.arrival.rawValue, sequence: 0, index: 0))
                clock = arrival.time.nanoseconds
                eventsHandled &+= 1
                arrive(arrival)
            }
            batches &+= 1
            if batches & 127 == 0 { try report(to: options) }
        }
        try finish(options)
        recorder.settle(warmStart: starts.meanWarm)
    }

    /// Handles everything that happens before `limit`.
    @inline(__always)
    mutating func advance(to limit: EventKey) {
        while true {
            let late = timers.first
            if let early = queue.removeFirst(before: min(late, limit)) {
                // With many executions under way none of it is in the processor's caches.
                if let later = queue.index(ahead: 6) { cluster.sandboxes.prefetch(later) }
                if let later = queue.index(ahead: 2), later < cluster.sandboxes.count {
                    cluster.units.prefetch(Int(cluster.sandboxes[later].unit))
                    cluster.ledger.prefetch(Int(cluster.sandboxes[later].node))
                }
                clock = early.time
                handle(early)
            } else if late < limit {
                _ = timers.removeFirst()
                clock = late.time
                handle(late)
            } else {
                return
            }
        }
    }

    /// After the last call: everything until the horizon is passed and no call is left.
    mutating func finish(_ options: Simulation.Options) throws {
        leaveOnDemand()
        while measured == nil || underWay > 0 || !waiting.isEmpty || slots.waiting > 0 {
            guard let key = nextEvent(before: .last), !waitsInVain(at: key.time) else {
                // What the network or a queue puts off for ever does not come as an event.
                guard measured != nil, underWay == 0 else { throw Engine.passedTheEnd }
                giveUpWaiting()
                if slots.waiting == 0 { return }
                continue
            }
            guard key.instant < .end else { throw Engine.passedTheEnd }
            clock = key.time
            handle(key)
            if options.selfCheck { checkEverything() }
            if eventsHandled & 0x3FF == 0 { try report(to: options) }
        }
    }

    /// Something that the run needs would happen after the end of time. Until the last call has arrived the clock stays
    /// below the horizon, which is a hundred years at most, so it is enough to look after that.
    private static var passedTheEnd: InputError {
        InputError(
            "calls would still be under way after 146 years: the clock does not go so far",
            remedy:
                "shorten executions, stages, set-ups or costs, or give more cores, servers or bandwidth to"
                + " what they wait for")
    }

    /// Whether calls still wait a year after the last of them arrived, and only idle plans go on: a policy that looks at a
    /// sandbox again and again may do so for ever.
    private func waitsInVain(at time: UInt64) -> Bool {
        time > horizon && time - horizon > SimDuration.hours(365 * 24).nanoseconds && underWay == 0
            && queue.count == 0
    }

    /// Tells how far the run is, and ends it when that is wanted.
    func report(to options: Simulation.Options) throws {
        if let progress = options.progress, !progress(SimTime(nanoseconds: clock), nextCall) {
            throw Simulation.Stopped()
        }
    }

    /// Whether what happens now lies between the end of the warm-up and the horizon.
    var isMeasuring: Bool { measured == nil && clock >= recorder.countedFrom }

    /// Takes out the next event of either queue that comes before `limit`.
    mutating func nextEvent(before limit: EventKey) -> EventKey? {
        let late = timers.first
        if let early = queue.removeFirst(before: min(late, limit)) { return early }
        return late < limit ? timers.removeFirst() : nil
    }

    @inline(__always)
    mutating func handle(_ key: EventKey) {
        eventsHandled &+= 1
        if key.kind == EventKind.executionEnd.rawValue {
            executionEnded(on: key.index)
        } else {
            handleOther(key)
        }
    }

    @inline(never)
    private mutating func handleOther(_ key: EventKey) {
        handleByKind(key)
        if cluster.hasNewRoom { serveNewRoom() }
    }

    private mutating func handleByKind(_ key: EventKey) {
        guard let kind = EventKind(rawValue: key.kind) else { preconditionFailure("an event of no kind") }
        switch kind {
        case .executionEnd: executionEnded(on: key.index)
        case .coresTurn: coresTurn(of: key.index)
        case .stageBegin: stageBegins(job: key.index)
        case .slotFree: slotIsFree()
        case .executionBegin: executionBegins(job: key.index)
        case .sandboxReady: sandboxReady(key.index)
        // One for which an earlier time was found meanwhile is of no use, and must not lead to another.
        case .fabricTurn: if fabricTimerAt <= clock { fabricTurn() }
        case .nodeTurns: nodeTurns(key.index)
        case .prewarmLoad: prewarmLoad(of: key.index)
        case .arrival: preconditionFailure("arrivals are not queued")
        case .busyWaitOver: busyWaitOver(key.index)
        case .waitOver: waitOver(key.index)
        case .idleStep: idleStepDue(key.index)
        case .measurementBegin:
            settleAll()
            restartMeasurement()
        case .sample:
            settleAll()
            sample()
        case .horizon:
            settleAll()
            endMeasurement()
        }
    }

    @inline(__always)
    mutating func schedule(_ kind: EventKind, at time: UInt64, index: Int) {
        let instant = SimTime(nanoseconds: time)
        if kind.rawValue < EventKind.arrival.rawValue {
            queue.schedule(at: instant, kind: kind.rawValue, index: UInt32(truncatingIfNeeded: index))
        } else {
            timers.schedule(at: instant, kind: kind.rawValue, index: UInt32(truncatingIfNeeded: index))
        }
    }
}
