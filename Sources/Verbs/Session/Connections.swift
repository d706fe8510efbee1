import CVerbs

/// How connections are made.
public struct ConnectionSettings: Hashable, Sendable {
    /// Operations under way at once on each, 1 to 256 and more where the device allows it.
    public var depth: Int
    /// Reads that the device itself has under way on each; fewer when one of the two sides cannot.
    public var outstandingReads: Int
    /// The most bytes of a write that travel in the operation itself.
    public var inlineBytes: Int
    /// Room for receives on the server's side of each connection. One-sided transfers use none, but services do.
    public var receives: Int
    /// Whether the server's sides share one receive queue.
    public var sharesReceives: Bool

    /// Settings of connections.
    public init(
        depth: Int = 16, outstandingReads: Int = 16, inlineBytes: Int = 0, receives: Int = 1,
        sharesReceives: Bool = false
    ) {
        self.depth = depth
        self.outstandingReads = outstandingReads
        self.inlineBytes = inlineBytes
        self.receives = receives
        self.sharesReceives = sharesReceives
    }
}

/// How long it took to add connections, in nanoseconds.
public struct SetUpTimes: Hashable, Sendable {
    /// Connections that were added.
    public var count: Int
    /// Making this side's queue pairs.
    public var create: UInt64
    /// Telling the other side, which makes and connects its own, and hearing from it.
    public var exchange: UInt64
    /// Bringing this side's to INIT, RTR and RTS.
    public var connect: UInt64

    /// All of it.
    public var total: UInt64 { create + exchange + connect }
}

/// Reliable connections to the server of a session, which report to one completion queue. The other side's ends are
/// freed with this; a session has one such set at a time.
public final class Connections {
    let session: MemorySession
    let settings: ConnectionSettings
    private(set) var pairs: [QueuePair] = []
    let completions: CompletionQueue
    /// The reads that the device has under way on each connection.
    public let outstandingReads: Int

    /// No connections yet, room for `most`. Throws when the device has not so much of something.
    public init(_ session: MemorySession, settings: ConnectionSettings, most: Int) throws(VerbsError) {
        let facts = session.facts
        guard most > 0, most <= facts.queuePairs else {
            throw VerbsError(.resources, "\(facts.name) has \(facts.queuePairs) queue pairs, not \(most)")
        }
        guard settings.depth > 0, settings.depth <= facts.workRequests else {
            throw VerbsError(
                .request, "\(facts.name) takes 1 to \(facts.workRequests) operations, not \(settings.depth)")
        }
        guard !session.hasConnections else {
            throw VerbsError(.request, "a session has one set of connections at a time")
        }
        self.session = session
        self.settings = settings
        outstandingReads = max(
            1,
            min(
                settings.outstandingReads, facts.outstandingReads, Int(session.peer.answeredReads), 255))
        self.completions = try CompletionQueue(
            session.domain.device, capacity: min(facts.completions, settings.depth * most))
        session.hasConnections = true
    }

    deinit {
        let count = pairs.count
        pairs = []
        session.disconnect(count)
    }

    /// Destroys all queue pairs at once: after a failure, while operations may still be under way to memory that is
    /// about to be taken back.
    func abandon() { pairs = [] }

    /// How many there are.
    public var count: Int { pairs.count }

    /// Adds connections and says how long it took.
    @discardableResult
    public func add(_ count: Int) throws(VerbsError) -> SetUpTimes {
        var times = SetUpTimes(count: 0, create: 0, exchange: 0, connect: 0)
        while times.count < count {
            let batch = min(count - times.count, Message.Limit.endpoints)
            let start = MonotonicClock.now()
            var made: [QueuePair] = []
            for _ in 0..<batch {
                made.append(
                    try QueuePair(
                        session.domain, completions: completions,
                        size: .init(depth: settings.depth, receives: 1, inlineBytes: settings.inlineBytes)))
            }
            let created = MonotonicClock.now()
            let device = session.domain.device
            let own = made.map { Endpoint(number: $0.number, sequence: device.nextSequence()) }
            let theirs = try session.exchange(
                Connect(
                    endpoints: own, reads: UInt32(outstandingReads),
                    receives: UInt32(clamping: min(max(settings.receives, 0), 65536)),
                    shared: settings.sharesReceives))
            let exchanged = MonotonicClock.now()
            for (index, pair) in made.enumerated() {
                try pair.connect(
                    device.path(
                        to: session.peer, theirs[index], from: own[index], reads: UInt32(outstandingReads),
                        answers: 1))
            }
            let connected = MonotonicClock.now()
            pairs += made
            times.count += batch
            times.create += created - start
            times.exchange += exchanged - created
            times.connect += connected - exchanged
        }
        return times
    }
}

extension Connections {
    /// Operations that each takes at once.
    public var depth: Int { settings.depth }
    /// The most bytes of a write that travel in the operation itself; 0 without connections.
    public var inlineBytes: Int { pairs.first?.inlineBytes ?? 0 }
    /// The seeds of the patterns that the other side's regions hold.
    public var seeds: [UInt64] { session.regions.map(\.seed) }
    /// Bytes of a region of the other side, by its place in the session's list.
    public func bytes(ofRegion region: Int) -> Int { session.regions[region].bytes }
}
